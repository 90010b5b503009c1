"""Page: one row of a roster, opened, mended, closed: in place by htmx, else on the whole page."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.roster.rosters import mend_row
from service.web.pages.rosters import roster_page
from service.web.room import room
from service.web.rosterview import RosterPage, posted_row
from service.web.rowlist import posted_place

BLUEPRINT = Blueprint("roster_rows", __name__, url_prefix="/rosters/<roster>/rows/<int:number>")


@BLUEPRINT.get("")
def open_row(roster: str, number: int) -> ResponseReturnValue:
    """The row with its fields, or closed again."""
    if not request.headers.get("HX-Request"):
        return redirect(f"/rosters/{roster}?row={number}#row-{number}", 303)
    page = roster_page(roster)
    opened = "closed" not in request.args
    return _row(page, number, opened=opened, focus="first" if opened else "edit")


@BLUEPRINT.post("")
def mend(roster: str, number: int) -> ResponseReturnValue:
    """Keeps what was typed, even where it is still wrong, and says what it made of it."""
    page = roster_page(roster)
    values = posted_row(page.form, request.form.items(multi=True))
    row = mend_row(room().desk, roster, number, values)
    wrong = bool(row.reasons) and page.state_of(row) != "waiting"
    if request.headers.get("HX-Request"):
        focus = "first" if wrong else "edit"
        return _row(roster_page(roster), number, opened=wrong, focus=focus, changed=True)
    query = urlencode({**posted_place(), **({"row": number} if wrong else {})})
    return redirect(f"/rosters/{roster}?{query}#row-{number}", 303)


def _row(
    page: RosterPage, number: int, *, opened: bool, focus: str, changed: bool = False
) -> Response:
    """One row alone, and after a change the counts and buttons that depend on it."""
    row = page.row(number)
    if row is None:
        abort(404)
    show, at = request.values.get("_show"), request.values.get("_page", 1, type=int)
    body = render_template(
        "roster_row.html",
        roster=page,
        row=row,
        list=page.chunk(show, at),
        opened=opened,
        focus=focus,
        changed=changed,
    )
    return make_response(body)
