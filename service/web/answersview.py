"""Web door: answers as they are read, not typed: lines of text, rows of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.core.answers import applies
from service.core.definition import FieldDefinition, Label, Section, Stage
from service.desk.documents.checks import Checked
from service.desk.documents.kept import Paper
from service.errors import Lang, Problem
from service.web.forms import as_posted
from service.web.widgets import element_id

_YES_NO = {"zh": {"true": "是", "false": "否"}, "en": {"true": "Yes", "false": "No"}}


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One answer as it is read.

    Attributes:
        label: of the field.
        lines: its text, line by line; () where there is none, or where it is a table.
        rows: of a table, each with the answers that are given in it.
    """

    label: Label
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[AnswerView, ...], ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is given."""
        return not (self.lines or self.rows)


def answer_view(field: FieldDefinition, value: Any, reader: Lang) -> AnswerView:
    """A raw value as it is read."""
    plain = as_posted(field, value)
    if field.type == "table":
        rows = (_row(field, row, reader) for row in plain)
        return AnswerView(label=field.label, rows=tuple(row for row in rows if row))
    words = _words(field, reader)
    if field.type == "choices":
        return AnswerView(label=field.label, lines=tuple(words.get(one, one) for one in plain))
    lines = [words.get(plain, plain)] if words else plain.split("\n")
    return AnswerView(label=field.label, lines=tuple(lines) if plain.strip() else ())


def _row(table: FieldDefinition, row: Mapping[str, Any], reader: Lang) -> tuple[AnswerView, ...]:
    cells = (answer_view(one, row.get(one.name), reader) for one in table.fields)
    return tuple(cell for cell in cells if not cell.empty)


def _words(field: FieldDefinition, reader: Lang) -> dict[str, str]:
    if field.type == "yes_no":
        return _YES_NO[reader]
    return {one.value: one.label.of(reader) for one in field.choices}


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A line of the page on which answers are checked.

    Attributes:
        name: the field's.
        view: its answer.
        origin: where a value that nobody typed came from, or "".
        problems: what is wrong or missing, each with the stage that it stops.
        anchor: id of its control on the page of the draft.
    """

    name: str
    view: AnswerView
    origin: str
    problems: tuple[tuple[Stage, Problem], ...]
    anchor: str


@dataclass(frozen=True, kw_only=True)
class AnswersPage:
    """All answers of a document as they are read once more before it is made."""

    paper: Paper
    checked: Checked
    reader: Lang

    @cached_property
    def _raw(self) -> tuple[dict[str, Any], dict[str, str]]:
        return self.paper.full()

    def sections(self) -> list[tuple[Section, list[AnswerLine]]]:
        """Every section that applies, with its lines."""
        found = [(part, self._lines(part)) for part in self.paper.form.sections]
        return [(part, lines) for part, lines in found if lines]

    def _lines(self, part: Section) -> list[AnswerLine]:
        lines = [self._line(one) for one in part.fields]
        values = self.checked.values
        conditions = self.paper.form.applies_if
        return [
            one
            for one in lines
            if not one.view.empty or one.problems or applies(conditions[one.name], values, values)
        ]

    def _line(self, field: FieldDefinition) -> AnswerLine:
        raw, origins = self._raw
        return AnswerLine(
            name=field.name,
            view=answer_view(field, raw.get(field.name), self.reader),
            origin=origins.get(field.name, ""),
            problems=tuple(
                (stage, one)
                for stage, one in self.checked.found
                if one.path.split(".")[0] == field.name
            ),
            anchor=element_id(field.name),
        )

    def anchor(self, problem: Problem) -> str:
        """The control on the page of the draft that a problem leads to; "" where there is none."""
        parts = problem.path.split(".")
        while parts and parts != [""]:
            names = [part for part in parts if not part.isdigit()]
            if not parts[-1].isdigit() and self.paper.form.field(".".join(names)):
                return element_id(".".join(parts))
            parts.pop()
        return ""
