"""Web door: what a field looks like on the page, made from its definition and its value."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.core.definition import Condition, FieldDefinition, Label, Stage
from service.core.fields import choices_of
from service.errors import Lang, Text

_RADIOS_AT_MOST = 4
_CELLS = 88
"""Half-width cells in a line of a text area on a desktop screen."""
_LINES = {"paragraphs": 3, "list": 2, "lines": 2}
_LONG = 80
"""A one-line text that may be longer, in characters, is shown whole, on several lines."""
_PLAIN = {
    "text": "text",
    "person": "text",
    "upload": "text",
    "month": "text",
    "integer": "number",
    "date": "date",
    "datetime": "datetime-local",
    "paragraphs": "area",
    "list": "area",
    "lines": "area",
    "choices": "checks",
    "yes_no": "radios",
    "table": "table",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row of a table; `path` is `agenda.2`, `number` counts from 1."""

    number: int
    path: str
    id: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldView:
    """A field as the template draws it.

    Attributes:
        field: its definition.
        path: its control's name, `agenda.2.item`; rows count from 0.
        id: the element that an error links to.
        widget: `text`, `number`, `date`, `datetime-local`, `area`, `select`, `radios`, `checks`
            or `table`.
        value: what stands in it, exactly as typed.
        options: what can be chosen.
        rows: of a table.
        lines: height of a text area.
        errors: what is wrong, in the reader's language.
        origin: `activity`, `member` or `default` where it was filled in already, else "".
        reset: the same where a button may give that value back, else "".
        last: there is a text of last year for it.
        needed: the first stage at which it must be there.
        hidden: it does not apply, and nothing is typed in it.
        conditions: the same for the browser, JSON or "".
        in_row: it is a column.
        help: its help or a hint; None in all rows but the first.
        described: ids of what describes it, for aria-describedby.
    """

    field: FieldDefinition
    path: str
    id: str
    widget: str
    value: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[RowView, ...] = ()
    lines: int = 1
    errors: tuple[str, ...] = ()
    origin: str = ""
    reset: str = ""
    last: bool = False
    needed: Stage | None = None
    hidden: bool = False
    conditions: str = ""
    in_row: bool = False
    help: Label | Text | None = None
    described: str = ""


def element_id(path: str, mark: str = "f") -> str:
    """The id of a field's element; field names hold no hyphen, so no two are the same.

    Args:
        path: the control's name.
        mark: tells forms on one page apart, `f` or `r12`.
    """
    return f"{mark}-" + path.replace(".", "-")


def widget_of(field: FieldDefinition, value: Any, choices: Sequence[str], *, in_row: bool) -> str:
    """Which control suits; a value that the browser's own would not show stays plain text."""
    if field.type == "choice":
        few = not in_row and len(choices) <= _RADIOS_AT_MOST and value in {"", *choices}
        listed = choices or not field.choices_from
        return ("radios" if few else "select") if listed else "text"
    wanted = _PLAIN[field.type]
    if wanted == "text" and (_long(field) or "\n" in value):
        return "area"  # an input would cut the text, and join its lines in silence
    return "text" if value and _unfit(field, value) else wanted


def _long(field: FieldDefinition) -> bool:
    return field.type == "text" and (field.max_length or 0) > _LONG


def _unfit(field: FieldDefinition, value: Any) -> bool:
    """True where the browser's own control would show nothing of a value."""
    if field.type == "date":
        return not _iso(date, value)
    if field.type == "datetime":
        return not _iso(datetime, value)
    return field.type == "yes_no" and value not in {"true", "false"}


def _iso(python: type[date] | type[datetime], value: str) -> bool:
    """True where the browser's date control shows it: ISO in exactly this form."""
    shape = "%Y-%m-%d" if python is date else "%Y-%m-%dT%H:%M"
    try:
        return datetime.strptime(value, shape).strftime(shape) == value
    except ValueError:
        return False


def options_of(
    field: FieldDefinition, value: Any, activity: Mapping[str, Any], lang: Lang, *, open_: str
) -> tuple[Option, ...]:
    """What can be chosen; `open_` is the label of "nothing chosen", "" where there is none.

    A value that is none of the choices stays, so that it can be seen and mended.
    """
    if field.type not in {"choice", "choices", "yes_no"}:
        return ()
    words = (
        {"true": "是" if lang == "zh" else "Yes", "false": "否" if lang == "zh" else "No"}
        if field.type == "yes_no"
        else _words(field, activity, lang)
    )
    chosen = value if isinstance(value, list) else [value]
    words |= {one: one for one in chosen if one and one not in words}
    first = [Option(value="", label=open_, chosen=chosen in ([""], []))] if open_ else []
    rest = [Option(value=one, label=words[one], chosen=one in chosen) for one in words]
    return (*first, *rest)


def _words(field: FieldDefinition, activity: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    known = {choice.value: choice.label.of(lang) for choice in field.choices}
    return {one: known.get(one, one) for one in choices_of(field, activity) or ()}


def text_lines(field: FieldDefinition, value: str) -> int:
    """How high a text area begins, so that what stands in it is seen without JavaScript."""
    needed = sum(max(1, math.ceil(_cells(line) / _CELLS)) for line in value.split("\n"))
    return min(30, max(_LINES.get(field.type, 1), needed))


def _cells(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """A form or a row: where a condition finds the field that it names."""

    fields: Mapping[str, FieldDefinition]
    values: Mapping[str, Any]
    prefix: str = ""
    outer: Surroundings | None = None

    def holds(self, condition: Condition) -> bool:
        """Whether it holds with what stands on the page now."""
        field = self.fields.get(condition.field)
        if field is None:
            return self.outer is not None and self.outer.holds(condition)
        return condition.holds(_plain(field, self.values.get(condition.field)))

    def control(self, name: str) -> str:
        """The name of a field's control."""
        known = name in self.fields or self.outer is None
        return self.prefix + name if known or self.outer is None else self.outer.control(name)

    def spoken(self, conditions: Sequence[Condition]) -> str:
        """Conditions for the browser: JSON list of `{name, in}` or `{name, given}`."""
        if not conditions:
            return ""
        found: list[dict[str, Any]] = []
        for one in conditions:
            name = self.control(one.field)
            wanted = one.in_ if one.in_ is not None else (one.is_,)
            told = {"given": one.given} if one.given is not None else {"in": [*map(_word, wanted)]}
            found.append({"name": name, **told})
        return json.dumps(found, ensure_ascii=False)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(field: FieldDefinition, value: Any) -> Any:
    """The posted text as the value that a condition compares; None where not given."""
    if not value or (isinstance(value, str) and not value.strip()):
        return None
    if field.type == "yes_no":
        return {"true": True, "false": False}.get(value, value)
    if field.type == "integer" and re.fullmatch(r"-?\d{1,9}", value):  # as the check reads it
        return int(value)
    return value
