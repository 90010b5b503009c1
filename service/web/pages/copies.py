"""Page: an activity copied for next year or another branch, looked at field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.shift import MOST, Shift, read_shift
from service.desk.activity.copy import CopyView, Wish, copy_activity, typed_day, view_copy
from service.errors import InputError, Problem, problem
from service.web.forms import as_posted
from service.web.language import reader_lang
from service.web.room import known_lang, room
from service.web.signed import person

BLUEPRINT = Blueprint("copies", __name__, url_prefix="/activities/<activity>/copy")


@BLUEPRINT.get("")
def show(activity: str) -> Response:
    """What the copy would hold, its dates a year later."""
    return _page(view_copy(room().desk, activity, reader_lang(), Shift()), Shift())


@BLUEPRINT.post("")
def make(activity: str) -> ResponseReturnValue:
    """Shows the dates moved otherwise, or makes the copy."""
    desk, lang = room().desk, known_lang(request.form.get("_doc"), reader_lang())
    try:
        shift = _shift()
    except InputError as error:
        view = view_copy(desk, activity, lang, Shift())
        return _page(view, Shift(), error.problems, status=422)
    if request.form.get("_do") != "copy":
        return _page(view_copy(desk, activity, lang, shift), shift)
    shown = view_copy(desk, activity, lang, _shown(shift))
    made = copy_activity(desk, person(), activity, _wish(shown, shift))
    return redirect(f"/activities/{made}", 303)


def _shift() -> Shift:
    asked = request.form
    unit, weekday = asked.get("_unit", "years"), "_weekday" in asked
    found = read_shift(asked.get("_amount", ""), unit, same_weekday=weekday)
    if found is None:
        most = MOST["days" if unit == "days" else "years"]
        raise InputError(
            problem(
                "bad_shift",
                f"请填整数，最多 {most}；往前移填负数，不移填 0。",
                f"give a whole number, {most} at most; less than 0 moves back, 0 leaves them.",
                path="_amount",
            )
        )
    return found


def _shown(shift: Shift) -> Shift:
    """By how much the dates on the page were moved: a date that was left so is not set by hand."""
    amount, _, rest = request.form.get("_shown", "").partition(" ")
    unit, _, weekday = rest.partition(" ")
    return read_shift(amount, unit, same_weekday=weekday == "weekday") or shift


def _wish(view: CopyView, shift: Shift) -> Wish:
    """What stands on the page beside what it showed."""
    posted, changed = request.form, {}
    for day in view.days:
        typed = posted.get(day.field.name, typed_day(day.field, day.after))
        if typed != typed_day(day.field, day.after):
            changed[day.field.name] = typed
    for text in view.texts:
        typed = posted.get(text.field.name, "").replace("\r\n", "\n")
        if text.field.name in posted and typed != as_posted(text.field, text.value):
            changed[text.field.name] = typed
    emptied = {name for name, value in changed.items() if not value.strip()}
    ticked = {one for one in posted.getlist("_clear")}
    return Wish(
        shift=shift,
        lang=view.lang,
        changed={name: one for name, one in changed.items() if name not in emptied},
        cleared=frozenset(emptied | ticked),
    )


def _page(
    view: CopyView, shift: Shift, problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    posted = request.form
    kept = "_doc" in posted  # what was typed on the page before its dates were moved otherwise
    context: dict[str, Any] = {
        "view": view,
        "shift": shift,
        "amount": posted.get("_amount", str(shift.amount)),
        "years": {name: one.label for name, one in room().desk.catalog.activity().fields.items()},
        "texts": {
            one.field.name: posted.get(one.field.name, "")
            if kept
            else as_posted(one.field, one.value)
            for one in view.texts
        },
        "cleared": frozenset(posted.getlist("_clear")),
        "typed_day": typed_day,
        "problems": problems,
        "reader": reader_lang(),
        "page": "activities",
    }
    return make_response(render_template("activity_copy.html", **context), status)
