"""Rows of reviews: opinions in the order in which they came."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.store.models import Document, Review


def add(session: Session, row: Review) -> None:
    """A new opinion; none is ever changed."""
    session.add(row)
    session.flush()


def of_document(session: Session, document_id: str) -> Sequence[Review]:
    """All opinions of a document, the first one first."""
    return session.scalars(_in_order().where(Review.document_id == document_id)).all()


def of_documents(session: Session, document_ids: Collection[str]) -> dict[str, list[Review]]:
    """The same for several; documents without an opinion are not in it."""
    return _by_document(session, _in_order().where(Review.document_id.in_(document_ids)))


def in_review(session: Session) -> dict[str, list[Review]]:
    """Opinions of all documents that are in review; those without any are not in it."""
    wanted = _in_order().join(Document, Document.id == Review.document_id)
    return _by_document(session, wanted.where(Document.state == "in_review"))


def _by_document(session: Session, wanted: Select[Review]) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    for one in session.scalars(wanted):
        found.setdefault(one.document_id, []).append(one)
    return found


def _in_order() -> Select[Review]:
    return select(Review).order_by(Review.round, Review.recorded_at, Review.id)
