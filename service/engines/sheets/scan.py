"""Engine room, sheets: what one look through a sheet finds before its cells are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from service.engines.sheets.refusals import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_MEMBERS,
    MAX_ROWS,
    RefusedSheet,
)

Bad = Literal["error", "no_result"]


@dataclass
class Scan:
    """What was found; rows and columns count from 1.

    Attributes:
        bad: cells whose value cannot be had.
        hidden: rows that are hidden or filtered.
        merged: cells merged downwards: first row, last row, column.
        rows: how many rows have content.
        last_row: the last row with content, and the column of its cell.
        last_column: the last column with content, and the row of its cell.
    """

    bad: dict[tuple[int, int], Bad] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    rows: int = 0
    last_row: tuple[int, int] = (0, 0)
    last_column: tuple[int, int] = (0, 0)
    _counted: int = 0

    def add(
        self, row: int, column: int, *, bad: Bad | None = None, down: int = 1, across: int = 1
    ) -> None:
        """A cell with content, perhaps repeated downwards and across."""
        if row != self._counted:
            self.rows += down
            self._counted = row
        if bad:
            self.bad[row, column] = bad
        if row + down - 1 > self.last_row[0]:
            self.last_row = (row + down - 1, column)
        if column + across - 1 > self.last_column[0]:
            self.last_column = (column + across - 1, row)

    def refuse_large(self, sheet: str, *, first: bool) -> None:
        """Raises RefusedSheet: `too_long` with the count, `far_cell` with its address."""
        limit = MAX_MEMBERS if first else MAX_ROWS
        if self.rows > limit:
            raise RefusedSheet("too_long", sheet=sheet, count=self.rows, limit=limit)
        last, width = self.last_row[0], self.last_column[0]
        if width > MAX_COLUMNS:
            raise RefusedSheet("far_cell", sheet=sheet, cell=address(self.last_column[1], width))
        if last > 2 * MAX_ROWS or last * width > MAX_AREA:
            raise RefusedSheet("far_cell", sheet=sheet, cell=address(*self.last_row))


def address(row: int, column: int) -> str:
    """`XFD1048576` of a row and a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
