"""A real server on a free loopback port, a real Chromium, and no request that leaves the server."""

import logging
import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from service.bootstrap import assemble
from service.desk.people.passwords import first_link
from service.desk.templates import new_kind
from service.settings import Settings
from service.web.app import create_app
from tests.batch_tools import Process, wait_for, with_proofs
from tests.filing_papers import short_bundle
from tests.servers import answers, chromium_path, free_port
from tests.web.leave import BUNDLE, FORM, INSTANCE
from tests.web.people import signed

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALE = {"zh": "zh-CN", "en": "en-GB"}


def _own_templates(folder):
    """A unit's own folder: a seventh kind and a bundle of two parts."""
    (folder / "bundles").mkdir(parents=True)
    (folder / "bundles/small.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "leave.yaml").write_text(FORM, encoding="utf-8")
    desk = assemble(Settings(data=folder / "data"))
    for path, data in new_kind(desk, "leave", folder / "leave.yaml", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _samples(folder):
    """The samples, with the small bundle in place of the long one."""
    shutil.copytree(Settings().samples, folder)
    shutil.copy(folder / "uploads/publicity.jpg", folder / "photo.jpg")
    (folder / "slip.yaml").write_text("title: 关于添置桌椅的请示\n", encoding="utf-8")
    for lang in ("zh", "en"):
        instance = INSTANCE.replace("lang: zh", f"lang: {lang}")
        (folder / f"bundle.{lang}.yaml").write_text(
            instance.replace("activity.zh", f"activity.{lang}"), encoding="utf-8"
        )


@dataclass
class Served:
    """A desk that answers.

    Attributes:
        base: its address.
        data: its data folder.
        link: path of the link that makes the first administrator.
        process: `gongwen serve`; None where it runs in this process.
    """

    base: str
    data: object
    link: str
    process: object = None


@pytest.fixture(scope="session")
def here(tmp_path_factory):
    """A server in this process."""
    folder = tmp_path_factory.mktemp("browser")
    _own_templates(folder / "own")
    _samples(folder / "samples")
    settings = Settings(
        data=folder / "data", templates=folder / "own", samples=folder / "samples", converters=1
    )
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    desk = assemble(settings)
    served = make_server("127.0.0.1", 0, create_app(desk, settings), threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{served.server_port}"
    yield Served(base=base, data=settings.data, link=f"/link/{first_link(desk)}")
    served.shutdown()
    thread.join()
    served.server_close()
    desk.close()


@pytest.fixture(scope="session")
def server(here):
    """The address of a server in this process."""
    return here.base


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        yield browser
        browser.close()


@dataclass
class Window:
    """A browser window that speaks one language; `say(zh, en)` gives the words on its page."""

    page: object
    base: str
    lang: str

    def say(self, zh, en):
        return zh if self.lang == "zh" else en

    def open(self, path):
        return self.page.goto(self.base + path)

    def button(self, zh, en):
        return self.page.get_by_role("button", name=self.say(zh, en), exact=True)

    def press(self, zh, en):
        """Presses a button that loads the page anew."""
        with self.page.expect_navigation():
            self.button(zh, en).click()


NAME, SHOWN, PASSWORD = "wan", "万䶮", "春风又绿江南岸-1972"


def sign_in_once(served, chromium):
    """The first administrator by the link, on the real page; what the browser then keeps."""
    with windows(served.base, chromium) as make:
        w = make("zh")
        w.open(served.link)
        for field, text in (("shown", SHOWN), ("name", NAME), ("password", PASSWORD)):
            w.page.locator(f"#{field}").fill(text)
        w.press("保存并登录", "Save and sign in")
        assert w.page.get_by_role("link", name=SHOWN).count() == 1
        return w.page.context.storage_state()


@contextmanager
def windows(base, chromium, state=None):
    """Makes windows; fails where a request left the server, or a script or the policy failed.

    Args:
        base: the server's address.
        chromium: the browser.
        state: what a browser keeps in which somebody is signed in.
    """
    contexts, wrong = [], []

    def make(lang="zh", width=1280, *, javascript=True, signed_in=True):
        context = chromium.new_context(
            storage_state=state if signed_in else None,
            locale=LOCALE[lang],
            viewport={"width": width, "height": 850},
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.on(
            "request",
            lambda one: None if one.url.startswith((base, "data:")) else wrong.append(one.url),
        )
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda one: wrong.append(one.text) if "Content Security Policy" in one.text else None,
        )
        page.on("dialog", lambda dialog: dialog.accept())
        return Window(page=page, base=base, lang=lang)

    yield make
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture(scope="session")
def signed_in_here(here, chromium):
    return sign_in_once(here, chromium)


@pytest.fixture
def window(here, chromium, signed_in_here):
    """Windows on a server in this process, in which the administrator is signed in."""
    with windows(here.base, chromium, signed_in_here) as make:
        yield make


@contextmanager
def served_here(app):
    """The address of a server in this process for an application of a test's own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def client_windows(app, chromium):
    """Makes windows in which the person of a client is signed in, on a server of their own."""
    with served_here(app) as base, windows(base, chromium) as make:

        def of(client, lang="zh", width=1280, **more):
            found = make(lang, width, **more)
            cookie = {"name": "gongwen", "value": client.get_cookie("gongwen").value, "url": base}
            found.page.context.add_cookies([cookie])
            return found

        yield of


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A desk of a module's own, for people who are signed in by their clients."""
    settings = Settings(data=tmp_path_factory.mktemp("own"), converters=1)
    desk = assemble(settings)
    yield create_app(desk, settings)
    desk.close()


@pytest.fixture(scope="module")
def desk(app):
    return app.extensions["gongwen"].desk


@pytest.fixture(scope="module")
def wan(app):
    return signed(app, "wan", "clerk")


@pytest.fixture
def client_window(app, chromium):
    with client_windows(app, chromium) as of:
        yield of


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """`gongwen serve` as an operator runs it: converter, a worker and a web process.

    The unit hands the supervisory team less than usual: the journeys make the whole bundle.
    """
    folder = tmp_path_factory.mktemp("served")
    data, port, log = with_proofs(folder / "data"), free_port(), folder / "log"
    short_bundle(data / "templates")
    process = Process(
        "serve", data=data, log=log, PORT=str(port), GONGWEN_CONVERTERS="1", GONGWEN_WORKERS="1"
    )
    base = f"http://127.0.0.1:{port}"
    wait_for(lambda: answers(base))
    link = wait_for(lambda: re.search(r"/link/\S+", log.read_text("utf-8")))[0]
    yield Served(base=base, data=data, link=link, process=process)
    process.end()


@pytest.fixture(scope="session")
def signed_in_there(served, chromium):
    return sign_in_once(served, chromium)


@pytest.fixture
def office_window(served, chromium, signed_in_there):
    """Windows on `gongwen serve`, in which the administrator is signed in."""
    with windows(served.base, chromium, signed_in_there) as make:
        yield make
