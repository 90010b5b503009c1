"""Pages: a document with its versions, moved on and handed out; a quick form kept as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.papers import NEXT, State
from service.core.people import Person
from service.desk.documents.companions import Companion, companions_of
from service.desk.documents.drafts import create_document
from service.desk.documents.lists import open_activities
from service.desk.documents.states import move_document
from service.desk.documents.versions import open_version
from service.desk.documents.views import DocumentView, view_document
from service.desk.people.handovers import hand_over as hand_over_paper
from service.desk.people.handovers import last_handover, takers
from service.errors import GongwenError, InputError, NotFoundError, Problem
from service.web.downloads import hand_over
from service.web.drafts import quick_answers
from service.web.errors import status_of
from service.web.pages.document_files import file_panel
from service.web.pages.document_reviews import review_panel
from service.web.pages.numbers import number_it, number_panel, unplaced
from service.web.paper_heading import heading_of
from service.web.paper_words import MOVES
from service.web.room import known_lang, room
from service.web.signed import person

BLUEPRINT = Blueprint("documents", __name__)


@BLUEPRINT.get("/documents/<document>")
def show(document: str) -> Response:
    """Where the document stands, what it lacks, its versions."""
    return _page(view_document(room().desk, document))


@BLUEPRINT.post("/documents/<document>")
def move(document: str) -> ResponseReturnValue:
    """Moves it on, or back to the draft."""
    verb, _, what = request.form.get("_do", "").partition(":")
    state = next((one for one in MOVES if one == what), None)
    if verb != "move" or state is None:
        abort(400)
    try:
        move_document(room().desk, person(), document, state)
    except GongwenError as error:
        view = view_document(room().desk, document)
        return _page(view, error.problems, status_of(error))
    return redirect(f"/documents/{document}", 303)


@BLUEPRINT.post("/documents/<document>/number")
def number(document: str) -> ResponseReturnValue:
    """Gives it its number, or prints the number that it has."""
    try:
        made = number_it(document)
    except NotFoundError:
        raise
    except GongwenError as error:
        view = view_document(room().desk, document)
        return _page(view, unplaced(error.problems), status_of(error))
    return redirect(f"/documents/{document}{f'?made={made}' if made else ''}#number", 303)


@BLUEPRINT.get("/documents/<document>/versions/<int:no>/<any(file, pdf):ending>")
def file(document: str, no: int, ending: str) -> Response:
    """A version as it is, or as PDF; `?show=1` opens a PDF in the browser."""
    found = open_version(room().desk, document, no, "pdf" if ending == "pdf" else "file")
    # Only our own PDF is shown: a file as it came may hold scripts.
    show_it = ending == "pdf" and "show" in request.args
    return hand_over(found.data, found.name, found.suffix, show=show_it)


@BLUEPRINT.post("/documents/<document>/handler")
def give(document: str) -> ResponseReturnValue:
    """Hands it over to another clerk; who does not see it any more is told so once."""
    desk, to = room().desk, request.form.get("to", "")
    before = view_document(desk, document)
    try:
        hand_over_paper(desk, person(), document, to)
    except InputError as error:
        return _page(before, error.problems, status_of(error))
    if not before.line.confidential:
        return redirect(f"/documents/{document}?handed=1", 303)
    context = {"heading": heading_of(before), "to": view_document(desk, document).line.handler}
    return make_response(render_template("document_given.html", **context, page="activities"))


@BLUEPRINT.post("/kinds/<kind>/keep")
def keep(kind: str) -> ResponseReturnValue:
    """What stands in the quick form as a draft: first of which activity, then its own page."""
    form = room().desk.catalog.kind(kind).form
    lang = known_lang(request.form.get("_doc"), room().settings.lang)
    activities = open_activities(room().desk)
    chosen = request.form.get("_activity", "")
    if chosen not in {one.id for one in activities}:
        typed = [(name, one) for name, one in request.form.items(multi=True) if _carried(name)]
        body = render_template(
            "document_keep.html", form=form, activities=activities, typed=typed, page="form"
        )
        return make_response(body)
    document = create_document(
        room().desk,
        person(),
        chosen,
        kind,
        lang,
        part=request.form.get("_part", ""),
        answers=quick_answers(room(), form, request.form),
    )
    return redirect(f"/documents/{document}/draft", 303)


def _carried(name: str) -> bool:
    return name in {"_doc", "_was", "_part"} or not name.startswith("_")


def _moves(view: DocumentView) -> list[State]:
    """Moves that are a button here, back to the draft last; nothing made, nothing to move on."""
    if view.closed or not view.line.newest:
        return []
    onward: list[State] = [one for one in NEXT[view.line.state] if one in MOVES]
    if view.hand_edited and "draft" not in onward:
        onward.append("draft")
    return sorted(onward, key=lambda one: one == "draft")


def _companions(view: DocumentView) -> list[Companion]:
    """What whoever makes papers may begin from here."""
    if view.paper is None or not person().writes:
        return []
    return companions_of(room().desk, person(), view.paper)


def _takers(view: DocumentView) -> list[Person]:
    """To whom this person may hand it over here."""
    line, me = view.line, person()
    if line.handler_id != me.id and (line.confidential or me.role != "administrator"):
        return []
    return takers(room().desk, but={line.handler_id})


def _page(view: DocumentView, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    context: dict[str, Any] = {
        "view": view,
        "line": view.line,
        "heading": heading_of(view),
        "moves": _moves(view),
        "form_view": None,
        "reviews": review_panel(view.line.id),
        "files": file_panel(view),
        "number": number_panel(view.paper),
        "takers": _takers(view),
        "handover": last_handover(room().desk, view.line.id),
        "handed": "handed" in request.args,
        "companions": _companions(view),
        "problems": (*problems, *view.problems),
        "made": request.args.get("made", 0, type=int),
        "writes": person().writes,
        "no_pdf": room().why_no_pdf(),
        "page": "activities",
    }
    return make_response(render_template("document.html", **context), status)
