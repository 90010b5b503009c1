"""Home, errors and languages."""

import shutil
from unittest import mock

import pytest
from werkzeug.exceptions import HTTPException

from service.bootstrap import assemble
from service.errors import (
    EXIT_CODES,
    ConflictError,
    DefinitionError,
    EngineError,
    GongwenError,
    InputError,
    NotFoundError,
    problem,
)
from service.settings import Settings
from service.web import access
from service.web.app import create_app
from service.web.errors import STATUS
from tests.web.people import signed
from tests.web.screen import get

SORRY = problem("x", "改一改。", "Mend it.", file="/secret/place/form.yaml", line=3)


def test_home_lists_every_kind(client, app):
    desk = app.extensions["gongwen"].desk
    for lang in ("zh", "en"):
        screen = get(client, f"/kinds?lang={lang}")
        for name in desk.catalog.kinds():
            link = screen.one(f'//a[@href="/kinds/{name}"]')
            assert link.text == desk.catalog.kind(name).form.title.of(lang)


def test_a_broken_kind_stops_no_other(own_templates, tmp_path):
    folder = tmp_path / "templates"
    for name in ("good", "bad"):
        (folder / "docx" / name).mkdir(parents=True)
    form = "title: {zh: 好, en: Good}\nsections: [{title: {zh: 一, en: One}, fields: [{name: a, type: text, label: {zh: 甲, en: A}}]}]\n"
    (folder / "docx/good/form.yaml").write_text(form)
    (folder / "docx/bad/form.yaml").write_text(form.replace("type: text", "type: txet"))
    settings = Settings(data=tmp_path / "data", templates=folder)
    client = signed(create_app(assemble(settings), settings))
    home = get(client, "/kinds?lang=zh")
    assert home.status == 200
    assert home.find('//a[@href="/kinds/good"]')
    assert not home.find('//a[@href="/kinds/bad"]')
    assert "form.yaml:2 sections.0.fields.0.type" in home.words()
    page = get(client, "/kinds/bad")
    assert page.status == 422
    assert "form.yaml:2" in page.words()


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "没有这个页面"), ("en", "There is no such page")]
)
def test_not_found_in_both_languages(client, lang, words):
    for path in (
        "/nope",
        "/kinds/none",
        "/made/x/y",
        "/bundle/pages/99999",
        "/kinds/..%2factivity",
    ):
        screen = get(client, f"{path}?lang={lang}")
        assert screen.status == 404
        assert words in screen.words()
        assert screen.title.startswith("错误：" if lang == "zh" else "Error: ")
        assert screen.response.headers["X-Request-ID"] in screen.words()


def test_every_error_of_the_family_has_one_status():
    assert set(STATUS) == set(EXIT_CODES)


@pytest.fixture(scope="module")
def app_with_errors(settings, tmp_path_factory):
    own = Settings(data=tmp_path_factory.mktemp("errors"), samples=settings.samples)
    app = create_app(assemble(own), own)

    def fail(kind: str) -> str:
        errors = {one.__name__: one for one in (*EXIT_CODES, GongwenError)}
        if kind in errors:
            raise errors[kind]([SORRY])
        if kind == "bug":
            raise RuntimeError("secret words")
        raise HTTPException(description="<b>raw</b>")

    app.add_url_rule("/fail/<kind>", view_func=fail)
    with mock.patch.dict(access.POLICY, fail=access.SIGNED):
        yield app


@pytest.mark.parametrize(
    ("error", "status"),
    [(DefinitionError, 422), (InputError, 422), (NotFoundError, 404), (ConflictError, 409),
     (EngineError, 503)],
)  # fmt: skip
@pytest.mark.parametrize(("lang", "words"), [("zh", "改一改。"), ("en", "Mend it.")])
def test_errors_of_the_family_are_pages(app_with_errors, error, status, lang, words):
    screen = get(signed(app_with_errors), f"/fail/{error.__name__}?lang={lang}")
    assert screen.status == status
    assert words in screen.words()
    assert "form.yaml:3" in screen.words()
    assert "/secret" not in screen.text


@pytest.mark.parametrize(("lang", "words"), [("zh", "程序出错"), ("en", "The program failed")])
def test_a_bug_is_a_page_without_traceback(app_with_errors, caplog, lang, words):
    screen = get(signed(app_with_errors), f"/fail/bug?lang={lang}")
    assert screen.status == 500
    assert words in screen.words()
    assert "secret words" not in screen.text
    assert "Traceback" not in screen.text
    number = screen.response.headers["X-Request-ID"]
    assert number in screen.words()
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_pages.py" in caplog.text  # where it arose
    assert "secret words" not in caplog.text  # the message of an error may quote what was typed


def test_wrong_method_and_wrong_post(client):
    got = client.post("/", data={"_csrf": "x"})
    assert got.status_code == 405
    assert "GET" in got.headers["Allow"]
    expired = client.post("/kinds/self_examination/roster?lang=en", data={})
    assert expired.status_code == 400
    assert "The page has expired" in expired.get_data(as_text=True)


@pytest.mark.parametrize(
    ("accept", "lang"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB,en;q=0.9,zh;q=0.1", "en"), ("fr", "zh-CN"),
     ("fr,en;q=0.5", "en"), ("", "zh-CN"), ("ZH-hant;q=0.4,EN;q=0.3", "zh-CN")],
)  # fmt: skip
def test_the_browsers_language(app, accept, lang):
    screen = get(signed(app), "/", **{"Accept-Language": accept})
    assert screen.tree.get("lang") == lang


def test_the_switch_keeps_page_and_query(app):
    client = signed(app)
    path = "/kinds/self_examination/roster"
    zh = get(client, f"{path}?doc=zh&lang=zh")
    link = zh.one('//a[@class="tongue"]').get("href")
    en = get(client, path + link)
    assert en.tree.get("lang") == "en"
    assert en.by_id("_doc").xpath(".//option[@selected]/@value") == ["zh"]
    assert get(client, "/", **{"Accept-Language": "zh"}).tree.get("lang") == "en"
    assert get(client, "/?lang=xx").tree.get("lang") == "en"


def test_a_wrong_activity_is_told_by_file_and_line(tmp_path):
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "activity.zh.yaml").write_text("unit: 馆\nyear: 错\n", encoding="utf-8")
    settings = Settings(data=tmp_path / "data", samples=samples)
    client = signed(create_app(assemble(settings), settings))
    screen = get(client, "/kinds/mobilization_notice?lang=zh")
    assert screen.status == 422
    assert "activity.zh.yaml:2" in screen.words()


def test_without_samples_all_kinds_still_open(tmp_path):
    settings = Settings(data=tmp_path / "data", samples=tmp_path / "none")
    app = create_app(assemble(settings), settings)
    client = signed(app)
    assert "样例" not in get(client, "/?lang=zh").words()
    for name in app.extensions["gongwen"].desk.catalog.kinds():
        assert get(client, f"/kinds/{name}?lang=en").status == 200
    assert get(client, "/bundle").status == 404


def test_a_kind_whose_layout_is_broken_still_opens(own_templates, tmp_path):
    folder = tmp_path / "templates"
    shutil.copytree(own_templates / "docx", folder / "docx")
    leave = folder / "docx/leave"
    shutil.copy(leave / "template.zh.docx", leave / "template.slip.zh.docx")
    (leave / "layout.yaml").write_text("blocks: wrong\n")
    settings = Settings(data=tmp_path / "data", templates=folder)
    client = signed(create_app(assemble(settings), settings))
    screen = get(client, "/kinds/leave?lang=zh")
    assert screen.status == 200
    assert [o.get("value") for o in screen.by_id("_part").iter("option")] == ["", "slip"]
