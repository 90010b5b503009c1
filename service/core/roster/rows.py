"""Rosters: rows to members: empty and repeated ones told, rows of further sheets brought home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from service.core.definition import FormDefinition
from service.core.roster.columns import Understood
from service.core.roster.lines import Line, LineReader, at, differs
from service.core.roster.model import Book, Roster, RosterRow
from service.core.roster.names import same_person
from service.core.roster.tables import Belonging, Tables
from service.core.roster.words import Place, about, listed
from service.core.typed import typed
from service.errors import Problem, Text


def read_rows(form: FormDefinition, book: Book, understood: Understood) -> Roster:
    """Every row below the members' headings, with why it is not a member where it is none."""
    reader = LineReader(form, understood.members, file=book.name, csv=bool(book.encoding))
    rows: dict[int, RosterRow] = {}
    lines: list[Line] = []
    people = _People(reader.place)
    for number, code, cells in _kinds(reader, understood):
        if code:
            reason = about(code, at(reader.place, number))
            rows[number] = RosterRow(row=number, outcome="skipped", reasons=(reason,))
            continue
        line = reader.read(number, cells)
        if again := people.meet(line):
            rows[number] = _row(line, "duplicate", [again], ())
        else:
            lines.append(line)
    tables = Tables(form, book, understood.tables, lines)
    for line in lines:
        rows[line.row] = _member(form, line, reader, tables.of(line.row), people.notes(line))
    return Roster(
        columns=understood.columns,
        rows=tuple(rows[number] for number in sorted(rows)),
        missing=understood.missing,
        notes=(*book.notes, *understood.notes, *reader.notes(), *tables.notes()),
    )


def _kinds(reader: LineReader, understood: Understood) -> Iterator[tuple[int, str, Sequence[Any]]]:
    """Row number, why it is nobody's, and its cells."""
    below = understood.members.below
    last = max((n for n, (_, cells) in enumerate(below) if reader.named(cells)), default=-1)
    for place, (number, cells) in enumerate(below):
        yield number, reader.kind(cells, after=place > last), cells


def _member(
    form: FormDefinition,
    line: Line,
    reader: LineReader,
    mine: Belonging,
    notes: Sequence[Problem],
) -> RosterRow:
    """A member's row; whatever has not its type is told with the cell that it stands in."""
    line.values |= {name: rows for name, rows in mine.tables.items() if rows}
    _, problems = typed(form, line.values, {})
    letters = {one.name: one.place.letter for one in reader.sources}
    here = at(reader.place, line.row)
    reasons = [*line.reasons, *mine.reasons]
    reasons += [_placed(one, here, letters, mine) for one in problems]
    return _row(line, "failed" if reasons else "ready", reasons, notes)


def _row(
    line: Line, outcome: Any, reasons: Sequence[Problem], notes: Sequence[Problem]
) -> RosterRow:
    return RosterRow(
        row=line.row,
        outcome=outcome,
        member_no=line.number,
        values=line.values,
        reasons=tuple(reasons),
        notes=tuple(notes),
    )


def _placed(one: Problem, here: Place, letters: dict[str, str], mine: Belonging) -> Problem:
    """A problem of the form with sheet, row and column before it."""
    head, _, name = one.path.rpartition(".")
    row, columns = here, letters
    while head:
        if head in mine.places:
            row, columns = mine.places[head]
            break
        head, _, name = head.rpartition(".")
    where = at(row, row.row, letter=columns.get(name, "")).said()
    text = Text(where.zh + one.text.zh, where.en + one.text.en)
    return replace(one, text=text, file=here.file)


class _People:
    """Who stood on the roster so far."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._by_number: dict[str, Line] = {}
        self._by_person: dict[tuple[str, str], Line] = {}
        self._by_name: dict[str, list[int]] = {}

    def meet(self, line: Line) -> Problem | None:
        """Why a row is not one more person; None, and remembered, where it is one."""
        name, department = line.person
        number = same_person(line.number)
        at_number = self._by_number.get(number) if number else None
        same = self._by_person.get((name, department)) if name else None
        if at_number and (not name or at_number.person[0] == name):
            return about("duplicate_number", at(self._place, line.row), row=at_number.row)
        if same:
            apart = Text("。", ".")
            if differs(line.values, same.values) or (number and same.number != line.number):
                apart = Text(
                    "；其他各格不尽相同，若确是两个人，请在部门里写明区别。",
                    "; other cells differ: if they are two people, tell them apart in the "
                    "department.",
                )
            return about("duplicate_person", at(self._place, line.row), row=same.row, differs=apart)
        if at_number:
            line.reasons.append(about("number_taken", at(self._place, line.row), row=at_number.row))
        elif number:
            self._by_number[number] = line
        if name:
            self._by_person[name, department] = line
            self._by_name.setdefault(name, []).append(line.row)
        return None

    def notes(self, line: Line) -> list[Problem]:
        """Others of the same name."""
        others = [row for row in self._by_name.get(line.person[0], ()) if row != line.row]
        if not others:
            return []
        rows = listed([str(row) for row in others])
        return [about("same_name", at(self._place, line.row), rows=rows)]
