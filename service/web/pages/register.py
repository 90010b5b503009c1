"""Pages: the register of document numbers: given out, made void, gaps explained, handed out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.filing.register import Gap, Wanted, explain_gap, give_number, void_number
from service.desk.filing.register_list import (
    find_line,
    known_words,
    list_register,
    series_of,
)
from service.desk.filing.register_sheet import (
    STANDING,
    print_register,
    register_pdf,
    sheet_register,
)
from service.desk.once import Once, only_once
from service.errors import GongwenError, InputError, NotFoundError, Problem, problem
from service.web.downloads import hand_over
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("register", __name__, url_prefix="/register")
_TEXTS = ("word", "title", "genre", "signer", "reason")
_NUMBERS = ("year", "no", "copies")
_DAYS = ("dated", "given_on")


@BLUEPRINT.get("")
def show() -> Response:
    """One word and year, the newest first."""
    return _page()


@BLUEPRINT.post("")
def act() -> ResponseReturnValue:
    """Gives out a number, makes one void, or says why there is none."""
    verb, _, what = request.form.get("_do", "").partition(":")
    try:
        if verb == "give":
            entry = _give()
            return redirect(f"/register?{urlencode({'given': entry})}#given", 303)
        if verb == "void":
            void_number(room().desk, person(), what, request.form.get("reason", ""))
        elif verb == "gap":
            _explain(what)
        else:
            abort(400)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(error.problems, status_of(error), at=f"{verb}:{what}" if what else "")
    series = request.form.get("series", "")
    return redirect(f"/register?{urlencode({'series': series, 'done': verb})}", 303)


@BLUEPRINT.get("/sheet.<any(xlsx, docx, pdf):ending>")
def sheet(ending: str) -> Response:
    """What is shown, as a spreadsheet or to be printed."""
    word, year = _series()
    desk, lang, today = room().desk, reader_lang(), date.today()
    try:
        if ending == "xlsx":
            data, name = sheet_register(desk, lang, today, word=word, year=year)
        else:
            data, name = print_register(desk, lang, today, word=word, year=year)
            data = register_pdf(desk, data) if ending == "pdf" else data
    except GongwenError as error:
        return _page(error.problems, status_of(error))
    return hand_over(data, name, f".{ending}")


def said_wanted(form: Mapping[str, str]) -> Wanted:
    """What was typed of a number. Raises InputError with every field that is none."""
    wrong: list[Problem] = []
    said: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS}
    for name in _NUMBERS:
        text = form.get(name, "").strip()
        if text and not (text.isascii() and text.isdecimal() and len(text) <= 9):
            wrong.append(_no_number(name))
        else:
            said[name] = int(text or 0)
    for name in _DAYS:
        try:
            text = form.get(name, "").strip()
            said[name] = date.fromisoformat(text) if text else None
        except ValueError:
            wrong.append(_no_day(name))
    if wrong:
        raise InputError(wrong)
    return Wanted(**said)


def once_said() -> Once | None:
    """One press of a button, however often the browser sends it; another text is another press."""
    key = request.form.get("_key", "")
    if not key:
        return None
    typed = sorted((name, one) for name, one in request.form.items(multi=True) if name != "_csrf")
    asked = hashlib.sha256(repr(typed).encode("utf-8", "surrogatepass")).hexdigest()
    return Once.of(person(), f"{key[:64]} {asked}", request.path, b"")


def new_key() -> str:
    """For a form that is to work once."""
    return secrets.token_hex(8)


def _give() -> str:
    wanted = said_wanted(request.form)
    desk, by, today = room().desk, person(), date.today()
    return only_once(
        desk, once_said(), lambda keep: give_number(desk, by, wanted, today, keep=keep)
    )


def _explain(what: str) -> None:
    word, year = _series()
    first, _, last = what.partition("-")
    if not all(one.isascii() and one.isdecimal() and len(one) <= 9 for one in (first, last)):
        abort(400)
    gap = Gap(word=word, year=year, first=int(first), last=int(last))
    explain_gap(room().desk, person(), gap, request.form.get("reason", ""), date.today())


def _series() -> tuple[str, int]:
    """What `series` says: a year and a word; all of the register where it says nothing."""
    year, _, word = request.values.get("series", "").partition(" ")
    known = year.isascii() and year.isdecimal() and len(year) == 4
    return (word, int(year)) if known else ("", 0)


def _page(problems: Sequence[Problem] = (), status: int = 200, at: str = "") -> Response:
    desk = room().desk
    given = find_line(desk, request.args.get("given", ""))
    series = series_of(desk)
    word, year = _series()
    if given:
        word, year = given.word, given.year
    elif "series" not in request.values and series:
        word, year = series[0]
    text = request.args.get("find", "")
    words = known_words(desk)
    context: dict[str, Any] = {
        "lines": list(reversed(list_register(desk, word, year, text))),
        "series": series,
        "chosen": (word, year),
        "find": text,
        "given": given,
        "done": request.args.get("done", ""),
        "words": words,
        "typed": request.form if request.form.get("_do") == "give" else {},
        "defaults": {"word": word or (words[0] if words else ""), "year": date.today().year},
        "key": request.form.get("_key") or new_key(),
        "problems": problems,
        "wrong": {one.path: one for one in problems if one.path} if not at else {},
        "at": at,
        "STANDING": STANDING,
        "no_pdf": room().why_no_pdf(),
        "page": "register",
    }
    return make_response(render_template("register.html", **context), status)


def _no_number(name: str) -> Problem:
    zh, en = "请填整数。", "give a whole number."
    return problem("bad_integer", zh, en, path=name)


def _no_day(name: str) -> Problem:
    zh, en = "请填日期，例：2014-03-05。", "give a date, for example 2014-03-05."
    return problem("bad_date", zh, en, path=name)
