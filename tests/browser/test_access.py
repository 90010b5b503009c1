"""axe over every page, in both languages, wide and narrow; nothing runs off a narrow screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
BOTH = pytest.mark.parametrize(
    ("lang", "width"), [("zh", 1280), ("zh", 375), ("en", 1280), ("en", 375)]
)


def sound(w, where):
    """No violation, and no scrolling sideways."""
    found = Axe().run(w.page, options={"runOnly": {"type": "tag", "values": TAGS}})
    told = [
        f"{where}: {one['id']} {node['target']} {node.get('failureSummary', '')}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
    assert not told, "\n".join(told)
    over = w.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{where} is {over} px too wide"


@BOTH
def test_plain_pages(window, lang, width):
    w = window(lang, width)
    for path in ("/", "/kinds/leave", "/kinds/self_examination", "/nope", "/kinds/none"):
        w.open(path)
        sound(w, path)


@BOTH
def test_forms_full_and_wrong(window, lang, width):
    w = window(lang, width)
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
@BOTH
def test_result(window, lang, width):
    w = window(lang, width)
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    w.press("预览", "Preview")
    w.page.locator(".result details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "preview")
