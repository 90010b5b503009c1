"""Batch: our values as plain data for the store, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.core.roster.model import Column, RosterRow
from service.desk.batch.plan import PlannedItem, planned
from service.errors import Problem, Text


def plain_problems(problems: Iterable[Problem]) -> list[Any]:
    """Problems as plain data."""
    return [asdict(one) for one in problems]


def problems_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Problems again."""
    return tuple(Problem(**{**one, "text": Text(**one["text"])}) for one in kept)


def plain_columns(columns: Iterable[Column]) -> list[Any]:
    """Columns as plain data."""
    return [asdict(one) for one in columns]


def columns_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Columns again."""
    return tuple(Column(**one) for one in kept)


def plain_row(row: RosterRow) -> dict[str, Any]:
    """A row as it was read."""
    return {
        "outcome": row.outcome,
        "member_no": row.member_no,
        "values": dict(row.values),
        "reasons": plain_problems(row.reasons),
        "notes": plain_problems(row.notes),
    }


def row_of(number: int, kept: Mapping[str, Any]) -> RosterRow:
    """The row again."""
    return RosterRow(
        row=number,
        outcome=kept["outcome"],
        member_no=kept["member_no"],
        values=kept["values"],
        reasons=problems_of(kept["reasons"]),
        notes=problems_of(kept["notes"]),
    )


def plain_plan(item: PlannedItem) -> dict[str, Any]:
    """What a check found, without what the row itself says and what depends on the rows around."""
    return {
        "outcome": item.outcome,
        "filled": item.filled,
        "digest": item.digest,
        "reasons": plain_problems(item.reasons),
        "notes": plain_problems(item.notes),
    }


def plan_of(row: RosterRow, kept: Mapping[str, Any]) -> PlannedItem:
    """The plan of a row again, not yet numbered."""
    lists = {name: problems_of(kept[name]) for name in ("reasons", "notes")}
    return planned(row, **{**kept, **lists})
