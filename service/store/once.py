"""Rows of answers that a caller may ask for twice by the same key and gets once."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import Idempotency

KEPT_SECONDS = 7 * 24 * 3600


def find(session: Session, mark: str) -> Idempotency | None:
    """What was answered to a key."""
    return session.get(Idempotency, mark, populate_existing=True)


def claim(session: Session, mark: str, asked: str, answer: str) -> bool:
    """Keeps the answer with the work that it tells of; False where somebody else was first.

    A second caller waits here until the first one's transaction ends. Old keys are forgotten.
    """
    old = select(Idempotency.id).where(Idempotency.created_at < db_now(-KEPT_SECONDS))
    over = old.with_for_update(skip_locked=True)  # what somebody else is at is left to them
    session.execute(delete(Idempotency).where(Idempotency.id.in_(over)))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"id": mark, "asked": asked, "answer": answer}
    made = session.execute(
        dialect.insert(Idempotency)
        .values(row)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Idempotency.id)
    )
    return made.scalar_one_or_none() is not None
