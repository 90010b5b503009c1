"""Page: a bundle before it is filed: looked through, then submitted or archived by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.filing.manifest import Profile
from service.desk.bundle.papers import list_bundles, view_bundle
from service.desk.bundle.slots import Which
from service.desk.filing.asking import start_filing, view_filing
from service.desk.filing.look import look_at_filing
from service.desk.filing.papers import Wanted, typed_wanted
from service.errors import GongwenError, InputError, NotFoundError, Problem
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.room import known_lang, room
from service.web.signed import person

BLUEPRINT = Blueprint("filing", __name__, url_prefix="/activities/<activity>/bundles/<name>/filing")
_STOP_POLLING = 286
"""htmx stops asking when it is answered so."""
_WHY = "why-"
"""Before the id of a rule: the name of the box for the reason why it may be broken."""


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """What stands in the form."""

    day: str
    by: str = ""
    why: Mapping[str, str] = field(default_factory=dict)


@BLUEPRINT.get("")
def show(activity: str, name: str) -> Response:
    """What is ready, what stops it, and how far it is."""
    which = _which(activity, name)
    return _page(which, _profile(), _Typed(day=date.today().isoformat()))


@BLUEPRINT.post("")
def act(activity: str, name: str) -> ResponseReturnValue:
    """Looks once more with what was typed, or files."""
    which, profile, typed = _which(activity, name), _profile(), _typed()
    verb = request.form.get("_do", "")
    if verb not in {"look", "file"}:
        abort(400)
    if verb == "look":
        return _page(which, profile, typed)
    try:
        wanted = typed_wanted(typed.day, typed.by, typed.why)
        start_filing(room().desk, person(), which, wanted, profile=profile)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(which, profile, typed, error.problems, status_of(error))
    query = urlencode({"doc": which.lang, "profile": profile})
    return redirect(f"{request.path}?{query}", 303)


@BLUEPRINT.get("/state")
def state(activity: str, name: str) -> Response:
    """How far it is, asked every second."""
    which, profile = _which(activity, name), _profile()
    told = view_filing(room().desk, person(), which, profile=profile)
    body = render_template("filing_state.html", told_of=told, which=which, profile=profile)
    return make_response(body, 200 if told.open else _STOP_POLLING)


def _which(activity: str, name: str) -> Which:
    if name not in {one.name for one in list_bundles(room().desk)}:
        abort(404)
    lang = known_lang(request.values.get("doc"), reader_lang())
    return Which(activity_id=activity, name=name, lang=lang)


def _profile() -> Profile:
    return "archive" if request.values.get("profile") == "archive" else "submission"


def _typed() -> _Typed:
    why = {
        one.removeprefix(_WHY): text
        for one, text in request.form.items()
        if one.startswith(_WHY) and text.strip()
    }
    return _Typed(day=request.form.get("day", ""), by=request.form.get("by", ""), why=why)


def _page(
    which: Which,
    profile: Profile,
    typed: _Typed,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    try:
        wanted = typed_wanted(typed.day, typed.by, typed.why)
    except InputError as error:
        wanted, problems, status = Wanted(day=date.today()), error.problems, 422
    look = look_at_filing(room().desk, person(), which, wanted, profile=profile)
    wrong = {one.path: one for one in problems if one.code in {"bad_day", "bad_text"}}
    stops = {one.problem.code for one in look.findings}
    body = render_template(
        "filing.html",
        look=look,
        typed=typed,
        bundle=view_bundle(room().desk, person(), which),
        which=which,
        profile=profile,
        told_of=view_filing(room().desk, person(), which, profile=profile),
        wrong=wrong,
        problems=[one for one in problems if one.path not in wrong and one.code not in stops],
        refused=status != 200,
        no_pdf=room().why_no_pdf(),
        page="activities",
    )
    return make_response(body, status)
