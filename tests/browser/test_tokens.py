"""A token made, copied and revoked by hand; the reference of the API; nothing from outside."""

import pytest

from tests.browser.test_access import LANGS, sound

pytestmark = pytest.mark.browser


@LANGS
def test_a_token_is_made_and_revoked(window, lang):
    w = window(lang)
    w.open("/account")
    w.page.locator("#token-name").fill("OA")
    w.press("生成令牌", "Make the token")
    assert w.page.locator('[role="status"] code').inner_text().startswith("gw_")
    sound(w, "made")
    before = w.page.locator('form[action="/account/tokens/revoke"]').count()
    w.page.locator('form[action="/account/tokens/revoke"] button').first.click()
    w.page.wait_for_url("**/account/tokens")
    assert w.page.locator('form[action="/account/tokens/revoke"]').count() == before - 1
    assert not w.page.locator('[role="status"]').count()
    sound(w, "revoked")


@LANGS
def test_the_reference_is_read(window, lang):
    w = window(lang)
    outside = []
    w.page.on(
        "request", lambda one: outside.append(one.url) if "127.0.0.1" not in one.url else None
    )
    w.open("/api/v1/")
    w.page.locator("#me_me summary").click()
    assert "/api/v1/me" in w.page.locator("#me_me").inner_text()
    assert w.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # All operations are written by one macro: of so many, each open, axe looks at some.
    w.page.locator("details").evaluate_all(
        "all => all.forEach((one, n) => { if (n % 6) one.remove(); else one.open = true; })"
    )
    sound(w, "reference")
    assert outside == []
