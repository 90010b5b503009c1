"""API: the ledger as a spreadsheet: out, compared with what came back, taken in."""

from __future__ import annotations

from typing import Any

from flask import Response

from service.core.ledger_differences import BackRow
from service.desk.ledger.progress import Accepted, accept
from service.desk.ledger.sheets import read_sheet, write_sheet
from service.errors import LANGS, Text
from service.web.api.answers import json_answer, one_file
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    LANG,
    WORDS,
    Shape,
    known,
    listed,
    mapping,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.downloads import hand_over
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("ledger_sheets")
_VALUE: Shape = {"description": Text("原值", "Raw")}
BACK = known(
    same=whole(Text("与台账一致的任务数", "Tasks that are just as in the ledger")),
    absent=listed(whole(), Text("表里没有的任务", "Tasks that the sheet has no row for")),
    notes=listed(ref("Finding"), Text("没有接收的行和列", "Rows and columns that are not taken")),
    tasks=listed(
        known(
            no=whole(),
            revision=whole(Text("接收时带回", "To be handed back when it is taken")),
            row=whole(),
            differences=listed(
                known(
                    column=text(),
                    label=WORDS,
                    now=_VALUE,
                    new=_VALUE,
                    clash=yes_no(Text("网页上也改过", "It was changed on the page too")),
                    unsure=yes_no(Text("不知道哪个更新", "Either may be the newer one")),
                )
            ),
            newer=listed(WORDS, Text("表里已过时的", "Where the sheet is behind")),
            plan=listed(WORDS, Text("以方案为准、没有接收的", "The plan's own, not taken")),
            problems=listed(ref("Finding")),
        )
    ),
)
_TASKS = listed(
    known(
        no=whole(minimum=1, maximum=9_999_999),
        revision=whole(minimum=0, maximum=999_999_999),
        progress=mapping(Text("要改的各栏", "Columns that change; what is not named stays")),
    )
)


@BLUEPRINT.get("/activities/<id:activity>/ledger/sheet.xlsx")
@operation(
    about=Text("台账表格", "The ledger as a spreadsheet to be filled in"),
    gives={200: Files(endings=(".xlsx",))},
    query=Ask(parts={"lang": {**LANG, "default": "zh"}}),
)
def download(activity: str, query: dict[str, Any]) -> Response:
    """Sent back, it is compared with the ledger as it is then."""
    made = write_sheet(room().desk, person(), activity, query["lang"])
    return hand_over(made.data, made.name, ".xlsx")


@BLUEPRINT.post("/activities/<id:activity>/ledger/sheet/differences")
@operation(
    about=Text("交回的台账表与台账有何不同", "What a sheet that came back has otherwise"),
    gives={200: ref("SheetBack")},
    form=Ask(parts={}),
    files=("file",),
)
def compare(activity: str, said: dict[str, Any]) -> Response:
    """Nothing is written."""
    name, data = one_file()
    back = read_sheet(room().desk, person(), activity, name=name, data=data)
    return json_answer(
        {
            "same": back.same,
            "absent": list(back.absent),
            "notes": [finding(one) for one in back.notes],
            "tasks": [_task(one) for one in back.rows],
        }
    )


@BLUEPRINT.post("/activities/<id:activity>/ledger/sheet")
@operation(
    about=Text("把选定的差别接收进台账", "Take chosen differences into the ledger"),
    gives={
        200: known(
            taken=whole(Text("已更新的任务数", "Tasks that were changed")),
            refused=listed(known(no=whole(), reasons=listed(ref("Finding")))),
        )
    },
    body=Ask(parts={"tasks": _TASKS}),
    example={"tasks": [{"no": 1, "revision": 1, "progress": {"status": "in_progress"}}]},
    conflicts=True,
)
def take(activity: str, said: dict[str, Any]) -> Response:
    """Task by task: one that somebody has saved meanwhile stays as it is, and is told."""
    wanted = [
        Accepted(no=one["no"], revision=one["revision"], raw=one["progress"])
        for one in said["tasks"]
    ]
    taken, refused = accept(room().desk, person(), activity, wanted)
    return json_answer(
        {
            "taken": taken,
            "refused": [
                {"no": one.no, "reasons": [finding(why) for why in one.problems]} for one in refused
            ],
        }
    )


def _task(row: BackRow) -> dict[str, Any]:
    return {
        "no": row.entry.no,
        "revision": row.entry.revision,
        "row": row.row,
        "differences": [
            {
                "column": one.name,
                "label": _words(one.label),
                "now": _plain(one.now),
                "new": _plain(one.new),
                "clash": one.clash,
                "unsure": one.unsure,
            }
            for one in row.differences
        ],
        "newer": [_words(one) for one in row.newer],
        "plan": [_words(one) for one in row.plan],
        "problems": [finding(one) for one in row.problems],
    }


def _words(label: Any) -> dict[str, str]:
    return {lang: label.of(lang) for lang in LANGS}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


COMPONENTS = {"SheetBack": BACK}
