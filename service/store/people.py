"""Rows of people: users, sign-ins, links, attempts; each change one statement or two."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import Attempt, Base, Link, SignIn, Token, User

IDLE_SECONDS = 12 * 3600
"""A browser in which nothing is done for so long is signed out."""
LONGEST_SECONDS = 30 * 24 * 3600
"""So is one that is never left alone (NIST SP 800-63B, 4.1.3)."""
LINK_SECONDS = 3 * 24 * 3600
_SEEN_SECONDS = 300
_FORGET_SECONDS = 24 * 3600


def mark(secret: str) -> str:
    """What is kept of a secret: its SHA-256; it is random and long, so no salt is needed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def find(session: Session, user_id: str, *, lock: bool = False) -> User | None:
    """A user by id; `lock` makes others who change, sign in or out the same one wait."""
    if not user_id.isalnum():  # no id of ours; PostgreSQL takes no NUL
        return None
    return session.get(User, user_id, with_for_update=lock or None)


def named(session: Session, name: str, *, lock: bool = False) -> User | None:
    """A user by sign-in name in its one spelling; `lock` as above."""
    wanted = select(User).where(User.name == name)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def every(session: Session) -> Sequence[User]:
    """All users, by name."""
    return session.scalars(select(User).order_by(User.name)).all()


def add(session: Session, **values: str) -> User | None:
    """A new user; None where the name is taken, be it by somebody who is added at this moment."""
    new = _insert(session, User).values(**values).on_conflict_do_nothing()
    return session.scalar(new.returning(User))


def has_administrator(session: Session) -> bool:
    """Whether somebody can administer."""
    wanted = select(User.id).where(User.role == "administrator", User.active, User.password != "")
    return session.scalar(wanted.limit(1)) is not None


def sign_in(session: Session, user_id: str, secret: str) -> None:
    """A browser in which the user is signed in from now on; those long forgotten go."""
    _sweep(session, SignIn, SignIn.seen_at < db_now(-IDLE_SECONDS))
    session.add(SignIn(id=mark(secret), user_id=user_id))


# Asked with every page: building it takes as long as asking.
_SIGNED_IN = (
    select(User, SignIn.seen_at < db_now(-_SEEN_SECONDS))
    .join(SignIn, SignIn.user_id == User.id)
    .where(
        SignIn.id == bindparam("secret"),
        User.active,
        SignIn.seen_at > db_now(-IDLE_SECONDS),
        SignIn.created_at > db_now(-LONGEST_SECONDS),
    )
)


def signed_in(session: Session, secret: str) -> tuple[User, bool] | None:
    """Who is signed in, and whether the sign of life is old; None for nobody or too long."""
    row = session.execute(_SIGNED_IN, {"secret": mark(secret)}).one_or_none()
    return (row[0], bool(row[1])) if row else None


def seen(session: Session, secret: str) -> None:
    """A sign of life of a signed-in browser."""
    session.execute(update(SignIn).where(SignIn.id == mark(secret)).values(seen_at=db_now()))


def sign_out(session: Session, secret: str) -> None:
    """Ends it in one browser."""
    session.execute(delete(SignIn).where(SignIn.id == mark(secret)))


def sign_out_everywhere(session: Session, user_id: str) -> None:
    """Ends it in all browsers, links and tokens included: whoever else was in is out."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))
    still = (Token.user_id == user_id) & Token.revoked_at.is_(None)
    session.execute(update(Token).where(still).values(revoked_at=db_now()))
    session.execute(delete(Link).where(Link.user_id == user_id))


def add_link(session: Session, secret: str, user_id: str | None) -> None:
    """A link that works once; older ones for the same are void, expired ones go."""
    session.execute(delete(Link).where(Link.user_id == user_id))
    _sweep(session, Link, Link.expires_at < db_now())
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
    """Failed tries so far, and seconds since the last; the row is held until the transaction ends.

    So of many tries at once each sees those before it, in every database.
    """
    held = _insert(session, Attempt).values(id=key, failures=0)
    held = held.on_conflict_do_update(
        index_elements=[Attempt.id], set_={"failures": Attempt.failures}
    )
    failed, last, now = session.execute(
        held.returning(Attempt.failures, Attempt.last_at, db_now())
    ).one()
    # A clock that was set back locks nobody out until it has caught up.
    return failed, abs((now - last).total_seconds())


def count_failure(session: Session, key: str) -> None:
    """One more."""
    session.execute(
        update(Attempt)
        .where(Attempt.id == key)
        .values(failures=Attempt.failures + 1, last_at=db_now())
        .execution_options(synchronize_session=False)
    )


def forget_failures(session: Session, key: str) -> None:
    """The right password was given; what is a day old is forgotten on the way."""
    session.execute(delete(Attempt).where(Attempt.id == key))
    _sweep(session, Attempt, Attempt.last_at < db_now(-_FORGET_SECONDS))


def other_administrators(session: Session, user_id: str) -> int:
    """Administrators who can sign in, but this one; held, so that two cannot disable each other."""
    wanted = select(User.id).where(User.role == "administrator", User.active, User.password != "")
    found = session.scalars(wanted.order_by(User.id).with_for_update()).all()
    return sum(one != user_id for one in found)


def _insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what to do where the key is taken; who is adding it is waited for."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def _sweep(
    session: Session, table: type[Attempt | Link | SignIn], over: ColumnElement[bool]
) -> None:
    """Rows that are over go; those that somebody else is at are left to them."""
    wanted = select(table.id).where(over).with_for_update(skip_locked=True)
    session.execute(delete(table).where(table.id.in_(wanted)))
