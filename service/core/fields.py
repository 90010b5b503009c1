"""The closed list of field types: each says how a raw value is checked and its JSON Schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from service.core.dates import parse_date, parse_datetime, parse_month, wrong
from service.core.definition import FieldDefinition

MAX_LENGTH = {"text": 200, "lines": 60, "person": 50, "paragraphs": 20_000, "list": 500}
MAX_LENGTH["upload"] = 200
MAX_ITEMS = 1_000
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def unprintable(text: str) -> str | None:
    """The first character that Word cannot hold, as `U+0007`, or None.

    XML 1.0 (2.2) forbids C0 controls, surrogates, U+FFFE and U+FFFF; C1 controls and the other
    noncharacters have no print. Tab and newline may stand.
    """
    if text.isprintable():  # nearly every text: a batch asks this some hundred thousand times
        return None
    for char in text:
        if char in "\t\n":
            continue
        kind = unicodedata.category(char)
        if kind in {"Cc", "Cs"} or (ord(char) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
            return f"U+{ord(char):04X}"
    return None


def _characters(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong("not_text")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    point = unprintable(text)
    if point:
        raise wrong("bad_character", point=point)
    return text


def _visible(value: str) -> str:
    found = _HIDDEN.search(value)
    if found:
        raise wrong("hidden_character", point=f"U+{ord(found.group()):04X}")
    return value


def _within_length(limit: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value) > limit:
            raise wrong("too_long", limit=limit)
        return value

    return check


def _one_line(value: str) -> str:
    if "\n" in value:
        raise wrong("one_line")
    return value


def _matching(field: FieldDefinition) -> Callable[[str], str]:
    def check(value: str) -> str:
        if field.pattern and not re.fullmatch(field.pattern, value):
            raise wrong("pattern")
        return value

    return check


def _text(field: FieldDefinition, limit: int, *more: Callable[[str], str]) -> Any:
    schema = {"type": "string", "maxLength": limit}
    if field.pattern:
        schema["pattern"] = f"^(?:{field.pattern})$"
    checks = (_one_line, _within_length(limit), *more)
    return Annotated[
        str,
        BeforeValidator(_characters),
        *(AfterValidator(check) for check in checks),
        WithJsonSchema(schema),
    ]


def _split(value: Any) -> list[str]:
    """Text at its line ends, or a list; lines without any character are separators only."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(part, str) for part in parts):
        raise wrong("not_list" if isinstance(value, (dict, bool)) else "not_text")
    lines = [line for part in parts for line in _characters(part).split("\n")]
    return [line for line in lines if line.strip()]


def _items(limit: int, most: int, *, whole: bool) -> Callable[[list[str]], list[str]]:
    def check(value: list[str]) -> list[str]:
        longest = sum(map(len, value)) if whole else max(map(len, value), default=0)
        if longest > limit:
            raise wrong("too_long", limit=limit)
        if len(value) > most:
            raise wrong("too_many", limit=most, count=len(value))
        return value

    return check


def _strings(field: FieldDefinition, limit: int, *, whole: bool) -> Any:
    schema = {
        "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    return Annotated[
        list[str],
        BeforeValidator(_split),
        AfterValidator(_items(limit, field.max_items or MAX_ITEMS, whole=whole)),
        WithJsonSchema(schema),
    ]


def _integer(field: FieldDefinition) -> Any:
    def parse(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong("not_integer")
        if field.min is not None and value < field.min:
            raise wrong("too_small", limit=field.min)
        if field.max is not None and value > field.max:
            raise wrong("too_large", limit=field.max)
        return value

    schema: dict[str, Any] = {"type": "integer"}
    schema |= {"minimum": field.min} if field.min is not None else {}
    schema |= {"maximum": field.max} if field.max is not None else {}
    return Annotated[int, BeforeValidator(parse), WithJsonSchema(schema)]


def choices_of(field: FieldDefinition, activity: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The values that a choice may take; None where they are the activity's and it is not known."""
    if field.choices_from:
        listed = activity.get(field.choices_from.partition(".")[2])
        return tuple(listed) if listed is not None else None
    return tuple(choice.value for choice in field.choices)


def _choice(allowed: tuple[str, ...] | None) -> Any:
    def check(value: Any) -> str:
        text = _characters(value)
        if allowed is not None and text not in allowed:
            raise wrong("bad_choice")
        return text

    schema: dict[str, Any] = {"type": "string"}
    schema |= {"enum": list(allowed)} if allowed is not None else {}
    return Annotated[str, BeforeValidator(check), WithJsonSchema(schema)]


def _a_list(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, (list, tuple)):
        raise wrong("not_list")
    return list(value)


def _rows(field: FieldDefinition) -> Callable[[Any], list[Any]]:
    most = field.max_items or MAX_ITEMS

    def check(value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise wrong("not_table")
        if len(value) > most:
            raise wrong("too_many", limit=most, count=len(value))
        return list(value)

    return check


def _yes_no(value: Any) -> bool:
    spoken = {"true": True, "是": True, "yes": True, "false": False, "否": False, "no": False}
    if isinstance(value, str) and value.strip().lower() in spoken:
        return spoken[value.strip().lower()]
    if not isinstance(value, bool):
        raise wrong("not_yes_no")
    return value


def _dated(python: type, parse: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return Annotated[python, BeforeValidator(parse), WithJsonSchema(schema)]


def _list_of(one: Any, check: Callable[[Any], Any]) -> Any:
    return Annotated[list[one], BeforeValidator(check)]


@dataclass(frozen=True)
class _Asked:
    """What an annotation is made from."""

    field: FieldDefinition
    limit: int
    choices: tuple[str, ...] | None
    row: Any


_ANNOTATIONS: dict[str, Callable[[_Asked], Any]] = {
    "text": lambda a: _text(a.field, a.limit, _matching(a.field)),
    "person": lambda a: _text(a.field, a.limit, _visible),
    "upload": lambda a: _text(a.field, a.limit, _visible),
    "paragraphs": lambda a: _strings(a.field, a.limit, whole=True),
    "list": lambda a: _strings(a.field, a.limit, whole=False),
    "lines": lambda a: _strings(a.field, a.limit, whole=False),
    "integer": lambda a: _integer(a.field),
    "date": lambda _: _dated(date, parse_date, {"type": "string", "format": "date"}),
    "month": lambda _: _dated(date, parse_month, {"type": "string", "pattern": r"^\d{4}-\d{2}$"}),
    "datetime": lambda _: _dated(
        datetime, parse_datetime, {"type": "string", "format": "date-time"}
    ),
    "choice": lambda a: _choice(a.choices),
    "choices": lambda a: _list_of(_choice(a.choices), _a_list),
    "yes_no": lambda _: _dated(bool, _yes_no, {"type": "boolean"}),
    "table": lambda a: _list_of(a.row, _rows(a.field)),
}


def annotation(field: FieldDefinition, activity: Mapping[str, Any], row: type | None) -> Any:
    """The pydantic annotation of a field.

    Args:
        field: its definition.
        activity: checked answers of the activity, for `choices_from`.
        row: the pydantic model of a table's row.
    """
    limit = field.max_length or MAX_LENGTH.get(field.type, 0)
    asked = _Asked(field=field, limit=limit, choices=choices_of(field, activity), row=row)
    return _ANNOTATIONS[field.type](asked)
