"""API: documents: begun, their draft saved, made, moved on, their versions handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response

from service.core.papers import State
from service.desk.documents.drafts import create_document, open_draft, save_draft
from service.desk.documents.lists import list_documents
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.documents.views import view_document
from service.desk.once import Once, only_once
from service.errors import InputError, Problem, Text, problem
from service.web.api.answers import json_answer, page, within
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, list_of, operation
from service.web.api.paper_shapes import ANSWERS, document_plain, draft_plain, line_plain
from service.web.api.shapes import (
    LANG,
    known,
    one_of,
    ref,
    text,
    whole,
)
from service.web.api.versions import IF_MATCH, REFUSES, if_not_overtaken, said_revision, tagged
from service.web.api.where import BASE
from service.web.downloads import hand_over
from service.web.paper_words import MOVES
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("documents")
_DAY = text(
    Text("最迟哪天办好，例：2014-06-13", "The day by which it is to be there, 2014-06-13"),
    pattern=r"^(\d{4}-\d{2}-\d{2})?$",
)


@BLUEPRINT.get("/activities/<id:activity>/documents")
@operation(
    **list_of(
        "DocumentLine",
        Text("一项活动中我能看到的文书", "The documents of an activity that I may know of"),
    )
)
def every(activity: str, query: dict[str, Any]) -> Response:
    """The oldest first."""
    found = list_documents(room().desk, person(), activity)
    return page(found, lambda one: one.id, line_plain, query)


@BLUEPRINT.post("/activities/<id:activity>/documents")
@operation(
    about=Text("在活动中起草一份文书", "Begin a document in an activity"),
    gives={201: ref("Draft")},
    body=Ask(
        parts={
            "kind": text(),
            "lang": {**LANG, "default": "zh"},
            "part": text(default=""),
            "person": text(default="", pattern="^[^\\n]{0,50}$"),
            "branch": text(default="", pattern="^[^\\n]{0,100}$"),
            "due": {**_DAY, "default": ""},
            "answers": {**ANSWERS, "default": {}},
        }
    ),
    example={"kind": "mobilization_notice", "lang": "zh"},
    once="may",
    conflicts=True,
)
def begin(activity: str, said: dict[str, Any], once: Once | None) -> Response:
    """Whoever begins it handles it."""
    _refuse_unknown(said["kind"], said["part"])
    due = _day(said["due"])
    made = only_once(
        room().desk,
        once,
        lambda keep: create_document(
            room().desk,
            person(),
            activity,
            said["kind"],
            said["lang"],
            part=said["part"],
            person_name=said["person"],
            branch=said["branch"],
            answers=said["answers"],
            due=due,
            keep=keep,
        ),
    )
    answer = _draft(made, 201)
    answer.headers["Location"] = f"{BASE}/documents/{made}"
    return answer


@BLUEPRINT.get("/documents/<id:document>")
@operation(about=Text("一份文书", "One document"), gives={200: ref("Document")})
def one(document: str) -> Response:
    """Where it stands, what it lacks, its versions."""
    return json_answer(document_plain(view_document(room().desk, document)))


@BLUEPRINT.get("/documents/<id:document>/draft")
@operation(about=Text("草稿", "Its draft"), gives={200: ref("Draft")})
def draft(document: str) -> Response:
    """As it was saved last; its ETag goes with a save."""
    return _draft(document)


@BLUEPRINT.put("/documents/<id:document>/draft")
@operation(
    about=Text("保存草稿", "Save its draft"),
    gives={200: ref("Draft")},
    body=Ask(parts={"answers": ANSWERS}),
    example={"answers": {"title": "关于召开动员大会的通知"}},
    headers=(IF_MATCH,),
    refuses=REFUSES,
    conflicts=True,
)
def save(document: str, said: dict[str, Any]) -> Response:
    """Kept exactly; where somebody else has saved meanwhile nothing is written."""
    seen = said_revision()
    with if_not_overtaken():
        save_draft(room().desk, person(), document, seen, said["answers"])
    return _draft(document)


@BLUEPRINT.post("/documents/<id:document>/versions")
@operation(
    about=Text("由草稿生成一稿", "Make a version of the draft"),
    gives={201: known(no=whole(), url=text())},
    conflicts=True,
)
def make(document: str) -> Response:
    """Asked again, it finds what the first request has made."""
    with within("answers"):
        no = generate(room().desk, person(), document)
    url = f"{BASE}/documents/{document}/versions/{no}"
    return json_answer({"no": no, "url": f"{url}/file"}, 201, {"Location": f"{url}/file"})


@BLUEPRINT.get("/documents/<id:document>/versions/<number:no>/file")
@operation(
    about=Text("一稿的文件", "A version's file"),
    gives={200: Files(endings=(".docx", ".doc", ".pdf", ""))},
)
def file(document: str, no: int) -> Response:
    """As it was made or sent in."""
    found = open_version(room().desk, document, no)
    return hand_over(found.data, found.name, found.suffix)


@BLUEPRINT.get("/documents/<id:document>/versions/<number:no>/pdf")
@operation(about=Text("一稿的 PDF", "A version as PDF"), gives={200: Files(endings=(".pdf",))})
def pdf(document: str, no: int) -> Response:
    """Made when it is first asked for."""
    found = open_version(room().desk, document, no, "pdf")
    return hand_over(found.data, found.name, found.suffix)


@BLUEPRINT.put("/documents/<id:document>/state")
@operation(
    about=Text("转到另一个状态", "Move it on, or back to the draft"),
    gives={200: ref("Document")},
    body=Ask(parts={"state": one_of(tuple(MOVES))}),
    example={"state": "in_review"},
    conflicts=True,
)
def move(document: str, said: dict[str, Any]) -> Response:
    """Which states may follow, `next` of the document says."""
    state: State = said["state"]
    move_document(room().desk, person(), document, state)
    return json_answer(document_plain(view_document(room().desk, document)))


def _draft(document: str, status: int = 200) -> Response:
    found = open_draft(room().desk, document)
    return tagged(json_answer(draft_plain(found), status), found.row.revision)


def _refuse_unknown(kind: str, part: str) -> None:
    if kind not in room().desk.catalog.kinds():
        raise InputError(_one_of("kind", room().desk.catalog.kinds()))
    parts = room().desk.catalog.kind(kind).parts
    if part and part not in parts:
        raise InputError(_one_of("part", parts))


def _one_of(name: str, listed_names: Sequence[str]) -> Problem:
    there = "、".join(listed_names) or "（无）"
    zh, en = f"没有这一种；有：{there}。", f"must be one of: {', '.join(listed_names) or 'none'}."
    return problem("bad_choice", zh, en, path=name)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        zh, en = "不是有效日期，例：2014-06-13。", "is no day; write 2014-06-13."
        raise InputError(problem("bad_date", zh, en, path="due")) from None
