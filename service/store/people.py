"""Rows of people: users, sign-ins, links, attempts; each change one statement or two."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import Attempt, Link, SignIn, User

IDLE_SECONDS = 12 * 3600
"""A browser in which nothing is done for so long is signed out."""
LINK_SECONDS = 3 * 24 * 3600
_SEEN_SECONDS = 300
_FORGET_SECONDS = 24 * 3600


def mark(secret: str) -> str:
    """What is kept of a secret: its SHA-256; it is random and long, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(session: Session, user_id: str) -> User | None:
    """A user by id."""
    return session.get(User, user_id)


def named(session: Session, name: str) -> User | None:
    """A user by sign-in name, in its one spelling."""
    return session.scalar(select(User).where(User.name == name))


def every(session: Session) -> Sequence[User]:
    """All users, by name."""
    return session.scalars(select(User).order_by(User.name)).all()


def has_administrator(session: Session) -> bool:
    """Whether somebody can administer."""
    wanted = select(User.id).where(User.role == "administrator", User.active, User.password != "")
    return session.scalar(wanted.limit(1)) is not None


def sign_in(session: Session, user_id: str, secret: str) -> None:
    """A browser in which the user is signed in from now on."""
    session.add(SignIn(id=mark(secret), user_id=user_id))


def signed_in(session: Session, secret: str) -> tuple[User, bool] | None:
    """Who is signed in, and whether the sign of life is old; None for nobody or idle too long."""
    row = session.execute(
        select(User, SignIn.seen_at < db_now(-_SEEN_SECONDS))
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.id == mark(secret), User.active, SignIn.seen_at > db_now(-IDLE_SECONDS))
    ).one_or_none()
    return (row[0], bool(row[1])) if row else None


def seen(session: Session, secret: str) -> None:
    """A sign of life of a signed-in browser."""
    session.execute(update(SignIn).where(SignIn.id == mark(secret)).values(seen_at=db_now()))


def sign_out(session: Session, secret: str) -> None:
    """Ends it in one browser."""
    session.execute(delete(SignIn).where(SignIn.id == mark(secret)))


def sign_out_everywhere(session: Session, user_id: str) -> None:
    """Ends it in all browsers, links included."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))
    session.execute(delete(Link).where(Link.user_id == user_id))


def add_link(session: Session, secret: str, user_id: str | None) -> None:
    """A link that works once; older ones for the same are void."""
    session.execute(delete(Link).where(Link.user_id == user_id))
    session.add(Link(id=mark(secret), user_id=user_id, expires_at=db_now(LINK_SECONDS)))


def link(session: Session, secret: str) -> Link | None:
    """A link that still works."""
    return session.scalar(select(Link).where(Link.id == mark(secret), Link.expires_at > db_now()))


def use_link(session: Session, secret: str) -> Link | None:
    """The link, used up: of two at once only one gets it."""
    found = link(session, secret)
    if found is None:
        return None
    gone = session.execute(
        delete(Link).where(Link.id == found.id).returning(Link.id)
    ).scalar_one_or_none()
    return found if gone else None


def failures(session: Session, key: str) -> tuple[int, float]:
    """Failed tries so far, and seconds since the last; (0, 0) where there was none."""
    row = session.execute(
        select(Attempt.failures, Attempt.last_at, db_now()).where(Attempt.id == key)
    ).one_or_none()
    return (row[0], (row[2] - row[1]).total_seconds()) if row else (0, 0.0)


def count_failure(session: Session, key: str) -> None:
    """One more; old ones of others are forgotten on the way."""
    session.execute(delete(Attempt).where(Attempt.last_at < db_now(-_FORGET_SECONDS)))
    found = session.get(Attempt, key, with_for_update=True)
    if found is None:
        session.add(Attempt(id=key, failures=1))
    else:
        session.execute(
            update(Attempt)
            .where(Attempt.id == key)
            .values(failures=Attempt.failures + 1, last_at=db_now())
            .execution_options(synchronize_session=False)
        )


def forget_failures(session: Session, key: str) -> None:
    """The right password was given."""
    session.execute(delete(Attempt).where(Attempt.id == key))


def count_administrators(session: Session) -> int:
    """Administrators who can sign in."""
    wanted = select(func.count()).where(User.role == "administrator", User.active)
    return session.scalar(wanted) or 0
