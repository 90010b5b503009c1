"""Page: what a long field said last year, to be put into today's draft."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.activity.last_year import insert_last_text, last_text
from service.desk.documents.drafts import open_draft
from service.errors import ConflictError, Problem
from service.web.errors import status_of
from service.web.paper_heading import paper_heading
from service.web.room import room
from service.web.signed import person
from service.web.widgets import element_id

BLUEPRINT = Blueprint("last_year", __name__, url_prefix="/documents/<document>/draft/last/<field>")


@BLUEPRINT.get("")
def show(document: str, field: str) -> Response:
    """The text, and where it comes from: alone for the form's page, else a page of its own."""
    return _page(document, field)


@BLUEPRINT.post("")
def insert(document: str, field: str) -> ResponseReturnValue:
    """Puts it into the draft, where a browser without JavaScript could not."""
    typed = request.form.get("_revision", "")
    revision = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    try:
        insert_last_text(room().desk, person(), document, field, revision)
    except ConflictError as error:
        return _page(document, field, error.problems, status_of(error))
    return redirect(f"/documents/{document}/draft#{element_id(field)}", 303)


def _page(
    document: str, field: str, problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    last = last_text(room().desk, person(), document, field)
    if request.headers.get("HX-Request"):
        body = render_template("last_year_text.html", last=last, at=element_id(field))
        return make_response(body, status)
    paper = open_draft(room().desk, document)
    body = render_template(
        "last_year.html",
        last=last,
        at=element_id(field),
        heading=paper_heading(paper),
        field=paper.form.fields[field],
        revision=paper.row.revision,
        problems=problems,
        page="activities",
    )
    return make_response(body, status)
