"""Web door: a posted form and raw answers, there and back; rows keep the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition
from service.core.typed import given

Fields = Mapping[str, FieldDefinition]
_DEEPEST = 6
"""Parts of a control's name: `phases.0.tasks.1.deadline` has five."""


def read_post(form: FormDefinition, posted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The posted values as a tree; a table is a mapping of row key to row.

    Row keys count for nothing but their order: a row that was moved in the browser comes where
    its first control stands in the post. Names that begin with `_` are the page's own. A name that
    the form does not know stays in, so that the check can say so.
    """
    tree: dict[str, Any] = {}
    for name, value in posted:
        parts = name.split(".")
        if name.startswith("_") or len(parts) > _DEEPEST:
            continue
        _put(tree, form.fields, parts, _lines_as_written(value))
    return tree


def _lines_as_written(value: str) -> str:
    """Browsers send every line end as CRLF, whatever was typed."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _put(row: dict[str, Any], fields: Fields, parts: list[str], value: str) -> None:
    name, *rest = parts
    field = fields.get(name)
    if field is not None and field.type == "table":
        if len(rest) < 2 or not isinstance(row.setdefault(name, {}), dict):
            return
        inner = row[name].setdefault(rest[0], {})
        if rest[1]:  # `agenda.3.` only says that the row is there
            _put(inner, field.columns, rest[1:], value)
    elif field is not None and field.type == "choices":
        row.setdefault(name, [])
        if value:
            row[name].append(value)
    else:
        row[".".join(parts)] = value


def flatten(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Raw answers: every table a list of rows, empty rows included."""
    return {
        name: [flatten(row) for row in value.values()] if isinstance(value, dict) else value
        for name, value in tree.items()
    }


def without_empty_rows(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Raw answers without rows in which nothing was typed."""
    return {name: _full_rows(value) for name, value in raw.items()}


def _full_rows(value: Any) -> Any:
    if not (isinstance(value, list) and any(isinstance(one, Mapping) for one in value)):
        return value
    rows = [without_empty_rows(one) for one in value if isinstance(one, Mapping)]
    return [row for row in rows if any(given(cell) for cell in row.values())]


def act(tree: dict[str, Any], verb: str, path: str) -> tuple[list[str], str]:
    """Adds, removes or moves a row of the tree.

    Args:
        tree: as `read_post` gives it; changed in place.
        verb: `add`, `remove`, `up` or `down`.
        path: the table for `add` (`phases.0.tasks`), else the row (`phases.0`), with row keys.

    Returns:
        the table's place as rows are counted from 0 (`["phases", "0", "tasks"]`), and what is to
        be in focus after it: `row <n>`, `up <n>`, `down <n>`, or `add`.
    """
    parts = path.split(".")
    table_path, key = (parts, None) if verb == "add" else (parts[:-1], parts[-1])
    found = _table_at(tree, table_path)
    if found is None:
        return [], ""
    rows, place = found
    keys = list(rows)
    if verb == "add":
        rows[_free_key(rows)] = {}
        return place, f"row {len(rows) - 1}"
    if key not in rows:
        return place, "add"
    at = keys.index(key)
    if verb == "remove":
        del rows[key]
        return place, f"remove {min(at, len(rows) - 1)}" if rows else "add"
    to = min(max(at + (-1 if verb == "up" else 1), 0), len(keys) - 1)
    keys.insert(to, keys.pop(at))
    ordered = {one: rows[one] for one in keys}
    rows.clear()
    rows.update(ordered)
    return place, f"{verb} {to}"


def _table_at(tree: dict[str, Any], path: list[str]) -> tuple[dict[str, Any], list[str]] | None:
    """The rows of a table, and its path with row numbers in place of row keys."""
    node, place = tree, []
    for depth, part in enumerate(path):
        if depth % 2 == 0:
            node = node.setdefault(part, {})
            place.append(part)
        else:
            if part not in node:
                return None
            place.append(str(list(node).index(part)))
            node = node[part]
        if not isinstance(node, dict):
            return None
    return (node, place) if len(path) % 2 else None


def _free_key(rows: Mapping[str, Any]) -> str:
    # A key of our own is short; int() refuses what has thousands of digits.
    numbers = [int(key) for key in rows if key.isascii() and key.isdigit() and len(key) < 10]
    return str(max(numbers, default=-1) + 1)


def as_posted(field: FieldDefinition, value: Any) -> Any:
    """A raw value as the page's controls hold it: text, list of texts, or list of rows.

    So a value from the activity, from a file and from the page can be compared and shown.
    """
    if field.type == "table":
        return [as_posted_row(field.columns, row) for row in value or () if isinstance(row, dict)]
    if field.type == "choices":
        return [str(one) for one in _listed(value) if one not in {"", None}]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.strftime("%Y-%m" if field.type == "month" else "%Y-%m-%d")
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(str(one) for one in _listed(value) if one is not None)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def as_posted_row(fields: Fields, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a form or a row."""
    return {name: as_posted(field, raw.get(name)) for name, field in fields.items()}


def drafted_here(
    form: FormDefinition, raw: Mapping[str, Any], prefilled: Mapping[str, Any]
) -> dict[str, Any]:
    """What a draft keeps: all that stands on the page, blanks and empty rows too, exactly.

    What stood there already is left out, and what is wholly empty.
    """
    kept = {}
    for name, value in raw.items():
        field = form.fields.get(name)
        same = field and as_posted(field, value) == as_posted(field, prefilled.get(name))
        if not same and _anything(value):
            kept[name] = value
    return kept


def _anything(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_anything(cell) for cell in value.values())
    if isinstance(value, list):
        return any(_anything(one) for one in value)
    return value not in {"", None}


def typed_here(
    form: FormDefinition, raw: Mapping[str, Any], prefilled: Mapping[str, Any]
) -> dict[str, Any]:
    """Only what the clerk gave: neither empty, nor what stood there already."""
    kept = {}
    for name, value in raw.items():
        field = form.fields.get(name)
        same = field and as_posted(field, value) == as_posted(field, prefilled.get(name))
        if given(value) and not same:
            kept[name] = value
    return kept
