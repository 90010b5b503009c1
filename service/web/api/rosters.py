"""API: rosters: uploaded, understood, mended, tried out, started as a batch."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response

from service.desk.batch.batches import start_batch
from service.desk.batch.views import ItemState, RosterView, RowView
from service.desk.once import Once, only_once
from service.desk.roster.rosters import (
    add_roster,
    choose_columns,
    list_rosters,
    mend_row,
    share_answers,
    trial,
    view_roster,
)
from service.errors import InputError, Problem, Text, problem
from service.web.api.answers import (
    facts,
    json_answer,
    moment,
    one_file,
    page,
    paper,
    wanted_ending,
    within,
)
from service.web.api.asked import Ask
from service.web.api.kinds import member_form
from service.web.api.operation import Files, api_blueprint, list_of, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    ACTIVITY,
    ID,
    LANG,
    MOMENT,
    Shape,
    known,
    listed,
    mapping,
    one_of,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.api.where import BASE
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("rosters")
OUTCOMES: tuple[ItemState, ...] = ("queued", "skipped", "failed", "duplicate")
_OUTCOME = one_of(OUTCOMES, Text("queued：可生成", "queued: it can be made"))
_HEAD: dict[str, Shape] = {
    "id": ID,
    "kind": text(),
    "lang": LANG,
    "file": text(Text("上传时的文件名", "The file's name when it was uploaded")),
    "created_at": MOMENT,
    "batches": listed(ID, Text("由它生成的批次，新的在前", "Started from it, the newest first")),
}
_COLUMN = known(
    sheet=text(),
    letter=text(),
    header=text(),
    field=text(Text("# 为编号；空为不用", "#: the member number; empty: not used")),
    how=one_of(("name", "label", "alias", "chosen", "unknown")),
)
ROSTER = known(
    **_HEAD,
    columns=listed(ref("Column")),
    missing=listed(text(), Text("表单要而名册没有的", "Needed, and in no column")),
    shared=mapping(Text("全体相同的填写内容", "Answers that are the same for all")),
    counts=known(**{name: whole() for name in OUTCOMES}),
    notes=listed(ref("Finding")),
)
ROW = known(
    row=whole(),
    outcome=_OUTCOME,
    name=text(),
    department=text(),
    values=mapping(),
    filled=yes_no(Text("本人填写的内容已有", "The member's own words are there")),
    mended=yes_no(),
    reasons=listed(ref("Finding")),
    notes=listed(ref("Finding")),
)
PDFS = ("none", "each", "joined")


@BLUEPRINT.get("/rosters")
@operation(**list_of("RosterLine", Text("我经办的名册", "The rosters that I handle")))
def every(query: dict[str, Any]) -> Response:
    """The newest first."""
    return page(list_rosters(room().desk, person().id), lambda one: one.id, _line, query)


@BLUEPRINT.post("/kinds/<kind:kind>/rosters")
@operation(
    about=Text("上传名册", "Upload a roster (.xlsx, .xls, .ods, .csv)"),
    gives={201: ref("Roster")},
    form=Ask(parts={"lang": {**LANG, "default": "zh"}, "activity": ACTIVITY}),
    files=("file",),
    once="may",
)
def upload(kind: str, said: dict[str, Any], once: Once | None) -> Response:
    """Keeps it; what the members wrote is seen by the token's user alone."""
    member_form(kind)
    name, data = one_file()
    facts(said["lang"], said["activity"])
    made = only_once(
        room().desk,
        once,
        lambda keep: add_roster(
            room().desk,
            kind,
            lang=said["lang"],
            name=name,
            data=data,
            handler=person().id,
            activity_id=said["activity"],
            keep=keep,
        ),
    )
    return json_answer(_plain(made), 201, {"Location": f"{BASE}/rosters/{made}"})


@BLUEPRINT.get("/rosters/<id:roster>")
@operation(about=Text("一份名册", "One roster"), gives={200: ref("Roster")})
def one(roster: str) -> Response:
    """How it was understood, and what can be made of it."""
    return json_answer(_plain(roster))


@BLUEPRINT.get("/rosters/<id:roster>/rows")
@operation(**list_of("Row", Text("名册各行", "Its rows"), outcome={**_OUTCOME, "default": None}))
def rows(roster: str, query: dict[str, Any]) -> Response:
    """Every row checked, in the file's order."""
    found = view_roster(room().desk, roster).rows
    wanted = [one for one in found if query["outcome"] in {None, one.outcome}]
    return page(wanted, lambda one: str(one.row), row_plain, query)


@BLUEPRINT.put("/rosters/<id:roster>/columns")
@operation(
    about=Text("更正各列的含义，重新读取", "Say what columns mean; it is read again"),
    gives={200: ref("Roster")},
    body=Ask(
        parts={
            "columns": mapping(
                Text("`工作表!A` 对填写项；CSV 为 `!A`", "`Sheet!A` to a field; of CSV `!A`")
            )
        }
    ),
    example={"columns": {"!A": "#"}},
    conflicts=True,
)
def columns(roster: str, said: dict[str, Any]) -> Response:
    """Mends of rows stay with their row number."""
    wanted = said["columns"]
    if not all(isinstance(one, str) for one in wanted.values()):
        raise InputError(_bad_columns())
    with within("columns"):
        choose_columns(room().desk, roster, wanted)
    return json_answer(_plain(roster))


@BLUEPRINT.put("/rosters/<id:roster>/shared")
@operation(
    about=Text("填写全体相同的内容", "Say what is the same for all"),
    gives={200: ref("Roster")},
    body=Ask(parts={"shared": mapping(Text("填写内容", "Answers by field name"))}),
    example={"shared": {"title": "党员对照检查表"}},
    conflicts=True,
)
def shared(roster: str, said: dict[str, Any]) -> Response:
    """Every row is checked with them."""
    with within("shared"):
        share_answers(room().desk, roster, said["shared"])
    return json_answer(_plain(roster))


@BLUEPRINT.patch("/rosters/<id:roster>/rows/<number:row>")
@operation(
    about=Text("改正一行", "Mend a row"),
    gives={200: ref("Row")},
    body=Ask(parts={"values": mapping(Text("填写内容", "Values by field name"))}),
    example={"values": {"birth_month": "1975-03"}},
    conflicts=True,
)
def mend(roster: str, row: int, said: dict[str, Any]) -> Response:
    """Values that are not named stay; `reasons` say what is still wrong."""
    with within("values"):
        found = mend_row(room().desk, roster, row, said["values"])
    return json_answer(row_plain(found))


@BLUEPRINT.post("/rosters/<id:roster>/trial")
@operation(
    about=Text("用第一行试做一份", "Try it out with the first row"),
    gives={200: Files(endings=(".docx", ".pdf"))},
)
def try_out(roster: str) -> Response:
    """Nothing of it is kept."""
    ending = wanted_ending()
    return paper(trial(room().desk, roster), ending)


@BLUEPRINT.post("/rosters/<id:roster>/batches")
@operation(
    about=Text("开始批量生成", "Start a batch"),
    gives={201: known(id=ID, url=text())},
    body=Ask(
        parts={
            "pdf": one_of(
                PDFS,
                Text("none：只要 Word；each：各一份 PDF；joined：合成一份打印",
                     "none: Word alone; each: a PDF of each; joined: one PDF for printing"),
                default="none",
            ),
            "odd_start": yes_no(
                Text("合并打印时每份从单页起", "Joined: each begins on an odd page"), default=False
            ),
        }
    ),
    example={"pdf": "none"},
    once="must",
    conflicts=True,
)  # fmt: skip
def start(roster: str, said: dict[str, Any], once: Once) -> Response:
    """The same key again: the same batch, and nothing is started twice."""
    made = start_batch(
        room().desk,
        roster,
        pdf=said["pdf"],
        odd_start=said["odd_start"] and said["pdf"] == "joined",
        once=once,
    )
    url = f"{BASE}/batches/{made}"
    return json_answer({"id": made, "url": url}, 201, {"Location": url})


def row_plain(row: RowView) -> dict[str, Any]:
    """A row as JSON."""
    return {
        "row": row.row,
        "outcome": row.outcome,
        "name": row.name,
        "department": row.department,
        "values": {name: _scalar(value) for name, value in row.values.items()},
        "filled": row.filled,
        "mended": row.mended,
        "reasons": [finding(one) for one in row.reasons],
        "notes": [finding(one) for one in row.notes],
    }


def _plain(roster: str) -> dict[str, Any]:
    view = view_roster(room().desk, roster)
    counted = Counter(one.outcome for one in view.rows)
    return {
        **_line(view),
        "columns": [vars(one) for one in view.columns],
        "missing": list(view.missing),
        "shared": {name: _scalar(value) for name, value in view.shared.items()},
        "counts": {name: counted[name] for name in OUTCOMES},
        "notes": [finding(one) for one in view.notes],
    }


def _line(view: RosterView) -> dict[str, Any]:
    return {
        "id": view.id,
        "kind": view.kind,
        "lang": view.lang,
        "file": view.file,
        "created_at": moment(view.created_at),
        "batches": list(view.batches),
    }


def _scalar(value: Any) -> Any:
    """Dates of spreadsheets as ISO text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _bad_columns() -> Problem:
    zh, en = "各列的值应为填写项名称。", "the value of a column must be a field's name."
    return problem("bad_columns", zh, en, path="columns")


COMPONENTS = {"RosterLine": known(**_HEAD), "Roster": ROSTER, "Row": ROW, "Column": _COLUMN}
