"""Rows of a roster with what a clerk has changed in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.core.roster.model import RosterRow
from service.core.roster.names import DEPARTMENT, NAME, same_person
from service.core.roster.words import Place, about
from service.core.typed import given
from service.errors import Text

Mends = Mapping[int, Mapping[str, Any]]
"""Row number to the values that were changed."""


def settled(rows: Sequence[RosterRow], mends: Mends, *, file: str) -> list[RosterRow]:
    """The rows as they stand now.

    A row that was mended is looked at anew: does it repeat another? One that nobody touched keeps
    what was said of it when it was read.
    """
    now = [mended(one, mends.get(one.row, {})) for one in rows]
    if not mends:
        return now
    people: dict[tuple[str, str], int] = {}
    for one in now:
        if one.row not in mends and one.outcome in {"ready", "failed"}:
            people.setdefault(_who(one), one.row)
    for index, one in enumerate(now):
        if one.row in mends and one.values:
            first = people.setdefault(_who(one), one.row)
            if first != one.row and _who(one)[0]:
                now[index] = _repeats(one, first, file)
    return now


def mended(row: RosterRow, mends: Mapping[str, Any]) -> RosterRow:
    """One row with its mends.

    A value that was mended takes the place of the one read, and with it goes what was said of that
    one; an emptied value is not given. What was said of the row as a whole goes too: somebody has
    looked at it.
    """
    if not mends:
        return row
    values = {name: value for name, value in {**row.values, **mends}.items() if given(value)}
    if not values:
        return replace(row, values=values)
    left = tuple(one for one in row.reasons if one.path and _head(one.path) not in mends)
    return replace(
        row,
        outcome="failed" if left else "ready",
        values=values,
        reasons=left,
        notes=tuple(one for one in row.notes if _head(one.path) not in mends),
    )


def _head(path: str) -> str:
    return path.partition(".")[0]


def _who(row: RosterRow) -> tuple[str, str]:
    name, department = (str(row.values.get(one) or "") for one in (NAME, DEPARTMENT))
    return same_person(name), same_person(department)


def _repeats(row: RosterRow, first: int, file: str) -> RosterRow:
    told = about(
        "duplicate_person", Place(file=file, row=row.row), row=first, differs=Text("。", ".")
    )
    return replace(row, outcome="duplicate", reasons=(told,))
