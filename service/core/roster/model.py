"""A roster as read from a spreadsheet: cells, how its columns were understood, its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from service.errors import Problem


@dataclass(frozen=True, kw_only=True)
class BadCell:
    """A cell whose value cannot be had.

    Attributes:
        why: `error` (`#REF!` and the like), or `no_result` (a formula that was never computed).
    """

    why: Literal["error", "no_result"]


Cell = str | int | float | bool | date | datetime | time | BadCell | None
"""What a cell can hold; formulas come as their stored result, in CSV as text."""

How = Literal["name", "label", "alias", "chosen", "unknown"]
MEMBER_NO = "#"
"""Stands for a field name where a column holds the member number."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet.

    Attributes:
        name: its tab; "" for CSV.
        rows: (row number in the file counted from 1, its cells from column A on). Rows without any
            content are there too, up to the last one that has some.
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    """A spreadsheet file as read.

    Attributes:
        name: the file's name, for messages.
        sheets: in the file's order; the first holds the members.
        encoding: of a CSV file as found out (`utf-8`, `gb18030`, `utf-16`); "" for the others.
        notes: what a clerk should know about the reading.
    """

    name: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column and what it was taken for.

    Attributes:
        sheet: the sheet's name.
        letter: as the spreadsheet shows it, `A`…
        header: the text at its head.
        field: the field's path (`person_name`, `findings.category`), MEMBER_NO, or "" where the
            column is not used.
        how: why.
    """

    sheet: str
    letter: str
    header: str
    field: str
    how: How


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One row of the first sheet, with the rows of further sheets that belong to it.

    Attributes:
        row: number in the file, counted from 1.
        outcome: `ready`, or why there is nothing to make: `skipped` (empty row), `duplicate`
            (the same person stands further up), `failed` (a cell that cannot be trusted).
        member_no: as the roster gives it, or "".
        values: field name to raw value, as `check` takes them; cells that are empty are absent.
        reasons: why it is not `ready`, naming row and column.
        notes: what a clerk should look at (a date read in an unusual way).
    """

    row: int
    outcome: Literal["ready", "skipped", "duplicate", "failed"]
    member_no: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A roster understood for one kind.

    Attributes:
        columns: every column that has a header or content, in order, all sheets.
        rows: one for each row of the first sheet below its header.
        missing: fields that the form needs at once and no column gives (`person_name`).
        notes: about the file as a whole.
    """

    columns: tuple[Column, ...]
    rows: tuple[RosterRow, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
