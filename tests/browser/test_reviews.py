"""Reviews and what comes back in a real browser: by keyboard alone, narrow, and sound to axe."""

import pytest

from service.desk.documents.drafts import save_draft
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate
from tests.browser.test_access import LANGS, sound
from tests.desk.test_returned import photo
from tests.document_tools import EXAM, begin, keep_activity, paper
from tests.web.people import signed

pytestmark = [pytest.mark.browser, pytest.mark.office]
BRANCH = "第一党支部"


@pytest.fixture(scope="module")
def clerk(app):
    return signed(app, "wan", "clerk")


@pytest.fixture(scope="module")
def secretary(app):
    return signed(app, "shuji", "reviewer", "branch_secretary", BRANCH)


@pytest.fixture(scope="module")
def activity(desk):
    return keep_activity(desk)


def in_review(desk, clerk, activity, name):
    document = begin(desk, clerk.person, activity, EXAM, person_name=name, branch=BRANCH)
    row = paper(desk, document).row
    answers = {k: v for k, v in row.answers.items() if not k.startswith("review")}
    answers |= {"branch": BRANCH, "person_name": name}
    save_draft(desk, clerk.person, document, row.revision, answers)
    generate(desk, clerk.person, document)
    move_document(desk, clerk.person, document, "in_review")
    return document


def test_a_reviewer_goes_through_what_waits_by_keyboard_alone(
    desk, clerk, secretary, client_window, activity
):
    first, second = (in_review(desk, clerk, activity, name) for name in ("邹黎", "谌秋"))
    w = client_window(secretary)
    w.open(f"/documents/{first}/review")
    page = w.page
    page.wait_for_selector(".pictures img")
    page.locator("input[name=result]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("第二条写得太空。")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert paper(desk, first).row.state == "to_revise"
    assert page.evaluate("document.activeElement.className") == "result"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/documents/{second}/review")
    page.locator("input[value=agree]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert paper(desk, second).row.state == "final"


def test_without_javascript(desk, clerk, secretary, client_window, activity):
    document = in_review(desk, clerk, activity, "熊远")
    w = client_window(secretary, javascript=False)
    w.open(f"/documents/{document}/review")
    w.page.get_by_role("link", name="显示页面").click()
    assert w.page.locator(".pictures img").count() > 0
    w.page.locator("input[value=agree]").check()
    w.press("登记意见", "Record the opinion")
    assert paper(desk, document).row.state == "final"


@LANGS
def test_pages_are_sound(desk, clerk, secretary, client_window, activity, lang):
    document = in_review(desk, clerk, activity, f"舒{lang}")
    w = client_window(secretary, lang)
    w.open(f"/documents/{document}/review")
    w.page.wait_for_selector(".pictures img")
    sound(w, "reviewer's page")
    w = client_window(clerk, lang)
    w.open(f"/documents/{document}/review")
    w.page.wait_for_selector(".pictures img")
    w.page.locator("#opinion-form").evaluate("form => form.noValidate = true")
    with w.page.expect_navigation():
        w.page.locator("button[value=give]").click()
    w.page.wait_for_selector(".pictures img")
    sound(w, "clerk's page, wrong")
    move_document(desk, clerk.person, document, "final")
    w.open(f"/documents/{document}")
    sound(w, "document")
    w.open(f"/activities/{activity}/scans")
    files = [(f"舒{lang}.jpg", photo()), ("IMG_1.jpg", photo(1300, 1800)), ("x.jpg", b"x")]
    w.page.set_input_files(
        "#scans",
        [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files],
    )
    with w.page.expect_navigation():
        w.page.locator("button[value=take]").click()
    sound(w, "scans, sorted")
    assert paper(desk, document).row.state == "scanned"
