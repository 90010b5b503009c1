"""API: the ledger of an activity: its tasks, carried on one by one, taken over, on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from service.core.ledger import STATUSES, Change, Entry
from service.desk.ledger.paper import print_ledger
from service.desk.ledger.progress import save_progress
from service.desk.ledger.taking import Taking, look_at_plan, take_over
from service.desk.ledger.views import view_ledger
from service.errors import Text
from service.web.api.answers import json_answer, page, paper, wanted_ending, within
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, list_of, operation
from service.web.api.shapes import known, listed, mapping, one_of, or_null, ref, text, whole, yes_no
from service.web.api.versions import IF_MATCH, REFUSES, if_not_overtaken, said_revision, tagged
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("ledger")
_PLAN = text(
    Text("哪份整改方案；空为最近的一份", "Which plan; empty: the one that is furthest on"),
    pattern="^([0-9a-f]{32})?$",
    default="",
)
_PROGRESS = mapping(Text("进展各栏", "The columns of the progress, by name"))
TASK = known(
    no=whole(),
    title=text(),
    status=one_of(STATUSES),
    deadline=or_null(text(format="date")),
    days_late=whole(Text("逾期天数", "Days since its deadline, where it is still open")),
    plan=mapping(Text("方案里写的", "What the plan says of it")),
    progress=_PROGRESS,
)
TAKING = known(
    plan=text(),
    seen=text(Text("接入时原样带回", "To be handed back when it is taken over")),
    any=yes_no(Text("会有变化", "Something would change")),
    changes=listed(known(no=whole(), kind=text(), columns=listed(text()))),
)


@BLUEPRINT.get("/activities/<id:activity>/ledger")
@operation(**list_of("LedgerTask", Text("台账各项任务", "The tasks of the ledger")))
def every(activity: str, query: dict[str, Any]) -> Response:
    """By their numbers."""
    found = view_ledger(room().desk, person(), activity).entries
    return page(found, lambda one: str(one.no), _plain, query)


@BLUEPRINT.get("/activities/<id:activity>/ledger/<number:no>")
@operation(about=Text("一项任务", "One task"), gives={200: ref("LedgerTask")})
def one(activity: str, no: int) -> Response:
    """Its ETag goes with a save."""
    return _task(view_ledger(room().desk, person(), activity).entry(no))


@BLUEPRINT.put("/activities/<id:activity>/ledger/<number:no>")
@operation(
    about=Text("更新一项任务的进展", "Save the progress of a task"),
    gives={200: ref("LedgerTask")},
    body=Ask(parts={"progress": _PROGRESS}),
    example={"progress": {"status": "in_progress", "progress": "大纲已评审"}},
    headers=(IF_MATCH,),
    refuses=REFUSES,
    conflicts=True,
)
def save(activity: str, no: int, said: dict[str, Any]) -> Response:
    """All columns at once; where somebody else has saved meanwhile nothing is written."""
    seen = said_revision()
    with if_not_overtaken(), within("progress"):
        found = save_progress(
            room().desk, person(), activity, no, revision=seen, raw=said["progress"]
        )
    return _task(found)


@BLUEPRINT.get("/activities/<id:activity>/ledger/plan")
@operation(
    about=Text("接入整改方案会有哪些变化", "What taking the plan over would change"),
    gives={200: ref("Taking")},
    query=Ask(parts={"plan": _PLAN}),
)
def look(activity: str, query: dict[str, Any]) -> Response:
    """Nothing is written."""
    return json_answer(_taking(look_at_plan(room().desk, person(), activity, query["plan"])))


@BLUEPRINT.post("/activities/<id:activity>/ledger/plan")
@operation(
    about=Text("接入整改方案", "Take the plan over"),
    gives={200: ref("Taking")},
    body=Ask(parts={"plan": _PLAN, "seen": text(Text("看到的变化", "As it was looked at"))}),
    example={"plan": "", "seen": "2c26b46b68ffc68ff99b453c1d304134"},
    conflicts=True,
)
def take(activity: str, said: dict[str, Any]) -> Response:
    """As it was looked at; where ledger or plan have changed since, nothing is written."""
    found = take_over(room().desk, person(), activity, said["plan"], said["seen"])
    return json_answer(_taking(found))


@BLUEPRINT.get("/activities/<id:activity>/ledger/paper")
@operation(
    about=Text("台账作为文书", "The ledger as a paper, as of today"),
    gives={200: Files(endings=(".docx", ".pdf"))},
    query=Ask(parts={"plan": _PLAN}),
)
def printed(activity: str, query: dict[str, Any]) -> Response:
    """The plan itself is not changed."""
    ending = wanted_ending()
    return paper(print_ledger(room().desk, person(), activity, query["plan"]), ending)


def _task(entry: Entry) -> Response:
    return tagged(json_answer(_plain(entry)), entry.revision)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "no": entry.no,
        "title": entry.title,
        "status": entry.status,
        "deadline": entry.deadline.isoformat() if entry.deadline else None,
        "days_late": entry.days_late(date.today()),
        "plan": _row(entry.plan),
        "progress": _row(entry.progress),
    }


def _taking(found: Taking) -> dict[str, Any]:
    return {
        "plan": found.plan.document,
        "seen": found.seen,
        "any": found.any,
        "changes": [_change(one) for one in found.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    meant = change.after or change.before
    no = meant.no if meant else 0
    return {"no": no, "kind": change.kind, "columns": list(change.columns)}


def _row(values: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


COMPONENTS = {"LedgerTask": TASK, "Taking": TAKING}
