"""Page: the form of a kind, filled, checked, and made into a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from service.core.definition import STAGES, FormDefinition
from service.desk.fill import Document, fill
from service.desk.kinds import sample_answers
from service.errors import LANGS, GongwenError, InputError, Lang, Problem, problem
from service.web.errors import error_page, status_of
from service.web.forms import act, flatten
from service.web.formview import FormView
from service.web.language import reader_lang, speak
from service.web.outcome import Outcome, as_pdf, as_word
from service.web.room import known_lang, room
from service.web.sheet import Sheet, fresh_sheet, part_titles, posted_sheet

BLUEPRINT = Blueprint("form", __name__)
_EXPIRED = problem(
    "page_expired",
    "页面已过期，没有提交；已填内容都在，请再按一次。",
    "The page had expired and nothing was done; all that you typed is here, press again.",
)


@BLUEPRINT.get("/kinds/<kind>")
def show(kind: str) -> Response:
    """An empty form, prefilled from the activity."""
    here = room()
    form = here.desk.catalog.kind(kind).form
    lang = known_lang(request.args.get("doc"), reader_lang())
    sheet = fresh_sheet(here, form, lang)
    return _page(sheet, sheet.view(reader_lang()))


@BLUEPRINT.post("/kinds/<kind>")
def answer(kind: str) -> Response:
    """Does what the pressed button says, with all that stands in the form."""
    form = room().desk.catalog.kind(kind).form
    verb, _, what = request.form.get("_do", "").partition(":")
    if verb in {"add", "remove", "up", "down"}:
        return _rows(form, verb, what)
    sheet, tree = posted_sheet(room(), form, request.form)
    if verb in {"lang", "show"}:
        if what in LANGS:
            speak(known_lang(what, reader_lang()))
        if sheet.lang == known_lang(request.form.get("_was"), sheet.lang):
            return _page(sheet, sheet.view_as_is(reader_lang(), flatten(tree)))
        return _page(sheet, sheet.view(reader_lang()))
    if verb == "sample":
        sheet = sheet.with_sample(sample_answers(room().desk, kind, sheet.lang) or {})
        return _page(sheet, sheet.view(reader_lang()), Outcome(done="sample"))
    return _outcome(sheet, _VERBS.get(verb, _check))


@BLUEPRINT.errorhandler(CSRFError)
def expired(error: CSRFError) -> Response:
    """The form again with all that was typed, where the page's token was too old."""
    try:
        form = room().desk.catalog.kind((request.view_args or {})["kind"]).form
        sheet, tree = posted_sheet(room(), form, request.form)
    except GongwenError as other:  # what an error handler raises reaches no other handler
        return error_page(status_of(other), other.problems)
    view = sheet.view_as_is(reader_lang(), flatten(tree))
    return _page(sheet, view, problems=(_EXPIRED,), status=error.code or 400)


def _rows(form: FormDefinition, verb: str, what: str) -> Response:
    """A row added, removed or moved: the table alone for htmx, else the whole page."""
    sheet, tree = posted_sheet(room(), form, request.form)
    before = known_lang(request.form.get("_was"), sheet.lang)
    place, focus = act(tree, verb, what)
    view = Sheet(form=form, lang=before, activity=room().activity(before)).view_as_is(
        reader_lang(), flatten(tree)
    )
    table = view.table(place) if place else None
    if request.headers.get("HX-Request") and table is not None:
        return make_response(render_template("table.html", table=table, focus=focus, form=form))
    at = ".".join(place)
    return _page(sheet, view, focus=(at, focus), was=before)


def _outcome(sheet: Sheet, make: Callable[[Sheet], Outcome]) -> Response:
    """The page with what was made, or with every problem and all that was typed."""
    try:
        outcome = make(sheet)
    except GongwenError as error:
        view = sheet.view(reader_lang(), error.problems)
        return _page(sheet, view, problems=error.problems, status=status_of(error))
    return _page(sheet, sheet.view(reader_lang()), outcome)


def _check(sheet: Sheet) -> Outcome:
    reading = sheet.reading()
    if reading.problems:
        raise InputError(reading.problems)
    return Outcome(done="checked", notes=reading.notes)


def _fill(sheet: Sheet) -> Document:
    return fill(
        room().desk,
        sheet.form.name,
        sheet.typed,
        lang=sheet.lang,
        stage=sheet.stage,
        activity=sheet.activity,
        part=sheet.part,
    )


def _word(sheet: Sheet) -> Outcome:
    return as_word(_fill(sheet), "word")


def _pdf(sheet: Sheet) -> Outcome:
    return as_pdf(_fill(sheet), "pdf")


def _preview(sheet: Sheet) -> Outcome:
    return as_pdf(_fill(sheet), "preview")


_VERBS: dict[str, Callable[[Sheet], Outcome]] = {
    "check": _check,
    "word": _word,
    "pdf": _pdf,
    "preview": _preview,
}


def _page(
    sheet: Sheet,
    view: FormView,
    outcome: Outcome | None = None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    focus: tuple[str, str] = ("", ""),
    was: Lang | None = None,
) -> Response:
    here, name = room(), sheet.form.name
    context: dict[str, Any] = {
        "form": sheet.form,
        "sheet": sheet,
        "was": was or sheet.lang,
        "view": view,
        "sections": view.sections(),
        "outcome": outcome,
        "problems": problems,
        "focus_path": focus[0],
        "focus": focus[1],
        "stages": STAGES,
        "parts": part_titles(here, name, reader_lang()),
        "sample": here.has_sample(name, sheet.lang),
        "no_pdf": here.why_no_pdf(),
        "page": "form",
    }
    return make_response(render_template("form.html", **context), status)
