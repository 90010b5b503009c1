"""The server is killed while a clerk types: what the page called saved is there afterwards."""

import http.cookiejar
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from service.core.people import COMMAND_LINE
from service.desk.documents.drafts import create_document
from service.desk.people.passwords import use_link
from service.desk.people.users import add_user
from tests.batch_tools import Process, desk_at, wait_for
from tests.document_tools import NOTICE, keep_activity, paper
from tests.servers import free_port
from tests.web.people import PASSWORD

pytestmark = pytest.mark.slow

ROUNDS = 2


class Browser:
    """Signs in and saves over real HTTP."""

    def __init__(self, base):
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path):
        with self.opener.open(self.base + path, timeout=30) as got:
            return got.read().decode()

    def post(self, path, **fields):
        data = urllib.parse.urlencode(fields).encode()
        asked = urllib.request.Request(self.base + path, data, {"HX-Request": "true"})
        with self.opener.open(asked, timeout=30) as got:
            return got.read().decode()

    def sign_in(self):
        page = self.get("/sign-in")
        self.post("/sign-in", _csrf=csrf(page), name="wan", password=PASSWORD)


def csrf(page):
    return re.search(r'name="_csrf" value="([^"]+)"', page).group(1)


def revision(page):
    return re.search(r'name="_revision" value="(\d+)"', page).group(1)


def answers(base):
    try:
        with urllib.request.urlopen(f"{base}/sign-in", timeout=5) as got:
            return got.status == 200
    except OSError:
        return False


@pytest.fixture
def served(tmp_path):
    """A draft of a clerk in a data folder, and a way to start the server on it."""
    data, port = tmp_path / "data", free_port()
    with desk_at(data) as desk:
        wan, link = add_user(desk, COMMAND_LINE, name="wan", shown="万", role="clerk")
        use_link(desk, link, password=PASSWORD)
        draft = create_document(desk, wan, keep_activity(desk), NOTICE, "zh")
    base = f"http://127.0.0.1:{port}"

    def start():
        server = Process(
            "serve", "--port", str(port), data=data, log=tmp_path / "log",
            GONGWEN_CONVERTERS="1", GONGWEN_WORKERS="0",
        )  # fmt: skip
        wait_for(lambda: answers(base), seconds=90)
        return server

    return data, base, draft, start


def test_what_was_called_saved_outlives_kill_9(served):
    data, base, draft, start = served
    path, said, number = f"/documents/{draft}/draft", 0, 0
    for turn in range(ROUNDS):
        server = start()
        try:
            browser = Browser(base)
            browser.sign_in()
            page = browser.get(path)
            kept = re.search(r"第(\d+)次", page)
            # Whatever stands there now: no less than what was called saved, no more than was sent.
            assert said <= int(kept.group(1) if kept else 0) <= number
            token, at = csrf(page), revision(page)
            threading.Timer(0.2 + 0.13 * turn, server.kill).start()
            while True:
                number += 1
                text = f"　　第{number}次" + "写" * 2000
                try:
                    line = browser.post(path, _csrf=token, _revision=at, purpose=text)
                except OSError:
                    break
                assert "已保存" in line or "Saved" in line
                said, at = number, revision(line)
        finally:
            server.process.send_signal(signal.SIGKILL)
            server.end()
            time.sleep(0.3)
    assert said > ROUNDS, "hardly anything was saved between the kills"
    with desk_at(data) as desk:
        text = paper(desk, draft).row.answers["purpose"]
    assert int(re.match(r"　　第(\d+)次", text).group(1)) in {said, number}
    assert text.endswith("写" * 2000)
