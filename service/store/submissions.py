"""Rows of submissions: the editions of what was handed over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from service.store.models import Submission

_SLIM = (defer(Submission.manifest), defer(Submission.files))
"""For lists: a manifest of 500 parts is not read to name its edition."""


def newest(session: Session, key: str) -> Submission | None:
    """The last edition of what is filed under a key."""
    wanted = select(Submission).where(Submission.key == key)
    return session.scalar(wanted.order_by(Submission.edition.desc()).limit(1))


def find(session: Session, submission_id: str) -> Submission | None:
    """One edition."""
    return session.get(Submission, submission_id)


def of_activity(session: Session, activity_id: str) -> Sequence[Submission]:
    """Everything filed of an activity, the newest first."""
    wanted = select(Submission).where(Submission.activity_id == activity_id).options(*_SLIM)
    return session.scalars(wanted.order_by(Submission.filed_at.desc(), Submission.id)).all()


def of_document(session: Session, activity_id: str, document_id: str) -> Submission | None:
    """The last submission that a document went out with."""
    wanted = (
        select(Submission)
        .where(Submission.activity_id == activity_id, Submission.profile == "submission")
        .options(*_SLIM)
    )
    newest_first = session.scalars(
        wanted.order_by(Submission.filed_at.desc(), Submission.edition.desc())
    )
    return next((one for one in newest_first if document_id in one.documents), None)


def editions(session: Session, key: str) -> Sequence[Submission]:
    """All editions of what is filed under a key, the newest first."""
    wanted = select(Submission).where(Submission.key == key).options(*_SLIM)
    return session.scalars(wanted.order_by(Submission.edition.desc())).all()


def every(session: Session, most: int = 500) -> Sequence[Submission]:
    """Everything filed, the newest first."""
    wanted = select(Submission).order_by(Submission.filed_at.desc(), Submission.id)
    return session.scalars(wanted.limit(most)).all()


def by_digest(session: Session, digest: str) -> Sequence[Submission]:
    """Editions whose PDF or package has a digest."""
    wanted = or_(Submission.pdf_sha256 == digest, Submission.package_sha256 == digest)
    return session.scalars(select(Submission).where(wanted)).all()


def titled(session: Session, title: str) -> Sequence[Submission]:
    """Editions with a title, the newest first."""
    wanted = select(Submission).where(Submission.title == title)
    return session.scalars(wanted.order_by(Submission.filed_at.desc(), Submission.id)).all()
