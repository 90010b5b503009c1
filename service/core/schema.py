"""A form as JSON Schema (2020-12) for a stage: what a program must send, and may.

Checks are wider than the schema: dates in the usual Chinese ways pass too, rules across fields
are not told here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition, Stage, reached
from service.core.typed import answer_model
from service.errors import Lang

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def answers_schema(
    form: FormDefinition, *, activity: Mapping[str, Any], stage: Stage, lang: Lang
) -> dict[str, Any]:
    """The schema of a form's answers.

    Required is what the stage needs whatever the other answers are, and what nothing prefills.

    Args:
        form: what is asked.
        activity: checked values of the activity, for `choices_from`.
        stage: how much must be there.
        lang: of labels and help.
    """
    plain = answer_model(form, activity).model_json_schema()
    whole = _row(plain, plain.get("$defs", {}))
    free = [one for one in form.fields.values() if not form.applies_if[one.name]]
    given = [one for one in free if one.name not in form.defaults]
    told = _told(whole, tuple(form.fields.values()), lang)
    return {
        "title": form.title.of(lang).replace("\n", ""),
        **told,
        "required": _required(given, stage),
        "properties": {
            name: _column(told["properties"][name], asked, stage, lang)
            for name, asked in form.fields.items()
        },
    }


def _column(
    schema: Mapping[str, Any], asked: FieldDefinition, stage: Stage, lang: Lang
) -> dict[str, Any]:
    """A field; of a table the rows too."""
    if not asked.fields:
        return dict(schema)
    row = schema["items"]
    free = [one for one in asked.fields if one.shown_if is None]
    columns = {
        one.name: _column(row["properties"][one.name], one, stage, lang) for one in asked.fields
    }
    inner = {**row, "required": _required(free, stage), "properties": columns}
    return {**schema, "items": inner}


def _required(fields: Sequence[FieldDefinition], stage: Stage) -> list[str]:
    return [
        one.name
        for one in fields
        if one.needed_at
        and reached(stage, one.needed_at)
        and not (one.from_ or "").startswith("activity.")
    ]


def _row(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """An object of pydantic's with what it refers to put in place, absence not spelled out."""
    properties = {name: _value(one, shared) for name, one in schema.get("properties", {}).items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _value(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    first = schema["anyOf"][0] if "anyOf" in schema else schema
    if "$ref" in first:
        return _row(shared[first["$ref"].rpartition("/")[2]], shared)
    if "items" in first:
        return {**first, "items": _value(first["items"], shared)}
    return dict(first)


def _told(
    schema: Mapping[str, Any], fields: Sequence[FieldDefinition], lang: Lang
) -> dict[str, Any]:
    """The same with labels and help, in tables too."""
    properties = {}
    for asked in fields:
        one = dict(schema["properties"][asked.name])
        if asked.fields:
            one["items"] = _told(one["items"], asked.fields, lang)
        words = {"title": asked.label.of(lang)}
        words |= {"description": asked.help.of(lang)} if asked.help else {}
        words |= _names(asked, lang)
        properties[asked.name] = {**one, **words}
    return {**schema, "properties": properties}


def _names(asked: FieldDefinition, lang: Lang) -> dict[str, Any]:
    """What the codes of a choice mean."""
    if not asked.choices:
        return {}
    listed = "；".join if lang == "zh" else "; ".join
    said = listed(f"{one.value} = {one.label.of(lang)}" for one in asked.choices)
    return {"description": said if asked.help is None else f"{asked.help.of(lang)} {said}"}
