"""Pages: the ledger of an activity, its tasks one by one, taken over, as a sheet, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.fill import to_pdf
from service.desk.ledger.paper import print_ledger
from service.desk.ledger.progress import save_progress
from service.desk.ledger.taking import look_at_plan, take_over
from service.desk.ledger.views import view_ledger
from service.errors import ConflictError, GongwenError, InputError, Problem
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.ledgerview import LedgerPage, as_typed, chosen, typed_progress
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("ledger", __name__, url_prefix="/activities/<activity>/ledger")


@BLUEPRINT.get("")
def show(activity: str) -> Response:
    """The tasks, filtered, with what is overdue."""
    return ledger_response(activity)


@BLUEPRINT.get("/plan")
def plan(activity: str) -> Response:
    """What taking the plan over would change."""
    return _plan(activity, request.args.get("plan", ""))


@BLUEPRINT.post("/plan")
def take(activity: str) -> ResponseReturnValue:
    """Takes the plan over, as it was shown."""
    document, seen = request.form.get("_plan", ""), request.form.get("_seen", "")
    try:
        take_over(room().desk, person(), activity, document, seen)
    except ConflictError as error:
        return _plan(activity, document, error.problems, status_of(error))
    return redirect(f"/activities/{activity}/ledger?taken=plan", 303)


@BLUEPRINT.get("/<int:no>")
def task(activity: str, no: int) -> Response:
    """One task: opened in its place by htmx, else on a page of its own."""
    page = _page_of(activity)
    entry = page.ledger.entry(no)
    context: dict[str, Any] = {
        "entry": entry,
        "typed": as_typed(entry.progress),
        "revision": entry.revision,
    }
    if request.headers.get("HX-Request"):
        opened = "closed" not in request.args
        return _row(page, opened=opened, focus=True, **context)
    return _task(page, **context)


@BLUEPRINT.post("/<int:no>")
def save(activity: str, no: int) -> ResponseReturnValue:
    """Keeps what was typed, or says why not; all that was typed comes back with it."""
    typed = typed_progress(request.form)
    revision = request.form.get("_revision", 0, type=int)
    try:
        entry = save_progress(room().desk, person(), activity, no, revision=revision, raw=typed)
    except (InputError, ConflictError) as error:
        page = _page_of(activity)
        clash = error.problems[0].code == "task_changed"
        entry = page.ledger.entry(no)
        return _task(
            page,
            status_of(error),
            entry=entry,
            typed=typed,
            revision=entry.revision if clash else revision,
            problems=error.problems,
            clash=clash,
        )
    page = _page_of(activity)
    if request.headers.get("HX-Request"):
        return _row(page, opened=False, focus=True, changed=True, entry=entry)
    return redirect(f"{page.link(saved=str(no))}#task-{no}", 303)


@BLUEPRINT.get("/paper/<any(docx, pdf):ending>")
def paper(activity: str, ending: str) -> Response:
    """The ledger as the plan's own annex, with the progress of today."""
    try:
        made = print_ledger(room().desk, person(), activity, request.args.get("plan", ""))
        data = to_pdf(room().desk, made).pdf if ending == "pdf" else made.docx
    except GongwenError as error:
        return ledger_response(activity, error.problems, status_of(error))
    return hand_over(data, made.name, f".{ending}")


def ledger_response(
    activity: str, problems: Sequence[Problem] = (), status: int = 200, **more: Any
) -> Response:
    """The page of the ledger."""
    page = _page_of(activity)
    context: dict[str, Any] = {
        "ledger": page,
        "problems": problems,
        "taken": request.args.get("taken", ""),
        "saved": request.args.get("saved", 0, type=int),
        "no_pdf": room().why_no_pdf(),
        "most": room().settings.upload_megabytes,
        "page": "activities",
    }
    return make_response(render_template("ledger.html", **{**context, **more}), status)


def _page_of(activity: str) -> LedgerPage:
    ledger = view_ledger(room().desk, person(), activity)
    return LedgerPage(ledger=ledger, choice=chosen(request.args), lang=reader_lang())


def _row(page: LedgerPage, **context: Any) -> Response:
    return make_response(render_template("ledger_row.html", ledger=page, **context))


def _task(page: LedgerPage, status: int = 200, **context: Any) -> Response:
    given: dict[str, Any] = {"problems": (), "clash": False, **context}
    body = render_template("ledger_task.html", ledger=page, page="activities", **given)
    return make_response(body, status)


def _plan(
    activity: str, document: str, problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    """The differences between ledger and plan, or what is wrong with the plan."""
    page = _page_of(activity)
    try:
        taking = look_at_plan(room().desk, person(), activity, document)
    except InputError as error:
        taking, problems, status = None, (*problems, *error.problems), status_of(error)
    context: dict[str, Any] = {
        "ledger": page,
        "taking": taking,
        "document": document or (page.ledger.plans[0].document if page.ledger.plans else ""),
        "problems": problems,
        "page": "activities",
    }
    return make_response(render_template("ledger_plan.html", **context), status)
