"""Sign-in: a name and a password, slowed down where they are guessed; sign-out."""

from __future__ import annotations

import hashlib
import secrets

from service.core.people import Person, one_spelling, wait_seconds
from service.desk.tools import Desk
from service.errors import InputError, Problem, WaitError, problem
from service.store import people as rows
from service.store.database import Session
from service.store.models import User


def sign_in(desk: Desk, name: str, password: str, address: str) -> tuple[Person, str]:
    """Who it is, and the secret for the browser's cookie.

    A try is counted before the password is looked at, so that a hundred at once count a hundred.
    The count is of a name from an address: nobody is locked out by somebody at another desk.

    Raises:
        InputError: `bad_sign_in`, whether the name is unknown, disabled or the password wrong.
        WaitError: too many wrong ones; says how long to wait.
    """
    name = one_spelling(name)[:200]
    key = hashlib.sha256(f"{name}\n{address}".encode(errors="replace")).hexdigest()
    with desk.store.write() as session:
        failures, ago = rows.failures(session, key)
        wait = wait_seconds(failures) - ago
        if wait <= 0:
            rows.count_failure(session, key)
        user = rows.named(session, name)
        kept = user.password if user and user.active else ""
    if wait > 0:
        raise WaitError(_wait(wait), seconds=wait)
    good = desk.passwords.fits(kept, password)
    with desk.store.write() as session:
        user = rows.named(session, name)
        # Whatever changed meanwhile: a password that was changed no longer opens anything.
        if not (good and user and user.active and user.password == kept):
            known = user.id if user else ""
            desk.store.trail.note(session, "", "sign_in_refused", "user", known)
        else:
            rows.forget_failures(session, key)
            return person_of(user), begin(desk, session, user)
    raise InputError(
        problem(
            "bad_sign_in",
            "登录名或密码不对，请再试一次；忘了密码请找管理员要一个新链接。",
            "the name or the password is wrong, try again; if you forgot it, ask the "
            "administrator for a new link.",
        )
    )


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
        with desk.store.write() as session:
            rows.seen(session, secret)
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


def _wait(seconds: float) -> Problem:
    whole = int(seconds) + 1
    return problem(
        "too_many_tries",
        f"密码错了多次，请等 {whole} 秒再试。",
        f"wrong too often; wait {whole} seconds and try again.",
    )
