"""Rosters: which fields of a form are columns of which sheet, and which are asked for."""

from __future__ import annotations

from service.core.definition import FieldDefinition, FormDefinition
from service.errors import Text

INSTRUCTIONS = Text("填写说明", "How to fill in")
"""The last sheet of our own roster templates; nothing is read from it."""
SHORT = frozenset(
    {"text", "person", "integer", "date", "month", "datetime", "choice", "choices", "yes_no"}
)
LONG = frozenset({"paragraphs", "list", "lines"})
"""Texts of several lines; in a cell each line is one paragraph or item."""


def scalar_fields(form: FormDefinition) -> dict[str, FieldDefinition]:
    """Fields that are one cell of a member's row."""
    return {n: f for n, f in form.fields.items() if f.type not in {"table", "upload"}}


def table_fields(form: FormDefinition) -> dict[str, FieldDefinition]:
    """Tables by path, those in tables after the ones they stand in."""
    return {path: field for path, field in form.walk() if field.type == "table"}


def table_columns(table: FieldDefinition, path: str) -> dict[str, FieldDefinition]:
    """Columns of a table that are one cell, by path."""
    return {f"{path}.{c.name}": c for c in table.fields if c.type not in {"table", "upload"}}


def own_fields(form: FormDefinition) -> dict[str, FieldDefinition]:
    """Fields that only the roster can give: the person's."""
    return {n: f for n, f in form.fields.items() if (f.from_ or "").startswith("member.")}


def sheet_title(text: str) -> str:
    """A label as the name of a sheet can hold it: Excel takes 31 characters and not all."""
    return "".join(" " if char in "[]:*?/\\'" else char for char in text).strip()[:31]


def asked_fields(form: FormDefinition) -> dict[str, FieldDefinition]:
    """What the roster of a kind asks: the person, then short facts that may differ.

    Not asked: a member's own words (a row with any of them must hold all of them), what the
    activity or the kind gives, and long texts, which are the same for all.
    """
    own = own_fields(form)
    fields = scalar_fields(form)
    first = {name: fields[name] for name in own if name in fields and not fields[name].personal}
    more = {
        name: one
        for name, one in fields.items()
        if name not in own
        and one.type in SHORT
        and one.print
        and not (one.personal or one.from_ or name in form.defaults)
    }
    return first | more
