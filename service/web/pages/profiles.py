"""Pages: the profile of an activity, typed once; a second editor is shown both texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from service.core.definition import FormDefinition
from service.desk.activity.profiles import (
    ProfileView,
    create_activity,
    sample_profile,
    save_profile,
    view_profile,
)
from service.errors import LANGS, ConflictError, GongwenError, Lang, Problem, problem
from service.web.answersview import AnswerView, answer_view
from service.web.errors import error_page, status_of
from service.web.forms import act, as_posted, drafted_here, flatten, read_post
from service.web.formview import FormView
from service.web.language import reader_lang, speak
from service.web.room import known_lang, room
from service.web.signed import person

BLUEPRINT = Blueprint("profiles", __name__, url_prefix="/activities")
_EXPIRED = problem(
    "page_expired",
    "页面已过期，没有保存；已填内容都在，请再按一次“保存”。",
    "The page had expired and nothing was saved; all that you typed is here, press “Save” again.",
)


@BLUEPRINT.get("/new")
def new() -> Response:
    """An empty profile."""
    return _page(_blank(), _doc(request.args.get("doc")), {})


@BLUEPRINT.post("/new")
def create() -> ResponseReturnValue:
    """Keeps it as a new activity."""
    return _answer("")


@BLUEPRINT.get("/<activity>/profile")
def profile(activity: str) -> Response:
    """The profile as it was saved last."""
    doc = _doc(request.args.get("doc"))
    view = view_profile(room().desk, activity, doc)
    return _page(view, doc, view.raw, problems=view.problems, saved="saved" in request.args)


@BLUEPRINT.post("/<activity>/profile")
def save(activity: str) -> ResponseReturnValue:
    """Saves all that stands on the page, then does what the pressed button says."""
    return _answer(activity)


@BLUEPRINT.errorhandler(CSRFError)
def expired(error: CSRFError) -> ResponseReturnValue:
    """The page again with all that was typed, where its token was too old."""
    typed = _typed()
    activity = str((request.view_args or {}).get("activity", ""))
    try:
        view = view_profile(room().desk, activity, typed.doc) if activity else _blank()
    except GongwenError as other:  # what an error handler raises reaches no other handler
        return error_page(status_of(other), other.problems)
    return _page(
        view,
        typed.doc,
        typed.raw,
        problems=(_EXPIRED,),
        revision=typed.revision,
        status=error.code or 400,
        typed=True,
    )


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """What came from the page; `tree` has its rows by their keys."""

    doc: Lang
    revision: int
    tree: dict[str, Any]

    @property
    def raw(self) -> dict[str, Any]:
        """All that stands on the page."""
        return flatten(self.tree)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A field of which somebody else has saved another text; the page's own stands in the form."""

    name: str
    theirs: AnswerView


def _answer(activity: str) -> ResponseReturnValue:
    typed = _typed()
    verb, _, what = request.form.get("_do", "").partition(":")
    if verb in {"add", "remove", "up", "down"}:
        return _rows(activity, typed, verb, what)
    if verb == "lang":
        speak(known_lang(what, reader_lang()))
        return _as_typed(activity, typed)
    if verb == "sample":
        sample = sample_profile(room().desk).get(typed.doc, {})
        return _as_typed(activity, typed, raw={**sample, **_kept(typed)})
    if verb == "take":
        return _conflict(activity, typed, take=what)
    return _save(activity, typed, onward=what if verb == "doc" else "")


def _save(activity: str, typed: _Typed, onward: str) -> ResponseReturnValue:
    """To the other language where it was asked for, else to the task list once nothing is wrong."""
    desk, raw = room().desk, _kept(typed)
    if not activity:
        activity = create_activity(desk, person(), {typed.doc: raw})
    else:
        try:
            save_profile(desk, person(), activity, typed.doc, revision=typed.revision, raw=raw)
        except ConflictError as error:
            if error.problems[0].code == "profile_changed":
                return _conflict(activity, typed)
            return _as_typed(activity, typed, error=error)
    if onward in LANGS:
        return redirect(f"/activities/{activity}/profile?doc={onward}", 303)
    if view_profile(desk, activity, typed.doc).problems:
        return redirect(f"/activities/{activity}/profile?doc={typed.doc}&saved=1", 303)
    return redirect(f"/activities/{activity}?saved=1", 303)


def _conflict(activity: str, typed: _Typed, take: str = "") -> Response:
    """Both texts: theirs above the form, mine in it; saving again keeps what then stands there."""
    form = _form()
    view = view_profile(room().desk, activity, typed.doc)
    mine = dict(typed.raw)
    if take in form.fields:
        mine[take] = as_posted(form.fields[take], view.raw.get(take))
    clashes = [
        Clash(name=name, theirs=answer_view(field, view.raw.get(name), reader_lang()))
        for name, field in form.fields.items()
        if as_posted(field, view.raw.get(name)) != as_posted(field, mine.get(name))
    ]
    return _page(view, typed.doc, mine, clashes=clashes, status=409, typed=True)


def _rows(activity: str, typed: _Typed, verb: str, what: str) -> Response:
    """A row added, removed or moved; nothing is saved yet."""
    place, focus = act(typed.tree, verb, what)
    view = FormView(form=_form(), raw=typed.raw, activity={}, lang=reader_lang(), origins={})
    table = view.table(place) if place else None
    if request.headers.get("HX-Request") and table is not None:
        return make_response(render_template("table.html", table=table, focus=focus))
    return _as_typed(activity, typed, focus_path=".".join(place), focus=focus)


def _as_typed(
    activity: str,
    typed: _Typed,
    *,
    raw: Mapping[str, Any] | None = None,
    error: GongwenError | None = None,
    **more: Any,
) -> Response:
    """The page with what was typed, of which nothing was saved."""
    view = view_profile(room().desk, activity, typed.doc) if activity else _blank()
    return _page(
        view,
        typed.doc,
        typed.raw if raw is None else raw,
        revision=typed.revision,
        problems=error.problems if error else (),
        status=status_of(error) if error else 200,
        typed=True,
        **more,
    )


def _typed() -> _Typed:
    revision = request.form.get("_revision", 0, type=int)
    tree = read_post(_form(), request.form.items(multi=True))
    return _Typed(doc=_doc(request.form.get("_doc")), revision=revision, tree=tree)


def _kept(typed: _Typed) -> dict[str, Any]:
    """What is worth keeping of it: all that was typed, exactly."""
    return drafted_here(_form(), typed.raw, {})


def _form() -> FormDefinition:
    return room().desk.catalog.activity()


def _doc(asked: str | None) -> Lang:
    return known_lang(asked, reader_lang())


def _blank() -> ProfileView:
    return ProfileView(id="", title="", raw={}, revision=0, closed=False)


def _page(
    view: ProfileView,
    doc: Lang,
    raw: Mapping[str, Any],
    *,
    problems: Sequence[Problem] = (),
    clashes: Sequence[Clash] = (),
    revision: int | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    form = FormView(
        form=_form(), raw=raw, activity={}, lang=reader_lang(), origins={}, problems=problems
    )
    context: dict[str, Any] = {
        "profile": view,
        "doc": doc,
        "view": form,
        "sections": form.sections(),
        "problems": problems,
        "clashes": clashes,
        "revision": view.revision if revision is None else revision,
        "sample": room().has_sample_activity,
        "saved": False,
        "typed": False,
        "focus_path": "",
        "focus": "",
        "page": "activities",
    }
    return make_response(render_template("profile.html", **{**context, **more}), status)
