"""Spreadsheets that we hand out: templates to fill in, tallies, and nothing that computes."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from service.core.tally import RowOutcome, Tally
from service.engines.sheets.writer import SheetsWriter
from service.errors import problem
from tests.core.roster.rosters import FORM

ACTIVITY = {"categories": ["形式主义", "官僚主义"]}
RISKY = ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "＝1", "=cmd|' /C calc'!A0", "'=1", "_x0041_"]


def template(lang="zh", activity=None, form=FORM):
    data = SheetsWriter().roster_template(form, lang, ACTIVITY if activity is None else activity)
    return load_workbook(io.BytesIO(data))


def heads(sheet):
    return [cell.value for cell in sheet[1]]


def test_sheets_and_headings():
    book = template()
    assert book.sheetnames == ["名册", "整改任务", "步骤", "填写说明"]
    assert heads(book["名册"]) == [
        "成员编号 *", "姓名 *", "部门 *", "性别", "出生年月", "入党时间", "职务", "谈话时间", "得分",
        "是否干部", "选学专题", "类别",
    ]  # fmt: skip
    assert heads(book["整改任务"]) == ["成员编号 *", "姓名", "任务 *", "时限"]
    assert heads(book["步骤"]) == ["成员编号 *", "姓名", "上级行号 *", "做法"]
    assert template("en").sheetnames == ["Roster", "Tasks", "Steps", "How to fill in"]


def test_a_members_own_words_are_not_asked_but_said_to_be_possible():
    book = template()
    assert "自我评价" not in " ".join(heads(book["名册"]))
    guide = "\n".join(str(cell.value) for row in book["填写说明"] for cell in row if cell.value)
    assert "自我评价" in guide


def test_drop_downs():
    sheet = template()["名册"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {
        "D2:D20001": '"男,女"',
        "J2:J20001": '"是,否"',
        "L2:L20001": '"形式主义,官僚主义"',
    }
    english = template("en")["Roster"].data_validations.dataValidation
    assert english[0].formula1 == '"Male,Female"'


def test_long_lists_stand_on_the_last_sheet():
    many = [f"第{n}类问题，写得很长的名称" for n in range(30)]
    book = template(activity={"categories": many})
    (rule,) = (
        one
        for one in book["名册"].data_validations.dataValidation
        if str(one.sqref).startswith("L")
    )
    place = rule.formula1.partition("!")[2].replace("$", "")
    assert [row[0].value for row in book["填写说明"][place]] == many


def test_choices_of_an_activity_that_is_not_known():
    sheet = template(activity={})["名册"]
    assert not any(str(one.sqref).startswith("L") for one in sheet.data_validations.dataValidation)


def test_formats_frozen_heading_and_print():
    sheet = template()["名册"]
    formats = {letter: one.number_format for letter, one in sheet.column_dimensions.items()}
    assert formats["B"] == "@" and formats["E"] == "@"
    assert formats["F"] == 'yyyy"年"m"月"d"日"'
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet["D1"].comment.text == "可选：男、女。"
    assert "几项" in sheet["K1"].comment.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_speaks_of_every_column(lang):
    book = template(lang)
    *grids, guide = book.worksheets
    listed = {cell.value for cell in guide["B"]}
    for sheet in grids:
        assert {head.removesuffix(" *") for head in heads(sheet)} <= listed


def tally_of(*texts):
    rows = [
        RowOutcome(row=n, outcome="made", name=text, department=text, file=f"{text}.docx", pages=2)
        for n, text in enumerate(texts, 2)
    ]
    return tally_book(rows)


def tally_book(rows, lang="zh", title="对照检查表"):
    data = SheetsWriter().tally(Tally.of(rows), title=title, lang=lang)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert all(
            b"<f>" not in parts.read(n) and b"<f " not in parts.read(n) for n in parts.namelist()
        )
    return load_workbook(io.BytesIO(data)).worksheets[0]


def test_tally_adds_up_and_says_why():
    why = problem("empty_row", "空行，跳过。", "the row is empty; skipped.")
    bad = problem("bad_date", "不是有效日期。", "is not a date.", path="joined")
    rows = [
        RowOutcome(
            row=3, outcome="made", name="张三", department="办公室", file="01.docx", pages=2
        ),
        RowOutcome(row=4, outcome="made", name="李四", filled=True, file="02.docx"),
        RowOutcome(row=5, outcome="skipped", reasons=(why,)),
        RowOutcome(row=6, outcome="failed", name="王五", reasons=(bad, why)),
        RowOutcome(row=7, outcome="duplicate", name="张三"),
    ]
    sheet = tally_book(rows)
    assert sheet["A1"].value == "对照检查表清点表"
    assert sheet["A2"].value == "名册行数 5 = 已生成 2 + 跳过 1 + 失败 1 + 重复 1"
    assert sheet["A3"].value == "其中未填写 1。"
    lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert lines == [
        [3, "已生成", "张三", "办公室", "未填写", "01.docx", 2, ""],
        [4, "已生成", "李四", "", "已填写", "02.docx", "", ""],
        [5, "跳过", "", "", "", "", "", "空行，跳过"],
        [6, "失败", "王五", "", "", "", "", "不是有效日期；空行，跳过"],
        [7, "重复", "张三", "", "", "", "", ""],
    ]
    english = tally_book(rows, lang="en", title="Form")
    assert english["A2"].value == "Rows read 5 = Made 2 + Skipped 1 + Failed 1 + Repeated 1"
    assert english["H9"].value == "is not a date; the row is empty; skipped"


def test_what_people_typed_never_computes():
    sheet = tally_of(*RISKY)
    for row, text in enumerate(RISKY, 6):
        for column in (3, 4, 6):
            cell = sheet.cell(row, column)
            assert cell.data_type == "s"
            assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t", "＝"))
    assert sheet["C6"].value == "=1+1"


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_can_stand_in_a_tally(text):
    cell = tally_of(text)["C6"]
    if text.isprintable() and "_x" not in text:
        assert (cell.value or "") == text
    assert cell.data_type == ("s" if text else "n")


def test_an_empty_tally():
    assert tally_book([])["A2"].value.startswith("名册行数 0 = ")
