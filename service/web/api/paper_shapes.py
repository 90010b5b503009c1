"""API: documents as JSON, and the shapes of that."""

from __future__ import annotations

from typing import Any, get_args

from service.core.definition import Label
from service.core.papers import NEXT, STATES, Way
from service.desk.documents.kept import Paper
from service.desk.documents.lists import DocumentLine
from service.desk.documents.views import DocumentView, VersionView
from service.errors import LANGS, Text
from service.web.api.answers import moment
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
from service.web.paper_words import MOVES

_WAYS: tuple[Way, ...] = get_args(Way)
ANSWERS = mapping(Text("填写内容，不含自动带入的", "Answers as typed, without what is prefilled"))
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
    answers=ANSWERS,
    filled=mapping(Text("自动带入以后的全部内容", "The same with the gaps filled in")),
    origins=mapping(Text("带入的内容来自哪里", "Where what was filled in came from")),
    saved_at=MOMENT,
)


def draft_plain(found: Paper) -> dict[str, Any]:
    """A draft as JSON, with what is filled in where nothing was typed."""
    filled, origins = found.full()
    return {
        "id": found.row.id,
        "answers": dict(found.row.answers),
        "filled": {name: _plain_value(value) for name, value in filled.items()},
        "origins": origins,
        "saved_at": moment(found.row.changed_at),
    }


def _plain_value(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def document_plain(view: DocumentView) -> dict[str, Any]:
    """A document as JSON, with its versions and what it lacks."""
    checked = view.checked
    return {
        **line_plain(view.line),
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


def line_plain(line: DocumentLine) -> dict[str, Any]:
    """A document of a list as JSON."""
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


COMPONENTS = {
    "DocumentLine": known(**_LINE),
    "Document": DOCUMENT,
    "Draft": DRAFT,
    "Version": VERSION,
}
