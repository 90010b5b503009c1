"""Core: which fields a block of a layout can see, and its paths and conditions as tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from service.core.definition import Condition, FieldDefinition, FormDefinition

_MANY = {"paragraphs", "list", "choices"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one name of a loop stands for: a row of a table, or a group of its rows."""

    table: FieldDefinition
    kind: Literal["row", "group"] = "row"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The form's fields and the rows of the loops around a block.

    Attributes:
        form: the kind's form definition.
        rows: names of the loops around, innermost last.
    """

    form: FormDefinition
    rows: dict[str, Row] = field(default_factory=dict)

    def find(self, path: str) -> FieldDefinition | None:
        """The field at a path, whether the form's (`lead_in`) or a row's (`task.problem`)."""
        head, _, rest = path.partition(".")
        row = self.rows.get(head)
        if row is None:
            return self.form.fields.get(path)
        return row.table.columns.get(rest) if row.kind == "row" else None

    def enter(self, rows: str, name: str) -> Scope | None:
        """The scope inside a loop over `rows`, or None where they are no rows."""
        found = self._rows(rows)
        return Scope(form=self.form, rows={**self.rows, name: found}) if found else None

    def _rows(self, path: str) -> Row | None:
        parts = path.split(".")
        group = self.rows.get(parts[0])
        if parts[:2] == ["shown", "by"] and len(parts) == 4:
            table = self.form.fields.get(parts[2])
            grouped = table is not None and parts[3] in table.columns
            return Row(table=table, kind="group") if table and grouped else None
        if group is not None and group.kind == "group":
            return Row(table=group.table) if parts[1:] == ["rows"] else None
        found = self.find(path)
        return Row(table=found) if found is not None and found.type == "table" else None

    def many(self, path: str) -> bool:
        """True where the path prints as a list of paragraphs."""
        found = self.find(path)
        return ".rest." in path or (found is not None and found.type in _MANY)


def shown(path: str, what: str) -> str:
    """`shown.<what>` of a field or column: `task.problem` -> `task.shown.given.problem`."""
    head, dot, name = path.rpartition(".")
    return f"{head}{dot}shown.{what}.{name}"


def condition(when: Condition) -> str:
    """A condition as an expression; a yes-or-no not answered counts as no."""
    if when.given is not None:
        return shown(when.field, "given") if when.given else f"not {shown(when.field, 'given')}"
    code = shown(when.field, "code")
    if isinstance(when.is_, bool):
        return code if when.is_ else f"not {code}"
    if when.in_ is not None:
        return f"{code} in [{', '.join(_literal(value) for value in when.in_)}]"
    return f"{code} == {_literal(when.is_)}"


def _literal(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f"'{value}'"
