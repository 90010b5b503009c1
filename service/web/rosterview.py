"""Web door: a roster as its page draws it: columns, shared answers, rows, and what may start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition
from service.core.prefill import prefill
from service.core.roster.model import MEMBER_NO, Column
from service.desk.batch.views import RosterView, RowView
from service.errors import Lang, Problem, Text
from service.web.batch_words import ROW_NAMES
from service.web.forms import as_posted_row, flatten, read_post, typed_here, without_empty_rows
from service.web.formview import FormView, SectionView
from service.web.rowlist import RowList, row_list
from service.web.widgets import FieldView, Option

_NAME = "person_name"
_URGENT = ("failed", "waiting")
_SAID = {"unknown_columns", "missing_column"}
"""Notes of the reading that the page says in its own way."""
_ASKS = {"column_ambiguous", "column_twice"}
"""Notes that want a clerk to look at the columns."""
_UNUSED = Text("不使用", "Not used")
_NUMBER = Text("成员编号", "Member number")
_GENERAL = Text("本人和表单", "The person and the form")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields that a column can be taken for, under one heading."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnView:
    """A column with its control; `name` is the control's, `key` the desk's (`Sheet!A`)."""

    name: str
    key: str
    column: Column
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """What the page of a roster says.

    Attributes:
        view: the roster.
        form: the kind's form.
        activity: checked values of the activity in the language of the forms.
        reader: the reader's language.
    """

    view: RosterView
    form: FormDefinition
    activity: Mapping[str, Any]
    reader: Lang

    @cached_property
    def shared_names(self) -> frozenset[str]:
        """Fields that are asked once for all: neither a member's words nor a member's own facts.

        A fact of the member that no column gives may be the same for all, the branch for example.
        """
        lacking = set(self.view.missing) - {_NAME}
        return frozenset(
            name
            for name, one in self.form.fields.items()
            if not one.personal and (not _members_own(one) or name in lacking)
        )

    def state_of(self, row: RowView) -> str:
        """The outcome of a row; one that lacks nothing but shared answers waits for them."""
        if row.outcome == "failed" and row.reasons and not self.own(row.reasons):
            return "waiting"
        return row.outcome

    def own(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems that the row itself has, not the shared answers."""
        return [one for one in problems if _field_of(one) not in self.shared_names]

    @cached_property
    def shared_problems(self) -> tuple[Problem, ...]:
        """What the shared answers lack, found by the rows, each once."""
        found = {
            (one.path, one.text): one
            for row in self.view.rows
            for one in row.reasons
            if _field_of(one) in self.shared_names
        }
        return tuple(found.values())

    @property
    def blank(self) -> int:
        """Forms to be made without the member's own words."""
        return sum(row.outcome == "queued" and not row.filled for row in self.view.rows)

    def chunk(self, show: str | None, page: int) -> RowList[RowView]:
        """The rows to be seen."""
        return row_list(
            self.view.rows, self.state_of, ROW_NAMES, show=show, page=page, urgent=_URGENT
        )

    @property
    def notes(self) -> list[Problem]:
        """What the reading of the file found."""
        return [one for one in self.view.notes if one.code not in _SAID]

    @property
    def columns_ask(self) -> bool:
        """True where a clerk should look at the columns."""
        return bool(self.view.missing) or any(one.code in _ASKS for one in self.view.notes)

    @property
    def unused(self) -> list[str]:
        """Headers of the columns that are not used."""
        return [one.header or one.letter for one in self.view.columns if not one.field]

    def columns(self) -> list[ColumnView]:
        """Every column with what it can be taken for."""
        first = self.view.columns[0].sheet if self.view.columns else ""
        people = (self._scalars(),)
        tables = tuple(self._table(one) for one in self.form.fields.values() if one.fields)
        return [
            ColumnView(
                name=f"column.{number}",
                key=f"{one.sheet}!{one.letter}",
                column=one,
                groups=_chosen(people if one.sheet == first else tables, one.field, self.reader),
            )
            for number, one in enumerate(self.view.columns)
        ]

    def _scalars(self) -> Group:
        fields = [one for one in self.form.fields.values() if one.type != "table"]
        return Group(label=_GENERAL.of(self.reader), options=self._options("", fields))

    def _table(self, table: FieldDefinition) -> Group:
        fields = [one for one in table.fields if one.type != "table"]
        return Group(
            label=table.label.of(self.reader), options=self._options(f"{table.name}.", fields)
        )

    def _options(self, before: str, fields: Iterable[FieldDefinition]) -> tuple[Option, ...]:
        return tuple(
            Option(value=before + one.name, label=one.label.of(self.reader), chosen=False)
            for one in fields
        )

    def same_shared(self, raw: Mapping[str, Any]) -> bool:
        """True where these answers are kept already."""
        fields = self.form.fields
        return as_posted_row(fields, raw) == as_posted_row(fields, self.view.shared)

    def shared_form(
        self, raw: Mapping[str, Any] | None = None, problems: Sequence[Problem] = ()
    ) -> FormView:
        """The form of the shared answers; `raw` is what was typed where it was not kept."""
        full, origins = prefill(
            self.form, self.view.shared if raw is None else raw, activity=self.activity
        )
        return FormView(
            form=self.form,
            raw=full,
            activity=self.activity,
            lang=self.reader,
            origins=origins,
            problems=problems,
        )

    def shared_sections(self, form: FormView) -> list[SectionView]:
        """Its sections, without what is each member's own."""
        kept = [
            replace(one, fields=tuple(f for f in one.fields if f.field.name in self.shared_names))
            for one in form.sections()
        ]
        return [one for one in kept if one.fields]

    def row(self, number: int) -> RowView | None:
        """The row with a number in the file."""
        return next((one for one in self.view.rows if one.row == number), None)

    def row_fields(self, row: RowView) -> list[FieldView]:
        """The controls of a row that is mended in place."""
        return fields_to_mend(
            self.form,
            row.values,
            self.own(row.reasons),
            given=[one.field for one in self.view.columns],
            activity=self.activity,
            reader=self.reader,
            mark=f"r{row.row}",
        )


def fields_to_mend(
    form: FormDefinition,
    values: Mapping[str, Any],
    problems: Sequence[Problem],
    *,
    given: Iterable[str],
    activity: Mapping[str, Any],
    reader: Lang,
    mark: str,
) -> list[FieldView]:
    """Controls for a member's facts, for what the roster gives, and for what is wrong.

    Tables are mended in the roster itself.
    """
    wanted = {*given, *values, *map(_field_of, problems)}
    names = [
        name
        for name, one in form.fields.items()
        if one.type != "table" and (_members_own(one) or name in wanted)
    ]
    view = FormView(
        form=form,
        raw=values,
        activity=activity,
        lang=reader,
        origins={},
        problems=problems,
        mark=mark,
    )
    fields = {field.field.name: field for part in view.sections() for field in part.fields}
    return [replace(fields[name], conditions="", hidden=False) for name in names]


def posted_shared(page: RosterPage, posted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Shared answers as typed; what stood there already from the activity is not among them."""
    raw = without_empty_rows(flatten(read_post(page.form, posted)))
    before, _ = prefill(page.form, {}, activity=page.activity)
    return typed_here(page.form, raw, before)


def posted_columns(page: RosterPage, posted: Mapping[str, str]) -> dict[str, str]:
    """What a clerk chose, now or before: column to field."""
    chosen = {}
    for one in page.columns():
        field = posted.get(one.name, one.column.field)
        if field != one.column.field or one.column.how == "chosen":
            chosen[one.key] = field
    return chosen


def posted_row(form: FormDefinition, posted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Values of a row as typed; an emptied one is there as ""."""
    raw = flatten(read_post(form, posted))
    return {name: value for name, value in raw.items() if name in form.fields}


def _chosen(groups: Sequence[Group], field: str, reader: Lang) -> tuple[Group, ...]:
    """The groups with one option chosen; "not used" and the member number come first."""
    first = (
        Option(value="", label=_UNUSED.of(reader), chosen=False),
        Option(value=MEMBER_NO, label=_NUMBER.of(reader), chosen=False),
    )
    return tuple(
        replace(group, options=tuple(replace(o, chosen=o.value == field) for o in group.options))
        for group in (Group(label="", options=first), *groups)
    )


def _members_own(field: FieldDefinition) -> bool:
    return (field.from_ or "").startswith("member.")


def _field_of(found: Problem) -> str:
    return found.path.split(".")[0]
