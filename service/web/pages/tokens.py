"""Page: one's own tokens, by which other systems work in one's name: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.people import SCOPES
from service.desk.people.tokens import (
    DAYS,
    TokenLine,
    list_tokens,
    make_token,
    revoke_token,
    scopes_of,
)
from service.errors import GongwenError, Text
from service.web.errors import status_of
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("tokens", __name__, url_prefix="/account/tokens")
SCOPE_NAMES = {
    "read": Text("读取", "Reading"),
    "write": Text("读取、生成和修改", "Reading, making and changing"),
    "administer": Text("以上各项、用户管理和新的文书种类", "All of that, the users and new kinds"),
}
"""By the widest that a token is good for; each holds those before it."""


@BLUEPRINT.get("")
def show() -> Response:
    """All tokens of one's own."""
    return _page()


@BLUEPRINT.post("")
def make() -> Response:
    """A new token, shown now and never again."""
    form = request.form
    widest = form.get("scope", "")
    scopes = SCOPES[: SCOPES.index(widest) + 1] if widest in SCOPES else ()
    try:
        secret = make_token(
            room().desk,
            person(),
            name=form.get("name", ""),
            scopes=scopes,
            days=form.get("days", 0, type=int),
        )
    except GongwenError as error:
        return _page(error)
    return _page(secret=secret)


@BLUEPRINT.post("/revoke")
def revoke() -> ResponseReturnValue:
    """Ends a token at once."""
    try:
        revoke_token(room().desk, person(), request.form.get("token", ""))
    except GongwenError as error:
        return _page(error)
    return redirect("/account/tokens", 303)


def init_tokens(app: Flask) -> None:
    """Hands the account page what its section of tokens shows."""
    app.jinja_env.globals.update(
        own_tokens=_own, token_scopes=_scopes, widest=_widest, TOKEN_DAYS=DAYS
    )


def _own() -> list[TokenLine]:
    return list_tokens(room().desk, person())


def _scopes() -> list[tuple[str, Text]]:
    """What a token of one's own may be good for, each with its words."""
    return [(one, SCOPE_NAMES[one]) for one in scopes_of(person())]


def _widest(scopes: Collection[str]) -> Text:
    """What a token is good for, in words."""
    return SCOPE_NAMES[[one for one in SCOPES if one in scopes][-1]]


def _page(error: GongwenError | None = None, secret: str = "") -> Response:
    body = render_template(
        "tokens.html",
        token_problems=error.problems if error else (),
        new_token=secret,
        page="account",
    )
    return make_response(body, status_of(error) if error else 200)
