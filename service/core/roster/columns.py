"""Rosters: which sheet and which column holds what, before any row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from service.core.definition import FormDefinition
from service.core.roster.fields import (
    INSTRUCTIONS,
    own_fields,
    scalar_fields,
    sheet_title,
    table_columns,
    table_fields,
)
from service.core.roster.heads import Asked, Heads, read_heads, said
from service.core.roster.model import MEMBER_NO, Book, Cell, Column, Sheet
from service.core.roster.names import (
    DEPARTMENT,
    NAME,
    PARENT_ROW,
    Names,
    column_index,
    is_serial,
    plain,
)
from service.core.roster.words import Place, about, clipped, headed, listed
from service.errors import InputError, Lang, Problem, Text


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A sheet whose headings are understood.

    Attributes:
        sheet: the cells.
        table: path of the table that its rows belong to; "" for the members.
        heads: its columns.
    """

    sheet: Sheet
    table: str
    heads: Heads

    @cached_property
    def places(self) -> dict[str, int]:
        """Field to column, counted from 0."""
        return {one.field: column_index(one.letter) for one in self.heads.columns if one.field}

    @cached_property
    def width(self) -> int:
        """Columns up to the last one with a heading."""
        return max((column_index(c.letter) + 1 for c in self.heads.columns if c.header), default=0)

    @property
    def below(self) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
        """The rows under the headings."""
        return self.sheet.rows[self.heads.row + 1 :]


@dataclass(frozen=True, kw_only=True)
class Understood:
    """All sheets of a roster that are used.

    Attributes:
        members: the sheet with a row for each member.
        tables: further sheets, tables before the tables inside them.
        columns: of all sheets, the members' first.
        missing: fields of the person that the form needs and no column gives.
        notes: what a clerk should know about columns and sheets.
    """

    members: Grid
    tables: tuple[Grid, ...]
    columns: tuple[Column, ...]
    missing: tuple[str, ...]
    notes: tuple[Problem, ...]


def understand(
    form: FormDefinition, book: Book, *, lang: Lang, chosen: Mapping[str, str] | None = None
) -> Understood:
    """Finds headings, and what each column means.

    Args:
        form: what is asked.
        book: the spreadsheet.
        lang: its labels go first where a heading means two things.
        chosen: `Sheet!A` to a field's path, MEMBER_NO, or "" (not used); what a clerk decided.

    Raises:
        InputError: `empty_sheet`, `no_header`, `no_members`, `bad_column_choice`,
            `column_chosen_twice`.
    """
    if not any(sheet.rows for sheet in book.sheets):
        raise InputError(about("empty_sheet", Place(file=book.name)))
    search = _Search(form, book, lang, chosen or {})
    members = search.members(serial=False)
    tables = search.tables_beside(members)
    if MEMBER_NO not in members.places and any(MEMBER_NO in one.places for one in tables):
        members = search.members(serial=True)
    if not members.below:
        raise InputError(about("no_members", search.at(members.sheet)))
    return search.told(members, tables)


class _Search:
    """One reading of the headings of a file."""

    def __init__(
        self, form: FormDefinition, book: Book, lang: Lang, chosen: Mapping[str, str]
    ) -> None:
        self.form, self.book, self.lang = form, book, lang
        self.tables = table_fields(form)
        self.titles = self._titles()
        self.homes = self._homes()
        self.chosen = self._by_sheet(chosen)
        self.notes: list[Problem] = []

    def members(self, *, serial: bool) -> Grid:
        """The sheet with names; `serial` where a running number is the member number."""
        names = Names.of(scalar_fields(self.form), self.lang)
        names.add_numbers(serial=serial)
        sheets = sorted(self.book.sheets, key=lambda sheet: sheet.name in self.homes)
        read = ((sheet, self._heads(sheet, names)) for sheet in sheets)
        good = [(sheet, heads) for sheet, heads in read if heads]
        if not good:
            raise InputError(self._no_header())
        sheet, heads = next((one for one in good if NAME in one[1].fields), good[0])
        return Grid(sheet=sheet, table="", heads=heads)

    def tables_beside(self, members: Grid) -> list[Grid]:
        """The further sheets that are named after a table."""
        grids: dict[str, Grid] = {}
        for sheet in self.book.sheets:
            instructions = plain(sheet.name) in {plain(INSTRUCTIONS.zh), plain(INSTRUCTIONS.en)}
            if sheet is members.sheet or not sheet.rows or instructions:
                continue
            path = self.homes.get(sheet.name, "")
            if path in grids:
                self._note("sheet_twice", sheet=clipped(sheet.name))
            elif not path:
                self._note_unknown(sheet)
            elif heads := self._table_heads(sheet, path):
                grids[path] = Grid(sheet=sheet, table=path, heads=heads)
            else:
                self._note("sheet_without_header", sheet=clipped(sheet.name))
        return [grids[path] for path in self.tables if path in grids]

    def told(self, members: Grid, tables: list[Grid]) -> Understood:
        """What was understood, with what a clerk should know."""
        if members.sheet is not next(one for one in self.book.sheets if one.rows):
            self._note("members_elsewhere", sheet=clipped(members.sheet.name))
        above = [
            str(n) for n, cells in members.sheet.rows[: members.heads.row] if any(map(said, cells))
        ]
        if above:
            self._note("title_rows", rows=listed(above))
        for grid in (members, *tables):
            self._tell(grid)
        missing = tuple(
            name
            for name, asked in own_fields(self.form).items()
            if asked.needed_at == "draft" and name not in members.places
        )
        for name in missing:
            place = Place(file=self.book.name, path=name)
            self.notes.append(about("missing_column", place, label=self._label(name)))
        return Understood(
            members=members,
            tables=tuple(grid for grid in tables if self._joinable(grid, members)),
            columns=tuple(one for grid in (members, *tables) for one in grid.heads.columns),
            missing=missing,
            notes=tuple(self.notes),
        )

    def at(self, sheet: Sheet) -> Place:
        """A sheet, for messages."""
        return Place(file=self.book.name, sheet=clipped(sheet.name))

    def _titles(self) -> Names:
        """The names that a sheet for each table may have."""
        names = Names()
        for path, asked in self.tables.items():
            zh, en = asked.label.zh, asked.label.en
            words = (path, asked.name, zh, en, sheet_title(zh), sheet_title(en), *asked.aliases)
            names.add(path, "label", 0, words)
        return names

    def _homes(self) -> dict[str, str]:
        """Sheet to the table that it is named after."""
        found = {sheet.name: self.titles.find(sheet.name) for sheet in self.book.sheets}
        return {name: one[0].field for name, one in found.items() if name and len(one) == 1}

    def _by_sheet(self, chosen: Mapping[str, str]) -> dict[str, dict[int, str]]:
        """`Sheet!A` taken apart and looked up."""
        sheets = {sheet.name for sheet in self.book.sheets}
        known = {*scalar_fields(self.form), MEMBER_NO, PARENT_ROW, ""}
        for path, table in self.tables.items():
            known |= set(table_columns(table, path))
        choices: dict[str, dict[int, str]] = {}
        wrong = []
        for key, path in chosen.items():
            name, _, letters = key.rpartition("!")
            index = column_index(letters)
            if name not in sheets or index < 0 or path not in known:
                place = Place(file=self.book.name)
                wrong.append(about("bad_column_choice", place, column=clipped(key)))
            choices.setdefault(name, {})[index] = path
        if wrong:
            raise InputError(wrong)
        return choices

    def _heads(self, sheet: Sheet, names: Names) -> Heads | None:
        asked = Asked(
            names=names,
            chosen=self.chosen.get(sheet.name, {}),
            file=self.book.name,
            label_of=self._label,
        )
        return read_heads(sheet, asked)

    def _table_heads(self, sheet: Sheet, path: str) -> Heads | None:
        """A further sheet's; it goes by a running number only where there is nothing better."""
        heads = None
        for serial in (False, True):
            names = Names.of(table_columns(self.tables[path], path), self.lang)
            names.add_numbers(serial=serial)
            for key in (NAME, DEPARTMENT):
                if asked := self.form.fields.get(key):
                    words = (asked.name, asked.label.zh, asked.label.en, *asked.aliases)
                    names.add(key, "label", 6, words)
            if "." in path:
                names.add_parent(self.tables[path.rpartition(".")[0]])
            heads = self._heads(sheet, names)
            if heads and heads.fields & {MEMBER_NO, NAME}:
                break
        return heads

    def _joinable(self, grid: Grid, members: Grid) -> bool:
        """True where rows of a further sheet can be brought to members."""
        by_number = MEMBER_NO in grid.places
        if by_number and MEMBER_NO in members.places:
            return True
        if NAME in grid.places and NAME in members.places:
            return True
        code = "key_unknown" if by_number else "sheet_without_key"
        self._note(code, sheet=clipped(grid.sheet.name))
        return False

    def _label(self, path: str) -> Text:
        special = {
            MEMBER_NO: Text("成员编号", "Member number"),
            PARENT_ROW: Text("上级行号", "Parent row"),
        }
        asked = self.form.field(path)
        return Text(asked.label.zh, asked.label.en) if asked else special[path]

    def _no_header(self) -> Problem:
        labels = [asked.label for asked in own_fields(self.form).values()][:4]
        zh, en = "、".join(x.zh for x in labels), ", ".join(x.en for x in labels)
        return about("no_header", Place(file=self.book.name), names=Text(zh, en))

    def _tell(self, grid: Grid) -> None:
        """What of a sheet's columns is not used, and why."""
        self.notes += grid.heads.notes
        place = self.at(grid.sheet)
        tables: dict[str, str] = {}
        for column in grid.heads.unknown:
            if not grid.table and (found := self.titles.find(column.header)):
                tables[column.letter] = found[0].field
                values = {"column": column.letter, "header": clipped(column.header)}
                label = self._label(found[0].field)
                self.notes.append(about("table_on_first_sheet", place, **values, label=label))
        rest = [c for c in grid.heads.unknown if c.letter not in tables]
        rest = [c for c in rest if not is_serial(c.header)]
        if rest:
            self.notes.append(about("unknown_columns", place, columns=headed(rest)))
        if grid.heads.nameless:
            letters = listed([column.letter for column in grid.heads.nameless])
            self.notes.append(about("column_without_header", place, columns=letters))

    def _note_unknown(self, sheet: Sheet) -> None:
        labels = [table.label for table in self.tables.values()]
        zh, en = "、".join(x.zh for x in labels), ", ".join(x.en for x in labels)
        code = "unknown_sheet" if labels else "unused_sheet"
        self._note(code, sheet=clipped(sheet.name), names=Text(zh, en))

    def _note(self, code: str, **values: str | Text) -> None:
        self.notes.append(about(code, Place(file=self.book.name), **values))
