"""API: what a request brings: a JSON object, a query, headers; all that is wrong told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request

from service.errors import InputError, Problem, problem
from service.web.api.problems import problem_response
from service.web.api.shapes import Shape

_PYTHON = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
_UNKEPT = (
    "含有不能保存的字符（NUL 或半个字符），请删去。",
    "holds a character that cannot be kept (NUL, or half of one); delete it.",
)
_DEEP = problem(
    "too_deep", "JSON 的层数太多。", "The JSON is nested too deeply.",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a request may say, by name; what it does not say is as the shape's `default`.

    Attributes:
        parts: name to shape; a shape that has `default` may be left out.
    """

    parts: Mapping[str, Shape]

    @property
    def needed(self) -> list[str]:
        """Names that must be there."""
        return [name for name, shape in self.parts.items() if "default" not in shape]

    def check(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Every part, those that were not said by default.

        Raises:
            InputError: every problem: unknown names, missing ones, wrong values.
        """
        found = [*self._wrong(said)]
        if found:
            raise InputError(found)
        defaults = {name: shape.get("default") for name, shape in self.parts.items()}
        return {**defaults, **said}

    def _wrong(self, said: Mapping[str, Any]) -> Iterator[Problem]:
        for name in said:
            if name not in self.parts:
                yield _unknown(name)
        for name in self.needed:
            if name not in said:
                yield _missing(name)
        for name, shape in self.parts.items():
            if name in said and not fits(shape, said[name]):
                yield _wrong_value(name, shape)


def fits(shape: Shape, value: Any) -> bool:
    """Whether a value has a shape's type and range; an object's names where the shape says them."""
    wanted = _PYTHON[shape["type"]]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return False
    if isinstance(value, str) and not re.fullmatch(shape.get("pattern", r"(?s).*"), value):
        return False
    if isinstance(value, list):
        return all(fits(shape["items"], one) for one in value)
    if isinstance(value, dict) and "properties" in shape:
        parts: Mapping[str, Shape] = shape["properties"]
        return set(value) == set(parts) and all(fits(parts[name], value[name]) for name in parts)
    low, high = shape.get("minimum", value), shape.get("maximum", value)
    return value in shape.get("enum", [value]) and (wanted is not int or low <= value <= high)


def said_json() -> Any:
    """The JSON of the request's body; aborts with 400 or 415 where there is none."""
    if request.mimetype != "application/json":
        abort(problem_response(415))
    try:
        said = json.loads(
            request.get_data(), parse_constant=_no_number, object_pairs_hook=_no_twins
        )
        _refuse_unkept(said)
        return said
    except RecursionError:
        abort(problem_response(400, [_DEEP]))
    except _TwinError:
        abort(problem_response(400, [_twice()]))
    except ValueError:  # bad JSON, bad UTF-8, a number of thousands of digits
        abort(problem_response(400, [_no_json()]))


def _refuse_unkept(said: Any) -> None:
    """Characters that no database keeps: NUL, and halves of others. Raises InputError."""
    found = [problem("bad_character", *_UNKEPT, path=path) for path in _unkept(said, "")]
    if found:
        raise InputError(found)


def _unkept(said: Any, path: str) -> Iterator[str]:
    if isinstance(said, str):
        if "\0" in said or any("\ud800" <= one <= "\udfff" for one in said):
            yield path
    elif isinstance(said, list):
        for number, one in enumerate(said):
            yield from _unkept(one, f"{path}.{number}" if path else str(number))
    elif isinstance(said, dict):
        for name, one in said.items():
            yield from _unkept(name, path)
            yield from _unkept(one, f"{path}.{name}" if path else name)


def said_object(ask: Ask) -> dict[str, Any]:
    """The JSON object of the request's body, checked. Raises InputError."""
    said = said_json()
    if not isinstance(said, dict):
        raise InputError(_no_object())
    return ask.check(said)


def said_query(ask: Ask) -> dict[str, Any]:
    """The query, checked; numbers as numbers. Raises InputError."""
    said: dict[str, Any] = {}
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise InputError(_twice())
    for name, values in request.args.lists():
        shape = ask.parts.get(name, {"type": "string"})
        said[name] = _read(shape, values[-1])
    return ask.check(said)


def _read(shape: Shape, value: str) -> Any:
    """A value of the query by its shape; as it is where it is no such thing."""
    if shape["type"] == "integer" and re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
        return int(value)
    if shape["type"] == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


class _TwinError(ValueError):
    """An object of JSON says one name twice."""


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values for one name JSON readers drop one in silence; nothing here is dropped so."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwinError
    return found


def _no_number(_: str) -> float:
    raise ValueError("NaN and Infinity are no JSON")


def _unknown(name: str) -> Problem:
    # The dots are the name's own: they are no path.
    path = "".join(one if one.isprintable() and one != "." else "?" for one in name)
    zh, en = "没有这一项，请检查名称。", "there is no such name; check it."
    return problem("unknown_name", zh, en, path=path)


def _missing(name: str) -> Problem:
    return problem("missing", f"缺少“{name}”。", f"{name} is missing.", path=name)


def _wrong_value(name: str, shape: Shape) -> Problem:
    zh, en = _wanted(shape)
    return problem("wrong_value", f"“{name}”应为{zh}。", f"{name} must be {en}.", path=name)


def _wanted(shape: Shape) -> tuple[str, str]:
    if "enum" in shape:
        return "、".join(shape["enum"]) + " 之一", "one of " + ", ".join(shape["enum"])
    if shape["type"] == "integer":
        low, high = shape.get("minimum", 0), shape.get("maximum", 999_999_999)
        return f"{low} 至 {high} 的整数", f"a whole number from {low} to {high}"
    if shape["type"] == "boolean":
        return " true 或 false", "true or false"
    if shape["type"] == "object":
        return "对象", "an object"
    if shape["type"] == "array":
        return "规定内容的列表", "a list of what is asked for"
    return "规定格式的文字", "text in the right form"


def _no_json() -> Problem:
    zh, en = "内容不是有效的 JSON（UTF-8）。", "The content is no valid JSON in UTF-8."
    return problem("bad_json", zh, en)


def _twice() -> Problem:
    zh, en = "同一个名称出现了两次。", "One name is said twice."
    return problem("name_twice", zh, en)


def _no_object() -> Problem:
    return problem("no_object", "内容应为 JSON 对象。", "The content must be a JSON object.")
