"""A bundle by a clerk: the sample activity, one part lacking, found and mended, made, taken."""

import pytest

from tests.browser.conftest import windows
from tests.browser.test_access import LANGS, sound
from tests.helpers_pdf import Paper, make_pdf, words

pytestmark = [pytest.mark.browser, pytest.mark.office]


def empty_activity(w):
    """The sample activity without papers; where its page is."""
    w.open("/activities")
    w.page.locator('form[action="/activities/sample"] button').first.click()
    w.page.wait_for_url("**/activities/*")
    return w.page.url.removeprefix(w.base).partition("?")[0]


def sample_activity(w):
    """The same with its papers."""
    place = empty_activity(w)
    with w.page.expect_navigation(timeout=120_000):
        w.page.locator('button[value="sample"]').click()
    return place


# With JavaScript a bundle is made on the way of test_journeys.py.
@pytest.mark.parametrize(
    "javascript", [pytest.param(True, marks=pytest.mark.long), False], ids=["js", "no-js"]
)
def test_a_missing_part_is_put_in_and_the_bundle_is_made(office_window, javascript, tmp_path):
    w = office_window("zh", javascript=javascript)
    place = sample_activity(w)
    w.open(f"{place}/bundles/supervisory?doc=zh")
    letter = tmp_path / "报送函.pdf"
    letter.write_bytes(b"no pdf at all")
    row = w.page.locator("#slot-cover_letter")
    row.locator("input[type=file]").set_input_files(letter)
    row.get_by_role("button", name="放入").click()
    w.page.get_by_role("alert").first.wait_for()
    letter.write_bytes(_page())
    row = w.page.locator("#slot-cover_letter")
    row.locator("input[type=file]").set_input_files(letter)
    row.get_by_role("button", name="放入").click()
    w.page.locator("#slot-cover_letter .chip.there").wait_for()
    with w.page.expect_navigation():
        w.page.locator(".make button").click()
    w.page.locator(".pictures img").first.wait_for(timeout=180_000)
    with w.page.expect_download() as waiting:
        w.page.get_by_role("link", name="下载 PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    assert waiting.value.suggested_filename.endswith(".pdf")


@LANGS
def test_the_bundles_page_is_sound(office_window, made, lang):
    w = office_window(lang)
    w.open(f"{made}/bundles/branch?doc=zh")
    sound(w, "a bundle with a missing part")
    bundle = f"{empty_activity(w)}/bundles/supervisory?doc=zh"
    w.open(bundle)
    with w.page.expect_navigation():
        w.page.locator('button[value="begin:notice"]').click()
    assert w.page.url.endswith("/draft")
    w.open(bundle)
    sound(w, "a bundle with a draft and nothing else")
    w.open(f"{made}/bundles/supervisory?doc=zh")
    w.page.locator(".result details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "a bundle that is made")


@pytest.fixture(scope="module")
def made(served, chromium, signed_in_there):
    """An activity whose bundle is made."""
    with windows(served.base, chromium, signed_in_there) as make:
        w = make("zh")
        place = sample_activity(w)
        w.open(f"{place}/bundles/supervisory?doc=zh")
        with w.page.expect_navigation():
            w.page.locator(".make button").click()
        w.page.locator(".pictures img").first.wait_for(timeout=180_000)
    return place


def _page():
    return make_pdf(Paper(drawing=words("letter")))
