"""The ledger as a spreadsheet: what stands in which column, and how a cell is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from service.core.definition import FieldDefinition
from service.core.ledger import PROGRESS, STATUSES, Entry
from service.errors import Lang, Text

NUMBER, LATE, MARK = "#", "late", "mark"
"""Columns of ours beside those of the form."""
HEADS = {
    NUMBER: Text("序号", "No."),
    LATE: Text("逾期天数", "Days late"),
    MARK: Text("核对码（勿改）", "Check (leave as it is)"),
}
Look = Literal["text", "middle", "date", "status", "number", "mark"]
_WIDTHS = {
    NUMBER: 10, "choice": 17, "person": 17, "date": 20, "status": 17, "progress": 30,
    "evidence": 30, "verified_by": 17, LATE: 16, MARK: 20,
}  # fmt: skip
"""Millimetres, as the printed ledger has them."""


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column.

    Attributes:
        name: of the form's column, or one of ours.
        head: what stands over it.
        look: how its cells are written.
        width: millimetres.
        choices: for a drop-down.
        typed: may be changed in the sheet.
    """

    name: str
    head: str
    look: Look
    width: int
    choices: tuple[str, ...] = ()
    typed: bool = False


@dataclass(frozen=True, kw_only=True)
class LedgerSheet:
    """What the engine writes.

    Attributes:
        title: over the table.
        below: unit and day, under the title.
        name: of the sheet's tab.
        columns: in order.
        rows: cells of each task; a date, a number, a text, or None.
        late: numbers of rows, from 0, that are overdue.
    """

    title: str
    below: str
    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str | int | date | None, ...], ...]
    late: frozenset[int]


def sheet_columns(
    table: FieldDefinition, shown: Sequence[FieldDefinition], lang: Lang
) -> tuple[SheetColumn, ...]:
    """The columns: number, the plan's, the progress, days late, the mark."""
    plan = [_column(one, lang) for one in shown]
    progress = [_column(table.columns[name], lang, typed=True) for name in PROGRESS]
    return (
        _own(NUMBER, "number", lang),
        *plan,
        *progress,
        _own(LATE, "number", lang),
        _own(MARK, "mark", lang),
    )


def _own(name: str, look: Look, lang: Lang) -> SheetColumn:
    return SheetColumn(name=name, head=HEADS[name].of(lang), look=look, width=_WIDTHS[name])


def _column(field: FieldDefinition, lang: Lang, *, typed: bool = False) -> SheetColumn:
    looks: dict[str, Look] = {"date": "date", "choice": "middle", "person": "middle"}
    look = "status" if field.name == "status" else looks.get(field.type, "text")
    long = (field.max_length or 200) >= 100
    return SheetColumn(
        name=field.name,
        head=field.label.of(lang),
        look=look,
        width=_WIDTHS.get(field.name) or _WIDTHS.get(field.type) or (38 if long else 20),
        choices=_open_choices(field, lang) if look == "status" else (),
        typed=typed,
    )


def _open_choices(field: FieldDefinition, lang: Lang) -> tuple[str, ...]:
    """What a clerk may choose: all but what follows from the deadline."""
    return tuple(one.label.of(lang) for one in field.choices if one.value in STATUSES)


def sheet_row(
    table: FieldDefinition, columns: Sequence[SheetColumn], entry: Entry, today: date, lang: Lang
) -> tuple[str | int | date | None, ...]:
    """The cells of a task."""
    values = {**entry.plan, **entry.progress, "status": entry.status}
    own: dict[str, str | int | date | None] = {
        NUMBER: entry.no,
        LATE: entry.days_late(today) or None,
        MARK: mark_of(entry),
    }
    return tuple(
        own[one.name]
        if one.name in own
        else cell_of(table.columns[one.name], values.get(one.name), lang)
        for one in columns
    )


def cell_of(field: FieldDefinition, value: Any, lang: Lang) -> str | date | None:
    """A value as a cell: dates as dates, the rest as a clerk reads it."""
    if value is None or isinstance(value, date):
        return value
    words = {one.value: one.label.of(lang) for one in field.choices}
    if isinstance(value, list):
        return "\n".join(words.get(one, str(one)) for one in value)
    return words.get(value, str(value))


def mark_of(entry: Entry) -> str:
    """What a sheet remembers of the progress that it was written with, column by column."""
    return " ".join(_mark(entry.progress.get(name)) for name in PROGRESS)


def marks_in(cell: object) -> Mapping[str, str]:
    """The same as it came back; {} where it is missing or spoilt."""
    parts = str(cell or "").split()
    return dict(zip(PROGRESS, parts, strict=True)) if len(parts) == len(PROGRESS) else {}


def is_marked(mark: str, value: Any) -> bool:
    """Whether a mark was made of this value."""
    return mark == _mark(value)


def _mark(value: Any) -> str:
    if value is None:
        return "-"
    plain = value.isoformat() if isinstance(value, date) else value
    text = json.dumps(plain, ensure_ascii=True)
    return "k" + hashlib.sha256(text.encode()).hexdigest()[:7]
