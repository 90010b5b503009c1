"""Page: the sample activity's bundle: its parts, and the one PDF made of them."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.bundle.plan import outline_bundle
from service.errors import LANGS, Lang
from service.web.downloads import hand_out
from service.web.language import reader_lang
from service.web.pictures import picture_sizes
from service.web.room import known_lang, room

BLUEPRINT = Blueprint("bundle", __name__, url_prefix="/bundle")
_STOP_POLLING = 286
"""htmx stops asking when it is answered so."""


@BLUEPRINT.get("")
def show() -> str:
    """The parts in order, and where the making stands."""
    lang, file = _asked()
    outline = outline_bundle(room().desk, file, lang)
    return render_template(
        "bundle.html",
        outline=outline,
        doc=lang,
        languages=[one for one in LANGS if _file(one).is_file()],
        making=room().bundles.making(lang),
        pictures=_pictures(lang),
        no_pdf=room().why_no_pdf(),
        page="bundle",
    )


@BLUEPRINT.post("")
def make() -> ResponseReturnValue:
    """Starts making; a second click finds the first at work."""
    lang, file = _asked()
    room().bundles.start(file, lang, outline_bundle(room().desk, file, lang).title)
    return redirect(f"/bundle?doc={lang}", 303)


@BLUEPRINT.get("/state")
def state() -> Response:
    """Where the making stands, asked every second."""
    lang, _ = _asked()
    making = room().bundles.making(lang)
    body = render_template("bundle_state.html", making=making, doc=lang, pictures=_pictures(lang))
    return make_response(body, 200 if making.state == "running" else _STOP_POLLING)


@BLUEPRINT.get("/file")
def file() -> Response:
    """The PDF."""
    lang, _ = _asked()
    making = room().bundles.making(lang)
    if making.state != "done" or not room().bundles.pdf(lang).is_file():
        abort(404)
    return hand_out(room().bundles.pdf(lang), making.name, show="show" in request.args)


@BLUEPRINT.get("/pages/<int:number>")
def page(number: int) -> Response:
    """A page's picture, counted from 1."""
    lang, _ = _asked()
    picture = room().bundles.picture(lang, number)
    if number > room().bundles.making(lang).pictures or not picture.is_file():
        abort(404)
    return hand_out(picture, f"page-{number}", show=True)


def _asked() -> tuple[Lang, Path]:
    """The bundle's language, and its file."""
    lang = known_lang(request.values.get("doc"), reader_lang())
    if not _file(lang).is_file():
        # A reader of English may well have a Chinese bundle only.
        lang = next((one for one in LANGS if _file(one).is_file()), lang)
    if not _file(lang).is_file():
        abort(404)
    return lang, _file(lang)


def _file(lang: Lang) -> Path:
    return room().desk.samples / f"bundle.{lang}.yaml"


def _pictures(lang: Lang) -> object:
    bundles = room().bundles
    count = bundles.making(lang).pictures
    files = [bundles.picture(lang, number) for number in range(1, count + 1)]
    return picture_sizes(path.read_bytes()[:24] for path in files if path.is_file())
