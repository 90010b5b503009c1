"""API: what waits for whoever asks, as the home page lists it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from service.core.papers import STATES
from service.desk.activity.home import Deadline, Waiting, todo
from service.errors import LANGS, Text
from service.web.api.answers import json_answer
from service.web.api.operation import api_blueprint, operation
from service.web.api.shapes import ID, WORDS, known, listed, one_of, ref, text, whole
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("todo")
WAITING = known(
    document=ID,
    kind=text(),
    title={"anyOf": [WORDS, {"type": "null"}]},
    person=text(),
    state=one_of(STATES),
    activity=ID,
)
DEADLINE = known(
    activity=ID,
    paper=text(Text("任务清单中的 paper", "`paper` of the task list")),
    title=WORDS,
    owner=text(),
    day=text(format="date"),
    document=text(
        Text("文书编号，没有或不止一份时为空", "The document's id; empty: none, or several")
    ),
)


@BLUEPRINT.get("/todo")
@operation(
    about=Text("等我办的", "What waits for me"),
    gives={
        200: known(
            reviews=listed(ref("Waiting"), Text("等我审阅的", "Waiting for my opinion")),
            sent_back=listed(ref("Waiting"), Text("退回修改的", "Sent back to me")),
            drafts=listed(ref("Waiting"), Text("我的草稿", "Drafts of mine")),
            overdue=listed(ref("Deadline"), Text("已过期限的", "Their day has passed")),
            coming=listed(ref("Deadline"), Text("快到期限的", "Due soon")),
            without_password=whole(
                Text("还没有设密码的用户（管理员）", "Users without a password (administrators)")
            ),
        )
    },
)
def mine() -> Response:
    """Today, without what the caller may not know of."""
    found = todo(room().desk, person(), reader_lang(), date.today())
    waiting = {name: getattr(found, name) for name in ("reviews", "sent_back", "drafts")}
    due = {"overdue": found.overdue, "coming": found.coming}
    return json_answer(
        {
            **{name: [_waiting(one) for one in some] for name, some in waiting.items()},
            **{name: [_deadline(one) for one in some] for name, some in due.items()},
            "without_password": found.without_password,
        }
    )


def _waiting(one: Waiting) -> dict[str, Any]:
    held = one.document
    return {
        "document": held.id,
        "kind": held.kind,
        "title": _words(one.title) if one.title else None,
        "person": held.person,
        "state": held.state,
        "activity": held.activity_id,
    }


def _deadline(one: Deadline) -> dict[str, Any]:
    return {
        "activity": one.activity_id,
        "paper": one.group.paper.id,
        "title": _words(one.group.title),
        "owner": one.group.owner,
        "day": one.day.isoformat(),
        "document": one.document,
    }


def _words(label: Any) -> dict[str, str]:
    return {lang: label.of(lang).replace("\n", "") for lang in LANGS}


COMPONENTS = {"Waiting": WAITING, "Deadline": DEADLINE}
