"""Papers that go with another one and are filled from it: `accompanies` in form.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition
from service.core.typed import given
from service.errors import Lang

TITLE = "title"
"""Where the other paper has no title of its own, its kind's stands for it."""
_JOINED = frozenset({"text", "person"})


def answers_beside(
    form: FormDefinition, other: FormDefinition, values: Mapping[str, Any], lang: Lang
) -> dict[str, Any]:
    """Raw answers of a paper that goes with another one.

    Args:
        form: what the new paper asks.
        other: what the paper that it goes with asks.
        values: raw answers of that one, the good ones.
        lang: of both.
    """
    found: dict[str, Any] = {}
    for path, source in form.accompanies.items():
        asked = form.field(path)
        value = _source(other, values, source, lang)
        fitted = _fitted(asked, other.field(source), value, lang) if asked else None
        if not given(fitted):
            continue
        name, _, column = path.partition(".")
        if column:
            found.setdefault(name, [{}])[0][column] = fitted
        else:
            found[name] = fitted
    return found


def _source(other: FormDefinition, values: Mapping[str, Any], source: str, lang: Lang) -> Any:
    name, _, column = source.partition(".")
    value = values.get(name)
    if column and isinstance(value, list):
        return [row.get(column) for row in value if isinstance(row, Mapping)]
    if source == TITLE and not given(value):
        return other.title.of(lang)
    return value


def _fitted(asked: FieldDefinition, there: FieldDefinition | None, value: Any, lang: Lang) -> Any:
    """The value as the field takes it; None where it takes no such thing."""
    if asked.type in _JOINED:
        return ("" if lang == "zh" else " ").join(one.strip() for one in _lines(value))
    if asked.type == "lines":
        return "\n".join(_lines(value))
    if asked.type == "list":
        return _lines(value)
    if there is None or there.type != asked.type:
        return None
    if asked.type == "choice" and value not in {one.value for one in asked.choices}:
        return None
    return value


def _lines(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else str(value or "").split("\n")
    return [str(one) for one in listed if given(one)]
