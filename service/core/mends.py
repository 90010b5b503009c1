"""A row of a roster with what a clerk has changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from service.core.roster import RosterRow
from service.core.typed import given

_OF_THE_WHOLE_ROW = frozenset({"empty_row", "duplicate"})


def mended(row: RosterRow, mends: Mapping[str, Any]) -> RosterRow:
    """The row as it stands now.

    A value that was mended takes the place of the one read, and with it goes what was said of that
    one. An emptied value is not given. A row that was empty, or somebody's second, is looked at
    anew; whether it still repeats another is for whoever sees all rows.
    """
    if not mends:
        return row
    values = {name: value for name, value in {**row.values, **mends}.items() if given(value)}
    if not values:
        return replace(row, values=values)
    return replace(
        row,
        outcome="ready" if not (left := _left(row, mends)) else "failed",
        values=values,
        reasons=left,
        notes=tuple(one for one in row.notes if one.path.partition(".")[0] not in mends),
    )


def _left(row: RosterRow, mends: Mapping[str, Any]) -> tuple[Any, ...]:
    """Reasons that the mends leave standing."""
    return tuple(
        one
        for one in row.reasons
        if one.code not in _OF_THE_WHOLE_ROW and one.path.partition(".")[0] not in mends
    )
