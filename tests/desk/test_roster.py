"""From a spreadsheet to a roster, with the real engines; what a template asks is understood."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from service.bootstrap import assemble
from service.desk.activity.files import sample_activity
from service.desk.batch.plan import agree_terms, plan_items
from service.desk.roster.read import read_roster, roster_template
from service.errors import InputError, NotFoundError
from service.settings import Settings
from tests.core.roster.rosters import FORM
from tests.engines.sheets.sheet_files import kept, xlsx

PERSON = ("person_name", "gender", "birth_month", "department", "post", "party_join_date", "branch")
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("data")))
    yield desk
    desk.close()


def form_of(desk):
    return desk.catalog.kind("self_examination").form


@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx"])
def test_samples(desk, name):
    found = read_roster(desk, form_of(desk), (SAMPLES / name).read_bytes(), name=name, lang="zh")
    assert len(found.rows) == 60
    assert {row.outcome for row in found.rows} == {"ready"}
    assert [(one.field, one.how) for one in found.columns] == [(field, "label") for field in PERSON]
    assert not found.missing
    assert found.rows[0].values == {
        "person_name": "邹𠮷",
        "gender": "male",
        "birth_month": "1969-04",
        "department": "办公室",
        "post": "主任",
        "party_join_date": "1993-06-28",
        "branch": "第一党支部",
    }


def test_both_samples_say_the_same(desk):
    texts = [
        read_roster(desk, form_of(desk), (SAMPLES / name).read_bytes(), name=name, lang="zh").rows
        for name in ("roster.csv", "roster.xlsx")
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["roster.xls", "roster.ods"])
def test_rosters_of_old_excel_and_open_document(desk, name):
    found = read_roster(desk, form_of(desk), kept(name), name=name, lang="zh")
    assert [(row.row, row.outcome) for row in found.rows] == [
        (3, "ready"), (4, "ready"), (5, "failed"), (6, "failed"), (7, "ready"), (8, "skipped"),
        (9, "skipped"),
    ]  # fmt: skip
    assert found.rows[0].values["party_join_date"] == "2002-03-13"
    assert found.rows[0].values["person_name"] == "张三"
    assert [one.code for row in found.rows[2:4] for one in row.reasons] == [
        "cell_error",
        "month_cut",
    ]
    assert {one.file for row in found.rows for one in row.reasons} == {name}


FILLED = {
    "zh": {
        "成员编号": "001", "姓名": "邹𠮷", "部门": "=1+1", "性别": "女", "出生年月": "1985-10",
        "入党时间": date(2002, 3, 13), "职务": "讲解员", "谈话时间": "2014-03-06 09:00", "得分": 90,
        "是否干部": "是", "选学专题": "党史、党章", "类别": "官僚主义",
    },
    "en": {
        "Member number": "001", "Name": "邹𠮷", "Department": "=1+1", "Sex": "Female",
        "Born": "1985-10", "Joined": date(2002, 3, 13), "Post": "讲解员", "Talk": "2014-03-06 09:00",
        "Score": 90, "Cadre": "Yes", "Topics": "History, Rules", "Category": "官僚主义",
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_gives_its_roster(desk, lang):
    data = desk.sheet_writer.roster_template(FORM, lang, {"categories": ["官僚主义"]})
    book = load_workbook(io.BytesIO(data))
    members, tasks, steps, _ = book.worksheets
    for column, cell in enumerate(members[1], 1):
        put = members.cell(2, column, FILLED[lang][cell.value.removesuffix(" *")])
        put.data_type = "s" if put.data_type == "f" else put.data_type
    for row in (["001", None, "甲", date(2014, 6, 1)], ["1", None, "乙"]):
        tasks.append(row)
    steps.append(["001", "邹𠮷", 2, "一"])
    made = io.BytesIO()
    book.save(made)
    found = read_roster(desk, FORM, made.getvalue(), name="名册.xlsx", lang=lang)
    assert all(one.field for one in found.columns)
    assert not found.notes and not found.missing
    (row,) = found.rows
    assert (row.row, row.outcome, row.member_no) == (2, "ready", "001")
    assert row.values == {
        "person_name": "邹𠮷",
        "department": "=1+1",
        "gender": "female",
        "birth_month": "1985-10",
        "joined": "2002-03-13",
        "post": "讲解员",
        "seen_at": "2014-03-06 09:00",
        "score": 90,
        "cadre": True,
        "topics": ["history", "rules"],
        "category": "官僚主义",
        "tasks": [
            {"task": "甲", "deadline": "2014-06-01"},
            {"task": "乙", "steps": [{"step": "一"}]},
        ],
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_templates_of_the_kinds_for_members(desk, lang):
    activity = sample_activity(desk, lang)
    for name in desk.catalog.kinds():
        form = desk.catalog.kind(name).form
        if form.audience != "member":
            with pytest.raises(InputError, match="once per member"):
                roster_template(desk, name, lang=lang, activity=activity)
            continue
        data = roster_template(desk, name, lang=lang, activity=activity)
        with pytest.raises(InputError) as caught:
            read_roster(desk, form, data, name="x.xlsx", lang=lang)
        assert [one.code for one in caught.value.problems] == ["no_members"]


def test_no_template_for_a_kind_that_is_not_there(desk):
    with pytest.raises(NotFoundError):
        roster_template(desk, "nothing", lang="zh", activity={})


def test_a_row_that_failed_is_told_all_that_is_wrong_with_it(desk):
    """The cell with its place, and once; what is missing beside it."""
    heads = ["姓名", "部门", "出生年月", "所在支部"]
    data = xlsx(heads, ["张三", "办公室", 1985.1, None], ["李四", "办公室", "去年", "第一党支部"])
    roster = read_roster(desk, form_of(desk), data, name="x", lang="zh")
    shared = {"title": "对照检查表", "due_date": "2014-06-06"}
    terms = agree_terms(desk, "self_examination", lang="zh", shared=shared)
    first, second = plan_items(terms, roster)
    assert [(one.path, one.code) for one in first.reasons] == [
        ("birth_month", "month_cut"),
        ("branch", "required"),
    ]
    assert [(one.path, one.code) for one in second.reasons] == [("birth_month", "bad_month")]
    assert "第3行C列" in second.reasons[0].text.zh


def test_a_clerks_choice_of_columns(desk):
    data = xlsx(["称呼", "部门", "支部"], ["张三", "办公室", "第一党支部"], name="甲!乙")
    with_choice = read_roster(
        desk, form_of(desk), data, name="x", lang="zh", chosen={"甲!乙!A": "person_name"}
    )
    assert with_choice.rows[0].values["person_name"] == "张三"
    assert read_roster(desk, form_of(desk), data, name="x", lang="zh").missing == ("person_name",)
