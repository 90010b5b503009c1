"""The clerk's ways through the desk in a real browser, one test each."""

import io
import re
import zipfile

import pytest

pytestmark = pytest.mark.browser


def document_xml(download):
    with zipfile.ZipFile(io.BytesIO(download.path().read_bytes())) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_to_form_to_sample_to_word(window, lang):
    w = window(lang)
    w.open("/kinds")
    w.page.get_by_role(
        "link", name=w.say("动员部署会通知", "Notice of the mobilisation meeting")
    ).click()
    w.press("填入样例", "Fill in the sample")
    title = w.page.locator("#f-title").input_value().split("\n")[0]
    assert title
    with w.page.expect_download() as waiting:
        w.button("下载 Word", "Download Word").click()
    assert waiting.value.suggested_filename.endswith(".docx")
    assert w.say("通知", "Notice") in waiting.value.suggested_filename
    assert title in document_xml(waiting.value)
    w.page.get_by_role(
        "heading", name=w.say("Word 文书已生成", "The Word file is ready")
    ).wait_for()
    assert w.page.locator("#f-title").input_value().startswith(title)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_rows_added_moved_removed(window, javascript):
    w = window("zh", javascript=javascript)
    w.open("/kinds/leave")
    page = w.page
    page.locator("#f-title").fill("题")
    if javascript:
        page.locator('section[aria-labelledby="section-2"]').wait_for()
    else:
        w.press("应用", "Apply")
    add = page.get_by_role("button", name=re.compile("添加一行.*物品"))

    def names():
        return [one.input_value() for one in page.locator('input[name$=".name"]').all()]

    def row(number):
        return page.locator(f"#row-things-{number}")

    for number, name in enumerate(("甲", "　乙", "丙")):
        add.click()
        page.locator(f"#f-things-{number}-name").fill(name)
    assert names() == ["甲", "　乙", "丙"]
    page.get_by_role("button", name="上移：“物品”第3行").click()
    if javascript:
        page.wait_for_function("() => document.querySelector('#f-things-1-name').value === '丙'")
    assert names() == ["甲", "丙", "　乙"]
    if javascript:
        focused = page.evaluate("document.activeElement.value")
        assert focused == "up:things.1"
    page.get_by_role("button", name="删除：“物品”第1行").click()
    row(2).wait_for(state="detached")
    assert names() == ["丙", "　乙"]
    page.locator("#row-things-1").get_by_role("button", name=re.compile("添加一行.*检查")).click()
    page.locator("#f-things-1-checks-0-who").fill("赵")
    assert page.locator("#f-title").input_value() == "题"
    with page.expect_download() as waiting:
        w.button("下载 Word", "Download Word").click()
    xml = document_xml(waiting.value)
    assert xml.index("丙") < xml.index("乙")
    assert "赵" in xml
    assert "甲" not in xml


def test_conditions_are_followed_while_typing(window):
    w = window("zh")
    w.open("/kinds/leave")
    note = w.page.locator("#f-urgency_note")
    assert not note.is_visible()
    w.page.locator('input[name="urgent"][value="true"]').check()
    note.wait_for()  # the page follows with its next frame
    w.page.locator('input[name="urgent"][value="false"]').check()
    note.wait_for(state="hidden")
    mark = w.page.locator('[data-needed="review"]').first
    assert mark.inner_text() == "审核时必填"
    w.page.locator("#_stage").select_option("review")
    assert mark.inner_text() == "必填"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_errors_are_summed_up_and_lead_to_their_field(window, lang):
    w = window(lang)
    w.open("/kinds/leave")
    w.page.locator("#f-amount").fill("一百")
    w.page.locator("#f-reason").fill("　　写了很久的理由")
    w.press("检查", "Check")
    assert w.page.title().startswith(w.say("错误：", "Error: "))
    assert w.page.evaluate("document.activeElement.id") == "summary"
    assert w.page.locator("#f-reason").input_value() == "　　写了很久的理由"
    w.page.locator("#summary a").nth(1).click()
    assert w.page.evaluate("document.activeElement.id") == "f-amount"
    box = w.page.locator("#f-amount").bounding_box()
    bar = w.page.locator(".bar").bounding_box()
    assert 0 < box["y"] < bar["y"] - box["height"]


def test_enter_in_a_field_checks_and_removes_nothing(window):
    w = window("zh")
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    with w.page.expect_navigation():
        w.page.locator("#f-asker").press("Enter")
    w.page.get_by_role("heading", name="检查完毕，没有错误").wait_for()
    assert w.page.locator("#f-title").input_value() == "题"


def test_the_language_switch_keeps_page_and_words(window):
    w = window("zh")
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    w.press("English", "English")
    assert w.page.url.endswith("/kinds/leave")
    assert w.page.locator("h1").inner_text() == "Request slip"
    assert w.page.locator("#f-title").input_value() == "题"
    w.open("/batches?doc=zh")
    w.page.get_by_role("link", name="中文").click()
    w.page.get_by_role("heading", name="批量生成", level=1).wait_for()
    assert "doc=zh" in w.page.url


def test_leaving_with_something_typed_asks_first(window):
    w = window("zh")
    asked = []
    w.page.on("dialog", lambda dialog: asked.append(dialog.type))
    w.open("/kinds/leave")
    w.open("/kinds/leave")
    assert not asked
    w.page.locator("#f-title").press_sequentially("题")
    w.open("/kinds")
    assert asked == ["beforeunload"]


def test_an_expired_page_loses_nothing(window):
    w = window("zh")
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("写了很久")
    w.page.evaluate("document.querySelector('#paper [name=_csrf]').value = 'old'")
    with w.page.expect_navigation():
        w.page.get_by_role("button", name=re.compile("添加一行.*物品")).click()
    assert "再按一次" in w.page.locator("#summary").inner_text()
    assert w.page.locator("#f-title").input_value() == "写了很久"
    w.press("检查", "Check")
    w.page.get_by_role("heading", name="检查完毕，没有错误").wait_for()


@pytest.mark.office
def test_preview_shows_the_pages_beside_the_form(window):
    w = window("zh")
    w.open("/kinds/leave")
    w.page.locator("#f-title").fill("题")
    w.press("预览", "Preview")
    picture = w.page.locator(".pictures img").first
    w.page.wait_for_function("() => document.querySelector('.pictures img').naturalWidth > 0")
    assert picture.bounding_box()["x"] > w.page.locator("#paper").bounding_box()["width"]
    with w.page.expect_download() as waiting:
        w.page.get_by_role("link", name="PDF 文件").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
