"""The first document by the keyboard alone, and without JavaScript."""

import pytest

from tests.browser.conftest import windows
from tests.browser.counted import Person
from tests.browser.fresh import PASSWORD, fresh_here
from tests.browser.journeys import sample, sign_in
from tests.helpers_word import assert_docx_text

pytestmark = pytest.mark.browser


class ByKeys(Person):
    """Somebody whose mouse is broken."""

    def go(self, locator):
        """Tab until it is there."""
        for _ in range(200):
            if locator.evaluate("one => one === document.activeElement"):
                return locator
            self.page.keyboard.press("Tab")
        raise AssertionError(f"200 tabs do not reach {locator}")

    def press(self, locator):
        self.go(locator)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _reach(self, locator):
        self.go(locator)


@pytest.fixture
def fresh(tmp_path):
    with fresh_here(tmp_path) as found:
        found.person("li", "黎书瑶")
        yield found


def test_the_keyboard_alone(fresh, chromium):
    answers = sample("zh", "mobilization_notice")
    with windows(fresh.base, chromium) as make:
        p = ByKeys(make("zh"))
        field = p.page.locator
        sign_in(p, "li")
        p.press(p.link("文书种类", "Kinds"))
        p.press(p.link("动员部署会通知", "Notice"))
        p.page.keyboard.press("Tab")  # the first stop of every page leads past its head
        p.page.keyboard.press("Enter")
        p.write(field("#f-title"), "\n".join(answers["title"]))
        p.write(field("#f-purpose"), answers["purpose"])
        p.moment(field("#f-meeting_time"), answers["meeting_time"])
        first, second = answers["agenda"][:2]
        p.write(field("#f-agenda-0-item"), first["item"])
        p.write(field("#f-agenda-0-speaker"), first["speaker"])
        p.write(field("#f-agenda-0-minutes"), str(first["minutes"]))
        p.go(p.page.locator('button[value="add:agenda"]'))
        p.page.keyboard.press("Space")
        p.page.wait_for_function("() => document.activeElement.id === 'f-agenda-1-item'")
        p.write(field("#f-agenda-1-item"), second["item"])
        p.write(field("#f-agenda-1-speaker"), second["speaker"])
        p.write(field("#f-agenda-1-minutes"), str(second["minutes"]))
        p.go(p.button("下载 Word", "Download Word"))
        with p.download() as taken:
            p.page.keyboard.press("Enter")
        assert p.count.clicks == 0
        assert p.count.fields == 11
    told = (*answers["title"], answers["purpose"], first["item"], second["item"])
    assert_docx_text(taken["file"], *told, "上午9时30分")


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_without_javascript(fresh, chromium, lang):
    answers = sample(lang, "mobilization_notice")
    with windows(fresh.base, chromium) as make:
        w = make(lang, javascript=False)
        w.open("/sign-in")
        w.page.locator("#name").fill("li")
        w.page.locator("#password").fill(PASSWORD)
        w.page.locator("main button").click()
        w.page.get_by_role("link", name=w.say("文书种类", "Kinds"), exact=True).click()
        title = w.say("动员部署会通知", "Notice of the mobilisation meeting")
        w.page.get_by_role("link", name=title, exact=True).click()
        w.page.locator("#f-title").fill("\n".join(answers["title"]))
        w.page.locator("#f-purpose").fill(answers["purpose"])
        for number, row in enumerate(answers["agenda"]):
            if number > 0:
                w.page.locator('button[value="add:agenda"]').click()
            for name in ("item", "speaker", "minutes"):
                w.page.locator(f"#f-agenda-{number}-{name}").fill(str(row[name]))
        w.press("检查", "Check")  # what was typed is still there after it
        with w.page.expect_download() as waiting:
            w.button("下载 Word", "Download Word").click()
        made = waiting.value.path().read_bytes()
    items = [row["item"] for row in answers["agenda"]]
    assert_docx_text(made, *answers["title"], answers["purpose"], *items)
