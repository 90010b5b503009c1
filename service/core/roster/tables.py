"""Rosters: rows of further sheets, each brought to its member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.core.definition import FormDefinition
from service.core.roster.columns import Grid
from service.core.roster.lines import Line, LineReader, at
from service.core.roster.model import Book
from service.core.roster.names import DEPARTMENT, NAME, PARENT_ROW, letter, same_person
from service.core.roster.words import Place, about
from service.errors import Problem, Text


@dataclass(kw_only=True)
class Belonging:
    """What further sheets give one member.

    Attributes:
        tables: table to its rows, tables in tables inside them.
        reasons: cells that cannot be trusted.
        places: `findings.2` to where that row stands, and the column of each of its cells.
    """

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reasons: list[Problem] = field(default_factory=list)
    places: dict[str, tuple[Place, dict[str, str]]] = field(default_factory=dict)

    def rows(self, path: str) -> list[tuple[str, dict[str, Any]]]:
        """Every row of a table with its path (`tasks.0`), through all rows of the one above."""
        head, _, last = path.rpartition(".")
        if not head:
            found = self.tables.setdefault(last, [])
            return [(f"{last}.{n}", row) for n, row in enumerate(found)]
        return [
            (f"{above}.{last}.{n}", row)
            for above, holder in self.rows(head)
            for n, row in enumerate(holder.setdefault(last, []))
        ]


class Tables:
    """All further sheets, read once and shared out."""

    def __init__(
        self, form: FormDefinition, book: Book, grids: Sequence[Grid], members: Sequence[Line]
    ) -> None:
        self._form = form
        self._finder = _Finder(members if grids else ())
        self._belongings: dict[int, Belonging] = {}
        self._notes: list[Problem] = []
        for grid in grids:
            self._read(grid, LineReader(form, grid, file=book.name, csv=False))

    def of(self, row: int) -> Belonging:
        """What the member in a row of the first sheet has on further ones."""
        return self._belongings.get(row) or Belonging()

    def notes(self) -> list[Problem]:
        """Rows that belong to nobody, and what was done to cells."""
        return self._notes

    def _read(self, grid: Grid, reader: LineReader) -> None:
        letters = {one.name: one.place.letter for one in reader.sources}
        for number, cells in grid.below:
            if reader.kind(cells, after=False) in {"empty_row", "number_only", "repeated_header"}:
                continue
            line = reader.read(number, cells)
            keys = {key: line.text(f"#{key}") for key in (NAME, DEPARTMENT)}
            values = {name: v for name, v in line.values.items() if not name.startswith("#")}
            if not values and not line.reasons:
                continue
            place = at(reader.place, number)
            owner = self._finder.find(line.number, keys[NAME], keys[DEPARTMENT])
            if isinstance(owner, str):
                self._notes.append(about(owner, place))
                continue
            mine = self._belongings.setdefault(owner, Belonging())
            path = self._add(mine, grid, values, cells, place)
            if path:
                mine.places[path] = (place, letters)
                mine.reasons += [_inside(one, grid.table, path) for one in line.reasons]
        self._notes += reader.notes()

    def _add(
        self,
        mine: Belonging,
        grid: Grid,
        values: dict[str, Any],
        cells: Sequence[Any],
        place: Place,
    ) -> str:
        """Appends a row to its table; its path, or "" where its row above is not there."""
        above, _, name = grid.table.rpartition(".")
        if not above:
            rows = mine.tables.setdefault(name, [])
            rows.append(values)
            return f"{name}.{len(rows) - 1}"
        holders = mine.rows(above)
        index = grid.places.get(PARENT_ROW, -1)
        wanted = cells[index] if 0 <= index < len(cells) else None
        number = _ordinal(wanted) if wanted is not None else int(len(holders) == 1)
        if not 1 <= number <= len(holders):
            asked = self._form.field(above)
            label = Text(asked.label.zh, asked.label.en) if asked else Text(above, above)
            there = at(place, place.row, letter=letter(index) if index >= 0 else "")
            self._notes.append(about("row_without_parent", there, label=label))
            return ""
        path, holder = holders[number - 1]
        rows = holder.setdefault(name, [])
        rows.append(values)
        return f"{path}.{name}.{len(rows) - 1}"


class _Finder:
    """Members by number and by name; only one that stands alone is found."""

    def __init__(self, members: Sequence[Line]) -> None:
        self._by_number: dict[str, set[int]] = {}
        self._by_name: dict[tuple[str, ...], set[int]] = {}
        for line in members:
            for number in _spellings(line.number):
                self._by_number.setdefault(number, set()).add(line.row)
            for key in (line.person[:1], line.person):
                self._by_name.setdefault(key, set()).add(line.row)

    def find(self, number: str, name: str, department: str) -> int | str:
        """The member's row, or a code of `roster_words`."""
        if number:
            for one in _spellings(number):
                rows = self._by_number.get(one, set())
                if len(rows) == 1:
                    return min(rows)
            if not name:
                return "row_of_nobody"
        key = [same_person(name), *([same_person(department)] if department else [])]
        if not key[0]:
            return "row_without_key"
        rows = self._by_name.get(tuple(key), set())
        if len(rows) == 1:
            return min(rows)
        return "row_of_several" if rows else "row_of_nobody"


def _spellings(number: str) -> Iterator[str]:
    """007 as it is, then without the zeros that a number cell loses."""
    text = same_person(number)
    if text:
        yield text
        if text.isdigit() and text.lstrip("0"):
            yield "0*" + text.lstrip("0")


def _ordinal(cell: Any) -> int:
    if isinstance(cell, str) and cell.strip().isdigit():
        return int(cell)
    whole = isinstance(cell, (int, float)) and cell == int(cell)
    return int(cell) if whole else 0


def _inside(one: Problem, table: str, path: str) -> Problem:
    """A reason with the row's own path: `findings.category` as `findings.2.category`."""
    if one.path.startswith(f"{table}."):
        return replace(one, path=path + one.path.removeprefix(table))
    return one
