"""The ledger at the desk: taken over, carried on, printed, exchanged; SQLite and PostgreSQL."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import docx
import openpyxl
import pytest

from service.desk.documents.drafts import save_draft
from service.desk.ledger.paper import print_ledger
from service.desk.ledger.progress import Accepted, accept, save_progress
from service.desk.ledger.sheets import read_sheet, write_sheet
from service.desk.ledger.taking import look_at_plan, take_over
from service.desk.ledger.views import view_ledger
from service.desk.people.trail import verify_trail
from service.errors import ConflictError, InputError, NotFoundError
from service.store.trail import every
from tests.document_tools import close_activity, codes, paper
from tests.ledger_tools import DONE, ahead, keep_ledger, plan_answers


@pytest.fixture
def plan(desk, wan, activity):
    return keep_ledger(desk, wan, activity)


def entries(desk, wan, activity):
    return view_ledger(desk, wan, activity).entries


def retype(desk, wan, document, answers):
    save_draft(desk, wan, document, paper(desk, document).row.revision, answers)


def test_without_a_plan_there_is_nothing_to_take_over(desk, wan, activity):
    with pytest.raises(NotFoundError) as caught:
        look_at_plan(desk, wan, activity)
    assert codes(caught) == ["no_plan"]
    assert view_ledger(desk, wan, activity).entries == ()
    assert view_ledger(desk, wan, activity).form is not None


def test_tasks_come_with_the_progress_of_the_plan(desk, wan, activity, plan):
    found = entries(desk, wan, activity)
    assert [one.no for one in found] == list(range(1, 13))
    assert found[7].title == "节约用电用物"
    assert found[7].progress["cleared_on"] == date(2014, 7, 9)
    assert found[9].status == "in_progress"  # overdue in the plan
    assert found[9].days_late(date(2014, 7, 10)) == 10
    assert verify_trail(desk) is not None


def test_taken_over_again_it_shows_and_then_does_just_that(desk, wan, activity, plan):
    save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    answers = plan_answers(desk, n3={"goal": "新办法印发"})
    tasks = answers["tasks"]
    answers["tasks"] = [tasks[0], {**tasks[1], "title": "新任务"}, *tasks[1:5], *tasks[6:]]
    retype(desk, wan, plan, answers)
    taking = look_at_plan(desk, wan, activity)
    told = [(one.kind, (one.after or one.before).title) for one in taking.changes]
    assert told.count(("new", "新任务")) == 1
    assert ("gone", "压减办事环节") in told
    assert ("changed", "改进考核测评") in told
    assert ("same", "加强展览研究") in told
    before = entries(desk, wan, activity)
    assert [one.title for one in before][1] == "改进学习交流"
    take_over(desk, wan, activity, plan, taking.seen)
    after = entries(desk, wan, activity)
    assert [one.title for one in after] == [one["title"] for one in answers["tasks"]]
    research = next(one for one in after if one.title == "加强展览研究")
    assert research.progress["evidence"] == ["评审意见", "会议记录"]
    assert not look_at_plan(desk, wan, activity).any


def test_what_was_not_shown_is_not_done(desk, wan, activity, plan):
    seen = look_at_plan(desk, wan, activity).seen
    save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    with pytest.raises(ConflictError) as caught:
        take_over(desk, wan, activity, plan, seen)
    assert codes(caught) == ["ledger_changed"]


def test_a_plan_that_is_wrong_is_told_with_its_fields(desk, wan, activity, plan):
    retype(desk, wan, plan, plan_answers(desk, n2={"deadline": "2014-02-30"}))
    with pytest.raises(InputError) as caught:
        look_at_plan(desk, wan, activity)
    assert [one.path for one in caught.value.problems] == ["tasks.1.deadline"]
    retype(desk, wan, plan, {**plan_answers(desk), "tasks": []})
    with pytest.raises(InputError) as caught:
        look_at_plan(desk, wan, activity)
    assert codes(caught) == ["no_tasks"]


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        ({"status": "cleared"}, {"progress", "completed_on", "evidence", "verified_by", "cleared_on"}),
        ({**DONE, "evidence": ""}, {"evidence"}),
        ({**DONE, "status": "cleared", "cleared_on": "2014-07-22"}, {"verified_by"}),
        ({**DONE, "completed_on": "2014-06-31"}, {"completed_on"}),
        ({**DONE, "completed_on": ahead(1)}, {"completed_on"}),
        ({**DONE, "progress": "字" * 61}, {"progress"}),
        ({"status": "overdue", "progress": "x"}, {"status"}),
        ({"status": "else"}, {"status"}),
        ({}, {"status"}),
    ],
)  # fmt: skip
def test_done_and_cleared_need_what_the_form_says(desk, wan, activity, plan, raw, paths):
    with pytest.raises(InputError) as caught:
        save_progress(desk, wan, activity, 5, revision=1, raw=raw)
    assert {one.path for one in caught.value.problems} == paths
    assert entries(desk, wan, activity)[4].revision == 1


def test_cleared_before_done_is_refused(desk, wan, activity, plan):
    raw = {**DONE, "status": "cleared", "verified_by": "舒婉宁", "cleared_on": "2014-06-30"}
    with pytest.raises(InputError) as caught:
        save_progress(desk, wan, activity, 5, revision=1, raw=raw)
    assert [one.path for one in caught.value.problems] == ["cleared_on"]
    kept = save_progress(
        desk, wan, activity, 5, revision=1, raw={**raw, "cleared_on": "2014-07-22"}
    )
    assert (kept.status, kept.revision) == ("cleared", 2)
    assert kept.progress["evidence"] == ["评审意见", "会议记录"]


def test_the_second_editor_is_told_and_nothing_is_lost(desk, wan, activity, plan):
    save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    with pytest.raises(ConflictError) as caught:
        save_progress(desk, wan, activity, 7, revision=1, raw={**DONE, "progress": "另一说法"})
    assert codes(caught) == ["task_changed"]
    # The same once more (a double click) never fails.
    again = save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    assert (again.progress["progress"], again.revision) == ("大纲已评审", 2)


def test_of_many_at_once_each_save_counts_once(desk, wan, activity, plan):
    def one(number):
        for _ in range(5):
            now = entries(desk, wan, activity)[6]
            try:
                raw = {"status": "in_progress", "progress": f"{number}{now.revision}"}
                save_progress(desk, wan, activity, 7, revision=now.revision, raw=raw)
                return 1
            except ConflictError:
                continue
        return 0

    with ThreadPoolExecutor(6) as pool:
        accepted = sum(pool.map(one, range(6)))
    assert entries(desk, wan, activity)[6].revision == 1 + accepted


def test_a_closed_activity_changes_no_more(desk, wan, activity, plan):
    seen = look_at_plan(desk, wan, activity).seen
    close_activity(desk, activity)
    for act in (
        lambda: save_progress(desk, wan, activity, 7, revision=1, raw=DONE),
        lambda: take_over(desk, wan, activity, plan, seen),
        lambda: accept(desk, wan, activity, [Accepted(no=7, revision=1, raw=DONE)]),
    ):
        with pytest.raises(ConflictError) as caught:
            act()
        assert codes(caught) == ["activity_closed"]


def test_the_trail_says_who_and_never_what(desk, wan, activity, plan):
    save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    with desk.store.read() as session:
        mine = [one for one in every(session) if one.object_id == activity]
    assert {one.action for one in mine} == {"ledger_taken_over", "task_saved"}
    assert "大纲" not in "".join(str(vars(one)) for one in mine)


def test_the_printed_ledger_is_the_ledger_of_today(desk, wan, activity, plan):
    save_progress(desk, wan, activity, 7, revision=1, raw=DONE)
    made = print_ledger(desk, wan, activity)
    table = docx.Document(io.BytesIO(made.docx)).tables[0]
    rows = [" ".join(cell.text for cell in row.cells) for row in table.rows]
    assert any(
        "加强展览研究" not in one and "大纲已评审" in one and "已完成" in one for one in rows
    )
    late = [one for one in rows if "外文复校延误" in one]
    assert len(late) == 1
    assert "逾期" in late[0]
    text = desk.text_of(made.docx)
    assert f"{date.today().year}年{date.today().month}月{date.today().day}日" in text
    # The plan's own draft is as it was.
    assert paper(desk, plan).row.answers == plan_answers(desk)


def test_an_empty_ledger_is_not_printed(desk, wan, activity):
    from tests.document_tools import begin

    begin(desk, wan, activity, "rectification_plan")
    with pytest.raises(InputError) as caught:
        print_ledger(desk, wan, activity)
    assert codes(caught) == ["no_entries"]


def book_of(desk, wan, activity, lang="zh"):
    made = write_sheet(desk, wan, activity, lang)
    return openpyxl.load_workbook(io.BytesIO(made.data))


def column(sheet, head):
    return next(one.column for one in sheet[3] if one.value == head)


def back(desk, wan, activity, book):
    data = io.BytesIO()
    book.save(data)
    return read_sheet(desk, wan, activity, name="台账.xlsx", data=data.getvalue())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sheet_that_nobody_touched_has_no_difference(desk, wan, activity, plan, lang):
    found = back(desk, wan, activity, book_of(desk, wan, activity, lang))
    assert found.rows == ()
    assert found.same == 12
    assert (found.absent, found.notes) == ((), ())


def filled_in(desk, wan, activity, book, row=10):
    sheet = book.worksheets[0]
    values = {"状态": "已完成", "进展情况": "大纲已评审", "完成日期": date(2014, 7, 21),
              "佐证材料": "评审意见\n会议记录"}  # fmt: skip
    for head, value in values.items():
        sheet.cell(row, column(sheet, head)).value = value
    return sheet


def test_what_was_filled_in_is_shown_field_by_field_and_taken(desk, wan, activity, plan):
    book = book_of(desk, wan, activity)
    filled_in(desk, wan, activity, book)
    found = back(desk, wan, activity, book)
    assert [(one.entry.no, one.row) for one in found.rows] == [(7, 10)]
    assert [(d.name, d.now, d.new) for d in found.rows[0].differences] == [
        ("status", "not_started", "done"),
        ("progress", None, "大纲已评审"),
        ("completed_on", None, date(2014, 7, 21)),
        ("evidence", None, ["评审意见", "会议记录"]),
    ]
    assert entries(desk, wan, activity)[6].status == "not_started"
    taken = accept(desk, wan, activity, [Accepted(no=7, revision=1, raw=DONE)])
    assert taken == (1, ())
    assert back(desk, wan, activity, book).rows == ()


def test_values_that_do_not_hold_together_are_refused_and_the_others_taken(
    desk, wan, activity, plan
):
    taken, refused = accept(
        desk, wan, activity,
        [
            Accepted(no=7, revision=1, raw={"status": "done"}),
            Accepted(no=1, revision=1, raw={"progress": "办法已印发"}),
            Accepted(no=2, revision=9, raw={"progress": "x"}),
            Accepted(no=99, revision=1, raw={"progress": "x"}),
        ],
    )  # fmt: skip
    assert taken == 1
    assert [(one.no, one.problems[0].code) for one in refused] == [
        (7, "required_if"),
        (2, "task_changed"),
        (99, "no_task"),
    ]
    assert entries(desk, wan, activity)[0].progress["progress"] == "办法已印发"


def test_what_was_changed_on_the_page_meanwhile_is_marked(desk, wan, activity, plan):
    book = book_of(desk, wan, activity)
    sheet = book.worksheets[0]
    sheet.cell(4, column(sheet, "进展情况")).value = "表里说"
    raw = {"status": "in_progress", "progress": "页面说"}
    save_progress(desk, wan, activity, 1, revision=1, raw=raw)
    save_progress(desk, wan, activity, 2, revision=1, raw=raw)
    found = {one.entry.no: one for one in back(desk, wan, activity, book).rows}
    [clash] = found[1].differences
    assert (clash.clash, clash.now, clash.new) == (True, "页面说", "表里说")
    assert found[2].differences == ()
    assert [one.zh for one in found[2].newer] == ["进展情况"]


def test_without_its_check_column_nobody_knows_which_is_newer(desk, wan, activity, plan):
    book = book_of(desk, wan, activity)
    sheet = book.worksheets[0]
    sheet.delete_cols(sheet.max_column)
    sheet.cell(4, column(sheet, "进展情况")).value = "表里说"
    [row] = back(desk, wan, activity, book).rows
    assert row.differences[0].unsure


def test_odd_rows_and_cells_are_told_and_never_taken(desk, wan, activity, plan):
    book = book_of(desk, wan, activity)
    sheet = book.worksheets[0]
    sheet.cell(4, column(sheet, "完成日期")).value = 41821
    sheet.cell(5, column(sheet, "任务名称")).value = "改了名"
    sheet.cell(6, 1).value = 4  # twice
    sheet.cell(16, 1).value = "合计"
    found = back(desk, wan, activity, book)
    rows = {one.entry.no: one for one in found.rows}
    assert rows[1].problems[0].code == "number_not_date"
    assert [one.zh for one in rows[2].plan] == ["任务名称"]
    assert found.absent == (3,)
    assert [one.code for one in found.notes] == ["sheet_row", "sheet_row"]
    with pytest.raises(InputError) as caught:
        read_sheet(desk, wan, activity, name="x.csv", data="姓名,部门\n甲,乙\n".encode())
    assert codes(caught) == ["no_ledger_sheet"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613", "-x", "@SUM(1)", "\t=1", "|cmd", "%0", "＝1", "'x", "_x0041_", "001", '="a"']
)  # fmt: skip
def test_text_is_text_there_and_back(desk, wan, activity, plan, text):
    raw = {"status": "in_progress", "progress": text}
    save_progress(desk, wan, activity, 1, revision=1, raw=raw)
    book = book_of(desk, wan, activity)
    sheet = book.worksheets[0]
    cell = sheet.cell(4, column(sheet, "进展情况"))
    assert cell.data_type == "s"
    assert sum(one.data_type == "f" for row in sheet.iter_rows() for one in row) == 0
    assert back(desk, wan, activity, book).rows == ()


def test_the_sheet_is_ready_for_paper_and_for_typing(desk, wan, activity, plan):
    sheet = book_of(desk, wan, activity).worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    deadline = sheet.cell(4, column(sheet, "完成时限"))
    assert deadline.is_date
    assert deadline.value.date() == date(2014, 7, 31)
    lists = [one for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert lists[0].formula1 == '"未启动,进行中,已完成,已销号"'
    assert sheet.column_dimensions["Q"].hidden or sheet.column_dimensions["R"].hidden
