"""Web door: a whole form as the template draws it, made from its definition alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.core.definition import Condition, FieldDefinition, FormDefinition, Section, Stage
from service.core.fields import choices_of
from service.errors import Lang, Problem
from service.web.forms import as_posted_row
from service.web.widgets import (
    FieldView,
    RowView,
    Surroundings,
    element_id,
    options_of,
    text_lines,
    widget_of,
)
from service.web.words import HINTS


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionView:
    """A titled group of fields."""

    section: Section
    id: str
    fields: tuple[FieldView, ...]
    hidden: bool
    conditions: str
    wrong: int


@dataclass(frozen=True, kw_only=True)
class FormView:
    """Draws the fields of one form.

    Attributes:
        form: the definition.
        raw: raw answers, what is to stand in the controls.
        activity: checked values of the activity, for choices.
        lang: the reader's language.
        origins: field name to `activity`, `member` or `default`.
        problems: what is wrong.
        mark: begins the ids of its elements; another one for each form on the page.
        resets: field name to where a value that can be given back comes from.
        last: fields for which there is a text of last year.
    """

    form: FormDefinition
    raw: Mapping[str, Any]
    activity: Mapping[str, Any]
    lang: Lang
    origins: Mapping[str, str]
    problems: Sequence[Problem] = ()
    mark: str = "f"
    resets: Mapping[str, str] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
    _errors: dict[str, list[str]] = field(default_factory=dict, init=False)
    _needed: dict[str, Stage] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for found in self.problems:
            self._errors.setdefault(found.path, []).append(found.text.of(self.lang))
        for rule in self.form.rules:
            if rule.rule in {"required", "min_items"} and rule.level == "error" and rule.field:
                self._needed.setdefault(rule.field, rule.at)

    def sections(self) -> list[SectionView]:
        """Every section with its fields."""
        around = self._around()
        return [self._section(number, one, around) for number, one in enumerate(self.form.sections)]

    def table(self, path: Sequence[str]) -> FieldView | None:
        """One table alone, by its path with row numbers (`["phases", "0", "tasks"]`)."""
        around = self._around()
        name, *rest = path
        known = self.form.fields.get(name)
        view = self._field(known, around, self.form.applies_if[name]) if known else None
        while view is not None and rest:
            row, column, *rest = rest
            inner = [one for one in view.rows if one.path.rpartition(".")[2] == row]
            fields = inner[0].fields if inner else ()
            view = next((one for one in fields if one.field.name == column), None)
        return view

    def anchor(self, path: str) -> str:
        """The id that a problem's link leads to: its field, or the nearest field around it."""
        parts = path.split(".")
        while parts:
            names = [part for part in parts if not part.isdigit()]
            if not parts[-1].isdigit() and self.form.field(".".join(names)):
                return element_id(".".join(parts), self.mark)
            parts.pop()
        return ""

    def _around(self) -> Surroundings:
        fields = self.form.fields
        return Surroundings(fields=fields, values=as_posted_row(fields, self.raw))

    def _section(self, number: int, section: Section, around: Surroundings) -> SectionView:
        conditions = (section.shown_if,) if section.shown_if else ()
        fields = tuple(
            self._field(one, around, self.form.applies_if[one.name]) for one in section.fields
        )
        names = {one.name for one in section.fields}
        return SectionView(
            section=section,
            id=f"section-{number + 1}",
            fields=fields,
            hidden=bool(conditions) and all(one.hidden for one in fields),
            conditions=around.spoken(conditions),
            wrong=sum(found.path.split(".")[0] in names for found in self.problems),
        )

    def _field(
        self,
        asked: FieldDefinition,
        around: Surroundings,
        conditions: Sequence[Condition],
        *,
        explained: bool = True,
    ) -> FieldView:
        path = around.prefix + asked.name
        value = around.values[asked.name]
        in_row = around.outer is not None
        errors = tuple(self._errors.get(path, ()))
        origin = "" if in_row else self.origins.get(asked.name, "")
        typed = bool(value) and not origin
        applies = all(around.holds(one) for one in conditions)
        told = asked.help or HINTS.get(asked.type) if explained else None
        here = element_id(path, self.mark)
        ids = (("help", told), ("origin", origin), ("error", errors))
        needed = asked.needed_at or self._needed.get(path)
        choices = choices_of(asked, self.activity) or () if asked.type == "choice" else ()
        widget = widget_of(asked, value, choices, in_row=in_row)
        rows = tuple(self._rows(asked, path, value, around)) if widget == "table" else ()
        return FieldView(
            field=asked,
            path=path,
            id=here,
            widget=widget,
            value=value if isinstance(value, str) else "",
            options=options_of(
                asked, value, self.activity, self.lang, open_=self._open(widget, needed)
            ),
            rows=rows,
            lines=text_lines(asked, value) if widget == "area" else 1,
            errors=errors,
            origin=origin,
            reset="" if in_row else self.resets.get(asked.name, ""),
            last=not in_row and asked.name in self.last,
            needed=needed,
            hidden=not (applies or typed or errors),
            conditions="" if typed and not applies else around.spoken(conditions),
            in_row=in_row,
            help=told,
            described=" ".join(f"{here}-{what}" for what, given in ids if given),
        )

    def _open(self, widget: str, needed: Stage | None) -> str:
        """The label of "nothing chosen"; a radio button cannot be taken back without one."""
        if widget == "select":
            return "（请选择）" if self.lang == "zh" else "(choose)"
        if widget == "radios" and needed != "draft":
            return "暂不填" if self.lang == "zh" else "Not yet"
        return ""

    def _rows(
        self, table: FieldDefinition, path: str, rows: Any, outer: Surroundings
    ) -> Iterator[RowView]:
        for number, row in enumerate(rows):
            place = f"{path}.{number}"
            around = Surroundings(fields=table.columns, values=row, prefix=f"{place}.", outer=outer)
            fields = (
                self._field(
                    one, around, (one.shown_if,) if one.shown_if else (), explained=number == 0
                )
                for one in table.fields
            )
            yield RowView(
                number=number + 1,
                path=place,
                id=f"row-{place.replace('.', '-')}",
                fields=tuple(fields),
            )
