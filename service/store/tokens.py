"""Rows of tokens: each question or change one statement or two."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import Token, User
from service.store.people import mark

USED_SECONDS = 60
"""The last use is kept no more often than this."""


def add(
    session: Session, user_id: str, *, name: str, secret: str, scopes: Sequence[str], seconds: float
) -> Token:
    """A token that works for so many seconds; of its secret only the SHA-256 is kept."""
    token = Token(
        user_id=user_id,
        name=name,
        secret=mark(secret),
        scopes=list(scopes),
        expires_at=db_now(seconds),
    )
    session.add(token)
    session.flush()
    return token


def of_user(session: Session, user_id: str) -> Sequence[tuple[Token, bool]]:
    """A user's tokens, the newest first, each with whether it works."""
    working = (Token.revoked_at.is_(None)) & (Token.expires_at > db_now())
    wanted = select(Token, working).where(Token.user_id == user_id)
    rows = session.execute(wanted.order_by(Token.created_at.desc(), Token.id))
    return [(token, bool(works)) for token, works in rows]


# Asked with every request: building it takes as long as asking.
_BEARER = (
    select(Token, User, Token.used_at > db_now(-USED_SECONDS))
    .join(User, User.id == Token.user_id)
    .where(
        Token.secret == bindparam("secret"),
        Token.revoked_at.is_(None),
        Token.expires_at > db_now(),
        User.active,
    )
)


def bearer(session: Session, secret: str) -> tuple[Token, User, bool] | None:
    """The token and its user, and whether the kept last use is old; None where it does not work."""
    row = session.execute(_BEARER, {"secret": mark(secret)}).one_or_none()
    return (row[0], row[1], not row[2]) if row else None


def used(session: Session, token_id: str) -> None:
    """A sign of life of a token."""
    session.execute(update(Token).where(Token.id == token_id).values(used_at=db_now()))


def revoke(session: Session, user_id: str, token_id: str) -> bool:
    """Ends a token of a user; False where there is none that works."""
    if not token_id.isalnum():  # no id of ours; PostgreSQL takes no NUL
        return False
    ended = session.scalars(
        update(Token)
        .where(Token.user_id == user_id, Token.id == token_id, Token.revoked_at.is_(None))
        .values(revoked_at=db_now())
        .returning(Token.id)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.all())
