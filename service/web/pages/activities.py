"""Pages: the activities; one of them as a task list, from which papers are started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.definition import Label
from service.desk.activity.home import list_activities
from service.desk.activity.profiles import (
    create_activity,
    is_sample,
    sample_profile,
    set_closed,
)
from service.desk.activity.sample import add_sample_papers
from service.desk.activity.stale import Remade, remake, stale_documents
from service.desk.activity.start import start_other, start_paper
from service.desk.activity.tasks import not_begun, title_of_kind, view_board
from service.desk.filing.filed import list_filed
from service.errors import GongwenError, Problem
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("activities", __name__, url_prefix="/activities")


@BLUEPRINT.get("")
def every() -> str:
    """All activities, the open ones first."""
    lines = list_activities(room().desk, person(), reader_lang())
    sample = room().has_sample_activity
    return render_template("activities.html", lines=lines, sample=sample, page="activities")


@BLUEPRINT.post("/sample")
def sample() -> ResponseReturnValue:
    """A new activity with the sample's profile, in both languages."""
    desk = room().desk
    made = create_activity(desk, person(), sample_profile(desk))
    return redirect(f"/activities/{made}", 303)


@BLUEPRINT.get("/<activity>")
def show(activity: str) -> Response:
    """The task list."""
    return _page(activity)


@BLUEPRINT.post("/<activity>")
def act(activity: str) -> ResponseReturnValue:
    """Does what the pressed button says."""
    desk, verb = room().desk, request.form.get("_do", "").partition(":")
    try:
        if verb[0] == "start":
            made = start_paper(desk, person(), activity, verb[2], reader_lang())
            return redirect(f"/documents/{made}/draft", 303)
        if verb[0] == "other":
            kind = request.form.get("kind", "")
            made = start_other(desk, person(), activity, kind, reader_lang())
            return redirect(f"/documents/{made}/draft", 303)
        if verb[0] == "remake":
            return _page(activity, remade=remake(desk, person(), activity))
        if verb[0] == "sample" and is_sample(desk, activity):
            add_sample_papers(desk, person(), activity, reader_lang())
            return redirect(f"/activities/{activity}", 303)
        if verb[0] in {"close", "reopen"}:
            set_closed(desk, person(), activity, now_closed=verb[0] == "close")
            return redirect(f"/activities/{activity}", 303)
    except GongwenError as error:
        return _page(activity, error.problems, status_of(error))
    abort(400)


def _bundles() -> dict[str, Label]:
    """The bundles that there are; one whose definition is wrong says so on its own page."""
    found = {}
    for name in room().desk.catalog.bundles():
        try:
            found[name] = room().desk.catalog.bundle(name).title
        except GongwenError:
            found[name] = Label(zh=name, en=name)
    return found


def _page(
    activity: str,
    problems: Sequence[Problem] = (),
    status: int = 200,
    *,
    remade: Remade | None = None,
) -> Response:
    desk = room().desk
    board = view_board(desk, person(), activity, reader_lang())
    context: dict[str, Any] = {
        "board": board,
        "stale": stale_documents(desk, person(), activity) if person().writes else [],
        "remade": remade,
        "bundles": _bundles() if person().writes else {},
        "filed": list_filed(desk, person(), activity) if person().writes else [],
        "sample": not_begun(board) and is_sample(desk, activity) if person().writes else False,
        "kinds": {name: title_of_kind(desk, name) for name in desk.catalog.kinds()},
        "problems": problems,
        "saved": "saved" in request.args,
        "page": "activities",
    }
    return make_response(render_template("activity.html", **context), status)
