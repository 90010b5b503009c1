"""Passwords: chosen by a link that works once, changed, set; the first administrator's link."""

from __future__ import annotations

import secrets

from service.core.people import (
    COMMAND_LINE,
    Person,
    check_name,
    check_password,
    check_shown,
    one_spelling,
)
from service.desk.people.signing import begin, let_try, person_of
from service.desk.people.users import known_user, name_taken
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError, Problem, problem
from service.store import people as rows
from service.store.database import Session
from service.store.models import User


def new_link(desk: Desk, by: Person, user_id: str) -> str:
    """The secret of a link by which a user chooses a new password; until then the old one holds.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: `user_disabled`.
    """
    secret = secrets.token_urlsafe(24)
    with desk.store.write() as session:
        if not known_user(session, user_id, lock=True).active:
            raise ConflictError(_disabled())
        rows.add_link(session, secret, user_id)
        desk.store.trail.note(session, by.id, "link_made", "user", user_id)
    return secret


def first_link(desk: Desk) -> str | None:
    """The secret of the link that makes the first administrator; None where there is one."""
    secret = secrets.token_urlsafe(24)
    with desk.store.write() as session:
        if rows.has_administrator(session):
            return None
        rows.add_link(session, secret, None)
        desk.store.trail.note(session, COMMAND_LINE.id, "first_link_made")
    return secret


def link_of(desk: Desk, secret: str) -> Person | None:
    """Whose link it is; an administrator without a name for the first one's.

    Raises:
        NotFoundError: it was used, is too old, or never was.
    """
    with desk.store.read() as session:
        link = rows.link(session, secret)
        if link is None:
            raise NotFoundError(_link_gone())
        whose = known_user(session, link.user_id) if link.user_id else None
        if (whose and not whose.active) or (whose is None and rows.has_administrator(session)):
            raise NotFoundError(_link_gone())
        return person_of(whose) if whose else None


def use_link(
    desk: Desk, secret: str, *, password: str, name: str = "", shown: str = ""
) -> tuple[Person, str]:
    """Chooses a password by a link, once; the first link's user becomes administrator.

    Returns:
        The person, signed in, and the secret for the browser's cookie.

    Raises:
        InputError: name or password are wrong; the link can be used again.
        ConflictError: `name_taken`; so can it then.
        NotFoundError: the link is gone.
    """
    whose = link_of(desk, secret)
    name, shown = (whose.name, "") if whose else (one_spelling(name), shown.strip())
    found = [*check_name(name), *check_shown(shown), *check_password(password, name)]
    if found:
        raise InputError(found)
    hashed = desk.passwords.hashed(password)
    with desk.store.write() as session:
        user = known_user(session, whose.id, lock=True) if whose else None
        # The user is held before the link, as whoever disables the user does.
        if rows.use_link(session, secret) is None or (user and not user.active):
            raise NotFoundError(_link_gone())
        user = user or _first(desk, session, name, shown)
        _set(desk, session, user, hashed, by=person_of(user), action="password_set")
        return person_of(user), begin(desk, session, user)


def change_password(desk: Desk, person: Person, old: str, new: str, address: str) -> str:
    """A new password; every browser is signed out, this one signed in again by the new secret.

    Raises:
        InputError: the old one is wrong, or the new one too weak.
        WaitError: the old one was wrong too often, as at sign-in: somebody may sit at a browser
            that was left alone.
    """
    key = let_try(desk, person.name, address)
    with desk.store.read() as session:
        kept = known_user(session, person.id).password
    fits = desk.passwords.fits(kept, old)
    found = [*([] if fits else [_old_wrong()]), *check_password(new, person.name)]
    hashed = "" if found else desk.passwords.hashed(new)
    with desk.store.write() as session:
        user = known_user(session, person.id, lock=True)
        if user.password != kept or not user.active:  # changed by somebody meanwhile
            raise InputError(_old_wrong())
        if fits:
            rows.forget_failures(session, key)
        if not found:
            _set(desk, session, user, hashed, by=person, action="password_changed")
            return begin(desk, session, user)
    raise InputError(found)


def set_password(desk: Desk, by: Person, user_id: str, new: str) -> None:
    """A password that the operator types at the command line."""
    with desk.store.read() as session:
        name = known_user(session, user_id).name
    if found := check_password(new, name):
        raise InputError(found)
    hashed = desk.passwords.hashed(new)
    with desk.store.write() as session:
        user = known_user(session, user_id, lock=True)
        _set(desk, session, user, hashed, by=by, action="password_set")


def _first(desk: Desk, session: Session, name: str, shown: str) -> User:
    """Never somebody who is there already: that would open a clerk's papers to whoever came."""
    if rows.has_administrator(session):
        raise NotFoundError(_link_gone())
    user = rows.add(session, name=name, shown=shown or name, role="administrator")
    if user is None:
        raise ConflictError(name_taken())
    desk.store.trail.note(session, user.id, "user_added", "user", user.id)
    return user


def _set(desk: Desk, session: Session, user: User, hashed: str, *, by: Person, action: str) -> None:
    """A new password ends whatever was signed in by the old one, and links not yet used."""
    user.password = hashed
    rows.sign_out_everywhere(session, user.id)
    desk.store.trail.note(session, by.id, action, "user", user.id)


def _disabled() -> Problem:
    return problem(
        "user_disabled",
        "这个用户已停用；请先恢复，再发链接。",
        "this user is disabled; let the person back in first, then make a link.",
    )


def _old_wrong() -> Problem:
    return problem("bad_password", "原密码不对。", "the present password is wrong.", path="old")


def _link_gone() -> Problem:
    return problem(
        "link_gone",
        "这个链接已经用过或过期；请向管理员要一个新的。",
        "this link was used already or has expired; ask the administrator for a new one.",
    )
