"""The register in the browser: given, void, explained, found, and with JavaScript off."""

from datetime import date

import pytest

from tests.browser.test_access import LANGS, sound

pytestmark = pytest.mark.browser
YEAR = date.today().year


def give(w, word, title=""):
    w.open("/register")
    w.page.locator("#r-word").fill(word)
    w.page.locator("#r-title").fill(title)
    w.press("编号", "Give it out")


@LANGS
def test_numbers_are_given_voided_and_explained(window, lang):
    w, word = (
        window(lang),
        f"洪馆{'中' if lang == 'zh' else '英'}发",
    )
    give(w, word, "关于召开党的群众路线教育实践活动动员部署会的通知")
    assert f"{word}〔{YEAR}〕1号" in w.page.locator("#given").inner_text()
    sound(w, "given")
    # A number from the paper register, which leaves a gap.
    w.page.locator(".register-form summary").click()
    w.page.locator("#r-no").fill("4")
    w.press("编号", "Give it out")
    assert w.page.locator("#summary").count() == 1
    assert w.page.locator("#r-reason").get_attribute("aria-invalid") == "true"
    sound(w, "wrong")
    w.page.locator("#r-reason").fill("启用前已编")
    w.press("编号", "Give it out")
    assert w.page.locator(".register-line.is-missing").count() == 1
    w.page.locator(".register-line.is-missing summary").click()
    w.page.locator(".register-line.is-missing [name=reason]").fill("见纸质登记簿")
    w.press("写明原因", "Enter it")
    assert w.page.locator(".register-line.is-gap").count() == 1
    line = w.page.locator(".register-line.is-given").last
    line.locator("summary").click()
    line.locator("[name=reason]").fill("题名写错")
    sound(w, "void")
    with w.page.expect_navigation():
        line.locator("button").click()
    assert w.page.locator(".register-line.is-void").count() == 1
    w.page.locator("#find").fill("没有这样的")
    w.press("查看", "Show")
    assert w.page.locator(".register-line").count() == 0
    sound(w, "found nothing")


def test_without_javascript(window):
    w = window("zh", javascript=False)
    give(w, "洪馆无脚本发", "题名")
    assert f"洪馆无脚本发〔{YEAR}〕1号" in w.page.locator("#given").inner_text()
    with w.page.expect_download() as got:
        w.page.get_by_role("link", name="下载 Excel").click()
    assert got.value.suggested_filename == f"发文登记表_洪馆无脚本发_{YEAR}.xlsx"


@LANGS
def test_a_document_is_numbered(window, here, lang):
    w = window(lang)
    word = f"洪文{'中' if lang == 'zh' else '英'}发"
    document = final_notice(here, word)
    w.open(f"/documents/{document}")
    sound(w, "to be numbered")
    w.press("签发并编号", "Issue it and give the number")
    assert f"{word}〔2014〕1号" in w.page.locator("#number").inner_text()
    assert w.page.locator(".version").count() == 2
    sound(w, "numbered")


def final_notice(here, word):
    """A final notice with a letterhead, handled by the administrator of the window."""
    from service.bootstrap import assemble
    from service.desk.documents.states import move_document
    from service.desk.documents.versions import generate
    from service.desk.kinds import sample_answers
    from service.desk.people.users import find_user
    from service.settings import Settings
    from tests.browser.conftest import NAME
    from tests.document_tools import NOTICE, begin, keep_activity

    desk = assemble(Settings(data=here.data, converters=1))
    wan = find_user(desk, NAME)
    activity = keep_activity(desk, doc_code=word)
    answers = {**sample_answers(desk, NOTICE, "zh"), "letterhead": True, "doc_number": ""}
    document = begin(desk, wan, activity, answers=answers)
    generate(desk, wan, document)
    move_document(desk, wan, document, "final")
    desk.close()
    return document
