"""API: one endpoint: what it asks and gives is said once, for the check and for the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, abort, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from service.errors import Text
from service.web.api.asked import Ask, said_object, said_query
from service.web.api.keys import Asks, said_once
from service.web.api.problems import problem_response
from service.web.api.shapes import Shape, page_of, text, whole
from service.web.api.where import BASE

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_MARK = "gongwen_operation"
LIMIT = whole(Text("一页多少项", "Entries a page"), minimum=1, maximum=200, default=50)
CURSOR = text(
    Text("上一页给出的 next", "`next` of the page before"), pattern="^[0-9a-z]{0,32}$", default=""
)


@dataclass(frozen=True, kw_only=True)
class Files:
    """A file as an answer: its endings, the usual one first."""

    endings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a program may ask of one address by one method.

    Attributes:
        about: in a few words.
        gives: status to the shape of the answer, or the files it may be.
        body: the JSON object of the request.
        form: the fields of a multipart request that brings files.
        files: names of its files.
        query: what stands after the question mark.
        kinds: `answers` of the body are those of the kind in the address: told for each kind.
        example: a body that works.
        once: the request may or must bring an Idempotency-Key.
        conflicts: may be refused as things stand (409).
        headers: what else the request brings, as OpenAPI writes parameters.
        refuses: further statuses of problems.
    """

    about: Text
    gives: Mapping[int, Shape | Files | None]
    body: Ask | None = None
    form: Ask | None = None
    files: tuple[str, ...] = ()
    query: Ask = field(default_factory=lambda: Ask(parts={}))
    kinds: bool = False
    example: Mapping[str, Any] | None = None
    once: Asks = ""
    conflicts: bool = False
    headers: tuple[Mapping[str, Any], ...] = ()
    refuses: tuple[int, ...] = ()


def operation(**told: Any) -> Callable[[View], View]:
    """Checks what is asked before the view sees it, and hands it over as keywords.

    The view gets `query` where there is one to be asked, `said` (the body or form), and `once`.
    """
    asked = Operation(**told)

    def around(view: View) -> View:
        @wraps(view)
        def checked(**named: Any) -> ResponseReturnValue:
            query = said_query(asked.query)
            if asked.query.parts:
                named["query"] = query
            if asked.body:
                named["said"] = said_object(asked.body)
            if asked.form:
                named["said"] = _said_form(asked.form)
            if asked.once:
                named["once"] = said_once(asked.once)
            return view(**named)

        setattr(checked, _MARK, asked)
        return checked  # type: ignore[return-value]  # the same view, asked with more care

    return around


def list_of(name: str, about: Text, **query: Shape) -> dict[str, Any]:
    """What all lists have in common."""
    asked = Ask(parts={**query, "limit": LIMIT, "cursor": CURSOR})
    return {"about": about, "gives": {200: page_of(name)}, "query": asked}


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """What was said of a view."""
    return getattr(view, _MARK, None)


def _said_form(ask: Ask) -> dict[str, Any]:
    if request.mimetype != "multipart/form-data":
        abort(problem_response(415))
    return ask.check(request.form)


class _IdConverter(BaseConverter):
    """The id of a roster, batch, item, activity or document."""

    regex = "[0-9a-f]{32}"


class _NumberConverter(BaseConverter):
    """A row's or a version's number."""

    regex = "[1-9][0-9]{0,6}"

    def to_python(self, value: str) -> int:
        return int(value)


class _KindConverter(BaseConverter):
    """The name of a kind or bundle, as folders and files are named."""

    regex = "[A-Za-z0-9_-]{1,100}"


def api_blueprint(name: str) -> Blueprint:
    """A blueprint below the API's address; what no id can be is no address of it."""
    blueprint = Blueprint(f"api_{name}", __name__, url_prefix=BASE)

    def convert(state: BlueprintSetupState) -> None:
        state.app.url_map.converters |= {
            "id": _IdConverter,
            "number": _NumberConverter,
            "kind": _KindConverter,
            "name": _KindConverter,
        }

    blueprint.record(convert)
    return blueprint
