"""axe over every page, in both languages, wide and narrow; nothing runs off a narrow screen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.batch_tools import ROOT

pytestmark = pytest.mark.browser
STATIC = ROOT / "service/web/static"
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # what is well takes long to tell on a long page
}
SAME_COLOURS = {**OPTIONS, "rules": {"color-contrast": {"enabled": False}}, "preload": False}
"""Without what takes axe the most time: colours are those of the wide Chinese page."""
LANGS = pytest.mark.parametrize("lang", ["zh", "en"])
WIDE, NARROW, TALL = 1280, 375, 850


def sound(w, where):
    """No violation, and no scrolling sideways: wide, then narrow; wide again afterwards."""
    told = []
    for width in (WIDE, NARROW):
        w.page.set_viewport_size({"width": width, "height": TALL})
        seen_first = (w.lang, width) == ("zh", WIDE)
        found = Axe().run(w.page, options=OPTIONS if seen_first else SAME_COLOURS)
        told += [
            f"{where} at {width}: {one['id']} {node['target']} {node.get('failureSummary', '')}"
            for one in found.response["violations"]
            for node in one["nodes"]
        ]
        over = w.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            told.append(f"{where} at {width}: {over} px too wide")
    w.page.set_viewport_size({"width": WIDE, "height": TALL})
    assert not told, "\n".join(told)


def colours(declarations):
    """Whatever gives text or its ground a colour."""
    return re.findall(r"(?:[\w-]*color|background[\w-]*|opacity)\s*:[^;]*", declarations)


def test_no_language_and_no_width_has_colours_of_its_own():
    styles = "".join(one.read_text("utf-8") for one in STATIC.glob("*.css"))
    of_languages = re.findall(r"[^{}]*(?::lang|\[lang)[^{]*\{([^}]*)\}", styles)
    assert of_languages
    assert [one for one in of_languages if colours(one)] == []
    of_widths = re.findall(r"@media[^{]*width[^{]*\{((?:[^{}]*\{[^}]*\})*)", styles)
    assert len(of_widths) == len(re.findall(r"@media[^{]*width", styles)) > 5
    # The one exception is the soft ink, which wide pages have on the same ground.
    assert {one for each in of_widths for one in colours(each)} <= {"color: var(--soft)"}


@LANGS
def test_plain_pages(window, lang):
    w = window(lang)
    for path in ("/", "/kinds/leave", "/kinds/self_examination", "/nope", "/kinds/none"):
        w.open(path)
        sound(w, path)


@LANGS
def test_forms_full_and_wrong(window, lang):
    w = window(lang)
    w.open("/kinds/mobilization_notice")
    w.press("填入样例", "Fill in the sample")
    sound(w, "sample")
    w.page.locator("#f-title").fill("")
    w.page.locator('[name="agenda.1.item"]').fill("")
    w.page.locator("#_stage").select_option("file")
    w.press("检查", "Check")
    assert w.page.locator("#summary").count() == 1
    sound(w, "errors")


@pytest.mark.office
@LANGS
def test_result(window, lang):
    w = window(lang)
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    w.press("预览", "Preview")
    w.page.locator(".result details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "preview")
