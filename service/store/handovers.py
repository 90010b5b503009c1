"""Rows of papers that change hands: who handles what, and who was given what when."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from service.store.models import Audit, Document, Roster, User

GIVEN = "papers_given"
HANDED_OVER = "document_handed_over"


def writers(session: Session) -> Sequence[User]:
    """Users who may handle papers, by name."""
    wanted = select(User).where(User.active, User.role.in_(("administrator", "clerk")))
    return session.scalars(wanted.order_by(User.name)).all()


def counted(session: Session, user_id: str) -> tuple[int, int, int]:
    """How many documents a user handles, how many of them are confidential, how many rosters."""
    documents = select(func.count()).where(Document.handler_id == user_id)
    rosters = select(func.count()).where(Roster.handler_id == user_id)
    found = [documents, documents.where(Document.confidential), rosters]
    first, second, third = (session.scalar(one) or 0 for one in found)
    return first, second, third


def handled(session: Session, user_id: str) -> Sequence[tuple[str, str, bool]]:
    """Documents that a user handles, held: id, activity, confidential."""
    wanted = select(Document.id, Document.activity_id, Document.confidential)
    wanted = wanted.where(Document.handler_id == user_id).order_by(Document.id).with_for_update()
    return [(id_, activity, own) for id_, activity, own in session.execute(wanted)]


def give_documents(session: Session, ids: Collection[str], to_id: str) -> None:
    """Some documents to another; `changed_at` and `revision` tell of their text and stay."""
    session.execute(
        update(Document)
        .where(Document.id.in_(ids))
        .values(handler_id=to_id)
        .execution_options(synchronize_session=False)
    )


def give_rosters(session: Session, from_id: str, to_id: str) -> None:
    """All rosters of a user, with their batches, to another."""
    session.execute(
        update(Roster)
        .where(Roster.handler_id == from_id)
        .values(handler_id=to_id)
        .execution_options(synchronize_session=False)
    )


def last(session: Session, document_id: str) -> Audit | None:
    """When a document was last handed over, and by whom."""
    wanted = select(Audit).where(
        Audit.object_kind == "document",
        Audit.object_id == document_id,
        Audit.action == HANDED_OVER,
    )
    return session.scalar(wanted.order_by(Audit.seq.desc()).limit(1))


def received(session: Session, user_id: str, since: str) -> Sequence[tuple[Document, str, str]]:
    """Documents given to a user since then, who has not done anything with them yet.

    Args:
        session: the store.
        user_id: to whom.
        since: moment as the trail writes it.

    Returns:
        Document, by whom, when; the newest first.
    """
    told = Audit.object_kind == "user", Audit.object_id == user_id, Audit.action == GIVEN
    # Nearly nobody was given anything lately; that is told by the index alone.
    if session.scalar(select(Audit.seq).where(*told, Audit.at >= since).limit(1)) is None:
        return []
    mine = select(Document.id).where(Document.handler_id == user_id)
    newest = (
        select(func.max(Audit.seq))
        .where(
            Audit.object_kind == "document",
            Audit.object_id.in_(mine),
            Audit.action == HANDED_OVER,
            Audit.at >= since,
        )
        .group_by(Audit.object_id)
    )
    later = aliased(Audit)
    done = select(later.seq).where(
        later.object_kind == "document",
        later.object_id == Audit.object_id,
        later.user_id == user_id,
        later.seq >= Audit.seq,
    )
    wanted = select(Document, Audit.user_id, Audit.at).join(
        Document, Document.id == Audit.object_id
    )
    wanted = wanted.where(Audit.seq.in_(newest), ~done.exists()).order_by(Audit.seq.desc())
    return [(row, by, at) for row, by, at in session.execute(wanted)]
