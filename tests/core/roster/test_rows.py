"""Rows of a roster: members, what is skipped or repeated, and rows of further sheets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.roster.model import BadCell
from tests.core.roster.rosters import codes, roster, sheet

HEADS = ["编号", "姓名", "部门", "性别", "出生年月"]
ZHANG = [1, "张三", "办公室", "男", "1985-03"]
LI = [2, "李四", "办公室", "女", "1990-11"]


def outcomes(found):
    return [(row.row, row.outcome, codes(row.reasons)) for row in found.rows]


def test_members():
    found = roster(HEADS, ZHANG, LI)
    assert outcomes(found) == [(2, "ready", []), (3, "ready", [])]
    assert found.rows[0].member_no == "1"
    assert found.rows[0].values == {
        "person_name": "张三",
        "department": "办公室",
        "gender": "male",
        "birth_month": "1985-03",
    }
    assert not found.notes


def test_rows_that_are_no_members():
    found = roster(
        ["某馆名册"],
        HEADS,
        ZHANG,
        [None, " ", None],
        HEADS,
        LI,
        [3, None],
        ["合计", "2人"],
        ["注：本表一式两份"],
        [None, "制表人：王五", None, "审核人：赵六"],
        [None, None, "本馆保留解释"],
    )
    assert outcomes(found) == [
        (3, "ready", []),
        (4, "skipped", ["empty_row"]),
        (5, "skipped", ["repeated_header"]),
        (6, "ready", []),
        (7, "skipped", ["number_only"]),
        (8, "skipped", ["remark_row"]),
        (9, "skipped", ["remark_row"]),
        (10, "skipped", ["remark_row"]),
        (11, "skipped", ["remark_row"]),
    ]


def test_a_row_without_a_name_among_others_is_not_skipped():
    found = roster(HEADS, [1, None, "办公室", "男"], LI)
    assert outcomes(found) == [(2, "ready", []), (3, "ready", [])]
    assert "person_name" not in found.rows[0].values


@pytest.mark.parametrize(
    ("again", "code"),
    [
        ([1, "张三", "保管部"], "duplicate_number"),
        ([1, None, "保管部"], "duplicate_number"),
        (["０1", "张三", "办公室"], "duplicate_person"),
        ([None, "张　三", "办 公 室"], "duplicate_person"),
        ([7, "张三", "办公室"], "duplicate_person"),
    ],
)
def test_the_same_person_again(again, code):
    found = roster(HEADS, ZHANG, again)
    assert outcomes(found)[1] == (3, "duplicate", [code])
    assert "第2行" in found.rows[1].reasons[0].text.zh
    assert "row 2" in found.rows[1].reasons[0].text.en


def test_the_same_person_with_other_facts_is_told_so():
    same = roster(HEADS, ZHANG, ZHANG[:1] + ZHANG[1:])
    other = roster(HEADS, ZHANG, [None, "张三", "办公室", "女"])
    assert "不尽相同" not in same.rows[1].reasons[0].text.zh
    assert "不尽相同" in other.rows[1].reasons[0].text.zh


def test_one_number_for_two_people():
    assert outcomes(roster(HEADS, ZHANG, [1, *LI[1:]]))[1] == (3, "failed", ["number_taken"])


def test_the_same_name_elsewhere_is_another_person():
    found = roster(HEADS, ZHANG, [2, "张三", "保管部"])
    assert [row.outcome for row in found.rows] == ["ready", "ready"]
    assert [codes(row.notes) for row in found.rows] == [["same_name"], ["same_name"]]
    assert "3" in found.rows[0].notes[0].text.zh


def test_cells_that_cannot_be_trusted_name_their_place():
    found = roster(HEADS, [1, "张三", BadCell(why="error"), "男", 1985.1], LI)
    row = found.rows[0]
    assert row.outcome == "failed"
    assert [(one.code, one.path, one.file) for one in row.reasons] == [
        ("cell_error", "department", "名册.xlsx"),
        ("month_cut", "birth_month", "名册.xlsx"),
    ]
    assert row.reasons[1].text.zh.startswith("工作表“名册”第2行E列“出生年月”：")
    assert row.reasons[1].text.en.startswith("sheet “名册”, row 2, column E, Born: ")
    assert row.values == {"person_name": "张三", "gender": "male"}
    assert found.rows[1].outcome == "ready"


def test_values_that_do_not_fit_name_their_place_and_never_themselves():
    found = roster(HEADS, [1, "张三\u200b", "办公室", "先生", "去年"])
    assert codes(found.rows[0].reasons) == ["hidden_character", "bad_choice", "bad_month"]
    assert [one.text.zh[:12] for one in found.rows[0].reasons] == [
        "工作表“名册”第2行B列",
        "工作表“名册”第2行D列",
        "工作表“名册”第2行E列",
    ]
    told = "".join(one.text.zh + one.text.en for one in found.rows[0].reasons)
    assert "先生" not in told and "去年" not in told and "张三" not in told
    assert found.rows[0].values["birth_month"] == "去年"


def test_a_name_with_a_lost_character_is_shown_so_that_it_can_be_mended():
    (row,) = roster(HEADS, [1, "邹?", "办公室"]).rows
    assert codes(row.reasons) == ["name_lost"]
    assert row.values["person_name"] == "邹?"
    assert "邹" not in row.reasons[0].text.zh


def test_what_was_done_to_cells_is_told_once_for_all():
    found = roster(HEADS, *([n, f"张　{chr(0x4E00 + n)}", "办公室 "] for n in range(1, 8)))
    assert codes(found.notes) == ["name_spaces", "outer_spaces"]
    assert "B2、B3、B4、B5、B6 等 7 处" in found.notes[0].text.zh
    assert all(row.outcome == "ready" for row in found.rows)


def test_a_row_of_csv_with_more_cells_than_headings():
    found = roster(
        ["姓名", "部门"], ["张三", "办公室", "科员"], ["李四", "办公室", ""], encoding="utf-8"
    )
    assert outcomes(found) == [(2, "failed", ["ragged_row"]), (3, "ready", [])]
    assert found.rows[0].reasons[0].text.zh.startswith("第2行：")


TASKS = ["编号", "任务", "时限"]


def test_rows_of_further_sheets_come_to_their_members():
    found = roster(
        HEADS,
        ["001", "张三", "办公室"],
        ["002", "李四", "办公室"],
        sheets=[
            sheet(
                TASKS,
                [2, "乙", date(2014, 6, 1)],
                [],
                ["1", "甲", None],
                [2.0, "丙"],
                [1],
                name="整改任务",
            )
        ],
    )
    assert found.rows[0].values["tasks"] == [{"task": "甲"}]
    assert found.rows[1].values["tasks"] == [
        {"task": "乙", "deadline": "2014-06-01"},
        {"task": "丙"},
    ]
    assert not found.notes


def test_rows_of_further_sheets_by_name_and_department():
    tasks = sheet(
        ["姓名", "部门", "任务"],
        ["李　四", None, "甲"],
        ["张三", "保管部", "乙"],
        ["张三", None, "丙"],
        name="整改任务",
    )
    found = roster(
        ["姓名", "部门"], ["张三", "办公室"], ["张三", "保管部"], ["李四", "办公室"], sheets=[tasks]
    )
    assert [row.values.get("tasks") for row in found.rows] == [
        None,
        [{"task": "乙"}],
        [{"task": "甲"}],
    ]
    assert codes(found.notes) == ["name_spaces", "row_of_several"] or codes(found.notes) == [
        "row_of_several",
        "name_spaces",
    ]


@pytest.mark.parametrize(
    ("row", "code"), [([9, "甲"], "row_of_nobody"), ([None, "甲"], "row_without_key")]
)
def test_rows_that_belong_to_nobody(row, code):
    found = roster(HEADS, ZHANG, sheets=[sheet(TASKS, row, name="整改任务")])
    (note,) = found.notes
    assert note.code == code
    assert note.text.zh.startswith("工作表“整改任务”第2行：没有读入")
    assert "tasks" not in found.rows[0].values


def test_rows_of_a_repeated_person_go_to_the_first():
    found = roster(HEADS, ZHANG, ZHANG, sheets=[sheet(TASKS, [1, "甲"], name="整改任务")])
    assert [row.values.get("tasks") for row in found.rows] == [[{"task": "甲"}], None]


def test_wrong_cells_of_further_sheets_name_their_sheet_and_row():
    found = roster(
        HEADS,
        ZHANG,
        LI,
        sheets=[sheet(TASKS, [2, "甲"], [1, "乙", "某天"], [1, "丙", 41000.5], name="整改任务")],
    )
    assert found.rows[1].outcome == "ready"
    wrong = {one.path: one for one in found.rows[0].reasons}
    assert set(wrong) == {"tasks.0.deadline", "tasks.1.deadline"}
    assert wrong["tasks.0.deadline"].code == "bad_date"
    assert wrong["tasks.0.deadline"].text.zh.startswith("工作表“整改任务”第3行C列：")
    assert wrong["tasks.1.deadline"].code == "number_not_date"
    assert "第4行C列" in wrong["tasks.1.deadline"].text.zh


def test_a_table_in_a_table_by_the_row_above():
    found = roster(
        HEADS,
        ZHANG,
        LI,
        sheets=[
            sheet(
                ["编号", "步骤行号", "整改任务行号", "做法"],
                [1, None, 2, "一"],
                [2, None, 1, "二"],
                [1, None, 1, "三"],
                [1, None, 3, "四"],
                name="步骤",
            ),
            sheet(TASKS, [1, "甲"], [2, "乙"], [1, "丙"], name="整改任务"),
        ],
    )
    assert found.rows[0].values["tasks"] == [
        {"task": "甲", "steps": [{"step": "三"}]},
        {"task": "丙", "steps": [{"step": "一"}]},
    ]
    assert found.rows[1].values["tasks"] == [{"task": "乙", "steps": [{"step": "二"}]}]
    assert codes(found.notes) == ["unknown_columns", "row_without_parent"]
    assert "第5行C列" in found.notes[1].text.zh


def test_a_table_in_a_table_without_the_row_above():
    """One row above leaves no doubt; of several none is guessed."""
    found = roster(
        HEADS,
        ZHANG,
        LI,
        sheets=[
            sheet(TASKS, [1, "甲"], [2, "乙"], [2, "丙"], name="整改任务"),
            sheet(["编号", "做法"], [1, "一"], [2, "二"], name="步骤"),
        ],
    )
    assert found.rows[0].values["tasks"] == [{"task": "甲", "steps": [{"step": "一"}]}]
    assert found.rows[1].values["tasks"] == [{"task": "乙"}, {"task": "丙"}]
    assert codes(found.notes) == ["row_without_parent"]


def test_a_post_that_reads_like_a_remark_is_a_post():
    found = roster(
        ["职务", "姓名", "部门"], ["负责人", "张三", "办公室"], ["负责人", "李四", "办公室"]
    )
    assert [row.outcome for row in found.rows] == ["ready", "ready"]


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["张三", "李四", "张　三", "办公室", "男", "合计", "编号", "姓名", " ", "1985.1", "x\n"]
    ),
    st.floats(allow_nan=True),
    st.integers(-5, 5),
    st.dates(),
    st.booleans(),
    st.text(max_size=5),
)


@given(st.lists(st.lists(CELLS, max_size=7), min_size=1, max_size=12), st.booleans())
def test_every_row_has_one_outcome(rows, csv):
    if csv:
        rows = [[None if cell is None else str(cell) for cell in row] for row in rows]
    found = roster(HEADS, *rows, encoding="utf-8" if csv else "")
    assert [row.row for row in found.rows] == list(range(2, len(rows) + 2))
    for row in found.rows:
        assert bool(row.reasons) == (row.outcome != "ready")
        assert row.outcome in {"ready", "skipped", "duplicate", "failed"}
