"""Page: an activity's bundle: its parts, files put into its slots, and the one PDF made of them."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.bundle.begin import begin_in_slot
from service.desk.bundle.making import (
    MakingView,
    open_bundle,
    open_picture,
    start_making,
    view_making,
)
from service.desk.bundle.papers import list_bundles, view_bundle
from service.desk.bundle.slots import Which
from service.desk.bundle.uploads import add_upload, open_upload, remove_upload
from service.errors import LANGS, GongwenError, NotFoundError, Problem, Text
from service.web.downloads import TYPES, hand_over
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.pictures import picture_sizes
from service.web.room import known_lang, room
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("bundle", __name__, url_prefix="/activities/<activity>/bundles/<name>")
_STOP_POLLING = 286
"""htmx stops asking when it is answered so."""


@BLUEPRINT.get("")
def show(activity: str, name: str) -> Response:
    """The parts in order, and where the making stands."""
    return _page(_which(activity, name))


@BLUEPRINT.post("")
def act(activity: str, name: str) -> ResponseReturnValue:
    """Starts making; begins a paper that is missing; puts a file into a slot, or takes one out."""
    which = _which(activity, name)
    verb, _, what = request.form.get("_do", "").partition(":")
    removed: tuple[Text, ...] = ()
    try:
        if verb == "make":
            start_making(room().desk, person(), which)
        elif verb == "remove":
            remove_upload(room().desk, person(), which, what)
        elif verb == "begin":
            return redirect(
                f"/documents/{begin_in_slot(room().desk, person(), which, what)}/draft", 303
            )
        elif verb == "add":
            for file, data in uploaded(f"file-{what}"):
                added = add_upload(room().desk, person(), which, what, name=file, data=data)
                removed += added.removed
        else:
            abort(400)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(which, error.problems, status_of(error))
    if removed:
        return _page(which, removed=removed)
    return redirect(f"{request.path}?{urlencode({'doc': which.lang})}", 303)


@BLUEPRINT.get("/state")
def state(activity: str, name: str) -> Response:
    """Where the making stands, asked every second."""
    which = _which(activity, name)
    making = view_making(room().desk, person(), which)
    body = render_template(
        "bundle_state.html",
        making=making,
        which=which,
        pictures=_pictures(which, making),
        polled=True,
    )
    return make_response(body, 200 if making.open else _STOP_POLLING)


@BLUEPRINT.get("/file")
def file(activity: str, name: str) -> Response:
    """The PDF."""
    which = _which(activity, name)
    making = view_making(room().desk, person(), which)
    pdf = open_bundle(room().desk, person(), which)
    return hand_over(pdf, making.name, ".pdf", show="show" in request.args)


@BLUEPRINT.get("/pages/<int:number>")
def page(activity: str, name: str, number: int) -> Response:
    """A page's picture, counted from 1."""
    picture = open_picture(room().desk, person(), _which(activity, name), number)
    return hand_over(picture, f"page-{number}", ".png", show=True)


@BLUEPRINT.get("/uploads/<upload>")
def upload(activity: str, name: str, upload: str) -> Response:
    """A file of a slot, as it came; handed out to be kept, never run."""
    data, called = open_upload(room().desk, _which(activity, name), upload)
    suffix = PurePath(called).suffix.lower()
    return hand_over(data, PurePath(called).stem, suffix if suffix in TYPES else "")


def _which(activity: str, name: str) -> Which:
    if name not in {one.name for one in list_bundles(room().desk)}:
        abort(404)
    lang = known_lang(request.values.get("doc"), reader_lang())
    return Which(activity_id=activity, name=name, lang=lang)


def _page(
    which: Which,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    removed: tuple[Text, ...] = (),
) -> Response:
    making = view_making(room().desk, person(), which)
    body = render_template(
        "bundle.html",
        bundle=view_bundle(room().desk, person(), which),
        which=which,
        others=[one for one in list_bundles(room().desk) if one.name != which.name],
        languages=LANGS,
        making=making,
        pictures=_pictures(which, making),
        no_pdf=room().why_no_pdf(),
        problems=problems,
        removed=removed,
        page="activities",
    )
    return make_response(body, status)


def _pictures(which: Which, making: MakingView) -> object:
    desk, by = room().desk, person()
    numbers = range(1, making.pictures + 1)
    return picture_sizes(open_picture(desk, by, which, number)[:24] for number in numbers)
