"""A bundle submitted by a clerk: checked, locked, seen, sent back, verified; in both languages."""

import pytest

from service.bootstrap import assemble
from service.desk.bundle.slots import Which
from service.desk.people.users import find_user
from service.settings import Settings
from tests.browser.conftest import NAME, windows
from tests.browser.test_access import LANGS, sound
from tests.browser.test_bundles import sample_activity
from tests.filing_papers import WHY, settle

pytestmark = [pytest.mark.browser, pytest.mark.office]


def settled(served, w):
    """The sample activity's papers, reviewed and final; the address of their filing."""
    place = sample_activity(w)
    desk = assemble(Settings(data=served.data))
    which = Which(activity_id=place.rpartition("/")[2], name="supervisory", lang="zh")
    settle(desk, find_user(desk, NAME), which)
    desk.close()
    return f"{place}/bundles/supervisory"


@pytest.mark.parametrize(
    ("lang", "javascript"), [("zh", True), pytest.param("en", False, marks=pytest.mark.long)]
)
def test_submitted_sent_back_and_verified(served, office_window, lang, javascript, tmp_path):
    settling = office_window("zh")
    place = settled(served, settling)
    w = office_window(lang, javascript=javascript)
    w.open(f"{place}?doc=zh")
    w.page.get_by_role("link", name=w.say("下一步：报送", "Next: submit it")).click()
    w.page.locator("#why-one_each").fill(WHY)
    w.page.locator("#day").fill("2014-07-21")
    w.press("重新核对", "Check again")
    assert w.page.locator("#why-one_each").input_value() == WHY
    w.press("报送并锁定", "Submit and lock")
    link = w.page.get_by_role("link", name=w.say("查看和下载", "See and download it"))
    link.wait_for(timeout=240_000)
    link.click()
    with w.page.expect_download() as waiting:
        w.page.locator(".filed-files").last.get_by_role("link").click()
    package = tmp_path / waiting.value.suggested_filename
    assert package.suffix == ".zip"
    waiting.value.save_as(package)
    w.page.locator("#reason").fill("整改时限不明确")
    w.press("登记退回", "Note the return")
    assert "整改时限不明确" in w.page.locator(".notice").first.inner_text()
    w.open("/verify")
    w.page.locator("#upload").set_input_files(package)
    w.press("核对", "Verify")
    assert w.say("完好无改动", "whole and unchanged") in w.page.locator("#verdict").inner_text()


@LANGS
def test_pages_of_filing_are_sound(served, office_window, filed, lang):
    w = office_window(lang)
    bundle, submission = filed
    for path in (
        f"{bundle}/filing?doc=zh",
        f"{bundle}/filing?doc=zh&profile=archive",
        bundle.replace("supervisory", "branch") + "/filing?doc=zh",
        submission,
        "/verify",
    ):
        w.open(path)
        w.page.locator("main details").evaluate_all("all => all.forEach((one) => one.open = true)")
        sound(w, path)


@pytest.fixture(scope="module")
def filed(served, chromium, signed_in_there):
    """A bundle and what was submitted of it."""
    with windows(served.base, chromium, signed_in_there) as make:
        w = make("zh")
        place = settled(served, w)
        w.open(f"{place}/filing?doc=zh")
        w.page.locator("#why-one_each").fill(WHY)
        w.press("报送并锁定", "Submit and lock")
        link = w.page.get_by_role("link", name="查看和下载")
        link.wait_for(timeout=240_000)
        return place, link.get_attribute("href")
