"""Drafts in a real browser: saved while one types, two windows on one draft, a server that is away."""

import re
from functools import partial

import pytest

from service.bootstrap import assemble
from service.desk.documents.drafts import create_document, save_draft
from service.desk.documents.versions import generate, open_version
from service.settings import Settings
from service.web.app import create_app
from tests.browser.conftest import _own_templates, client_windows
from tests.browser.test_access import LANGS, sound
from tests.document_tools import begin, keep_activity, paper, send_back
from tests.web.people import signed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafts")
    _own_templates(folder / "own")
    settings = Settings(data=folder / "data", templates=folder / "own", converters=1)
    desk = assemble(settings)
    yield create_app(desk, settings)
    desk.close()


@pytest.fixture(scope="module")
def person(app):
    return signed(app, "wan", "clerk").person


@pytest.fixture
def window(app, chromium):
    """Windows in which a clerk is signed in."""
    with client_windows(app, chromium) as of:
        yield partial(of, signed(app, "wan", "clerk"))


@pytest.fixture(scope="module")
def activity(desk):
    return keep_activity(desk)


@pytest.fixture
def slip(desk, person, activity):
    return create_document(desk, person, activity, "leave", "zh")


def open_draft(window, document):
    window.open(f"/documents/{document}/draft")
    return window.page


def kept(desk, document):
    return paper(desk, document).row.answers


def saved(page):
    page.wait_for_selector('#paper[data-draft="saved"]')


def test_a_draft_saves_itself_while_one_types(window, desk, slip):
    asked = []
    w = window("zh")
    page = open_draft(w, slip)
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.locator("#f-title").fill("题")
    page.wait_for_selector('#paper[data-draft="typed"] .when-typed')
    saved(page)
    assert re.fullmatch(r"已保存 \d\d:\d\d", page.locator("#saved .when-saved").inner_text())
    page.locator("#f-reason").press_sequentially("　　一段")
    saved(page)
    page.locator('input[name="urgent"][value="true"]').check()
    page.wait_for_selector('#paper[data-draft="typed"]')
    saved(page)
    page.get_by_role("button", name=re.compile("添加一行.*物品")).click()
    page.locator("#f-things-0-name").fill("　桌")
    page.wait_for_selector('#paper[data-draft="typed"]')
    saved(page)
    assert kept(desk, slip) == {
        "title": "题", "reason": "　　一段", "urgent": "true",
        "things": [{"name": "　桌", "many": "", "due": ""}],
    }  # fmt: skip
    open_draft(w, slip)
    assert asked == [], "all was saved, and yet the page asked before leaving"
    assert page.locator("#f-reason").input_value() == "　　一段"


def test_a_prefilled_value_is_given_back(window, desk, slip):
    w = window("zh")
    page = open_draft(w, slip)
    before = page.locator("#f-issuer").input_value()
    back = page.get_by_role("button", name=re.compile("恢复活动档案的内容.*发文机关"))
    assert not back.is_visible()
    page.locator("#f-issuer").fill("别的机关")
    assert back.is_visible()
    assert not page.locator("#f-issuer-origin").is_visible()
    with page.expect_navigation():
        back.click()
    assert page.locator("#f-issuer").input_value() == before
    assert kept(desk, slip) == {}


def test_two_windows_on_one_draft_lose_nothing(window, desk, slip):
    first, second = window("zh"), window("zh", width=375)
    one, two = open_draft(first, slip), open_draft(second, slip)
    one.locator("#f-reason").fill("　　甲写的理由")
    saved(one)
    with two.expect_navigation():
        two.locator("#f-reason").fill("乙写的理由\n第二段")
    assert two.locator("h1").inner_text() == "同一份草稿有两份内容"
    assert "甲写的理由" in two.locator("main").inner_text()
    two.get_by_role("radio", name=re.compile("两份都要")).check()
    with two.expect_navigation():
        two.get_by_role("button", name="按所选保存").click()
    assert two.locator("#f-reason").input_value() == "　　甲写的理由\n乙写的理由\n第二段"
    assert kept(desk, slip)["reason"] == "　　甲写的理由\n乙写的理由\n第二段"
    # The first window goes on typing: now it is the one that is told.
    with one.expect_navigation():
        one.locator("#f-title").fill("题")
    assert "您在别的窗口里保存过" in one.locator("main").inner_text()


def test_a_server_that_is_away_is_told_and_tried_again(window, desk, slip):
    w = window("zh")
    page = open_draft(w, slip)
    page.route("**/draft", lambda route: route.abort())
    page.locator("#f-title").fill("断线时写的")
    page.wait_for_selector('#paper[data-draft="away"] .when-away')
    assert "title" not in kept(desk, slip)
    page.unroute("**/draft")
    saved(page)
    assert kept(desk, slip)["title"] == "断线时写的"
    page.route("**/draft", lambda route: route.fulfill(status=503, body=""))
    page.get_by_role("button", name=re.compile("添加一行.*物品")).click()
    page.wait_for_selector('#paper[data-draft="away"]')
    assert page.locator("#f-title").input_value() == "断线时写的"
    page.unroute("**/draft")
    saved(page)


def test_whoever_was_signed_out_keeps_what_was_typed(window, desk, slip):
    w = window("zh")
    page = open_draft(w, slip)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator("#f-title").fill("退出以后写的")
    page.wait_for_selector('#paper[data-draft="out"] .when-out')
    assert "title" not in kept(desk, slip)
    page.context.add_cookies(cookies)
    saved(page)
    assert kept(desk, slip)["title"] == "退出以后写的"


def test_the_check_leads_into_the_wrong_field(window, desk, slip):
    w = window("zh")
    page = open_draft(w, slip)
    page.locator("#f-amount").fill("一百")
    w.press("检查并生成", "Check and make")
    with page.expect_navigation():
        page.locator("#summary a", has_text="数量").click()
    page.wait_for_function("() => document.activeElement.id === 'f-amount'")
    box, bar = page.locator("#f-amount").bounding_box(), page.locator(".bar").bounding_box()
    assert 0 < box["y"] < bar["y"] - box["height"]


def test_the_button_and_enter_save_in_place(window, desk, slip):
    w = window("zh")
    page = open_draft(w, slip)
    page.locator("#f-title").fill("一")
    page.locator("#f-asker").fill("赵")
    page.locator("#f-asker").press("Enter")
    saved(page)
    assert kept(desk, slip)["asker"] == "赵"
    page.locator("#f-asker").fill("钱")
    page.locator(".bar [value=save]").click()
    saved(page)
    assert kept(desk, slip)["asker"] == "钱"


@pytest.mark.office
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_checked_beside_its_pages_and_made(window, desk, person, activity, lang):
    w = window(lang)
    document = begin(desk, person, activity)
    w.open(f"/documents/{document}/draft")
    w.press("检查并生成", "Check and make")
    w.page.locator(".pictures img").first.wait_for()
    w.page.locator(".pictures img").first.evaluate("one => one.decode()")
    w.press("生成", "Make it")
    with w.page.expect_download() as waiting:
        w.page.locator(".result a").first.click()
    assert waiting.value.suggested_filename.endswith(".docx")


@LANGS
def test_pages_of_a_document_are_sound(window, desk, person, activity, lang):
    w = window(lang)
    document = begin(desk, person, activity)
    generate(desk, person, document)
    rewrite(desk, person, document, title="另一个标题", asked_last_year="去年填的")
    generate(desk, person, document)
    send_back(desk, person, document, open_version(desk, document, 1).data)
    rewrite(desk, person, document, amount="一百", issue_date="二月三十日")
    for path in ("", "?made=2", "/draft", "/draft?wrong=1", "/check"):
        w.open(f"/documents/{document}{path}")
        w.page.locator("details").evaluate_all("all => all.forEach((one) => one.open = true)")
        sound(w, path)
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    w.press("存为草稿", "Keep as a draft")
    sound(w, "keep")


@LANGS
def test_two_texts_are_sound(window, desk, person, activity, lang):
    w = window(lang)
    document = create_document(desk, person, activity, "leave", "zh")
    page = open_draft(w, document)
    rows = [{"name": "桌", "many": "3"}]
    rewrite(desk, person, document, reason="别处写的", title="别处", things=rows)
    with page.expect_navigation():
        page.locator("#f-reason").fill("这里写的")
    sound(w, "two texts")
    page.evaluate("document.querySelectorAll('[required]').forEach((one) => one.required = false)")
    w.press("按所选保存", "Save what I chose")
    assert page.locator("#summary").count() == 1
    sound(w, "to choose")


def rewrite(desk, person, document, **changes):
    row = paper(desk, document).row
    save_draft(desk, person, document, row.revision, {**row.answers, **changes})
