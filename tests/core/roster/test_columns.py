"""Headings of a roster: which column holds what, and what is told of the others."""

import pytest

from service.core.roster.model import MEMBER_NO, BadCell
from service.core.roster.names import column_index, letter, plain
from service.errors import InputError
from tests.core.roster.rosters import codes, sheet, understood


def fields(found, name="名册"):
    return {one.letter: one.field for one in found.columns if one.sheet == name}


def taken_for(head):
    """What one heading beside 姓名 is taken for."""
    (column,) = (
        one for one in understood(["姓名", head], ["张三", "x"]).columns if one.letter == "B"
    )
    return column.field, column.how


@pytest.mark.parametrize(
    ("head", "field", "how"),
    [
        ("部门", "department", "label"),
        ("department", "department", "name"),
        ("Department", "department", "name"),
        ("DEPARTMENT *", "department", "name"),
        ("科室", "department", "alias"),
        ("部 门", "department", "label"),
        ("部　门：", "department", "label"),
        ("部门*", "department", "label"),
        ("＊部门（必填）", "department", "label"),
        ("部门(required)", "department", "label"),
        ("出生\n年月", "birth_month", "label"),
        ("出生年月（如1985.03）", "birth_month", "label"),
        ("性别（男/女）", "gender", "label"),
        ("性别/Sex", "gender", "label"),
        ("性别Sex", "gender", "label"),
        ("Ｂｏｒｎ", "birth_month", "label"),
        ("职务（岗位）", "post", "alias"),
        ("职务", "post", "label"),
        ("编号", MEMBER_NO, "name"),
        ("Member number", MEMBER_NO, "name"),
        ("No.", MEMBER_NO, "name"),
        ("工号", MEMBER_NO, "name"),
        ("序号", "", "unknown"),
        ("手机", "", "unknown"),
        ("性别/部门", "", "unknown"),
    ],
)
def test_headings(head, field, how):
    assert taken_for(head) == (field, how)


def test_title_rows_above_the_headings():
    found = understood(
        ["某馆党员名册"],
        ["填报单位：办公室", None, "2014年"],
        ["序号", "姓名", "部门"],
        [1, "张三"],
    )
    assert fields(found) == {"A": "", "B": "person_name", "C": "department"}
    assert found.members.below == ((4, (1, "张三")),)
    assert codes(found.notes) == ["title_rows"]
    assert "1、2" in found.notes[0].text.zh


def test_headings_in_two_rows_with_merged_cells_given_to_both():
    found = understood(
        ["姓名", "基本情况", None], ["姓名", "性别", "部门"], ["张三", "男", "办公室"]
    )
    assert fields(found) == {"A": "person_name", "B": "gender", "C": "department"}


def test_missing_unknown_and_nameless_columns_are_told():
    found = understood(["姓名", "手机", None, "备注"], ["张三", "x", "y", None])
    assert found.missing == ("department",)
    assert codes(found.notes) == ["unknown_columns", "column_without_header", "missing_column"]
    assert "B“手机”、D“备注”" in found.notes[0].text.zh
    assert "C" in found.notes[1].text.en
    assert found.notes[2].path == "department"


def test_doubled_columns():
    found = understood(["科室", "姓名", "部门", "姓名"], ["a", "张三", "b", "李四"])
    assert fields(found) == {"A": "", "B": "person_name", "C": "department", "D": ""}
    assert codes(found.notes) == ["column_twice", "column_twice"]
    assert "B、D" in found.notes[0].text.zh or "B、D" in found.notes[1].text.zh


def test_what_a_clerk_chose_wins():
    found = understood(
        ["名号", "姓名", "科室", "部门"],
        ["张三", "x", "a", "b"],
        chosen={"名册!A": "person_name", "名册!B": "", "名册!C": "department"},
    )
    assert [(c.field, c.how) for c in found.columns] == [
        ("person_name", "chosen"),
        ("", "chosen"),
        ("department", "chosen"),
        ("", "unknown"),
    ]


def test_choices_can_stand_in_for_headings():
    found = understood(["甲", "乙"], ["张三", "办公室"], chosen={"名册!A": "person_name"})
    assert found.members.below[0][1][0] == "张三"
    assert found.missing == ("department",)


@pytest.mark.parametrize(
    "chosen",
    [
        {"别的!A": "post"},
        {"名册!A": "nobody"},
        {"名册!1": "post"},
        {"名册!Z": "post"},
        {"": "post"},
    ],
)
def test_choices_that_do_not_fit(chosen):
    with pytest.raises(InputError) as caught:
        understood(["姓名", "部门"], ["张三", "x"], chosen=chosen)
    assert codes(caught.value.problems) == ["bad_column_choice"]


def test_two_columns_chosen_for_one_field():
    with pytest.raises(InputError) as caught:
        understood(["姓名", "乙"], ["a", "b"], chosen={"名册!A": "post", "名册!B": "post"})
    assert codes(caught.value.problems) == ["column_chosen_twice"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "empty_sheet"),
        ([["张三", "男"], ["李四", "女"]], "no_header"),
        ([[1, 2], [3, 4]], "no_header"),
        ([["姓名", "部门"]], "no_members"),
    ],
)
def test_nothing_to_read(rows, code):
    with pytest.raises(InputError) as caught:
        understood(*rows)
    assert codes(caught.value.problems) == [code]
    if code == "no_header":
        assert "姓名" in caught.value.problems[0].text.zh


def test_members_on_a_later_sheet():
    found = understood(["封面"], sheets=[sheet(["姓名", "部门"], ["张三", "办公室"], name="党员")])
    assert found.members.sheet.name == "党员"
    assert "members_elsewhere" in codes(found.notes)


def test_further_sheets_by_label_name_or_english():
    for name in ("整改任务", "Tasks", "tasks", "整改 任务"):
        found = understood(
            ["编号", "姓名", "部门"],
            [1, "张三", "办公室"],
            sheets=[sheet(["编号", "任务", "时限"], [1, "x", None], name=name)],
        )
        assert [grid.table for grid in found.tables] == ["tasks"]
        assert fields(found, name) == {"A": MEMBER_NO, "B": "tasks.task", "C": "tasks.deadline"}


def test_running_number_counts_only_where_a_further_sheet_goes_by_it():
    rows = (["序号", "姓名", "部门"], [1, "张三", "办公室"])
    assert fields(understood(*rows))["A"] == ""
    by_serial = sheet(["序号", "任务"], [1, "x"], name="整改任务")
    assert fields(understood(*rows, sheets=[by_serial]))["A"] == MEMBER_NO
    by_name = sheet(["序号", "姓名", "任务"], [1, "张三", "x"], name="整改任务")
    found = understood(*rows, sheets=[by_name])
    assert fields(found)["A"] == ""
    assert fields(found, "整改任务") == {"A": "", "B": "person_name", "C": "tasks.task"}


@pytest.mark.parametrize(
    ("further", "code"),
    [
        (sheet(["任务"], ["x"], name="整改任务"), "sheet_without_key"),
        (sheet([1, 2], [3, 4], name="整改任务"), "sheet_without_header"),
        (sheet(["编号", "任务"], [1, "x"], name="整改任务"), "key_unknown"),
        (sheet(["编号", "任务"], [1, "x"], name="别的"), "unknown_sheet"),
    ],
)
def test_further_sheets_that_cannot_be_used(further, code):
    found = understood(["姓名", "部门"], ["张三", "x"], sheets=[further])
    assert code in codes(found.notes)
    assert not found.tables


def test_two_sheets_for_one_table_and_the_guide():
    rows = (["姓名", "任务"], ["张三", "x"])
    found = understood(
        ["姓名", "部门"],
        ["张三", "x"],
        sheets=[
            sheet(*rows, name="整改任务"),
            sheet(*rows, name="Tasks"),
            sheet(["a"], name="填写说明"),
        ],
    )
    assert codes(found.notes) == ["sheet_twice"]


def test_table_as_a_column_of_the_first_sheet():
    found = understood(["姓名", "部门", "整改任务"], ["张三", "x", "y"])
    assert codes(found.notes) == ["table_on_first_sheet"]


def test_broken_formula_as_heading():
    found = understood(["姓名", BadCell(why="error"), "部门"], ["张三", "y", "x"])
    assert codes(found.notes) == ["bad_header"]
    assert [one.letter for one in found.columns] == ["A", "B", "C"]


def test_letters():
    assert [letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_index(letter(n)) == n for n in range(2000))
    assert column_index("A1") == -1
    assert plain(" ＊性　别（必填）") == "性别"
