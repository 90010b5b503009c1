"""Rows of rosters: questions and changes, each one statement or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from service.store.blobs import digest
from service.store.columns import to_json
from service.store.models import Batch, Member, Profile, Roster, new_id


def keep_profile(session: Session, lang: str, facts: Mapping[str, Any]) -> Profile:
    """The row that holds just these values; made where there is none."""
    mark = _mark(lang, facts)
    found = session.scalar(select(Profile).where(Profile.digest == mark))
    if found is None:
        found = Profile(id=new_id(), lang=lang, digest=mark, facts=dict(facts))
        session.add(found)
        session.flush()
    return found


def profile_id(session: Session, lang: str, facts: Mapping[str, Any]) -> str | None:
    """The row that holds just these values; None where nothing was ever made with them."""
    return session.scalar(select(Profile.id).where(Profile.digest == _mark(lang, facts)))


def _mark(lang: str, facts: Mapping[str, Any]) -> str:
    return digest(f"{lang}:{to_json(facts)}".encode())


def profile(session: Session, profile_id: str) -> Profile:
    """Facts by their id."""
    return session.get_one(Profile, profile_id)


def add(session: Session, roster: Roster) -> None:
    """A new roster, without its members."""
    session.add(roster)
    session.flush()


def find(session: Session, roster_id: str, *, lock: bool = False) -> Roster | None:
    """A roster by its id; `lock` makes other writers wait (PostgreSQL)."""
    return session.get(Roster, roster_id, with_for_update=lock or None)


def every(session: Session, handler_id: str) -> Sequence[Roster]:
    """The rosters that a user handles, the newest first."""
    wanted = select(Roster).where(Roster.handler_id == handler_id)
    return session.scalars(wanted.order_by(Roster.created_at.desc(), Roster.id)).all()


def members(session: Session, roster_id: str) -> Sequence[Member]:
    """Its rows, in the file's order."""
    return session.scalars(
        select(Member).where(Member.roster_id == roster_id).order_by(Member.row)
    ).all()


def replace_members(session: Session, roster_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """New rows instead of the old ones; `rows` hold row, read, mends and plan."""
    session.execute(delete(Member).where(Member.roster_id == roster_id))
    # By the table: half the time of the ORM.
    whole = [{"id": new_id(), "roster_id": roster_id, **row} for row in rows]
    if whole:
        session.execute(insert(cast(Table, Member.__table__)), whole)


def change_members(session: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    """New values of some rows; each change holds the member's `id`."""
    if changes:
        session.execute(update(Member), [dict(change) for change in changes])


def batches_of(session: Session, roster_id: str) -> Sequence[str]:
    """Ids of the batches started from a roster, the newest first."""
    return session.scalars(
        select(Batch.id).where(Batch.roster_id == roster_id).order_by(Batch.created_at.desc())
    ).all()
