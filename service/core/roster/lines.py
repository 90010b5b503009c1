"""Rosters: what a row is (a member, or empty, a total, a remark), and its cells as raw values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition
from service.core.roster.cells import Take, UntrustedError, key_text, taker
from service.core.roster.columns import Grid
from service.core.roster.heads import said
from service.core.roster.model import MEMBER_NO, Cell
from service.core.roster.names import DEPARTMENT, NAME, is_serial, letter, same_person
from service.core.roster.words import Place, about, clipped, listed
from service.errors import Problem, Text

_REMARK = re.compile(
    r"(合计|总计|共计|小计|总人数|备注|说明|注|填表说明|填表人|填报人|制表人?|审核人?|负责人|联系人|"
    r"联系电话|单位负责人|填报单位|单位|填表日期|填报日期|制表日期|日期|total|subtotal|notes?|remarks?|"
    r"preparedby|date)([:：(（]?|[:：(（].*|\d+[人名].*)|共\d+[人名].*",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One column that is read: where it stands and how its cells are taken."""

    name: str
    index: int
    take: Take
    place: Place


@dataclass(kw_only=True)
class Line:
    """One row as read.

    Attributes:
        row: number in the file.
        number: the member number, or "".
        values: field or column name to raw value.
        person: name and department as they are compared.
        reasons: cells that cannot be trusted.
    """

    row: int
    number: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    person: tuple[str, str] = ("", "")
    reasons: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A value that is one line of text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


class LineReader:
    """Reads the rows of one sheet; what was done to cells is remembered for a note."""

    def __init__(self, form: FormDefinition, grid: Grid, *, file: str, csv: bool) -> None:
        self.grid = grid
        self.csv = csv
        self.place = Place(file=file, sheet=clipped(grid.sheet.name))
        self.sources = tuple(self._sources(form))
        self._key = grid.places.get(MEMBER_NO, -1)
        self._counting = {
            i
            for i, one in enumerate(grid.sheet.rows[grid.heads.row][1])
            if i == self._key or (isinstance(one, str) and is_serial(one))
        }
        self._heads = {
            i: one
            for i, one in enumerate(grid.sheet.rows[grid.heads.row][1])
            if isinstance(one, str) and one.strip()
        }
        self._held = {i for path, i in grid.places.items() if path != MEMBER_NO}
        self._done: dict[str, list[str]] = {}

    def read(self, row: int, cells: Sequence[Cell]) -> Line:
        """The values of a row, and why some cannot be had."""
        line = Line(row=row)
        marks: list[str] = []
        width = len(cells)
        for one in self.sources:
            cell = cells[one.index] if one.index < width else None
            if cell is None:
                continue
            try:
                value = one.take(cell, marks.append)
            except UntrustedError as error:
                line.reasons.append(about(error.code, at(one.place, row)))
                value = error.value
            if value is not None:
                line.values[one.name] = value
            if marks:
                for code in set(marks):
                    self._done.setdefault(code, []).append(f"{one.place.letter}{row}")
                marks.clear()
        self._read_number(line, cells)
        line.person = same_person(line.text(NAME)), same_person(line.text(DEPARTMENT))
        if self.csv and width > self.grid.width and any(map(said, cells[self.grid.width :])):
            line.reasons.append(about("ragged_row", at(self.place, row)))
        return line

    def kind(self, cells: Sequence[Cell], *, after: bool) -> str:
        """Why a row is nobody's, as a code of `roster_words`; "" for a member's row.

        Args:
            cells: the row.
            after: no further row below has a name.
        """
        there = [index for index, cell in enumerate(cells) if said(cell)]
        if not there:
            return "empty_row"
        if self._repeats(cells, there):
            return "repeated_header"
        if self.named(cells):
            return ""
        if _is_remark(cells[there[0]]) or _is_remark(self._cell(cells, NAME)):
            return "remark_row"
        if self._counting.issuperset(there):
            return "number_only"
        return "remark_row" if after and len(there) == 1 else ""

    def named(self, cells: Sequence[Cell]) -> bool:
        """True where the row has a name, and neither that nor what stands before it is a remark."""
        name = self._cell(cells, NAME)
        if not said(name) or _is_remark(name):
            return False
        first = next(index for index, cell in enumerate(cells) if said(cell))
        return first in self._held or not _is_remark(cells[first])

    def notes(self) -> list[Problem]:
        """What was done to cells, each kind once."""
        return [about(code, self.place, cells=listed(cells)) for code, cells in self._done.items()]

    def _repeats(self, cells: Sequence[Cell], there: Sequence[int]) -> bool:
        """True for the headings once more, as at the head of each printed page."""
        if cells[there[0]] != self._heads.get(there[0]):
            return False
        same = sum(cells[i] == self._heads.get(i) for i in there)
        return same >= 2 and 2 * same >= len(there)

    def _cell(self, cells: Sequence[Cell], name: str) -> Cell:
        index = self.grid.places.get(name, -1)
        return cells[index] if 0 <= index < len(cells) else None

    def _read_number(self, line: Line, cells: Sequence[Cell]) -> None:
        if 0 <= self._key < len(cells):
            try:
                line.number = key_text(cells[self._key])
            except UntrustedError as error:
                place = at(self.place, line.row, letter=letter(self._key))
                line.reasons.append(about(error.code, place))

    def _sources(self, form: FormDefinition) -> Sequence[Source]:
        """The columns in the sheet's order."""
        found = []
        for path, index in sorted(self.grid.places.items(), key=lambda one: one[1]):
            asked = form.field(path)
            if asked is None:  # a key
                continue
            place = at(self.place, 0, letter=letter(index), path=path, label=_said(asked))
            name = path.removeprefix(f"{self.grid.table}.") if self.grid.table else path
            # On a further sheet name and department only say whose a row is.
            if self.grid.table and path in {NAME, DEPARTMENT}:
                name = f"#{path}"
            take = taker(asked, csv=self.csv)
            found.append(Source(name=name, index=index, take=take, place=place))
        return found


def at(
    place: Place,
    row: int,
    *,
    letter: str = "",
    path: str = "",
    label: Text | None = None,
) -> Place:
    """A place in another row, or narrowed down to a column."""
    return Place(
        file=place.file,
        sheet=place.sheet,
        row=row,
        letter=letter or place.letter,
        label=label or place.label,
        path=path or place.path,
    )


def _said(asked: FieldDefinition) -> Text:
    return Text(asked.label.zh, asked.label.en)


def _is_remark(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).casefold()
    return bool(_REMARK.fullmatch(text))


def differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """True where two rows say different things of what both give."""
    return any(other[name] != value for name, value in one.items() if name in other)
