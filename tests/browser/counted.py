"""A person at the browser: real clicks, keys, pastes and files, counted by the browser itself.

The page tells of each trusted event as it comes, and the browser of each page that it loads; what
the script believes to have done is not counted. The time is the Keystroke-Level Model's.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass

WATCH = """(() => {
  const told = (...all) => window.counted && window.counted(...all);
  const written = (field) => field && !["radio", "checkbox", "file", "select-one"].includes(field.type);
  addEventListener("pointerdown", (one) => one.isTrusted && told("click", ""), true);
  addEventListener("keydown", (one) => one.isTrusted && told("key", one.key), true);
  addEventListener("paste", (one) => one.isTrusted && told("paste", ""), true);
  addEventListener("input", (one) => {
    if (!one.isTrusted || !written(one.target)) return;
    told("field", one.target.name);
    if (one.inputType === "insertText") told("text", one.data || "");
  }, true);
})()"""
# Card, Moran, Newell 1980 (K of an average non-secretary typist); the rest is told in docs/journeys.md.
K, P, BB, H, M = 0.28, 1.10, 0.20, 0.40, 1.35
KEYS_OF_A_CHARACTER = 4
LOOK = 15.0
CLICK = M + P + BB
PASTE = M + 2 * H + 6 * K + 2 * (P + BB)
FILE = M + 2 * (P + BB)
LONG = {"zh": 20, "en": 40}
"""Characters from which on a text is pasted, not typed."""


@dataclass
class Count:
    """What a person did.

    Attributes:
        clicks: presses of the mouse on the page.
        loads: pages that the browser loaded.
        fields: fields in which something was typed or pasted.
        keys: presses of keys, those of pasting included; a Chinese character is four.
        tabs: those of them that went on to the next field.
        pastes: texts pasted.
        files: files chosen in the browser's own dialogue.
    """

    clicks: int = 0
    loads: int = 0
    fields: int = 0
    keys: int = 0
    tabs: int = 0
    pastes: int = 0
    files: int = 0

    @property
    def minutes(self):
        """A person's time without waiting for the machine."""
        seconds = self.clicks * CLICK + self.keys * K + self.tabs * M
        seconds += (self.fields - self.tabs) * 2 * H  # hands to the keys and back
        seconds += self.pastes * PASTE + self.files * FILE + self.loads * LOOK
        return seconds / 60


class Person:
    """Somebody at a window; `snap(page, name)` keeps a picture where pictures are wanted.

    Attributes:
        count: what the browser saw.
        waited: seconds that the machine took.
    """

    def __init__(self, window, snap=None):
        self.page, self.say, self.lang, self.base = (
            window.page, window.say, window.lang, window.base
        )  # fmt: skip
        self.count, self.waited, self._written, self._snap = Count(), 0.0, set(), snap
        self._paper = window.page.context.new_page()  # where texts are copied from
        self._paper.set_content("<textarea></textarea>")
        window.page.bring_to_front()
        window.page.expose_function("counted", self._told)
        window.page.add_init_script(WATCH)
        session = window.page.context.new_cdp_session(window.page)
        session.send("Page.enable")
        session.on("Page.frameNavigated", self._loaded)

    def _loaded(self, told):
        if "parentId" not in told["frame"]:
            self.count.loads += 1

    def _told(self, what, more):
        if what == "click":
            self.count.clicks += 1
        elif what == "key":
            self.count.keys += 1
            self.count.tabs += more == "Tab"
        elif what == "paste":
            self.count.pastes += 1
        elif what == "field":
            # The same name on a page loaded later is another field that a person fills.
            self._written.add((self.count.loads, more))
            self.count.fields = len(self._written)
        else:
            self.count.keys += KEYS_OF_A_CHARACTER * sum(not one.isascii() for one in more)

    def snap(self, name, at=None):
        """A picture of what is in sight, from the page's top or from `at` on."""
        if self._snap:
            self.page.evaluate("scrollTo(0, 0)")
            if at:
                at.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 24)")
            self._snap(self.page, name)

    def open(self, path):
        """An address that somebody was given."""
        self.page.goto(self.base + path)

    def by_label(self, zh, en, exact=True):
        return self.page.get_by_label(self.say(zh, en), exact=exact)

    def button(self, zh, en):
        return self.page.get_by_role("button", name=self.say(zh, en), exact=True)

    def link(self, zh, en):
        return self.page.get_by_role("link", name=self.say(zh, en), exact=True)

    @contextmanager
    def waiting(self):
        """Time inside counts as waiting for the machine."""
        begun = time.monotonic()
        yield
        self.waited += time.monotonic() - begun

    def press(self, locator):
        """A click that loads the page anew."""
        with self.waiting(), self.page.expect_navigation():
            locator.click()

    def write(self, locator, text):
        """Types a text where the field has the focus already or is the next one; else clicks it.

        A long one is pasted. The field then holds the text.
        """
        self._reach(locator)
        if len(text) > LONG[self.lang] or "\n" in text:
            self._copy(text)
            self.page.keyboard.press("Control+V")
        else:
            self.page.keyboard.type(text)
        assert locator.input_value() == text

    def rewrite(self, locator, text):
        """The whole text of a field, typed in place of what stands there."""
        self._reach(locator)
        self.page.keyboard.press("Control+A")
        for number, line in enumerate(text.splitlines()):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(line)
        assert locator.input_value() == text.rstrip("\n")

    def moment(self, locator, iso):
        """A date, or date and time, as the browser's own field takes it: month, day, year."""
        self._reach(locator)
        day, _, clock = iso.partition("T")
        year, month, number = day.split("-")
        self.page.keyboard.type(month + number + year)
        if clock:
            hour, minute = int(clock[:2]), clock[3:]
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{(hour - 1) % 12 + 1:02}{minute}{'AP'[hour >= 12]}")
        assert locator.input_value() == iso

    def _reach(self, locator):
        if not _focused(locator):
            locator.click()

    def next(self, locator):
        """The next field by Tab."""
        self.page.keyboard.press("Tab")
        assert _focused(locator)

    def _copy(self, text):
        self._paper.bring_to_front()
        self._paper.locator("textarea").fill(text)
        self._paper.locator("textarea").select_text()
        self._paper.keyboard.press("Control+C")
        self.page.bring_to_front()

    def choose(self, locator, file):
        """A file in the browser's own dialogue."""
        with self.page.expect_file_chooser() as waiting:
            locator.click()
        waiting.value.set_files(file)
        self.count.files += 1

    @contextmanager
    def download(self):
        """What a click inside brings down: `taken["file"]`, `taken["name"]`."""
        taken = {}
        with self.waiting(), self.page.expect_download() as waiting:
            yield taken
        taken["file"] = waiting.value.path().read_bytes()
        taken["name"] = waiting.value.suggested_filename


def _focused(locator):
    return locator.evaluate("one => one === document.activeElement")
