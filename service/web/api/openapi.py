"""API: its OpenAPI 3.1 document, made from the endpoints and the catalog as they are now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flask import Flask
from werkzeug.routing import Rule as Address

from service import __version__
from service.core.definition import FormDefinition
from service.core.schema import answers_schema
from service.desk.kinds import sample_answers
from service.errors import GongwenError, Lang, Text
from service.web.access import POLICY
from service.web.api import parts
from service.web.api.asked import Ask
from service.web.api.keys import key_header
from service.web.api.operation import Files, Operation, operation_of
from service.web.api.problems import TYPE
from service.web.api.shapes import ID, NAME, PROBLEM, Shape, ref
from service.web.downloads import TYPES
from service.web.room import Room

_TITLE = Text("公文接口", "Gongwen's API")
_ABOUT = Text(
    "网页上能做的，别的系统也能做。请求头 Authorization: Bearer 令牌；出错时按 RFC 9457 说明原因。",
    "What the pages do, for other systems. Send Authorization: Bearer TOKEN; what goes wrong is "
    "told by RFC 9457.",
)
_BEARER = Text("令牌在“我的账号”页面生成。", "Tokens are made on the account page.")
_ERRORS = (401, 403, 404, 422)


def openapi(app: Flask, room: Room, lang: Lang) -> dict[str, Any]:
    """The document, with its words in one language."""
    paths: dict[str, dict[str, Any]] = {}
    kinds = list(sound_kinds(room))
    for address in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        told = operation_of(app.view_functions[address.endpoint])
        if told is None:
            continue
        [method] = (address.methods or set()) - {"HEAD", "OPTIONS"}
        for kind in kinds if told.kinds else [""]:
            found = _operation(address, told, kind, kinds)
            paths.setdefault(_path(address, kind), {})[method.lower()] = found
    schemas = {**parts.COMPONENTS, "Problem": PROBLEM}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": words} for name, words in parts.TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": {**schemas, **{_answers(one): _schema(room, one, lang) for one in kinds}},
            "examples": dict(_examples(room, kinds, lang)),
            "responses": {"Problem": _problem()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": _BEARER}
            },
        },
    }
    document: dict[str, Any] = spoken(whole, lang)
    return document


def spoken(shape: Any, lang: Lang) -> Any:
    """The same with every Text in one language; what has no default says none."""
    if isinstance(shape, Text):
        return shape.of(lang)
    if isinstance(shape, Mapping):
        return {
            name: spoken(one, lang)
            for name, one in shape.items()
            if not (name == "default" and one is None)
        }
    return [spoken(one, lang) for one in shape] if isinstance(shape, (list, tuple)) else shape


def _operation(address: Address, told: Operation, kind: str, kinds: list[str]) -> dict[str, Any]:
    blueprint, _, name = address.endpoint.removeprefix("api_").partition(".")
    found: dict[str, Any] = {
        "operationId": "_".join(part for part in (blueprint, name, kind) if part),
        "tags": [parts.TAG_OF.get(blueprint, blueprint)],
        "summary": told.about,
        "security": [{"bearer": [POLICY[address.endpoint].scope]}],
        "parameters": [*_parameters(address, told, kind, kinds)],
        "responses": _responses(told),
        **({"x-kind": kind} if kind else {}),
    }
    if told.body:
        found["requestBody"] = _body(told, told.body, kind)
    if told.form:
        found["requestBody"] = _form(told, told.form)
    return found


def _path(address: Address, kind: str) -> str:
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address.rule)
    return path.replace("{kind}", kind) if kind else path


def _parameters(
    address: Address, told: Operation, kind: str, kinds: list[str]
) -> Iterator[Mapping[str, Any]]:
    number = {"type": "integer", "minimum": 1}
    shapes = {"id": ID, "number": number, "kind": _names(kinds), "name": NAME}
    for converter, name in re.findall(r"<(\w+):(\w+)>", address.rule):
        if not (kind and name == "kind"):
            yield {"name": name, "in": "path", "required": True, "schema": shapes[converter]}
    for name, shape in told.query.parts.items():
        yield {"name": name, "in": "query", "required": False, "schema": shape}
    if told.once:
        yield key_header(told.once)
    yield from told.headers


def _names(kinds: list[str]) -> Shape:
    return {"type": "string", "enum": kinds}


def _body(told: Operation, body: Ask, kind: str) -> dict[str, Any]:
    shape = _object(body, {"answers": ref(_answers(kind))} if kind else {})
    content: dict[str, Any] = {"schema": shape}
    if kind:
        content["examples"] = {"sample": {"$ref": f"#/components/examples/{kind}"}}
    elif told.example is not None:
        content["example"] = told.example
    return {"required": True, "content": {"application/json": content}}


def _form(told: Operation, form: Ask) -> dict[str, Any]:
    binary: Shape = {"type": "string", "format": "binary"}
    many: Shape = {"type": "array", "items": binary, "minItems": 1}
    files = {name: many if name.endswith("s") else binary for name in told.files}
    shape = _object(form, {})
    shape["properties"] |= files
    shape["required"] = [*shape["required"], *files]
    return {"required": True, "content": {"multipart/form-data": {"schema": shape}}}


def _object(ask: Ask, instead: Mapping[str, Shape]) -> Shape:
    return {
        "type": "object",
        "properties": {**ask.parts, **instead},
        "required": ask.needed,
        "additionalProperties": False,
    }


def _responses(told: Operation) -> dict[str, Any]:
    given = {str(status): _given(one) for status, one in told.gives.items()}
    more = [409] if told.conflicts else []
    brings = [400, 413, 415] if told.body or told.form else [400] if told.once else []
    refused = (*_ERRORS, *more, *brings, *told.refuses)
    problem = {"$ref": "#/components/responses/Problem"}
    return {**given, **{str(one): problem for one in sorted(refused)}, "default": problem}


def _given(one: Shape | Files | None) -> dict[str, Any]:
    done = Text("办好了", "Done")
    if one is None:
        return {"description": done}
    if isinstance(one, Files):
        types = [TYPES.get(ending, "application/octet-stream") for ending in one.endings]
        return {"description": done, "content": {kind: {} for kind in types}}
    return {"description": done, "content": {"application/json": {"schema": one}}}


def _problem() -> dict[str, Any]:
    about = Text("没有办成，及其原因", "It was not done, and why")
    return {"description": about, "content": {TYPE: {"schema": ref("Problem")}}}


def sound_kinds(room: Room) -> dict[str, FormDefinition]:
    """The kinds whose definition is right."""
    found = {}
    for name in room.desk.catalog.kinds():
        with suppress(GongwenError):
            found[name] = room.desk.catalog.kind(name).form
    return found


def _answers(kind: str) -> str:
    return f"answers_{kind}"


def _schema(room: Room, kind: str, lang: Lang) -> Shape:
    form = room.desk.catalog.kind(kind).form
    return answers_schema(form, activity=room.activity(lang), stage="draft", lang=lang)


def _examples(room: Room, kinds: list[str], lang: Lang) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sample answers of each kind, as its endpoints take them."""
    for kind in kinds:
        answers = sample_answers(room.desk, kind, lang) or {}
        plain = json.loads(json.dumps(answers, default=str))
        yield kind, {"value": {"answers": plain, "lang": lang}}
