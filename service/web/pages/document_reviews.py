"""Page: a document under review: its pages, what was said of it, and the form for an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.activity.home import todo
from service.desk.documents.opinions import Said
from service.desk.documents.pictures import MOST_PAGES, draw_version, open_page
from service.desk.documents.printed import print_reviews
from service.desk.documents.reviews import ReviewView, give_opinion, view_reviews
from service.desk.documents.views import view_document
from service.errors import GongwenError, NotFoundError, Problem
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.paper_heading import heading_of
from service.web.pictures import picture_sizes
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("document_reviews", __name__, url_prefix="/documents/<document>/review")


def review_panel(document: str) -> ReviewView:
    """What the document's own page shows of its reviews."""
    return view_reviews(room().desk, person(), document)


@BLUEPRINT.get("")
def show(document: str) -> Response:
    """The paper and what was said of it; below, the form of who has something to say."""
    return _page(document, {})


@BLUEPRINT.post("")
def give(document: str) -> ResponseReturnValue:
    """Keeps an opinion, or prints those that are there on the final paper."""
    if request.form.get("_do") == "print":
        return _print(document)
    if request.form.get("_do") != "give":
        abort(400)
    said = Said(
        version=request.form.get("version", 0, type=int),
        **{name: request.form.get(name, "") for name in ("result", "opinion", "step", "by", "on")},
    )
    try:
        give_opinion(room().desk, person(), document, said, date.today())
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(document, request.form, error.problems, status_of(error))
    return redirect(f"/documents/{document}/review?given={said.result}", 303)


@BLUEPRINT.get("/pages/<int:no>")
def pages(document: str, no: int) -> Response:
    """A version's pages as pictures alone, which take a second or two when first drawn."""
    return make_response(render_template("document_review_pages.html", **_pictures(document, no)))


@BLUEPRINT.get("/pages/<int:no>/<int:number>.png")
def picture(document: str, no: int, number: int) -> Response:
    """One page, counted from 1."""
    return hand_over(
        open_page(room().desk, document, no, number), f"page-{number}", ".png", show=True
    )


def _print(document: str) -> ResponseReturnValue:
    try:
        no = print_reviews(room().desk, person(), document)
    except GongwenError as error:
        return _page(document, {}, error.problems, status_of(error))
    return redirect(f"/documents/{document}?made={no}#versions", 303)


def _pictures(document: str, no: int) -> dict[str, Any]:
    """Pictures of the pages, or why there are none."""
    where = {"src": f"/documents/{document}/review/pages/{no}", "most": MOST_PAGES}
    try:
        return {**where, "pictures": picture_sizes(draw_version(room().desk, document, no))}
    except NotFoundError:
        raise
    except GongwenError as error:
        return {**where, "no_pages": error.problems}


def _page(
    document: str, typed: Any, problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    view = view_document(room().desk, document)
    reviews = view_reviews(room().desk, person(), document)
    context: dict[str, Any] = {
        "view": view,
        "line": view.line,
        "heading": heading_of(view),
        "reviews": reviews,
        "typed": typed,
        "problems": problems,
        "wrong": {one.path: one for one in problems if one.path},
        "given": request.args.get("given", ""),
        "next_one": _next(document) if "given" in request.args else "",
        "no_pdf": room().why_no_pdf(),
        "day": date.today().isoformat(),
        "page": "documents",
    }
    if "pages" in request.args and reviews.version and not context["no_pdf"]:
        context |= _pictures(document, reviews.version)
    return make_response(render_template("document_review.html", **context), status)


def _next(document: str) -> str:
    """The next paper that waits for this reviewer, or ""."""
    waits = todo(room().desk, person(), reader_lang(), date.today()).reviews
    return next((one.document.id for one in waits if one.document.id != document), "")
