"""Definitions from plain mappings; whatever is wrong is told with its key path, all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from service.core.definition import FormDefinition, Fragment
from service.errors import DefinitionError, GongwenError, Problem, problem

Model = TypeVar("Model", bound=BaseModel)


# pydantic's error -> (Chinese, English); {…} are filled from the definition's own limits.
_WRONG: dict[str, tuple[str, str]] = {
    "string_type": ("应为文字；数字请加引号。", "must be text; put a number in quotation marks."),
    "bool_type": ("应为 true 或 false。", "must be true or false."),
    "bool_parsing": ("应为 true 或 false。", "must be true or false."),
    "int_type": ("应为整数。", "must be a whole number."),
    "int_parsing": ("应为整数。", "must be a whole number."),
    "dict_type": ("应为“键: 值”的对照。", "must be a mapping of keys to values."),
    "mapping_type": ("应为“键: 值”的对照。", "must be a mapping of keys to values."),
    "model_type": ("应为“键: 值”的对照。", "must be a mapping of keys to values."),
    "list_type": ("应为列表。", "must be a list."),
    "tuple_type": ("应为列表。", "must be a list."),
    "literal_error": ("只能是 {expected} 之一。", "must be one of {expected}."),
    "string_pattern_mismatch": ("应符合 {pattern}。", "must match {pattern}."),
    "string_too_short": ("不能为空。", "must not be empty."),
    "string_too_long": (
        "最多 {max_length} 个字。",
        "must have at most {max_length} characters.",
    ),
    "too_short": ("至少要有 {min_length} 项。", "needs at least {min_length}."),
    "greater_than_equal": ("不能小于 {ge}。", "must not be less than {ge}."),
    "less_than_equal": ("不能大于 {le}。", "must not be more than {le}."),
    "greater_than": ("应大于 {gt}。", "must be more than {gt}."),
}
_MEMBER = re.compile(r"str|int|bool|\w+\[.*")
"""What pydantic puts into a location for the member of a union."""


def key_path(location: tuple[int | str, ...]) -> str:
    """A pydantic error location as a dotted key path (`sections.0.fields.3.type`)."""
    return ".".join(str(part) for part in location)


def definition_problem(error: Mapping[str, Any], file: str) -> Problem:
    """One pydantic error about a definition file, in both languages."""
    loc = error["loc"]
    path = key_path((*loc[:1], *(part for part in loc[1:] if not _MEMBER.fullmatch(str(part)))))
    kind = error["type"]
    if kind == "extra_forbidden":
        zh, en = "没有这个键，请检查拼写。", "there is no such key; check its spelling."
    elif kind == "missing":
        zh, en = "缺少这个键。", "this key is missing."
    elif kind == "bad_date":
        zh, en = "不是有效日期，请写成 2014-07-21。", "is not a date; write 2014-07-21."
    elif kind in _WRONG:
        limits = {
            name: str(one).replace(" or ", ", ") for name, one in error.get("ctx", {}).items()
        }
        zh, en = (text.format_map(limits) for text in _WRONG[kind])
    else:
        why = error["msg"].removeprefix("Value error, ")
        zh, en = f"值不合要求：{why}。", f"wrong value: {why}."
    return problem("definition_key", zh, en, path=path, file=file)


def parse_fragment(mapping: Any, *, file: str) -> Fragment:
    """Parses a shared fragment; raises DefinitionError with every wrong key path."""
    return parse_model(Fragment, mapping, file=file)


def parse_form(
    mapping: Any, *, name: str, file: str, fragments: Mapping[str, Fragment] | None = None
) -> FormDefinition:
    """Parses form.yaml's mapping and puts the included fragments before its own sections.

    Args:
        mapping: the plain content of form.yaml.
        name: the kind's name.
        file: for messages.
        fragments: shared fragments by name.

    Raises:
        DefinitionError: every problem found, each with its key path.
    """
    form = parse_model(FormDefinition, mapping, file=file)
    known = fragments or {}
    missing = [
        problem(
            "unknown_fragment",
            f"没有共用片段 {one}.yaml。",
            f"there is no shared fragment {one}.yaml.",
            path=f"include.{number}",
            file=file,
        )
        for number, one in enumerate(form.include)
        if one not in known
    ]
    if missing:
        raise DefinitionError(missing)
    parts = [_without(known[one], frozenset(form.without)) for one in form.include]
    return form.model_copy(
        update={
            "name": name,
            "sections": (*(s for part in parts for s in part.sections), *form.sections),
            "rules": (*(r for part in parts for r in part.rules), *form.rules),
        }
    )


def _without(fragment: Fragment, names: frozenset[str]) -> Fragment:
    """A fragment without the fields that a kind does not ask, and without rules about them."""
    sections = [
        section.model_copy(update={"fields": kept})
        for section in fragment.sections
        if (kept := tuple(field for field in section.fields if field.name not in names))
    ]
    rules = [r for r in fragment.rules if not names & {p.split(".")[0] for p in r.paths()}]
    return Fragment(sections=tuple(sections), rules=tuple(rules))


def parse_model(
    model: type[Model], mapping: Any, *, file: str, wrong: type[GongwenError] = DefinitionError
) -> Model:
    """A pydantic model from a plain mapping; raises `wrong` with every wrong key path."""
    try:
        return model.model_validate(mapping if mapping is not None else {})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise wrong(definition_problem(dict(one), file) for one in found) from None
