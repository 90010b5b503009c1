"""Users: added with a link to choose a password, changed, disabled, let back in, listed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from service.core.people import (
    Person,
    check_name,
    check_place,
    check_shown,
    good_name,
    one_spelling,
)
from service.desk.once import Keep, unkept
from service.desk.people.signing import person_of
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
        return [_line(one) for one in rows.every(session)]


def open_user(desk: Desk, user_id: str) -> UserLine:
    """One user by id. Raises NotFoundError."""
    with desk.store.read() as session:
        return _line(known_user(session, user_id))


def find_user(desk: Desk, name: str) -> Person:
    """A user by sign-in name. Raises NotFoundError."""
    name = one_spelling(name)
    with desk.store.read() as session:
        user = rows.named(session, name) if good_name(name) else None
    if user is None:
        raise NotFoundError(_unknown())
    return person_of(user)


def add_user(
    desk: Desk,
    by: Person,
    *,
    name: str,
    shown: str,
    role: str,
    post: str = "",
    branch: str = "",
    keep: Keep = unkept,
) -> tuple[Person, str]:
    """A new user, and the secret of the link by which a password is chosen.

    `keep` is told the id, for `only_once`: the secret itself is kept nowhere.

    Raises:
        InputError: name, role, post or branch are wrong.
        ConflictError: `name_taken`.
    """
    name, shown = one_spelling(name), shown.strip()
    found = [*check_name(name), *check_shown(shown), *check_place(role, post, branch)]
    if found:
        raise InputError(found)
    secret = secrets.token_urlsafe(24)
    with desk.store.write() as session:
        user = rows.add(
            session, name=name, shown=shown or name, role=role, post=post, branch=branch.strip()
        )
        if user is None:
            raise ConflictError(name_taken())
        rows.add_link(session, secret, user.id)
        desk.store.trail.note(session, by.id, "user_added", "user", user.id)
        keep(session, user.id)
        return person_of(user), secret


def change_user(
    desk: Desk, by: Person, user_id: str, *, shown: str, role: str, post: str, branch: str
) -> None:
    """A user's name as pages say it, role, post and branch; open browsers know them at once.

    Nothing is written where nothing is different.

    Raises:
        InputError: name, role, post or branch are wrong.
        NotFoundError: there is no such user.
        ConflictError: `last_administrator`.
    """
    shown, branch = shown.strip(), branch.strip()
    found = [*check_shown(shown), *check_place(role, post, branch)]
    if found:
        raise InputError(found)
    with desk.store.write() as session:
        others = rows.other_administrators(session, user_id)  # held before the user is looked at
        user = known_user(session, user_id, lock=True)
        new = {"shown": shown or user.name, "role": role, "post": post, "branch": branch}
        if new == {name: getattr(user, name) for name in new}:
            return
        if role != "administrator" and _is_last(user, others):
            raise ConflictError(_last())
        for name, value in new.items():
            setattr(user, name, value)
        desk.store.trail.note(session, by.id, "user_changed", "user", user_id)


def set_active(desk: Desk, by: Person, user_id: str, active: bool) -> None:
    """Disables a user, whose browsers are signed out at once, or lets the user back in.

    Raises:
        ConflictError: `last_administrator`.
    """
    with desk.store.write() as session:
        others = rows.other_administrators(session, user_id)  # held before the user is looked at
        user = known_user(session, user_id, lock=True)
        if not active:
            if _is_last(user, others):
                raise ConflictError(_last())
            rows.sign_out_everywhere(session, user_id)
        user.active = active
        what = "user_enabled" if active else "user_disabled"
        desk.store.trail.note(session, by.id, what, "user", user_id)


def known_user(session: Session, user_id: str, *, lock: bool = False) -> User:
    """A user by id; `lock` while nobody else changes or signs in the same one.

    Raises:
        NotFoundError: there is no such user.
    """
    user = rows.find(session, user_id, lock=lock)
    if user is None:
        raise NotFoundError(_unknown())
    return user


def _line(user: User) -> UserLine:
    return UserLine(person=person_of(user), active=user.active, has_password=bool(user.password))


def _is_last(user: User, others: int) -> bool:
    """Whether nobody could administer without this user; who has no password yet cannot anyway."""
    return others == 0 and user.active and user.role == "administrator" and bool(user.password)


def name_taken() -> Problem:
    """Two people cannot sign in by one name."""
    return problem(
        "name_taken",
        "这个登录名已有人用，请换一个。",
        "somebody has this sign-in name already; take another.",
        path="name",
    )


def _unknown() -> Problem:
    return problem("user_unknown", "没有这个用户。", "there is no such user.")


def _last() -> Problem:
    return problem(
        "last_administrator",
        "这是最后一名管理员，不能停用，也不能改为其他角色；请先添加另一名管理员。",
        "this is the last administrator and cannot be disabled or given another role; add another "
        "one first.",
    )
