"""Raw values to typed ones through pydantic, and its errors in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from service.core import fields as types
from service.core.definition import FieldDefinition, FormDefinition, Label
from service.core.messages import answer_problem, choice_names
from service.errors import Problem

Labels = Sequence[tuple[Label, int | None]]


def given(value: Any) -> bool:
    """False for None, blank text, and empty lists: an empty cell means "not given"."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], (), {})


def typed(
    definition: FormDefinition, raw: Mapping[Any, Any], activity: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """Values that have their type, and a problem for each that has not."""
    wanted = (name for name in definition.choice_lists if name in activity)
    facts = tuple((name, tuple(activity[name])) for name in wanted)
    model = _model(Known(definition), facts)
    clean = _row_without_gaps(raw, definition.fields)
    try:
        return _plain(model.model_validate(clean)), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    problems = [_problem(definition, dict(one), clean, activity) for one in found]
    bad = {str(one["loc"][0]) for one in found}
    good = {name: value for name, value in clean.items() if name not in bad}
    return _plain(model.model_validate(good)), problems


@dataclass(frozen=True, eq=False)
class Known:
    """A definition as a cache key by identity: hashing it whole costs more than the checks."""

    definition: FormDefinition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and other.definition is self.definition

    def __hash__(self) -> int:
        return id(self.definition)


@lru_cache(maxsize=256)
def _model(key: Known, facts: tuple[tuple[str, tuple[str, ...]], ...]) -> type[BaseModel]:
    return _model_of("Answers", key.definition.fields.values(), dict(facts))


def answer_model(definition: FormDefinition, activity: Mapping[str, Any]) -> type[BaseModel]:
    """The pydantic model of a form, for its JSON Schema."""
    return _model_of(definition.name or "Answers", definition.fields.values(), activity)


def _model_of(name: str, fields: Any, activity: Mapping[str, Any]) -> type[BaseModel]:
    columns: dict[str, Any] = {}
    for one in fields:
        row = _model_of(f"{name}_{one.name}", one.fields, activity) if one.fields else None
        # Every value may be absent: what must be there depends on the stage, not on the type.
        columns[one.name] = (types.annotation(one, activity, row) | None, None)
    return create_model(name, __config__=ConfigDict(extra="forbid"), **columns)


def _row_without_gaps(
    row: Mapping[Any, Any], columns: Mapping[str, FieldDefinition]
) -> dict[str, Any]:
    """Empty cells are taken out, so that "" and absent mean the same.

    A name that is not asked stays, empty or not: it is an error, perhaps half of a text that a
    comma cut in two.
    """
    return {
        str(name): _without_gaps(value, columns.get(name))
        for name, value in row.items()
        if given(value) or name not in columns
    }


def _without_gaps(value: Any, asked: FieldDefinition | None) -> Any:
    if asked is None or not asked.fields or not isinstance(value, (list, tuple)):
        return value
    columns = asked.columns
    return [_row_without_gaps(row, columns) if isinstance(row, Mapping) else row for row in value]


def _plain(model: BaseModel) -> dict[str, Any]:
    values = {}
    for name in model.model_fields_set:
        value = getattr(model, name)
        if isinstance(value, list) and value and isinstance(value[0], BaseModel):
            value = [_plain(row) for row in value]
        values[name] = value
    return {name: values[name] for name in type(model).model_fields if given(values.get(name))}


def labels_at(definition: FormDefinition, location: Sequence[int | str]) -> Labels:
    """Labels and row numbers along a location such as `("agenda", 2, "item")`."""
    labels: list[tuple[Label, int | None]] = []
    columns: Mapping[str, FieldDefinition] = definition.fields
    for part in location:
        if isinstance(part, int) and labels:
            labels[-1] = (labels[-1][0], part)
        elif str(part) in columns:
            labels.append((columns[str(part)].label, None))
            columns = columns[str(part)].columns
    return labels


def _problem(
    definition: FormDefinition,
    error: dict[str, Any],
    raw: Mapping[str, Any],
    activity: Mapping[str, Any],
) -> Problem:
    location = error["loc"]
    code = {
        "extra_forbidden": "unknown_field",
        "model_type": "not_row",
        "model_attributes_type": "not_row",
        "string_unicode": "bad_character",
    }.get(error["type"], error["type"])
    names = [part for part in location if isinstance(part, str)]
    asked = definition.field(".".join(names))
    numbers: dict[str, Any] = dict(error.get("ctx", {}))
    if asked and code == "bad_choice":
        numbers["choices"] = choice_names(asked, types.choices_of(asked, activity) or ())
    if asked and asked.help and code == "pattern":
        numbers["help"] = asked.help
    path = ".".join(str(part) for part in location)
    if code == "unknown_field":
        path = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)
    labels = labels_at(definition, location)
    try:
        return answer_problem(code, path=path, labels=labels, numbers=numbers)
    except KeyError:
        return answer_problem("wrong", path=path, labels=labels)
