"""Pages: the ledger as a spreadsheet, out; and back in, accepted or refused field by field."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.ledger.progress import Accepted, accept
from service.desk.ledger.sheets import read_sheet, write_sheet
from service.desk.ledger.views import view_ledger
from service.errors import InputError
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.ledgerview import LedgerPage, accepted_names, chosen, plain
from service.web.pages.ledger import ledger_response
from service.web.room import room
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("ledger_sheets", __name__, url_prefix="/activities/<activity>/ledger/sheet")


@BLUEPRINT.get("")
def download(activity: str) -> Response:
    """The ledger as .xlsx."""
    made = write_sheet(room().desk, person(), activity, reader_lang())
    return hand_over(made.data, made.name, ".xlsx")


@BLUEPRINT.post("")
def compare(activity: str) -> Response:
    """What the file that came back has otherwise; nothing is changed yet."""
    try:
        [(name, data), *_] = uploaded("sheet")
        back = read_sheet(room().desk, person(), activity, name=name, data=data)
    except InputError as error:
        return ledger_response(activity, error.problems, status_of(error))
    ledger = view_ledger(room().desk, person(), activity)
    context: dict[str, Any] = {
        "ledger": LedgerPage(ledger=ledger, choice=chosen({}), lang=reader_lang()),
        "back": back,
        "file": name,
        "plain": plain,
        "page": "activities",
    }
    return make_response(render_template("ledger_upload.html", **context))


@BLUEPRINT.post("/taken")
def take(activity: str) -> ResponseReturnValue:
    """Takes the ticked differences into the ledger; says which tasks were left as they are."""
    raw: dict[int, dict[str, str]] = {}
    for no, name in accepted_names(request.form):
        raw.setdefault(no, {})[name] = request.form.get(f"value.{no}.{name}", "")
    wanted = [
        Accepted(no=no, revision=request.form.get(f"revision.{no}", 0, type=int), raw=values)
        for no, values in raw.items()
    ]
    taken, refused = accept(room().desk, person(), activity, wanted)
    if refused:
        return ledger_response(activity, status=422, refused=refused, taken_tasks=taken)
    return redirect(f"/activities/{activity}/ledger?taken={taken}", 303)
