"""Page of the administrator: a new kind is written or uploaded, tried, and put into service."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.fill import Document
from service.desk.new_kinds import (
    EXAMPLE,
    Proposal,
    Trial,
    put_into_service,
    tried_form,
    tried_template,
    try_kind,
)
from service.errors import LANGS, GongwenError, InputError, Lang, Problem, problem
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.language import reader_lang, speak
from service.web.outcome import Outcome, as_pdf, as_word
from service.web.room import known_lang, room
from service.web.signed import person

BLUEPRINT = Blueprint("new_kinds", __name__, url_prefix="/new-kind")


@BLUEPRINT.get("")
def show() -> Response:
    """The page with an example to begin from."""
    return _page({"form": EXAMPLE})


@BLUEPRINT.post("")
def act() -> ResponseReturnValue:
    """Tries what was handed in, or puts what was tried into service."""
    verb, _, what = request.form.get("_do", "").partition(":")
    typed = {"name": request.form.get("name", "").strip(), "form": _lines("form")}
    if verb == "lang" and what in LANGS:
        speak(known_lang(what, reader_lang()))
        return _page(typed)
    try:
        if verb == "serve" and not _changed(typed, what):
            name = put_into_service(room().desk, person(), what)
            return redirect(f"/kinds/{name}", 303)
        proposal = _proposal(typed)
        trial = try_kind(room().desk, proposal, room().activity)
        return _page(typed, trial=trial, proposal=proposal, again=verb == "serve")
    except GongwenError as error:
        return _page(typed, error.problems, status_of(error))


@BLUEPRINT.get("/<token>/template.<name>.docx")
def template(token: str, name: str) -> Response:
    """A Word template that was built, to be edited in Word and handed in again."""
    if name not in LANGS:
        abort(404)
    kind, docx = tried_template(room().desk, token, known_lang(name, "zh"))
    return hand_over(docx, f"{kind}.{name}", ".docx")


def _lines(name: str) -> str:
    """A text area's text: browsers send every line end as CRLF."""
    return request.form.get(name, "").replace("\r\n", "\n")


def _changed(typed: dict[str, str], token: str) -> bool:
    """Whether the page holds something that was not tried."""
    files = any(one.filename for one in request.files.values())
    return files or typed["form"] != tried_form(room().desk, token)


def _proposal(typed: dict[str, str]) -> Proposal:
    """What was handed in; an uploaded definition goes before the text, and takes its place."""
    file = request.files.get("file")
    if file and file.filename:
        typed["form"] = _text(file.filename, file.read())
        stem = PurePath(file.filename.replace("\\", "/")).stem
        typed["name"] = typed["name"] or (stem if stem != "form" else "")
    templates: dict[Lang, tuple[str, bytes]] = {}
    for lang in LANGS:
        own = request.files.get(f"template-{lang}")
        if own and own.filename:
            templates[lang] = (PurePath(own.filename.replace("\\", "/")).name, own.read())
    return Proposal(name=typed["name"], form=typed["form"], templates=templates)


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        zh, en = "不是 UTF-8 编码，请另存为 UTF-8。", "is not UTF-8; save it as UTF-8."
        line = data[: error.start].count(b"\n") + 1
        raise InputError(problem("not_utf8", zh, en, file=name, line=line)) from None


def _made(document: Document) -> Outcome:
    """With its pages where they can be made."""
    return as_word(document, "trial") if room().why_no_pdf() else as_pdf(document, "trial")


def _page(
    typed: dict[str, str],
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    *,
    trial: Trial | None = None,
    proposal: Proposal | None = None,
    again: bool = False,
) -> Response:
    langs = sorted(LANGS, key=lambda one: one != reader_lang())
    context: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "trial": trial,
        "papers": {lang: _made(trial.papers[lang]) for lang in langs} if trial else {},
        "own": {lang: one[0] for lang, one in proposal.templates.items()} if proposal else {},
        "again": again,
        "no_pdf": room().why_no_pdf(),
        "page": "kinds",
    }
    return make_response(render_template("new_kind.html", **context), status)
