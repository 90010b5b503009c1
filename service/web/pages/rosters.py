"""Pages: a roster is uploaded, its columns and rows are looked at, a batch is started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.definition import FormDefinition
from service.desk.batch.batches import start_batch
from service.desk.batch.views import Pdf
from service.desk.documents.lists import open_activities
from service.desk.roster.read import roster_template
from service.desk.roster.rosters import (
    add_roster,
    choose_columns,
    share_answers,
    trial,
    view_roster,
)
from service.errors import GongwenError, InputError, Lang, Problem, Text
from service.web.batch_words import PDF_NAMES
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.forms import act, flatten, read_post
from service.web.language import reader_lang
from service.web.outcome import as_pdf, as_word
from service.web.room import known_lang, room
from service.web.rosterview import RosterPage, posted_columns, posted_shared
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("rosters", __name__)
_NOT_KEPT = Text("没有保存，请改正下面几处", "Not kept; please mend this")
_NOT_READ = Text("没有重新读取", "It was not read again")
_NOT_STARTED = Text("没有开始生成", "Nothing was started")


@BLUEPRINT.get("/kinds/<kind>/roster")
def new(kind: str) -> Response:
    """Where a roster is uploaded."""
    doc = known_lang(request.args.get("doc"), reader_lang())
    return _upload_page(_member_form(kind), doc, request.args.get("activity", ""))


@BLUEPRINT.post("/kinds/<kind>/roster")
def upload(kind: str) -> ResponseReturnValue:
    """Takes the roster, or says what is wrong with it."""
    form = _member_form(kind)
    lang = known_lang(request.form.get("_doc"), reader_lang())
    activity = request.form.get("_activity", "")
    try:
        [(name, data), *_] = uploaded("roster")
        found = add_roster(
            room().desk,
            kind,
            lang=lang,
            name=name,
            data=data,
            handler=person().id,
            activity_id=activity,
        )
    except InputError as error:
        return _upload_page(form, lang, activity, error.problems)
    return redirect(f"/rosters/{found}", 303)


@BLUEPRINT.get("/kinds/<kind>/roster.xlsx")
def template(kind: str) -> Response:
    """The empty roster of a kind, with drop-downs and help."""
    form = _member_form(kind)
    lang = known_lang(request.args.get("doc"), reader_lang())
    facts = room().activity(lang, request.args.get("activity", ""))
    data = roster_template(room().desk, kind, lang=lang, activity=facts)
    title = (form.short_title or form.title).of(lang)
    return hand_over(data, f"{title}_名册" if lang == "zh" else f"{title}_roster", ".xlsx")


@BLUEPRINT.get("/rosters/<roster>")
def show(roster: str) -> Response:
    """How the roster was understood, row by row, and what can be made of it."""
    return roster_response(roster_page(roster))


@BLUEPRINT.post("/rosters/<roster>")
def answer(roster: str) -> ResponseReturnValue:
    """Does what the pressed button says."""
    page = roster_page(roster)
    verb, _, what = request.form.get("_do", "").partition(":")
    if verb in {"add", "remove", "up", "down"}:
        return _rows(page, verb, what)
    if verb == "columns":
        return _choose(page)
    if verb == "shared":
        return _share(page)
    if verb == "trial":
        return _trial(page)
    if verb == "start":
        return _start(page)
    abort(400)


def roster_page(roster: str) -> RosterPage:
    """The roster with the form of its kind; raises NotFoundError."""
    view = view_roster(room().desk, roster)
    return RosterPage(
        view=view,
        form=room().desk.catalog.kind(view.kind).form,
        activity=view.facts,
        reader=reader_lang(),
    )


def roster_response(page: RosterPage, status: int = 200, **more: Any) -> Response:
    """The page of a roster; `more` is what one button adds."""
    asked = request.values
    list_ = page.chunk(asked.get("show"), asked.get("page", 1, type=int))
    shared = more.get("shared") or page.shared_form()
    no_pdf = room().why_no_pdf()
    context: dict[str, Any] = {
        "roster": page,
        "columns": page.columns(),
        "shared": shared,
        "sections": page.shared_sections(shared),
        "list": list_,
        "opened_row": asked.get("row", 0, type=int),
        "problems": (),
        "no_pdf": no_pdf,
        "pdf": "none" if no_pdf else asked.get("_pdf", "joined"),
        "odd": "_odd" in asked,
        "page": "batches",
    }
    return make_response(render_template("roster.html", **{**context, **more}), status)


def _choose(page: RosterPage) -> ResponseReturnValue:
    try:
        choose_columns(room().desk, page.view.id, posted_columns(page, request.form))
    except InputError as error:
        return _refused(page, error, _NOT_READ)
    return redirect(f"/rosters/{page.view.id}", 303)


def _share(page: RosterPage) -> ResponseReturnValue:
    return _shared_first(page) or redirect(f"/rosters/{page.view.id}", 303)


def _shared_first(page: RosterPage) -> Response | None:
    """Keeps the shared answers that stand on the page; the page with what is wrong, or None."""
    if "_shared" not in request.form:
        return None
    raw = posted_shared(page, request.form.items(multi=True))
    if page.same_shared(raw):
        return None
    try:
        share_answers(room().desk, page.view.id, raw)
    except InputError as error:
        return _refused(page, error, _NOT_KEPT, shared=page.shared_form(raw, error.problems))
    return None


def _rows(page: RosterPage, verb: str, what: str) -> Response:
    """A row of a shared table added, removed or moved; nothing is kept yet."""
    tree = read_post(page.form, request.form.items(multi=True))
    place, focus = act(tree, verb, what)
    shared = page.shared_form(flatten(tree))
    table = shared.table(place) if place else None
    if request.headers.get("HX-Request") and table is not None:
        return make_response(render_template("table.html", table=table, focus=focus))
    at = ".".join(place)
    return roster_response(page, shared=shared, focus_at=at, focus_is=focus, opened=True)


def _trial(page: RosterPage) -> Response:
    """The first form, shown beside the roster; nothing of it is kept but for an hour."""
    refused = _shared_first(page)
    if refused:
        return refused
    try:
        document = trial(room().desk, page.view.id)
        made = as_word if room().why_no_pdf() else as_pdf
        more: dict[str, Any] = {"outcome": made(document, "trial")}
        status = 200
    except GongwenError as error:
        more = {"trial_problems": error.problems}
        status = status_of(error)
    return roster_response(roster_page(page.view.id), status, **more)


def _start(page: RosterPage) -> ResponseReturnValue:
    """Starts a batch; a second click finds the first at work."""
    before = request.form.get("_batches", "")
    if page.view.batches and before != str(len(page.view.batches)):
        return redirect(f"/batches/{page.view.batches[0]}", 303)
    refused = _shared_first(page)
    if refused:
        return refused
    pdf = _pdf(request.form.get("_pdf"))
    odd = pdf == "joined" and "_odd" in request.form
    try:
        batch = start_batch(room().desk, page.view.id, pdf=pdf, odd_start=odd)
    except InputError as error:
        return _refused(roster_page(page.view.id), error, _NOT_STARTED)
    return redirect(f"/batches/{batch}", 303)


def _pdf(asked: str | None) -> Pdf:
    return next((one for one in PDF_NAMES if one == asked), "none")


def _refused(page: RosterPage, error: GongwenError, why: Text, **more: Any) -> Response:
    return roster_response(page, status_of(error), problems=error.problems, why=why, **more)


def _upload_page(
    form: FormDefinition, doc: Lang, activity: str, problems: Sequence[Problem] = ()
) -> Response:
    body = render_template(
        "roster_new.html",
        form=form,
        doc=doc,
        activity=activity,
        activities=open_activities(room().desk),
        problems=problems,
        most=room().settings.upload_megabytes,
        page="batches",
    )
    return make_response(body, 422 if problems else 200)


def _member_form(kind: str) -> FormDefinition:
    form = room().desk.catalog.kind(kind).form
    if form.audience != "member":
        abort(404)
    return form
