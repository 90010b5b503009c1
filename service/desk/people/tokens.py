"""Tokens: another system that works in somebody's name; made, revoked, known again."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from service.core.people import SCOPES, Person
from service.desk.people.signing import person_of
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError, Problem, problem
from service.store import tokens as rows
from service.store.people import find

DAYS = (30, 90, 180, 365)
"""How long a token may work, in days."""
MOST = 20
"""Working tokens of one user."""
NAME_MOST = 60
_PREFIX = "gw_"
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class TokenLine:
    """A token as its user's list shows it.

    Attributes:
        id: 32 hex digits.
        name: what it is for.
        scopes: what it may do.
        created_at: when it was made.
        expires_at: when it ends by itself.
        used_at: when it was last used, to the minute; None for never.
        revoked: its user ended it.
        works: may be used now.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked: bool
    works: bool


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Whoever asks with a token.

    Attributes:
        person: in whose name.
        token_id: by which token.
        scopes: what it may do.
        expires_at: when it ends.
    """

    person: Person
    token_id: str
    scopes: frozenset[str]
    expires_at: datetime


def list_tokens(desk: Desk, person: Person) -> list[TokenLine]:
    """A user's own tokens, the newest first, ended ones too."""
    with desk.store.read() as session:
        return [
            TokenLine(
                id=one.id,
                name=one.name,
                scopes=tuple(one.scopes),
                created_at=one.created_at,
                expires_at=one.expires_at,
                used_at=one.used_at,
                revoked=one.revoked_at is not None,
                works=works,
            )
            for one, works in rows.of_user(session, person.id)
        ]


def scopes_of(person: Person) -> tuple[str, ...]:
    """What a token of this person may be good for."""
    return tuple(one for one in SCOPES if one != "administer" or person.role == "administrator")


def make_token(desk: Desk, person: Person, *, name: str, scopes: Collection[str], days: int) -> str:
    """A new token in the person's name; it is told now and never again.

    Raises:
        InputError: name, scopes or days are wrong; `administer` is an administrator's alone.
        ConflictError: `too_many_tokens`.
    """
    name = name.strip()
    if found := _wrong(person, name, scopes, days):
        raise InputError(found)
    secret = _PREFIX + secrets.token_urlsafe(32)
    with desk.store.write() as session:
        find(session, person.id, lock=True)
        if sum(works for _, works in rows.of_user(session, person.id)) >= MOST:
            raise ConflictError(_too_many())
        wanted = [one for one in SCOPES if one in scopes]
        seconds = days * _DAY_SECONDS
        made = rows.add(
            session, person.id, name=name, secret=secret, scopes=wanted, seconds=seconds
        )
        desk.store.trail.note(session, person.id, "token_made", "token", made.id)
    return secret


def revoke_token(desk: Desk, person: Person, token_id: str) -> None:
    """Ends a token of one's own at once. Raises NotFoundError where it does not work any more."""
    with desk.store.write() as session:
        if not rows.revoke(session, person.id, token_id):
            raise NotFoundError(_gone())
        desk.store.trail.note(session, person.id, "token_revoked", "token", token_id)


def bearer_of(desk: Desk, secret: str) -> Bearer | None:
    """Who asks with a token; None where it is unknown, ended, or its user is disabled."""
    if not secret.startswith(_PREFIX):
        return None
    with desk.store.read() as session:
        found = rows.bearer(session, secret)
    if found is None:
        return None
    token, user, quiet = found
    if quiet:
        with desk.store.write() as session:
            rows.used(session, token.id)
    return Bearer(
        person=person_of(user),
        token_id=token.id,
        scopes=frozenset(token.scopes),
        expires_at=token.expires_at,
    )


def _wrong(person: Person, name: str, scopes: Collection[str], days: int) -> list[Problem]:
    found = []
    if not (0 < len(name) <= NAME_MOST and name.isprintable()):
        found.append(
            problem(
                "bad_token_name",
                f"请写明这个令牌给哪个系统用，1 至 {NAME_MOST} 个字。",
                f"say which system the token is for, in 1 to {NAME_MOST} characters.",
                path="token-name",
            )
        )
    if not scopes or not set(scopes) <= set(scopes_of(person)):
        found.append(
            problem(
                "bad_scopes",
                "请选择这个令牌可以做什么。",
                "choose what the token may do.",
                path="token-scope",
            )
        )
    if days not in DAYS:
        found.append(
            problem(
                "bad_days", "请选择有效期。", "choose how long it is to work.", path="token-days"
            )
        )
    return found


def _too_many() -> Problem:
    return problem(
        "too_many_tokens",
        f"有效令牌已有 {MOST} 个；请先撤销不用的。",
        f"there are {MOST} working tokens; revoke those that are not used.",
    )


def _gone() -> Problem:
    return problem(
        "no_token",
        "这个令牌已经失效，不用再撤销。",
        "this token has ended already.",
    )
