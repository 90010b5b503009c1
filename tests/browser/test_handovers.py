"""Papers handed over in a real browser: the former clerk's open client_window says so and keeps the text."""

import pytest

from tests.browser.test_access import LANGS, sound
from tests.document_tools import EXAM, begin, keep_activity, paper
from tests.web.people import signed

pytestmark = pytest.mark.browser


@pytest.fixture
def li(app):
    return signed(app, "li", "clerk")


@pytest.fixture
def exam(desk, wan):
    return begin(desk, wan.person, keep_activity(desk), EXAM, person_name="邹黎")


def hand_over(w, document, to):
    w.open(f"/documents/{document}")
    w.page.locator(".hand-over summary").click()
    w.page.locator("#to").select_option(label=to)
    w.press("转交", "Hand over")


@LANGS
def test_every_page_is_for_everybody(client_window, app, desk, wan, li, exam, lang):
    notice = begin(desk, wan.person, keep_activity(desk))
    w = client_window(wan, lang)
    w.open(f"/documents/{notice}")
    w.page.locator(".hand-over summary").click()
    sound(w, "to whom")
    w.press("转交", "Hand over")
    sound(w, "to nobody")
    hand_over(w, notice, "li")
    sound(w, "handed over")
    hand_over(w, exam, "li")
    sound(w, "not seen any more")
    theirs = client_window(li, lang)
    theirs.open("/")
    sound(theirs, "first page")
    chief = signed(app, "chief")
    w = client_window(chief, lang)
    w.open(f"/users/{li.person.id}#papers")
    w.press("全部转交", "Hand all over")
    sound(w, "all to nobody")
    w.page.locator("#to").select_option(label="wan")
    w.press("全部转交", "Hand all over")
    sound(w, "all handed over")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_it_is_done_by_keyboard(client_window, desk, wan, li, exam, javascript):
    w = client_window(wan, javascript=javascript)
    w.open(f"/documents/{exam}")
    w.page.locator(".hand-over summary").focus()
    keys = w.page.keyboard
    keys.press("Enter")
    keys.press("Tab")
    keys.type("li")
    keys.press("Tab")
    with w.page.expect_navigation():
        keys.press("Enter")
    assert w.page.get_by_text("已转交给li").first.is_visible()
    assert paper(desk, exam).row.handler_id == li.person.id


def test_an_open_window_says_that_it_is_not_saved_and_keeps_what_was_typed(
    client_window, desk, wan, li, exam
):
    old, other = client_window(wan), client_window(wan)
    old.open(f"/documents/{exam}/draft")
    field = old.page.locator("#f-department")
    field.fill("陈列部")
    old.page.wait_for_selector('#paper[data-draft="saved"]')
    hand_over(other, exam, "li")
    before = paper(desk, exam).row.answers
    field.fill("写在转交以后")
    old.page.wait_for_selector('#paper[data-draft="gone"] .when-gone')
    old.page.locator(".bar [value=save]").click()
    old.page.wait_for_timeout(500)
    assert field.input_value() == "写在转交以后"
    assert paper(desk, exam).row.answers == before
    theirs = client_window(li)
    theirs.open(f"/documents/{exam}/draft")
    assert theirs.page.locator("#f-department").input_value() == "陈列部"
