"""API: what goes out: JSON, pages of lists, files by the form asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, abort, request

from service.core.definition import FormDefinition
from service.desk.fill import Document, to_pdf
from service.desk.people.ties import ties
from service.errors import InputError, Lang, Problem, problem
from service.web.api.problems import problem_response
from service.web.downloads import TYPES, hand_over
from service.web.room import room
from service.web.signed import person
from service.web.uploaded import uploaded

_One = TypeVar("_One")
_OFFERED = (TYPES[".docx"], TYPES[".pdf"])


def json_answer(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None, *, kind: str = ""
) -> Response:
    """Data as JSON, Chinese as it is; `kind` is another media type."""
    text = json.dumps(data, ensure_ascii=False)
    try:
        body = text.encode()
    except UnicodeEncodeError:  # half a character, kept as it was typed
        body = json.dumps(data).encode()
    return Response(body, status, dict(headers or {}), mimetype=kind or "application/json")


def page(
    found: Sequence[_One],
    mark: Callable[[_One], str],
    plain: Callable[[_One], dict[str, Any]],
    query: Mapping[str, Any],
) -> Response:
    """A page of a list, and where the next one begins.

    Raises:
        InputError: `bad_cursor`: what it points at is not in the list.
    """
    start, cursor = 0, query["cursor"]
    if cursor:
        marks = [mark(one) for one in found]
        if cursor not in marks:
            raise InputError(_bad_cursor())
        start = marks.index(cursor) + 1
    shown = found[start : start + query["limit"]]
    more = start + len(shown) < len(found)
    return json_answer(
        {"items": [plain(one) for one in shown], "next": mark(shown[-1]) if more else None}
    )


def wanted_ending(said: str | None = None) -> str:
    """`.docx` or `.pdf`: as said in the body, else by Accept; aborts with 406 for neither."""
    if said:
        return f".{said}"
    if not request.accept_mimetypes:
        return ".docx"
    best = request.accept_mimetypes.best_match(_OFFERED)
    if best is None:
        abort(problem_response(406))
    return ".docx" if best == TYPES[".docx"] else ".pdf"


def paper(document: Document, ending: str) -> Response:
    """A document as Word file or PDF. Raises EngineError where there is no converter."""
    data = document.docx if ending == ".docx" else to_pdf(room().desk, document).pdf
    return hand_over(data, document.name, ending)


def moment(at: datetime | None) -> str | None:
    """A moment as RFC 3339 writes it, in UTC."""
    return at.isoformat() if at else None


def found_form(name: str) -> FormDefinition:
    """What a kind asks; aborts with 404, in the same words whatever was asked for."""
    if name not in room().desk.catalog.kinds():
        abort(404)
    return room().desk.catalog.kind(name).form


def one_file() -> tuple[str, bytes]:
    """Name and content of the file `file` of a multipart request. Raises InputError."""
    [(name, data), *_] = uploaded("file")
    if not name.isprintable():
        raise InputError(_bad_name())
    return name, data


def facts(lang: Lang, activity_id: str) -> Mapping[str, Any]:
    """What prefills, of the activity asked for. Raises InputError where the caller knows none."""
    if activity_id and not ties(room().desk, person(), "activity", activity_id):
        zh, en = "没有这项活动。", "there is no such activity."
        raise InputError(problem("no_activity", zh, en, path="activity"))
    return room().activity(lang, activity_id)


@contextmanager
def within(head: str) -> Iterator[None]:
    """Problems inside point at their place in the body."""
    try:
        yield
    except InputError as error:
        raise InputError(
            replace(one, path=".".join(part for part in (head, one.path) if part))
            for one in error.problems
        ) from None


def _bad_name() -> Problem:
    zh = "文件名含有不可见字符，请改名后再上传。"
    en = "the file's name holds invisible characters; rename it."
    return problem("bad_file_name", zh, en)


def _bad_cursor() -> Problem:
    return problem(
        "bad_cursor",
        "cursor 不是这个列表给出的，或者那一项已不在；请从头读取。",
        "cursor was not given out by this list, or what it points at is gone; begin anew.",
        path="cursor",
    )
