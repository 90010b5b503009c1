"""Sign-in: a name and a password, slowed down where they are guessed; sign-out."""

from __future__ import annotations

import hashlib
import logging
import secrets

from service.core.people import Person, good_name, one_spelling, wait_seconds
from service.desk.tools import Desk
from service.errors import EngineError, InputError, Problem, WaitError, problem
from service.store import people as rows
from service.store.database import Session
from service.store.models import User

LOG = logging.getLogger(__name__)


def sign_in(desk: Desk, name: str, password: str, address: str) -> tuple[Person, str]:
    """Who it is, and the secret for the browser's cookie.

    Args:
        desk: the store and the engines.
        name: as typed.
        password: as typed.
        address: where the browser is; nobody is locked out by somebody at another desk.

    Raises:
        InputError: `sign_in_empty`; or `bad_sign_in`, whether the name is unknown, disabled or
            the password wrong.
        WaitError: too many wrong ones; says how long to wait.
    """
    name = one_spelling(name)
    if not (name and password):
        raise InputError(_empty())
    key = let_try(desk, name, address)
    with desk.store.read() as session:
        user = _known(session, name)
        kept = user.password if user and user.active else ""
    good = desk.passwords.fits(kept, password)
    with desk.store.write() as session:
        user = _known(session, name, lock=True)
        # Whatever changed meanwhile: a password that was changed no longer opens anything.
        if good and user and user.active and user.password == kept:
            rows.forget_failures(session, key)
            return person_of(user), begin(desk, session, user)
        known = user.id if user else ""
        desk.store.trail.note(session, "", "sign_in_refused", "user", known)
    raise InputError(_bad())


def let_try(desk: Desk, name: str, address: str) -> str:
    """Counts a try before the password is looked at, so that a hundred at once count a hundred.

    Returns:
        What the count goes by; `rows.forget_failures` when the password was right.

    Raises:
        WaitError: after too many wrong ones.
    """
    key = hashlib.sha256(f"{name}\n{address}".encode(errors="replace")).hexdigest()
    with desk.store.write() as session:
        failures, ago = rows.failures(session, key)
        wait = wait_seconds(failures) - ago
        if wait <= 0:
            rows.count_failure(session, key)
    if wait > 0:
        raise WaitError(_wait(wait), seconds=wait)
    return key


def begin(desk: Desk, session: Session, user: User) -> str:
    """A new secret for a browser in which the user is signed in now."""
    secret = secrets.token_urlsafe(32)
    rows.sign_in(session, user.id, secret)
    desk.store.trail.note(session, user.id, "sign_in", "user", user.id)
    return secret


def signed_in(desk: Desk, secret: str) -> Person | None:
    """Who is signed in with the browser's secret; None for nobody."""
    with desk.store.read() as session:
        found = rows.signed_in(session, secret)
    if found is None:
        return None
    user, quiet = found
    if quiet:
        _seen(desk, secret)
    return person_of(user)


def sign_out(desk: Desk, person: Person, secret: str) -> None:
    """Ends it in this browser; a copy of its cookie is worth nothing any more."""
    with desk.store.write() as session:
        rows.sign_out(session, secret)
        desk.store.trail.note(session, person.id, "sign_out", "user", person.id)


def person_of(user: User) -> Person:
    """A row as what the doors and policies see."""
    return Person(
        id=user.id,
        name=user.name,
        shown=user.shown,
        role=user.role,  # type: ignore[arg-type]  # checked when it was written
        post=user.post,  # type: ignore[arg-type]
        branch=user.branch,
    )


def _known(session: Session, name: str, *, lock: bool = False) -> User | None:
    """By name; what cannot be one is not looked for (PostgreSQL takes no NUL)."""
    return rows.named(session, name, lock=lock) if good_name(name) else None


def _seen(desk: Desk, secret: str) -> None:
    """On a full disk, or while another writes for long, what is there can still be read."""
    try:
        with desk.store.write() as session:
            rows.seen(session, secret)
    except EngineError as error:
        LOG.warning("a sign of life was not kept: %s", error.problems[0].code)


def _empty() -> Problem:
    return problem(
        "sign_in_empty", "请填写登录名和密码。", "type your sign-in name and your password."
    )


def _bad() -> Problem:
    return problem(
        "bad_sign_in",
        "登录名或密码不对，请再试一次；忘了密码请找管理员要一个新链接。",
        "the name or the password is wrong, try again; if you forgot it, ask the administrator "
        "for a new link.",
    )


def _wait(seconds: float) -> Problem:
    whole = int(seconds) + 1
    return problem(
        "too_many_tries",
        f"密码错了多次，请等 {whole} 秒再试。",
        f"wrong too often; wait {whole} seconds and try again.",
    )
