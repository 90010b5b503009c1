"""Page: the number of a document: given out on its own page, then printed into its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import abort, request

from service.core.filing.numbers import parse_number
from service.desk.documents.kept import Paper
from service.desk.filing.number_print import print_number
from service.desk.filing.numbering import NumberView, number_document, view_number
from service.desk.filing.register import Wanted
from service.desk.once import only_once
from service.errors import ConflictError, Problem
from service.web.pages.register import new_key, said_wanted
from service.web.pages.register import once_said as _once
from service.web.room import room
from service.web.signed import person

_NOT_PRINTED = frozenset({"number_by_hand", "no_number_to_print"})


@dataclass(frozen=True, kw_only=True)
class NumberPanel:
    """What the document's own page shows of its number.

    Attributes:
        view: how it stands.
        key: that the form works once.
    """

    view: NumberView
    key: str


def number_panel(paper: Paper | None) -> NumberPanel | None:
    """None where the document bears no number, or its kind is gone."""
    if paper is None:
        return None
    view = view_number(room().desk, paper, date.today())
    return NumberPanel(view=view, key=new_key()) if view.bears else None


def number_it(document: str) -> int:
    """Gives the document its number, and makes the version that bears it.

    Returns:
        The new version's number; 0 where none was to be made: the text is one edited in Word, or
        signed already.
    """
    verb = request.form.get("_do", "")
    if verb not in {"next", "stated", "print"}:
        abort(400)
    desk, by = room().desk, person()
    if verb != "print":
        wanted = _wanted(verb)
        only_once(
            desk,
            _once(),
            lambda keep: number_document(desk, by, document, wanted, date.today(), keep=keep),
        )
    try:
        return print_number(desk, by, document)
    except ConflictError as error:
        if verb == "print" or {one.code for one in error.problems} - _NOT_PRINTED:
            raise
    return 0


def unplaced(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The same, pointing at no field of the draft."""
    return tuple(replace(one, path="") for one in problems)


def _wanted(verb: str) -> Wanted:
    form = request.form
    if verb == "stated":
        number = parse_number(form.get("number", "").strip())
        return Wanted(
            word=number.word, year=number.year, no=number.no, reason=form.get("reason", "")
        )
    said = said_wanted(form)
    return Wanted(word=said.word, year=said.year)
