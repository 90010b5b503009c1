"""The tables of people: user, sign_in, link, attempt, token, idempotency, audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import db_now
from service.store.models.base import Base, new_id


class User(Base):
    """Somebody who signs in.

    Attributes:
        name: what is typed at sign-in, in one spelling (`core.people.one_spelling`).
        shown: as pages and papers name the person.
        role: `administrator`, `clerk` or `reviewer`.
        post: of a reviewer: `team_leader` or `branch_secretary`; "" for others.
        branch: whose secretary; "" for others.
        password: argon2's text; "" until one is chosen.
    """

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    shown: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    post: Mapped[str] = mapped_column(String(20), default="")
    branch: Mapped[str] = mapped_column(Text, default="")
    password: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())


class SignIn(Base):
    """A browser in which somebody is signed in; the row goes when that ends.

    Attributes:
        id: SHA-256 of what the cookie holds.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())
    seen_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Link(Base):
    """A link that works once: the first administrator, or a user's choice of a password.

    Attributes:
        id: SHA-256 of what the link holds.
        user_id: whose password; None for the first administrator.
    """

    __tablename__ = "link"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Attempt(Base):
    """Failed sign-ins of one name from one address.

    Attributes:
        id: SHA-256 of name and address; the name may be unknown.
    """

    __tablename__ = "attempt"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Token(Base):
    """A bearer token of the JSON API.

    Attributes:
        secret: SHA-256 of the token; the token itself is shown once.
        scopes: what it may do (`core.people.SCOPES`).
    """

    __tablename__ = "token"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Idempotency(Base):
    """An answer that a caller of the API may ask for again by the same key.

    Attributes:
        id: SHA-256 of the caller, what is done, and the key.
        asked: SHA-256 of all that was asked.
        answer: what came of it, an id.
    """

    __tablename__ = "idempotency"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Audit(Base):
    """Who did what to what; names of actions and ids, never a text. Chained by `mac`.

    Attributes:
        seq: 1, 2, 3, …
        at: moment on the database's clock, ISO text, as it went into the chain.
        user_id: who; "" for the command line and for nobody.
        mac: HMAC-SHA-256 of the row before and of this one.
    """

    __tablename__ = "audit"
    __table_args__ = (Index(None, "object_kind", "object_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain, one row: writers take their turn by locking it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))
