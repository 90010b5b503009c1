"""Rosters: one row of headings to columns; what is doubled or unclear is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.core.roster.model import MEMBER_NO, BadCell, Cell, Column, How, Sheet
from service.core.roster.names import Meaning, Names, letter
from service.core.roster.words import Place, about, clipped, listed
from service.errors import InputError, Problem, Text

HEAD_ROWS = 30
"""The headings stand among so many first rows with text."""


@dataclass(frozen=True, kw_only=True)
class Heads:
    """The headings of one sheet.

    Attributes:
        row: place of their row among the sheet's rows, counted from 0.
        columns: every column that has a heading or content.
        unknown: columns whose heading means nothing here.
        nameless: columns with content and no heading.
        notes: what was doubled or unclear.
    """

    row: int
    columns: tuple[Column, ...]
    unknown: tuple[Column, ...]
    nameless: tuple[Column, ...]
    notes: tuple[Problem, ...]

    @property
    def fields(self) -> set[str]:
        """What the columns give."""
        return {one.field for one in self.columns if one.field}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known before a sheet's headings are read.

    Attributes:
        names: the words that are understood on this sheet.
        chosen: column counted from 0 to what a clerk decided that it holds.
        file: for messages.
        label_of: a field's path in words.
    """

    names: Names
    chosen: Mapping[int, str]
    file: str
    label_of: Callable[[str], Text]


def said(cell: Cell) -> bool:
    """True where a cell shows anything."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def head_row(sheet: Sheet, names: Names) -> tuple[int, int]:
    """(how many headings are understood, place of their row); the row that says most."""
    counted: list[tuple[int, int]] = []
    for index, (_, cells) in enumerate(sheet.rows):
        if len(counted) == HEAD_ROWS:
            break
        heads = [one for one in cells if isinstance(one, str) and one.strip()]
        if heads:
            fields = {found[0].field for head in heads if len(found := names.find(head)) == 1}
            # A running number alone may stand above any list.
            counted.append((len(fields - {MEMBER_NO}), -index))
    best, index = max(counted, default=(0, 0))
    if best:
        return best, -index
    return 0, -counted[0][1] if counted else -1


def read_heads(sheet: Sheet, asked: Asked) -> Heads | None:
    """Gives each column its field: as chosen, else the heading that says it best.

    Returns:
        None where no row of the sheet looks like headings.

    Raises:
        InputError: `column_chosen_twice`, `bad_column_choice`.
    """
    found, row = head_row(sheet, asked.names)
    if row < 0 or not (found or asked.chosen):
        return None
    cells = sheet.rows[row][1]
    texts = {index: _text(cell) for index, cell in enumerate(cells) if _text(cell)}
    filled = {i for _, one in sheet.rows[row + 1 :] for i, cell in enumerate(one) if said(cell)}
    place = Place(file=asked.file, sheet=clipped(sheet.name))
    _refuse(asked, place, known={*texts, *filled})
    meant = {
        index: asked.names.find(text) for index, text in texts.items() if index not in asked.chosen
    }
    taken, notes = _assign(meant, asked, place, texts)
    broken = [index for index, cell in enumerate(cells) if isinstance(cell, BadCell)]
    if broken:
        notes.append(about("bad_header", place, columns=listed([letter(i) for i in broken])))
    columns = {
        index: Column(
            sheet=sheet.name,
            letter=letter(index),
            header=texts.get(index, ""),
            field=taken[index][0] if index in taken else "",
            how=taken[index][1] if index in taken else "unknown",
        )
        for index in sorted({*texts, *filled, *taken})
    }
    idle = {index: one for index, one in columns.items() if index not in taken}
    return Heads(
        row=row,
        columns=tuple(columns.values()),
        unknown=tuple(one for i, one in idle.items() if one.header and not meant[i]),
        nameless=tuple(one for i, one in idle.items() if not one.header and i not in broken),
        notes=tuple(notes),
    )


def _text(cell: Cell) -> str:
    """A heading; years and the like may be numbers."""
    if cell is None or isinstance(cell, BadCell):
        return ""
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return text.strip()


def _refuse(asked: Asked, place: Place, *, known: set[int]) -> None:
    """Raises InputError where the clerk's choices do not fit the sheet."""
    wrong = [
        about("bad_column_choice", place, column=letter(index))
        for index in asked.chosen
        if index not in known
    ]
    for path in sorted({one for one in asked.chosen.values() if one}):
        columns = [letter(i) for i, one in sorted(asked.chosen.items()) if one == path]
        if len(columns) > 1:
            values = {"label": asked.label_of(path), "columns": listed(columns)}
            wrong.append(about("column_chosen_twice", place, **values))
    if wrong:
        raise InputError(wrong)


def _assign(
    meant: Mapping[int, list[Meaning]], asked: Asked, place: Place, texts: Mapping[int, str]
) -> tuple[dict[int, tuple[str, How]], list[Problem]]:
    """Column to field and why; a field goes to the best of its columns."""
    taken: dict[int, tuple[str, How]] = {i: (path, "chosen") for i, path in asked.chosen.items()}
    held = set(asked.chosen.values())
    rivals: dict[str, list[tuple[int, int]]] = {}
    notes = []
    for index, found in meant.items():
        if len(found) == 1:
            rivals.setdefault(found[0].field, []).append((found[0].rank, index))
        elif found:
            values = {"column": letter(index), "header": clipped(texts[index])}
            labels = [asked.label_of(one.field) for one in found]
            said_labels = Text(
                "或".join(f"“{one.zh}”" for one in labels), " or ".join(one.en for one in labels)
            )
            notes.append(about("column_ambiguous", place, **values, labels=said_labels))
    for path, columns in rivals.items():
        if path in held:
            continue
        _, used = min(columns)
        taken[used] = (path, meant[used][0].how)
        if len(columns) > 1:
            letters = listed([letter(index) for _, index in sorted(columns, key=lambda c: c[1])])
            label = asked.label_of(path)
            notes.append(
                about("column_twice", place, label=label, columns=letters, used=letter(used))
            )
    return taken, notes
