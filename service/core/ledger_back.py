"""The ledger that comes back as a spreadsheet: every difference, row by row, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from service.core.dates import parse_date
from service.core.definition import FieldDefinition, Label
from service.core.ledger import OPEN, OVERDUE, PROGRESS, Entry
from service.core.ledger_differences import Back, BackRow, Difference
from service.core.ledger_sheet import HEADS, MARK, NUMBER, cell_of, is_marked, marks_in
from service.core.roster.cells import UntrustedError, taker
from service.core.roster.model import Book, Cell, Sheet
from service.core.roster.names import letter, plain
from service.core.roster.words import Place, about
from service.errors import LANGS, InputError, Problem, Text, problem

_MOST_HEAD = 15
"""Rows in which the headings are looked for."""


def came_back(
    table: FieldDefinition, shown: Sequence[FieldDefinition], entries: Sequence[Entry], book: Book
) -> Back:
    """What a sheet has otherwise than the ledger.

    Raises:
        InputError: `no_ledger_sheet`, it holds no sheet with the columns of a ledger.
    """
    fields = {one.name: one for one in (*shown, *(table.columns[name] for name in PROGRESS))}
    sheet, top, columns = _found(book, fields)
    lines, notes = _lines(sheet, top, columns, {one.no: one for one in entries})
    rows, same = [], 0
    for line in sorted(lines, key=lambda one: one[0].no):
        one = _Reading(book.name, sheet.name, fields, columns, line).row()
        if one.differences or one.problems or one.plan or one.newer:
            rows.append(one)
        else:
            same += 1
    there = {entry.no for entry, _, _ in lines}
    return Back(
        rows=tuple(rows),
        same=same,
        absent=tuple(one.no for one in entries if one.no not in there),
        notes=(*book.notes, *_missing(fields, columns), *notes),
    )


def _found(book: Book, fields: Mapping[str, FieldDefinition]) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet, the row of its headings, and where each column stands."""
    names = {plain(HEADS[own].of(lang)): own for own in (NUMBER, MARK) for lang in LANGS}
    for name, field in fields.items():
        names |= {plain(field.label.of(lang)): name for lang in LANGS}
    for sheet in book.sheets:
        for number, cells in sheet.rows[:_MOST_HEAD]:
            heads = [names.get(plain(one)) if isinstance(one, str) else None for one in cells]
            columns = {name: at for at, name in reversed(list(enumerate(heads))) if name}
            if NUMBER in columns and columns.keys() & PROGRESS.keys():
                return sheet, number, columns
    raise InputError(
        problem(
            "no_ledger_sheet",
            "这个文件里没有台账：找不到带“序号”和“状态”等列名的一行。请上传从本页下载、填过的表。",
            "this file holds no ledger: no row has the headings “No.”, “Status” and so on. Upload "
            "the sheet that was downloaded here.",
            file=book.name,
        )
    )


def _missing(
    fields: Mapping[str, FieldDefinition], columns: Mapping[str, int]
) -> Iterator[Problem]:
    gone = [fields[name].label for name in PROGRESS if name not in columns]
    if gone:
        zh, en = "、".join(one.zh for one in gone), ", ".join(one.en for one in gone)
        yield problem(
            "column_gone",
            f"表里没有这些列：{zh}；台账里的内容不动。",
            f"the sheet lacks the columns {en}; the ledger keeps what it has there.",
        )


_Line = tuple[Entry, int, tuple[Cell, ...]]


def _lines(
    sheet: Sheet, top: int, columns: Mapping[str, int], known: Mapping[int, Entry]
) -> tuple[list[_Line], list[Problem]]:
    """The rows below the headings that stand for a task; what is told of the others."""
    found: dict[int, _Line] = {}
    notes = []
    for number, cells in sheet.rows:
        if number <= top or not any(_filled(one) for one in cells):
            continue
        no = _number(_at(cells, columns[NUMBER]))
        if no in known and no not in found:
            found[no] = (known[no], number, cells)
        elif no in known:
            notes.append(_row_note(number, "序号重复，只看前面一行", "its number came before"))
        else:
            zh = "没有台账里的序号，没有接收；新任务请先写进整改方案"
            notes.append(_row_note(number, zh, "it has no number of the ledger; not taken"))
    return list(found.values()), notes


def _row_note(number: int, zh: str, en: str) -> Problem:
    return problem("sheet_row", f"表中第{number}行：{zh}。", f"row {number} of the sheet: {en}.")


def _at(cells: Sequence[Cell], at: int) -> Cell:
    return cells[at] if at < len(cells) else None


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _number(cell: Cell) -> int:
    """A task's number; 0 where the cell holds none."""
    if isinstance(cell, bool):
        return 0
    if isinstance(cell, (int, float)):
        return int(cell) if cell == int(cell) else 0
    text = cell.strip() if isinstance(cell, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@dataclass(frozen=True)
class _Reading:
    """One row of the sheet beside its task."""

    book: str
    sheet: str
    fields: Mapping[str, FieldDefinition]
    columns: Mapping[str, int]
    line: _Line

    def row(self) -> BackRow:
        entry, number, cells = self.line
        marks = marks_in(_at(cells, self.columns.get(MARK, len(cells))))
        found: list[Difference] = []
        problems: list[Problem] = []
        newer: list[Label] = []
        for name in PROGRESS:
            if name not in self.columns:
                continue
            field = self.fields[name]
            try:
                new = self._value(field, entry.progress.get(name))
            except UntrustedError as error:
                problems.append(self._untrusted(field, error.code))
                continue
            one = _difference(field, entry, new, marks.get(name))
            if one and one.clash and is_marked(marks[name], new):
                newer.append(field.label)
            elif one:
                found.append(one)
        return BackRow(
            entry=entry,
            row=number,
            differences=tuple(found),
            problems=tuple(problems),
            plan=tuple(self._replanned()),
            newer=tuple(newer),
        )

    def _value(self, field: FieldDefinition, now: Any) -> Any:
        """What a cell holds, of the type that the ledger keeps; raises UntrustedError."""
        cell = _at(self.line[2], self.columns[field.name])
        if isinstance(cell, str):
            cell = cell.replace("\r\n", "\n")
            if any(cell == cell_of(field, now, lang) for lang in LANGS):
                return now
        raw = taker(field, csv=False)(cell, lambda _: None)
        if field.type == "list" and isinstance(raw, str):
            return [line for line in raw.split("\n") if line.strip()]
        return _day(raw) if field.type == "date" and isinstance(raw, str) else raw

    def _replanned(self) -> Iterator[Label]:
        """Columns of the plan that say something else here; they are changed in the plan alone."""
        for name in self.columns:
            field = self.fields.get(name)
            if field is None or name in PROGRESS:
                continue
            value = self.line[0].plan.get(name)
            try:
                new = self._value(field, value)
            except UntrustedError:
                new = None
            if _loose(new) not in {
                _loose(value),
                *(_loose(cell_of(field, value, one)) for one in LANGS),
            }:
                yield field.label

    def _untrusted(self, field: FieldDefinition, code: str) -> Problem:
        place = Place(
            file=self.book,
            sheet=self.sheet,
            row=self.line[1],
            letter=letter(self.columns[field.name]),
            label=Text(field.label.zh, field.label.en),
        )
        return about(code, place)


def _difference(
    field: FieldDefinition, entry: Entry, new: Any, mark: str | None
) -> Difference | None:
    now = entry.progress.get(field.name)
    if new == now or (field.name == "status" and new == OVERDUE and entry.status in OPEN):
        return None
    return Difference(
        name=field.name,
        label=field.label,
        now=now,
        new=new,
        clash=mark is not None and not is_marked(mark, now),
        unsure=mark is None,
    )


def _loose(value: object) -> str:
    """Text for comparing: how it is broken into lines does not count."""
    if isinstance(value, list):
        value = "".join(map(str, value))
    return "".join(str("" if value is None else value).split())


def _day(raw: str) -> Any:
    """A day, or the text as it is, which the check will refuse."""
    try:
        return parse_date(raw)
    except PydanticCustomError:
        return raw
