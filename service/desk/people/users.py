"""Users: added with a link to choose a password, changed, disabled; the first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from service.core.people import (
    COMMAND_LINE,
    Person,
    check_name,
    check_password,
    check_place,
    one_spelling,
)
from service.desk.people.signing import begin, person_of
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError, Problem, problem
from service.store import people as rows
from service.store.database import Session
from service.store.models import User


@dataclass(frozen=True, kw_only=True)
class UserLine:
    """A user as the administrator's list shows it.

    Attributes:
        person: who.
        active: may sign in.
        has_password: has chosen one.
    """

    person: Person
    active: bool
    has_password: bool


def list_users(desk: Desk) -> list[UserLine]:
    """All users, by name."""
    with desk.store.read() as session:
        return [
            UserLine(person=person_of(one), active=one.active, has_password=bool(one.password))
            for one in rows.every(session)
        ]


def find_user(desk: Desk, name: str) -> Person:
    """A user by sign-in name. Raises NotFoundError."""
    with desk.store.read() as session:
        user = rows.named(session, one_spelling(name))
    if user is None:
        raise NotFoundError(_unknown())
    return person_of(user)


def add_user(
    desk: Desk, by: Person, *, name: str, shown: str, role: str, post: str = "", branch: str = ""
) -> tuple[Person, str]:
    """A new user, and the secret of the link by which a password is chosen.

    Raises:
        InputError: name, role, post or branch are wrong.
        ConflictError: `name_taken`.
    """
    name = one_spelling(name)
    found = [*check_name(name), *check_place(role, post, branch)]
    if found:
        raise InputError(found)
    secret = secrets.token_urlsafe(24)
    with desk.store.write() as session:
        if rows.named(session, name):
            raise ConflictError(_taken())
        user = User(
            name=name,
            shown=shown.strip() or name,
            role=role,
            post=post if role == "reviewer" else "",
            branch=branch.strip() if post == "branch_secretary" else "",
        )
        session.add(user)
        session.flush()
        rows.add_link(session, secret, user.id)
        desk.store.trail.note(session, by.id, "user_added", "user", user.id)
        return person_of(user), secret


def new_link(desk: Desk, by: Person, user_id: str) -> str:
    """The secret of a link by which a user chooses a new password; until then the old one holds."""
    secret = secrets.token_urlsafe(24)
    with desk.store.write() as session:
        _user(session, user_id)
        rows.add_link(session, secret, user_id)
        desk.store.trail.note(session, by.id, "link_made", "user", user_id)
    return secret


def set_active(desk: Desk, by: Person, user_id: str, active: bool) -> None:
    """Disables a user, whose browsers are signed out at once, or lets the user back in.

    Raises:
        ConflictError: `last_administrator`.
    """
    with desk.store.write() as session:
        user = _user(session, user_id)
        if not active:
            alone = user.role == "administrator" and rows.count_administrators(session) < 2
            if user.active and alone:
                raise ConflictError(_last())
            rows.sign_out_everywhere(session, user_id)
        user.active = active
        what = "user_enabled" if active else "user_disabled"
        desk.store.trail.note(session, by.id, what, "user", user_id)


def change_password(desk: Desk, person: Person, old: str, new: str) -> str:
    """A new password; every browser is signed out, this one signed in again by the new secret.

    Raises:
        InputError: the old one is wrong, or the new one too weak.
    """
    with desk.store.read() as session:
        kept = _user(session, person.id).password
    if not desk.passwords.fits(kept, old):
        raise InputError(_old_wrong())
    if found := check_password(new, person.name):
        raise InputError(found)
    with desk.store.write() as session:
        user = _user(session, person.id)
        return _set(desk, session, user, new)


def set_password(desk: Desk, by: Person, user_id: str, new: str) -> None:
    """A password that the operator types at the command line."""
    with desk.store.write() as session:
        user = _user(session, user_id)
        if found := check_password(new, user.name):
            raise InputError(found)
        user.password = desk.passwords.hashed(new)
        rows.sign_out_everywhere(session, user.id)
        desk.store.trail.note(session, by.id, "password_set", "user", user.id)


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
        return person_of(_user(session, link.user_id)) if link.user_id else None


def use_link(
    desk: Desk, secret: str, *, password: str, name: str = "", shown: str = ""
) -> tuple[Person, str]:
    """Chooses a password by a link, once; the first link's user becomes administrator.

    Returns:
        The person, signed in, and the secret for the browser's cookie.

    Raises:
        InputError: name or password are wrong; the link can be used again.
        NotFoundError: the link is gone.
    """
    whose = link_of(desk, secret)
    name = whose.name if whose else one_spelling(name)
    found = [*([] if whose else check_name(name)), *check_password(password, name)]
    if found:
        raise InputError(found)
    kept = desk.passwords.hashed(password)
    with desk.store.write() as session:
        if rows.use_link(session, secret) is None:
            raise NotFoundError(_link_gone())
        user = _user(session, whose.id) if whose else _first(desk, session, name, shown)
        user.password = kept
        rows.sign_out_everywhere(session, user.id)
        desk.store.trail.note(session, user.id, "password_set", "user", user.id)
        return person_of(user), begin(desk, session, user)


def _first(desk: Desk, session: Session, name: str, shown: str) -> User:
    if rows.has_administrator(session):
        raise NotFoundError(_link_gone())
    user = rows.named(session, name)
    if user is None:
        user = User(name=name, shown=shown.strip() or name, role="administrator")
        session.add(user)
    user.role, user.active, user.post, user.branch = "administrator", True, "", ""
    session.flush()
    desk.store.trail.note(session, user.id, "user_added", "user", user.id)
    return user


def _set(desk: Desk, session: Session, user: User, new: str) -> str:
    user.password = desk.passwords.hashed(new)
    rows.sign_out_everywhere(session, user.id)
    desk.store.trail.note(session, user.id, "password_changed", "user", user.id)
    return begin(desk, session, user)


def _user(session: Session, user_id: str) -> User:
    user = rows.find(session, user_id)
    if user is None:
        raise NotFoundError(_unknown())
    return user


def _unknown() -> Problem:
    return problem("user_unknown", "没有这个用户。", "there is no such user.")


def _taken() -> Problem:
    return problem(
        "name_taken",
        "这个登录名已有人用，请换一个。",
        "somebody has this sign-in name already; take another.",
        path="name",
    )


def _last() -> Problem:
    return problem(
        "last_administrator",
        "这是最后一名管理员，不能停用；请先添加另一名管理员。",
        "this is the last administrator and cannot be disabled; add another one first.",
    )


def _old_wrong() -> Problem:
    return problem("bad_password", "原密码不对。", "the present password is wrong.", path="old")


def _link_gone() -> Problem:
    return problem(
        "link_gone",
        "这个链接已经用过或过期；请向管理员要一个新的。",
        "this link was used already or has expired; ask the administrator for a new one.",
    )
