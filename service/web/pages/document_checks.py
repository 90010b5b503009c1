"""Page: the answers of a document read once more, beside its pages; then it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.documents.checks import check_paper
from service.desk.documents.drafts import open_draft
from service.desk.documents.kept import Paper
from service.desk.documents.left_over import with_left_over
from service.desk.documents.versions import fill_paper, generate
from service.errors import GongwenError, Problem
from service.web.answersview import AnswersPage
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.outcome import as_pdf
from service.web.paper_heading import paper_heading
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("document_checks", __name__, url_prefix="/documents/<document>/check")


@BLUEPRINT.get("")
def check(document: str) -> Response:
    """Every section with its answers, what is missing, and pictures of the pages."""
    return _page(open_draft(room().desk, document), pages="pages" in request.args)


@BLUEPRINT.post("")
def make(document: str) -> ResponseReturnValue:
    """Makes the document of the draft as it stands."""
    try:
        no = generate(room().desk, person(), document)
    except GongwenError as error:
        paper = open_draft(room().desk, document)
        return _page(paper, refused=error.problems, status=status_of(error))
    return redirect(f"/documents/{document}?made={no}#versions", 303)


@BLUEPRINT.get("/pages")
def pages(document: str) -> Response:
    """The pages as pictures alone, which take a second or two."""
    context = _pictures(open_draft(room().desk, document))
    return make_response(render_template("document_pages.html", **context))


def _pictures(paper: Paper) -> dict[str, Any]:
    """Pictures of the pages, or why there are none."""
    try:
        return {"outcome": as_pdf(fill_paper(room().desk, paper), "preview")}
    except GongwenError as error:
        return {"no_pages": error.problems}


def _page(
    paper: Paper,
    *,
    pages: bool = False,
    refused: Sequence[Problem] = (),
    status: int = 200,
) -> Response:
    checked = with_left_over(room().desk, person(), paper, check_paper(paper))
    blocking = checked.until("draft")
    context: dict[str, Any] = {
        "paper": paper,
        "heading": paper_heading(paper),
        "answers": AnswersPage(paper=paper, checked=checked, reader=reader_lang()),
        "checked": checked,
        "blocking": blocking,
        "refused": [one for one in refused if one not in blocking],
        "no_pdf": room().why_no_pdf(),
        "page": "activities",
    }
    if pages and not (blocking or context["no_pdf"]):
        context |= _pictures(paper)
    return make_response(render_template("document_check.html", **context), status)
