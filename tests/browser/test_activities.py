"""Journeys with an activity in a real browser: from the sample to a begun paper; next year's copy."""

import pytest

from service.bootstrap import assemble
from service.settings import Settings
from service.web.app import create_app
from tests.batch_tools import with_proofs
from tests.browser.conftest import client_windows
from tests.browser.test_access import LANGS, sound
from tests.web.people import signed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings(data=with_proofs(tmp_path_factory.mktemp("activities")))
    desk = assemble(settings)
    yield create_app(desk, settings)
    desk.close()


@pytest.fixture
def window(app, chromium):
    """Windows in which a clerk is signed in, or another one."""
    with client_windows(app, chromium) as of:
        yield lambda *how, who="li", **more: of(signed(app, who, "clerk"), *how, **more)


def from_the_sample(w):
    """An activity's address."""
    w.open("/activities")
    w.press("用样例建一项", "Make one from the sample")
    return w.page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_from_the_sample_to_a_begun_paper(window, javascript):
    w = window("zh", javascript=javascript)
    page = w.page
    from_the_sample(w)
    with page.expect_navigation():
        page.locator('button[value="start:leaders:涂玥"]').click()
    assert page.url.endswith("/draft")
    assert page.locator('[name="person_name"]').input_value() == "涂玥"
    page.go_back()
    page.reload()
    row = page.locator("li", has_text="涂玥").last
    assert row.locator(".chip").inner_text() == "草稿"
    with page.expect_navigation():
        row.get_by_role("link").click()
    assert "/documents/" in page.url
    w.open("/")
    assert page.get_by_role("link", name="党的群众路线教育实践活动").count() >= 1


def test_the_text_for_the_chat_is_copied(window):
    w = window("zh")
    page = w.page
    from_the_sample(w)
    page.get_by_text("催交文字（贴到工作群）").last.click()
    page.locator('[data-copy="remind-leaders"]').click()
    assert page.locator('[data-copy="remind-leaders"]').inner_text() == "已复制"
    picked = page.evaluate("getSelection().toString()")
    assert "还差4人：涂玥、熊翀、万䶮、章堃" in picked


def test_two_editors_of_one_profile_lose_nothing(window):
    one, two = window("zh"), window("zh", who="wan")
    address = from_the_sample(one)
    profile = address.removeprefix(one.base) + "/profile?doc=zh"
    one.open(profile)
    two.open(profile)
    one.page.locator("#f-unit_short").fill("甲馆")
    one.press("保存", "Save")
    two.page.locator("#f-unit_short").fill("乙馆")
    two.press("保存", "Save")
    summary = two.page.locator("#summary")
    assert "甲馆" in summary.inner_text()
    assert two.page.locator("#f-unit_short").input_value() == "乙馆"
    assert summary.evaluate("node => node === document.activeElement")
    with two.page.expect_navigation():
        summary.get_by_role("button").click()
    assert two.page.locator("#f-unit_short").input_value() == "甲馆"
    two.press("保存", "Save")
    assert two.page.url.startswith(address)


def test_next_years_copy_is_three_clicks(window):
    w = window("zh")
    page = w.page
    address = from_the_sample(w)
    page.get_by_role("link", name="复制到明年或别的支部").click()
    page.get_by_text("星期几不变").click()
    w.press("建立新活动", "Make the new activity")
    assert page.url != address
    assert "2015年6月5日（星期五）" in page.locator("main").inner_text()
    assert page.locator('button[value="start:plan:"]').count() == 1


@LANGS
def test_every_page_is_accessible_and_none_too_wide(window, lang):
    w = window(lang)
    address = from_the_sample(w).removeprefix(w.base)
    w.page.locator('button[value="start:plan:"]').click()
    w.page.wait_for_url("**/draft")
    for path in (
        "/",
        "/activities",
        "/activities/new",
        address,
        f"{address}/profile",
        f"{address}/copy",
    ):
        w.open(path)
        w.page.locator("main details").evaluate_all("all => all.forEach((one) => one.open = true)")
        # The bar that stays in sight hides half a field wherever one stops; at the end it hides none.
        w.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        sound(w, path)
