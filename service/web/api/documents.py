"""API: documents: begun, their draft saved, made, moved on, their versions handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from flask import Response

from service.core.definition import Label
from service.core.papers import NEXT, STATES, State, Way
from service.desk.documents.drafts import create_document, open_draft, save_draft
from service.desk.documents.lists import DocumentLine, list_documents
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.documents.views import DocumentView, VersionView, view_document
from service.errors import LANGS, InputError, Problem, Text, problem
from service.web.api.answers import json_answer, moment, page, within
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, list_of, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    ID,
    LANG,
    MOMENT,
    STAGE,
    WORDS,
    Shape,
    known,
    listed,
    mapping,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.api.versions import IF_MATCH, REFUSES, if_not_overtaken, said_revision, tagged
from service.web.api.where import BASE
from service.web.downloads import hand_over
from service.web.paper_words import MOVES
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("documents")
_WAYS: tuple[Way, ...] = get_args(Way)
_ANSWERS = mapping(Text("填写内容，不含自动带入的", "Answers as typed, without what is prefilled"))
_DAY = text(
    Text("最迟哪天办好，例：2014-06-13", "The day by which it is to be there, 2014-06-13"),
    pattern=r"^(\d{4}-\d{2}-\d{2})?$",
)
_LINE: dict[str, Shape] = {
    "id": ID,
    "activity": ID,
    "kind": text(),
    "title": {"anyOf": [WORDS, {"type": "null"}]},
    "part": text(),
    "lang": LANG,
    "person": text(Text("谁的文书；单位的为空", "Whose it is; empty: the unit's")),
    "branch": text(),
    "confidential": yes_no(),
    "handler": text(Text("经办人", "Who handles it")),
    "state": one_of(STATES),
    "due": or_null(text(format="date")),
    "newest": whole(Text("最新一稿；0 表示还没有", "The newest version; 0: none")),
    "way": {"anyOf": [one_of(_WAYS), {"type": "null"}]},
    "stale": yes_no(Text("生成以后内容又改过", "Something has changed since it was made")),
    "changed_at": MOMENT,
}
VERSION = known(
    no=whole(),
    way=one_of(_WAYS),
    file=text(),
    by=text(),
    at=MOMENT,
    before=whole(Text("与哪一稿相比；0 表示没有", "Compared with which; 0: none")),
    fields=listed(WORDS, Text("改动的填写项", "Fields that changed")),
    paragraphs={
        "anyOf": [
            listed(known(before=listed(text()), after=listed(text()))),
            {"type": "null"},
        ]
    },
)
DOCUMENT = known(
    **_LINE,
    closed=yes_no(),
    writable=yes_no(Text("现在可以改内容", "The text may be changed now")),
    next=listed(one_of(STATES), Text("可以转到的状态", "States it may be moved to")),
    versions=listed(ref("Version"), Text("新的在前", "The newest first")),
    found=listed(
        known(stage=STAGE, finding=ref("Finding")),
        Text("缺少或有误的，及从哪个环节起不能缺", "What is wrong or missing, from which stage on"),
    ),
    notes=listed(ref("Finding")),
    problems=listed(ref("Finding"), Text("文书种类本身的问题", "What ails its kind")),
)
DRAFT = known(
    id=ID,
    answers=_ANSWERS,
    filled=mapping(Text("自动带入以后的全部内容", "The same with the gaps filled in")),
    origins=mapping(Text("带入的内容来自哪里", "Where what was filled in came from")),
    saved_at=MOMENT,
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
    return page(found, lambda one: one.id, _line, query)


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
            "answers": {**_ANSWERS, "default": {}},
        }
    ),
    conflicts=True,
)
def begin(activity: str, said: dict[str, Any]) -> Response:
    """Whoever begins it handles it."""
    _refuse_unknown(said["kind"], said["part"])
    made = create_document(
        room().desk,
        person(),
        activity,
        said["kind"],
        said["lang"],
        part=said["part"],
        person_name=said["person"],
        branch=said["branch"],
        answers=said["answers"],
        due=_day(said["due"]),
    )
    answer = _draft(made, 201)
    answer.headers["Location"] = f"{BASE}/documents/{made}"
    return answer


@BLUEPRINT.get("/documents/<id:document>")
@operation(about=Text("一份文书", "One document"), gives={200: ref("Document")})
def one(document: str) -> Response:
    """Where it stands, what it lacks, its versions."""
    return json_answer(_plain(view_document(room().desk, document)))


@BLUEPRINT.get("/documents/<id:document>/draft")
@operation(about=Text("草稿", "Its draft"), gives={200: ref("Draft")})
def draft(document: str) -> Response:
    """As it was saved last; its ETag goes with a save."""
    return _draft(document)


@BLUEPRINT.put("/documents/<id:document>/draft")
@operation(
    about=Text("保存草稿", "Save its draft"),
    gives={200: ref("Draft")},
    body=Ask(parts={"answers": _ANSWERS}),
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
    conflicts=True,
)
def move(document: str, said: dict[str, Any]) -> Response:
    """Which states may follow, `next` of the document says."""
    state: State = said["state"]
    move_document(room().desk, person(), document, state)
    return json_answer(_plain(view_document(room().desk, document)))


def _draft(document: str, status: int = 200) -> Response:
    found = open_draft(room().desk, document)
    filled, origins = found.full()
    plain = {
        "id": found.row.id,
        "answers": dict(found.row.answers),
        "filled": {name: _plain_value(value) for name, value in filled.items()},
        "origins": origins,
        "saved_at": moment(found.row.changed_at),
    }
    return tagged(json_answer(plain, status), found.row.revision)


def _plain_value(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _plain(view: DocumentView) -> dict[str, Any]:
    checked = view.checked
    return {
        **_line(view.line),
        "closed": view.closed,
        "writable": view.writable,
        "next": [] if view.closed else [one for one in NEXT[view.line.state] if one in MOVES],
        "versions": [_version(one) for one in view.versions],
        "found": [{"stage": stage, "finding": finding(one)} for stage, one in checked.found]
        if checked
        else [],
        "notes": [finding(one) for one in checked.notes] if checked else [],
        "problems": [finding(one) for one in view.problems],
    }


def _line(line: DocumentLine) -> dict[str, Any]:
    plain = ("id", "kind", "part", "lang", "person", "branch", "confidential", "handler", "state")
    return {
        **{name: getattr(line, name) for name in (*plain, "newest", "way", "stale")},
        "activity": line.activity_id,
        "title": _words(line.title) if line.title else None,
        "due": line.due.isoformat() if line.due else None,
        "changed_at": moment(line.changed_at),
    }


def _version(version: VersionView) -> dict[str, Any]:
    texts = version.paragraphs
    return {
        "no": version.no,
        "way": version.way,
        "file": version.file_name,
        "by": version.by,
        "at": moment(version.at),
        "before": version.before,
        "fields": [_words(one) for one in version.fields],
        "paragraphs": None
        if texts is None
        else [{"before": list(one.before), "after": list(one.after)} for one in texts],
    }


def _words(label: Label) -> dict[str, str]:
    return {lang: label.of(lang).replace("\n", "") for lang in LANGS}


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


COMPONENTS = {
    "DocumentLine": known(**_LINE),
    "Document": DOCUMENT,
    "Draft": DRAFT,
    "Version": VERSION,
}
