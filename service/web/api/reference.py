"""API: its reference as a page, and the OpenAPI document that the page is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template
from markupsafe import Markup

from service.errors import Lang
from service.web.api.answers import json_answer
from service.web.api.openapi import openapi, sound_kinds
from service.web.api.parts import TAGS
from service.web.api.problems import TYPES
from service.web.api.where import BASE
from service.web.language import reader_lang, told
from service.web.room import room

BLUEPRINT = Blueprint("reference", __name__, url_prefix=BASE)


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The document in one language, and the page's body; holds while all it is made from does."""

    basis: tuple[object, ...]
    document: dict[str, Any]
    body: Markup


_KEPT: dict[Lang, _Drawn] = {}


@BLUEPRINT.get("/openapi.json")
def document() -> Response:
    """The document, for whoever is signed in or has a token."""
    return json_answer(_drawn(reader_lang()).document)


@BLUEPRINT.get("/")
def page() -> Response:
    """The same for people; it works without the internet."""
    drawn = _drawn(reader_lang())
    body = render_template(
        "reference.html", document=drawn.document, body=drawn.body, page="account"
    )
    return make_response(body)


def _drawn(lang: Lang) -> _Drawn:
    """Made anew only when a kind or the activity has changed: it takes half a second."""
    basis = (room(), room().activity(lang), *sound_kinds(room()).values())
    kept = _KEPT.get(lang)
    same = kept and len(kept.basis) == len(basis)
    if kept is None or not same or any(a is not b for a, b in zip(kept.basis, basis, strict=True)):
        found = openapi(current_app, room(), lang)
        kept = _KEPT[lang] = _Drawn(basis=basis, document=found, body=_body(found))
    return kept


def _body(found: dict[str, Any]) -> Markup:
    schemas = found["components"]["schemas"]
    text = render_template(
        "reference_body.html",
        document=found,
        groups=[(name, told(words), _of(found, name, "")) for name, words in TAGS.items()],
        made_of={kind: _of(found, "kinds", kind) for kind in found["components"]["examples"]},
        answers={
            name.removeprefix("answers_"): one
            for name, one in schemas.items()
            if name.startswith("answers_")
        },
        shapes={name: one for name, one in schemas.items() if not name.startswith("answers_")},
        types=TYPES,
        type_of=type_of,
        place_of_type=place_of_type,
    )
    return Markup(text)


def type_of(shape: dict[str, Any]) -> str:
    """A shape in a few words: `string`, `Item[]`, `none | each | joined`."""
    if "$ref" in shape:
        return str(shape["$ref"].rpartition("/")[2])
    if "enum" in shape:
        return " | ".join(shape["enum"])
    if "oneOf" in shape:
        return " | ".join(type_of(one) for one in shape["oneOf"])
    if shape.get("type") == "array":
        return f"{type_of(shape['items'])}[]"
    kind = shape.get("type", "")
    word = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{word} ({shape['format']})" if "format" in shape else word


def place_of_type(shape: dict[str, Any]) -> str:
    """Where on the page a shape is told, as an anchor's name; "" for a plain one."""
    name = shape.get("items", shape).get("$ref", "").rpartition("/")[2]
    return name if not name or name.startswith("answers_") else f"shape_{name}"


def _of(found: dict[str, Any], tag: str, kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of a group, in the document's order; of one kind, or of all."""
    return [
        (method.upper(), path, one)
        for path, methods in found["paths"].items()
        for method, one in methods.items()
        if one["tags"] == [tag] and one.get("x-kind", "") == kind
    ]
