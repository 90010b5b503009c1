"""Rows of documents: questions and changes, each one statement or two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.attributes import set_committed_value

from service.store.columns import db_now, from_json, json_member
from service.store.models import Activity, Document, Version


def add(session: Session, row: Document | Version) -> None:
    """A new document or version."""
    session.add(row)
    session.flush()


def find(session: Session, document_id: str, *, lock: bool = False) -> Document | None:
    """A document by its id; `lock` makes other writers wait (PostgreSQL)."""
    return session.get(Document, document_id, with_for_update=lock or None, populate_existing=lock)


def activity(session: Session, activity_id: str) -> Activity | None:
    """The activity of a document."""
    return session.get(Activity, activity_id)


def open_activities(session: Session) -> Sequence[Activity]:
    """Activities in which papers are still made, the newest first."""
    wanted = select(Activity).where(Activity.closed.is_(False))
    return session.scalars(wanted.order_by(Activity.created_at.desc(), Activity.id)).all()


def of_activity(session: Session, activity_id: str, *, answers: bool = True) -> Sequence[Document]:
    """All documents of an activity, the oldest first; the caller leaves out what is not theirs.

    Without `answers` they come light; those of some are had by `open_answers`.
    """
    wanted = select(Document).where(Document.activity_id == activity_id)
    if not answers:
        wanted = wanted.options(defer(Document.answers))
    return session.scalars(wanted.order_by(Document.created_at, Document.id)).all()


def of_kinds(session: Session, activity_id: str, kinds: Sequence[str]) -> Sequence[Document]:
    """Those of some kinds alone, the oldest first."""
    wanted = select(Document).where(Document.activity_id == activity_id, Document.kind.in_(kinds))
    return session.scalars(wanted.order_by(Document.created_at, Document.id)).all()


def open_answers(session: Session, documents: Collection[Document]) -> None:
    """Answers of documents that were read without them, all at once."""
    wanted = select(Document.id, Document.answers).where(
        Document.id.in_([one.id for one in documents])
    )
    found = {of: answers for of, answers in session.execute(wanted)} if documents else {}
    for one in documents:
        set_committed_value(one, "answers", found[one.id])


def versions(session: Session, document_id: str) -> Sequence[Version]:
    """The versions of a document, the first one first."""
    wanted = select(Version).where(Version.document_id == document_id)
    return session.scalars(wanted.order_by(Version.no)).all()


def version(session: Session, document_id: str, no: int) -> Version | None:
    """A version by its number."""
    return session.scalar(
        select(Version).where(Version.document_id == document_id, Version.no == no)
    )


def newest(
    session: Session, document_ids: Sequence[str], *, answers: bool = True
) -> dict[str, Version]:
    """The newest version of each document that is no scan: the text as it stands.

    Lists do without the `answers` that it was made from.
    """
    last = (
        select(Version.document_id, func.max(Version.no).label("no"))
        .where(Version.document_id.in_(document_ids), Version.way != "scan")
        .group_by(Version.document_id)
        .subquery()
    )
    wanted = select(Version).join(
        last, (Version.document_id == last.c.document_id) & (Version.no == last.c.no)
    )
    if not answers:
        wanted = wanted.options(defer(Version.answers))
    return {one.document_id: one for one in session.scalars(wanted)}


def newest_scans(session: Session, document_ids: Sequence[str]) -> dict[str, Version]:
    """The newest signed scan of each document that has one newer than its text."""
    return newer_scans(session, document_ids, newest(session, document_ids, answers=False))


def newer_scans(
    session: Session, document_ids: Sequence[str], text: Mapping[str, Version]
) -> dict[str, Version]:
    """The same where the newest texts are at hand."""
    wanted = select(Version).where(Version.document_id.in_(document_ids), Version.way == "scan")
    found = {one.document_id: one for one in session.scalars(wanted.order_by(Version.no))}
    return {of: one for of, one in found.items() if of not in text or one.no > text[of].no}


def newest_nos(session: Session, document_ids: Collection[str]) -> dict[str, int]:
    """Of some documents the number of the newest version that is no scan."""
    wanted = select(Version.document_id, func.max(Version.no)).where(
        Version.document_id.in_(document_ids), Version.way != "scan"
    )
    found = session.execute(wanted.group_by(Version.document_id)) if document_ids else ()
    return {document: no for document, no in found}


def answers_named(
    session: Session, document_ids: Collection[str], names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Some answers of some documents, picked out by the database; what is not typed is absent."""
    picked = [json_member(Document.answers, name) for name in names]
    wanted = select(Document.id, *picked).where(Document.id.in_(document_ids))
    return {
        of: {name: from_json(one) for name, one in zip(names, found, strict=True) if one}
        for of, *found in session.execute(wanted)
    }


def next_no(session: Session, document_id: str) -> int:
    """The number of the version that comes; the caller holds the document."""
    last = session.scalar(select(func.max(Version.no)).where(Version.document_id == document_id))
    return (last or 0) + 1


def now(session: Session) -> datetime:
    """This moment on the database's clock."""
    at: datetime | None = session.scalar(select(db_now()))
    assert at is not None
    return at


def some(session: Session, document_ids: Collection[str]) -> Sequence[Document]:
    """Documents by their ids, held until the transaction ends, always in the same order."""
    wanted = select(Document).where(Document.id.in_(document_ids)).order_by(Document.id)
    return session.scalars(wanted.with_for_update()).all()


def these(
    session: Session, document_ids: Collection[str], *, answers: bool = True
) -> Sequence[Document]:
    """Documents by their ids; without `answers` their texts are read when they are asked for."""
    wanted = select(Document).where(Document.id.in_(document_ids))
    if not answers:
        wanted = wanted.options(defer(Document.answers))
    return session.scalars(wanted).all()
