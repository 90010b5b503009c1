"""Last year's text in a real browser: one click puts it in, Ctrl+Z takes it back, it saves itself."""

import pytest

from service.store.models import Activity
from tests.browser.test_access import LANGS, sound
from tests.document_tools import begin, keep_activity, paper

pytestmark = pytest.mark.browser
KIND, FIELD = "experience_paper", "text"
OLD = "　　一、思想认识 & <b>“旧”</b>\n\n　　二、𠮷。"


@pytest.fixture
def today(desk, wan):
    before, after = keep_activity(desk, "前一年的活动"), keep_activity(desk)
    with desk.store.write() as session:
        session.get(Activity, after).copied_from = before
    begin(desk, wan.person, before, KIND, person_name="邹黎", answers={FIELD: OLD})
    return begin(desk, wan.person, after, KIND, person_name="邹黎", answers={})


def saved(page):
    page.wait_for_selector('#paper[data-draft="saved"]')


def test_one_click_puts_it_in_and_undo_takes_it_back(client_window, desk, wan, today):
    w = client_window(wan)
    page = w.page
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/last/" in one.url else None)
    w.open(f"/documents/{today}/draft")
    assert asked == []
    page.locator(".last-year summary").click()
    put = page.get_by_role("button", name="放进这一栏")
    put.click()
    field = page.locator("#f-text")
    assert field.input_value() == OLD
    page.wait_for_selector('#paper[data-draft="typed"]')
    saved(page)
    assert paper(desk, today).row.answers[FIELD] == OLD
    page.keyboard.press("Control+z")
    assert field.input_value() == ""
    field.fill("今年的话")
    put.click()
    assert field.input_value() == f"今年的话\n{OLD}"
    page.wait_for_selector('#paper[data-draft="typed"]')
    saved(page)
    assert paper(desk, today).row.answers[FIELD] == f"今年的话\n{OLD}"
    for _ in range(2):
        page.locator(".last-year summary").click()
    assert len(asked) == 1


def test_opening_it_does_not_call_saved_what_is_not(client_window, desk, wan, today):
    w = client_window(wan)
    page = w.page
    page.route(
        "**/draft",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    w.open(f"/documents/{today}/draft")
    page.locator("#f-title").fill("还没保存")
    page.locator(".last-year summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="放进这一栏").wait_for()
    assert page.locator("#paper").get_attribute("data-draft") in {"typed", "away"}
    page.unroute("**/draft")
    saved(page)
    assert paper(desk, today).row.answers["title"] == "还没保存"


def test_without_javascript(client_window, desk, wan, today):
    w = client_window(wan, javascript=False)
    w.open(f"/documents/{today}/draft")
    w.page.locator("#f-title").fill("题")
    w.page.locator(".last-year summary").click()
    w.press("保存草稿，打开去年的文字", "Save the draft and open it")
    w.press("放进草稿", "Put it into the draft")
    assert w.page.locator("#f-text").input_value() == OLD
    assert w.page.locator("#f-title").input_value() == "题"


@LANGS
def test_every_page_is_for_everybody(client_window, wan, today, lang):
    w = client_window(wan, lang)
    w.open(f"/documents/{today}/draft")
    w.page.locator(".last-year summary").click()
    w.page.locator(".last-text").wait_for()
    sound(w, "beside the field")
    w.open(f"/documents/{today}/draft/last/text")
    sound(w, "a page of its own")
