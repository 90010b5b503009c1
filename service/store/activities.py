"""Rows of activities, and light rows of what belongs to them: a list needs no texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, defer, load_only, undefer

from service.core.papers import State
from service.store.models import Activity, Batch, Document, Item, Member, Roster, User
from service.store.models import Version as Kept


class Held(NamedTuple):
    """A document without its texts.

    Attributes:
        handler_id: the clerk who handles it.
        state: where it stands.
        due: day that it was last given.
    """

    id: str
    activity_id: str
    kind: str
    part: str
    lang: str
    person: str
    branch: str
    confidential: bool
    handler_id: str
    state: State
    due: date | None


class Made(NamedTuple):
    """A version without its file; the text as it stands where it is the newest that is no scan."""

    document_id: str
    no: int
    way: str
    profile_id: str | None
    made_from: str


def add(session: Session, row: Activity) -> None:
    """A new activity."""
    session.add(row)
    session.flush()


def find(session: Session, activity_id: str, *, lock: bool = False) -> Activity | None:
    """An activity by its id; `lock` makes other writers wait (PostgreSQL)."""
    return session.get(Activity, activity_id, with_for_update=lock or None, populate_existing=lock)


def every(session: Session) -> Sequence[Activity]:
    """All activities: the open ones first, the newest of them first."""
    order = (Activity.closed, Activity.created_at.desc(), Activity.id)
    # Profiles are long, and what is read of them is kept: they come when they are asked for.
    wanted = select(Activity).options(defer(Activity.profile))
    return session.scalars(wanted.order_by(*order)).all()


def newest_open(session: Session) -> Activity | None:
    """The activity in which papers are made just now."""
    wanted = select(Activity).where(Activity.closed.is_(False))
    return session.scalar(wanted.order_by(Activity.created_at.desc(), Activity.id).limit(1))


def pulses(session: Session) -> dict[str, tuple[int, int]]:
    """Of each activity with documents how many they are, and how often they were changed in all.

    Both only grow, so that what was read of an activity holds while they are the same.
    """
    of = Document.activity_id
    wanted = select(of, func.count(), func.sum(Document.changes)).group_by(of)
    return {one: (number, int(changes)) for one, number, changes in session.execute(wanted)}


def with_profiles(session: Session, activity_ids: Collection[str]) -> None:
    """Profiles of activities that were read without them, all at once."""
    if activity_ids:
        wanted = select(Activity).where(Activity.id.in_(activity_ids))
        session.scalars(wanted.options(undefer(Activity.profile))).all()


def held(session: Session, activity_ids: Collection[str]) -> list[Held]:
    """The documents of some activities, the oldest first; all of them, whoever may know of them."""
    wanted = select(*_COLUMNS).where(_DOCUMENT.activity_id.in_(activity_ids))
    found = session.execute(wanted.order_by(_DOCUMENT.created_at, _DOCUMENT.id))
    return [Held._make(row) for row in found.all()]


def versions(session: Session, document_ids: Collection[str]) -> list[Made]:
    """Versions of some documents that are no scans, the first one first."""
    columns = (Kept.document_id, Kept.no, Kept.way, Kept.profile_id, Kept.made_from)
    wanted = select(*columns).where(Kept.document_id.in_(document_ids), Kept.way != "scan")
    rows = session.execute(wanted.order_by(Kept.document_id, Kept.no))
    return [Made._make(row) for row in rows]


def rosters(session: Session, activity_ids: Collection[str], handler_id: str) -> Sequence[Roster]:
    """The rosters of some activities that a user handles, the newest first."""
    wanted = select(Roster).where(
        Roster.activity_id.in_(activity_ids), Roster.handler_id == handler_id
    )
    wanted = wanted.options(load_only(Roster.kind, Roster.activity_id))
    return session.scalars(wanted.order_by(Roster.created_at.desc(), Roster.id)).all()


def members(session: Session, roster_ids: Collection[str]) -> list[tuple[str, int, dict[str, Any]]]:
    """Rosters' rows and their values as mended, without those that nothing is made of."""
    wanted = select(Member.roster_id, Member.row, Member.read, Member.mends, Member.plan)
    found = session.execute(wanted.where(Member.roster_id.in_(roster_ids)).order_by(Member.row))
    return [
        (roster, row, {**read["values"], **mends})
        for roster, row, read, mends, plan in found
        if plan.get("outcome") not in {"skipped", "duplicate"}
    ]


def came_back(session: Session, roster_ids: Collection[str]) -> set[tuple[str, int]]:
    """Rows of rosters whose form came back, or was made with the member's own words in it."""
    there = (Item.returned != "") | (Item.filled & (Item.state == "made"))
    wanted = select(Batch.roster_id, Item.row).join(Batch, Item.batch_id == Batch.id)
    found = session.execute(wanted.where(Batch.roster_id.in_(roster_ids), there))
    return {(roster, row) for roster, row in found}


def users_without_password(session: Session) -> int:
    """Users who were added and have not chosen a password yet."""
    wanted = select(func.count()).select_from(User).where(User.active, User.password == "")
    return session.scalar(wanted) or 0


# By the table: half the time of the ORM.
_DOCUMENT = cast(Table, Document.__table__).c
_COLUMNS = tuple(_DOCUMENT[name] for name in Held._fields)
