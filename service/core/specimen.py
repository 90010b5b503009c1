"""A full set of typed values for any definition: to prove templates and to know their tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from service.core.answers import Answers
from service.core.definition import FieldDefinition, FormDefinition
from service.core.fields import choices_of
from service.errors import Lang

_DAY = date(2014, 2, 28)


def specimen(definition: FormDefinition, activity: Mapping[str, Any] | None = None) -> Answers:
    """Every field given, two rows in each table; texts say which field they stand for."""
    facts = activity or {}
    values = {name: _value(field, facts, name) for name, field in definition.fields.items()}
    return Answers(definition=definition, values=values)


def example(definition: FormDefinition, activity: Mapping[str, Any], lang: Lang) -> Answers:
    """As `specimen`, for people: texts say what belongs there, in the words of the form."""
    values = {one.name: _shown(one, activity, lang) for one in definition.fields.values()}
    return Answers(definition=definition, values=values)


def _shown(field: FieldDefinition, activity: Mapping[str, Any], lang: Lang) -> Any:
    if field.type == "table":
        return [{one.name: _shown(one, activity, lang) for one in field.fields} for _ in range(2)]
    label = f"〔{field.label.of(lang)}〕"
    if field.type in {"paragraphs", "list"}:
        return [label, label]
    if field.type == "lines":
        return [label]
    if field.type in {"text", "person", "upload"}:
        return label
    return _value(field, activity, label)


def _value(field: FieldDefinition, activity: Mapping[str, Any], path: str) -> Any:
    if field.type == "table":
        return [
            {c.name: _value(c, activity, f"{path}.{n}.{c.name}") for c in field.fields}
            for n in range(2)
        ]
    if field.type in {"choice", "choices"}:
        allowed = choices_of(field, activity) or (f"{path} 丙",)
        return allowed[0] if field.type == "choice" else list(allowed[:2])
    known: dict[str, Any] = {
        "integer": field.min or 1,
        "date": _DAY,
        "month": _DAY,
        "datetime": datetime(2014, 3, 6, 9, 0),
        "yes_no": True,
        "paragraphs": [f"{path} 甲", f"{path} 乙"],
        "list": [f"{path} 甲", f"{path} 乙"],
        "lines": [f"{path} 甲", f"{path} 乙"],
    }
    return known.get(field.type, f"{path} 丁")


def knows(context: Any, tag: str) -> bool:
    """True where a template may look up a dotted tag in a context of this shape.

    A step into a list means a step into its rows.
    """
    node = context
    for part in tag.split("."):
        while isinstance(node, list):
            if not node:
                return True
            node = node[0]
        if not isinstance(node, Mapping) or part not in node:
            return False
        node = node[part]
    return True
