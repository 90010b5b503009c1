"""Web door: who is signed in in this browser; the cookie holds a secret, the store knows whose."""

from __future__ import annotations

from flask import Flask, g, request, session

from service.core.people import Person
from service.desk.people.signing import signed_in
from service.web.api.bearer import settle_bearer
from service.web.api.where import asks_api
from service.web.room import room

_SECRET = "sign_in"


def init_signed(app: Flask) -> None:
    """Settles who asks, before any other look at the request."""
    app.before_request(_settle)
    app.context_processor(lambda: {"person": g.get("person")})


def _settle() -> None:
    # The document of the API is read by programs and by people.
    if asks_api() and (request.endpoint != "reference.document" or request.authorization):
        settle_bearer()
        return
    secret = session.get(_SECRET)
    if request.endpoint == "static" or not isinstance(secret, str):
        g.person = None
    else:
        g.person = signed_in(room().desk, secret)


def person() -> Person:
    """Who is signed in; only asked where the policy lets nobody else in."""
    found = g.person
    assert isinstance(found, Person)
    return found


def let_in(secret: str) -> None:
    """Signs in here; whatever the browser's session held before is gone (session fixation)."""
    session.clear()
    session[_SECRET] = secret


def let_out() -> str:
    """Signs out here; the secret that the cookie held."""
    secret = str(session.get(_SECRET, ""))
    session.clear()
    return secret
