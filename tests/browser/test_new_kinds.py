"""The page of a new kind is for everybody: as it comes, with mistakes told, with its trial."""

import pytest

from tests.browser.test_access import LANGS, sound

pytestmark = [pytest.mark.browser, pytest.mark.office]


@LANGS
def test_every_state_of_the_page(window, lang):
    w = window(lang)
    w.open("/new-kind")
    w.page.locator("main details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "as it comes")
    text = w.page.locator("#form").input_value()
    w.page.locator("#form").fill(text.replace("type: integer", "type: number"))
    w.press("试做一份", "Try it")
    assert w.page.evaluate("document.activeElement.id") == "summary"
    w.page.locator("#summary a").last.click()
    assert w.page.evaluate("document.activeElement.id") == "form"
    sound(w, "with mistakes")
    w.page.locator("#name").fill("request")
    w.page.locator("#form").fill(text)
    w.press("试做一份", "Try it")
    w.page.locator(".pictures img").first.wait_for()
    sound(w, "with its trial")
