"""API: who asks, by the token in the request's header; a browser's cookie counts for nothing."""

from __future__ import annotations

from flask import g, request

from service.desk.people.tokens import Bearer, bearer_of
from service.web.room import room

_SCHEME = "bearer "
_LONGEST = 200


def settle_bearer() -> None:
    """Settles who asks; nobody where the header is missing or its token does not work."""
    said = request.headers.get("Authorization", "")
    g.bearer = None
    if said[: len(_SCHEME)].lower() == _SCHEME and len(said) < _LONGEST:
        g.bearer = bearer_of(room().desk, said[len(_SCHEME) :].strip())
    g.person = g.bearer.person if g.bearer else None


def bearer() -> Bearer:
    """Who asks; only where the policy lets nobody else in."""
    found = g.bearer
    assert isinstance(found, Bearer)
    return found
