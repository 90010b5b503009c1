"""Page: files that come back for a document: the edited Word file, the scan with signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.papers import SETTLED
from service.desk.documents.kept import WRITABLE
from service.desk.documents.returned import Came, take_scan, take_word
from service.desk.documents.views import DocumentView, view_document
from service.errors import GongwenError, NotFoundError, Problem
from service.web.errors import status_of
from service.web.paper_heading import heading_of
from service.web.room import room
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("document_files", __name__, url_prefix="/documents/<document>/files")
_TAKES = {"word": take_word, "scan": take_scan}


@dataclass(frozen=True, kw_only=True)
class FilePanel:
    """What can be sent in for a document now.

    Attributes:
        document_id: of the document.
        word: an edited Word file.
        scan: a scan; it is refused while the paper is not final.
        scanned: a scan is there already.
        sign: what is needed now is the scan.
        most: megabytes at once.
    """

    document_id: str
    word: bool
    scan: bool
    scanned: bool
    sign: bool
    most: int


def file_panel(view: DocumentView) -> FilePanel:
    """What the document's own page offers to be sent in."""
    return _panel(view)


@BLUEPRINT.get("")
def show(document: str) -> Response:
    """The two boxes on a page of their own."""
    return _page(document)


@BLUEPRINT.post("")
def take(document: str) -> ResponseReturnValue:
    """Takes a file in; what deserves a look is told, and where nothing does the page goes on."""
    what = request.form.get("_do", "")
    if what not in _TAKES:
        abort(400)
    try:
        name, data = uploaded(what)[0]
        came = _TAKES[what](room().desk, person(), document, name=name, data=data)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(document, problems=error.problems, status=status_of(error), what=what)
    if came.notes or came.removed:
        return _page(document, came=came, what=what)
    return redirect(f"/documents/{document}#versions", 303)


def _panel(view: DocumentView) -> FilePanel:
    state = view.line.state
    changes = person().writes and not view.closed and state != "submitted"
    return FilePanel(
        document_id=view.line.id,
        word=changes and state in WRITABLE and view.checked is not None,
        scan=changes and state in SETTLED,
        scanned=any(one.way == "scan" for one in view.versions),
        sign=state in {"issued", "sealed"},
        most=room().settings.upload_megabytes,
    )


def _page(
    document: str,
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
    came: Came | None = None,
    what: str = "",
) -> Response:
    view = view_document(room().desk, document)
    context: dict[str, Any] = {
        "line": view.line,
        "heading": heading_of(view),
        "files": _panel(view),
        "problems": problems,
        "came": came,
        "what": what,
        "page": "documents",
    }
    return make_response(render_template("document_files_page.html", **context), status)
