"""A roster's way from the first page to the printed forms, on `gongwen serve`, in a real browser."""

import io
import os
import re
import signal
import zipfile
from pathlib import Path

import pytest

from service.desk.batch.batches import start_batch
from service.desk.people.users import find_user
from service.desk.roster.rosters import add_roster
from tests.batch_tools import KIND, ROOT, desk_at, keep_roster, roster_csv, wait_ended, wait_for
from tests.browser.conftest import NAME
from tests.browser.test_access import LANGS, sound

pytestmark = [pytest.mark.browser, pytest.mark.office]
BAD = {1: {"部门": ""}, 2: {"性别": "男性", "出生年月": "1983年二月份"}}
TITLE = "党的群众路线教育实践活动\n党员对照检查表"


def upload(w, data, name="名册.csv"):
    w.open(f"/kinds/{KIND}/roster")
    w.page.set_input_files(
        "#roster", files=[{"name": name, "mimeType": "text/csv", "buffer": data}]
    )
    w.press("读入名册", "Read the roster")


def sums(w):
    """`{"读入": 60, "可生成": 60}`."""
    names = w.page.locator("dl.sum dt").all_inner_texts()
    return dict(zip(names, map(int, w.page.locator("dl.sum dd").all_inner_texts()), strict=True))


def zipped(download):
    return zipfile.ZipFile(io.BytesIO(download.path().read_bytes()))


def web_processes(data):
    """The web workers of this server: gunicorn's children, not gunicorn itself."""
    mark, found = f"GONGWEN_DATA={data}".encode(), {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = mark in (process / "environ").read_bytes().split(b"\0")
            if ours and b"gunicorn" in (process / "cmdline").read_bytes():
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                found[int(process.name)] = int(parent)
        except OSError:
            continue
    return [pid for pid, parent in found.items() if parent in found]


def test_from_the_roster_to_the_print_and_back(office_window, served):
    w = office_window("zh")
    page = w.page
    w.open("/kinds")
    page.locator(f'a[href="/kinds/{KIND}/roster"]').click()
    page.set_input_files("#roster", ROOT / "samples/roster.xlsx")
    w.press("读入名册", "Read the roster")
    assert sums(w) == {"读入": 60, "缺共用内容": 60}
    page.locator("#f-title").fill(TITLE)
    w.press("试做第一份", "Try the first one")  # keeps what was typed
    page.wait_for_function("() => document.querySelector('#trial img').naturalWidth > 0")
    assert sums(w) == {"读入": 60, "可生成": 60}
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Word 文件").click()
    xml = zipped(waiting.value).read("word/document.xml").decode()
    assert "邹𠮷" in xml
    assert "党员对照检查表" in xml
    page.get_by_text("双面打印").click()
    w.press("生成 60 份", "Make 60 forms")
    batch = page.url
    page.locator("progress").wait_for()
    for one in web_processes(served.data):
        os.kill(one, signal.SIGKILL)
    wait_for(lambda: web_processes(served.data))
    w.open("/kinds")
    page.get_by_role("link", name="批量生成", exact=True).click()
    page.get_by_role("link", name="对照检查表（普通党员）", exact=True).click()
    assert page.url == batch
    page.get_by_role("heading", name="已生成 60 份").wait_for(timeout=120_000)
    assert sums(w) == {"读入": 60, "已生成": 60, "跳过": 0, "失败": 0, "重复": 0}
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("打印用 PDF，")).click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载全部（zip）").click()
    archive = zipped(waiting.value)
    forms = [name for name in archive.namelist() if name.endswith(".docx")]
    assert len(forms) == 60
    page.locator("#missing > summary").click()
    page.get_by_role("button", name="复制").click()
    page.get_by_role("button", name="已复制").wait_for()
    page.locator("#back > summary").click()
    back = {"mimeType": "x/y", "buffer": archive.read(forms[0])}
    page.set_input_files("#files", files=[{"name": "已填好 黎书瑶.docx", **back}, {"name": "1.docx", **back}])  # fmt: skip
    w.press("收下并对照", "Take them in")
    page.get_by_role("heading", name="收下 2 份，没有对上 0 份").wait_for()
    assert "还差 58 人没有交" in page.locator("#missing > summary").inner_text()


def test_rows_are_mended_by_keyboard(office_window):
    w = office_window("zh")
    page = w.page
    upload(w, roster_csv(5, change=BAD))
    page.locator("#f-title").fill(TITLE)
    w.press("保存共用内容", "Save the shared part")
    assert sums(w) == {"读入": 5, "可生成": 3, "要改": 2}
    page.locator("#row-4 .edit a").focus()
    page.keyboard.press("Enter")
    page.locator("#row-4 form").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'r4-gender'")
    page.locator("#r4-gender").select_option("male")
    page.locator("#r4-birth_month").fill("八三年")
    page.keyboard.press("Enter")
    page.locator("#r4-gender-error").wait_for(state="detached")  # the answer has come
    page.wait_for_function("() => document.activeElement.id === 'r4-birth_month'")
    assert page.locator("#r4-birth_month").input_value() == "八三年"
    page.locator("#r4-birth_month").fill("1983-02")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="生成 4 份").wait_for()
    assert sums(w) == {"读入": 5, "可生成": 4, "要改": 1}
    # htmx puts the focus back a moment after the list has come.
    page.wait_for_function("() => document.activeElement.closest('li')?.id === 'row-4'")
    assert page.get_by_role("link", name="要改 1").get_attribute("aria-current") == "true"


def test_without_javascript(office_window):
    w = office_window("en", javascript=False)
    page = w.page
    upload(w, roster_csv(5, change=BAD))
    page.locator("#f-title").fill("Self-examination")
    w.press("Save the shared part", "Save the shared part")
    for row, fields in ((3, {"department": "办公室"}), (4, {"birth_month": "1983-02"})):
        page.locator(f"#row-{row} .edit a").click()
        for name, value in fields.items():
            page.locator(f"#r{row}-{name}").fill(value)
        if row == 4:
            page.locator("#r4-gender").select_option("male")
        w.press("Save this row", "Save this row")
    assert sums(w) == {"Read": 5, "Ready": 5}
    page.get_by_label(re.compile("Word only")).check()
    w.press("Make 5 forms", "Make 5 forms")
    page.get_by_role("heading", name="5 forms are made").wait_for(timeout=60_000)
    with page.expect_download() as waiting:
        page.locator("#list").get_by_role("link", name=re.compile("Word")).first.click()
    assert waiting.value.suggested_filename.startswith("01_")
    assert "word/document.xml" in zipped(waiting.value).namelist()


def test_too_large_a_file_is_told_before_it_travels(office_window):
    w = office_window("zh")
    w.open(f"/kinds/{KIND}/roster")
    w.page.evaluate("document.querySelector('#roster').dataset.most = '0.001'")
    w.page.set_input_files("#roster", ROOT / "samples/roster.xlsx")
    told = "document.querySelector('#roster').validationMessage"
    assert "名册" in w.page.evaluate(told)
    w.page.evaluate("document.querySelector('#roster').dataset.most = '100'")
    w.page.set_input_files("#roster", ROOT / "samples/roster.csv")
    assert w.page.evaluate(told) == ""


@pytest.fixture(scope="module")
def kept(served, signed_in_there):
    """A roster without its shared answers, and a batch that has ended; both with rows to mend."""
    with desk_at(served.data) as desk:
        raw, handler = roster_csv(60, change=BAD), find_user(desk, NAME).id
        name = "2014年党员名册（馆办公室）.csv"
        fresh = add_roster(desk, KIND, lang="zh", name=name, data=raw, handler=handler)
        roster = keep_roster(desk, 60, change=BAD, handler=handler)
        batch = start_batch(desk, roster, pdf="none", odd_start=False)
        wait_ended(desk, batch)
        return f"/rosters/{fresh}", f"/batches/{batch}"


@LANGS
def test_every_page_is_for_everybody(office_window, kept, lang):
    w = office_window(lang)
    fresh, batch = kept
    upload(w, b"nothing", "名册.txt")
    assert w.page.locator("#summary").count() == 1
    sound(w, "upload refused")
    w.open(fresh)
    w.page.locator("#columns > summary").click()
    w.page.locator("#row-4 .edit a").click()
    w.page.locator("#row-4 form").wait_for()
    sound(w, "roster with a row opened")
    w.open("/batches")
    sound(w, "list")
    w.open(f"{batch}?show=all")
    w.page.locator("#missing > summary").click()
    w.page.locator("#back > summary").click()
    w.page.locator(".line.failed .edit a").first.click()
    w.page.locator("form.mend").wait_for()
    sound(w, "batch with a line opened")
