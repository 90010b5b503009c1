"""Rows of batches and items: questions and changes, each one statement or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Table, Update, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, defer

from service.store.columns import db_now
from service.store.models import Batch, Item, Roster, new_id

OPEN = ("queued", "running", "joining")
"""States of a batch in which work goes on."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is.

    Attributes:
        counts: items by state.
        seconds: since this round began, on the database's clock; None where it has not.
    """

    counts: Mapping[str, int]
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A form in a printed chunk.

    Attributes:
        chunk: number of the chunk.
        digest: of the form.
        pages: it has in the chunk's PDF.
        title: for its bookmark.
    """

    chunk: int
    digest: str
    pages: int
    title: str


def add(session: Session, batch: Batch, items: Sequence[Mapping[str, Any]]) -> None:
    """A new batch with its items."""
    session.add(batch)
    session.flush()
    # By the table: half the time of the ORM.
    whole = [{"id": new_id(), "batch_id": batch.id, **item} for item in items]
    if whole:
        session.execute(insert(cast(Table, Item.__table__)), whole)


def any_open(session: Session) -> bool:
    """Whether a batch is being made, or waits."""
    return session.scalar(select(Batch.id).where(Batch.state.in_(OPEN)).limit(1)) is not None


def find(session: Session, batch_id: str, *, lock: bool = False) -> Batch | None:
    """A batch by its id; `lock` makes other writers wait (PostgreSQL)."""
    return session.get(Batch, batch_id, with_for_update=lock or None, populate_existing=lock)


def every(session: Session) -> Sequence[Batch]:
    """All batches, the newest first."""
    return session.scalars(select(Batch).order_by(Batch.created_at.desc(), Batch.id)).all()


def handled(session: Session, handler_id: str) -> Sequence[Batch]:
    """The batches of rosters that a user handles, the newest first."""
    wanted = select(Batch).join(Roster, Roster.id == Batch.roster_id)
    mine = wanted.where(Roster.handler_id == handler_id)
    return session.scalars(mine.order_by(Batch.created_at.desc(), Batch.id)).all()


def items(session: Session, batch_id: str, *, raw: bool = True) -> Sequence[Item]:
    """Its items, in the roster's order; without `raw`, nothing of what the members wrote."""
    leave = () if raw else (defer(Item.raw, raiseload=True), defer(Item.doubts, raiseload=True))
    wanted = select(Item).where(Item.batch_id == batch_id).order_by(Item.row)
    return session.scalars(wanted.options(*leave)).all()


def printed(session: Session, batch_id: str) -> Sequence[Printed]:
    """The forms of a joined print, in order."""
    wanted = select(Item.chunk, Item.digest, Item.pages, Item.name, Item.file)
    found = session.execute(
        wanted.where(Item.batch_id == batch_id, Item.state == "made").order_by(
            Item.chunk, Item.position
        )
    )
    return [
        Printed(chunk=chunk, digest=digest, pages=pages or 0, title=name or file)
        for chunk, digest, pages, name, file in found
    ]


def item(session: Session, batch_id: str, item_id: str) -> Item | None:
    """One item of a batch."""
    return session.scalar(select(Item).where(Item.batch_id == batch_id, Item.id == item_id))


def chunk(session: Session, batch_id: str, number: int) -> Sequence[Item]:
    """The items of one chunk, in order."""
    return session.scalars(
        select(Item).where(Item.batch_id == batch_id, Item.chunk == number).order_by(Item.position)
    ).all()


def progress(session: Session, batch: Batch) -> Progress:
    """Counts only, whatever the size of the batch."""
    rows = session.execute(
        select(Item.state, func.count()).where(Item.batch_id == batch.id).group_by(Item.state)
    )
    now = session.scalar(select(db_now()))
    begun = batch.started_at
    return Progress(
        counts={state: count for state, count in rows},
        seconds=(now - begun).total_seconds() if now and begun else None,
    )


def progress_of_all(session: Session) -> Mapping[str, Mapping[str, int]]:
    """Batch id to its items by state, for the list."""
    found: dict[str, dict[str, int]] = {}
    rows = session.execute(
        select(Item.batch_id, Item.state, func.count()).group_by(Item.batch_id, Item.state)
    )
    for batch_id, state, count in rows:
        found.setdefault(batch_id, {})[state] = count
    return found


def left(session: Session, batch_id: str) -> int:
    """Items that are still to be made."""
    return (
        session.scalar(
            select(func.count()).where(Item.batch_id == batch_id, Item.state == "queued")
        )
        or 0
    )


def chunks_left(session: Session, batch_id: str) -> Sequence[int]:
    """Numbers of the chunks with items that are still to be made."""
    return session.scalars(
        select(Item.chunk)
        .where(Item.batch_id == batch_id, Item.state == "queued")
        .distinct()
        .order_by(Item.chunk)
    ).all()


def next_turn(session: Session) -> int:
    """Where the line stands: the turn of the earliest chunk that waits, 1 where none does."""
    return (
        session.scalar(
            select(func.min(Batch.turn + Item.chunk))
            .join(Item, Item.batch_id == Batch.id)
            .where(Batch.state.in_(("queued", "running")), Item.state == "queued")
        )
        or 1
    )


def move(
    session: Session, batch_id: str, *, of: Sequence[str], to: str, round_: int, **more: Any
) -> bool:
    """A batch from one state to another, by one process only; True where it was this one."""
    return (
        _changed(
            session,
            update(Batch)
            .where(Batch.id == batch_id, Batch.state.in_(of), Batch.round == round_)
            .values(state=to, **more),
        )
        == 1
    )


def finish(  # the job's side of `end`
    session: Session,
    batch_id: str,
    round_: int,
    *,
    of: str | Sequence[str],
    state: str = "done",
    **more: Any,
) -> bool:
    """A batch that ends by itself, in the round that it was begun in; True where it was so."""
    states = (of,) if isinstance(of, str) else of
    more["finished_at"] = db_now()
    return move(session, batch_id, of=states, to=state, round_=round_, **more)


def is_wanted(session: Session, batch_id: str, round_: int) -> bool:
    """True while a batch is being made, not cancelled, and in this round."""
    return bool(
        session.scalar(
            select(Batch.id).where(
                Batch.id == batch_id,
                Batch.round == round_,
                Batch.state == "running",
                ~Batch.cancelled,
            )
        )
    )


def end(session: Session, batch: Batch, state: str, **more: Any) -> None:
    """A batch that ends, whatever it was doing; the caller has locked it."""
    session.execute(
        update(Batch)
        .where(Batch.id == batch.id)
        .values(state=state, finished_at=db_now(), **more)
        .execution_options(synchronize_session=False)
    )


def open_again(session: Session, batch: Batch, state: str) -> None:
    """A new round of a batch that had ended; the caller has locked it."""
    batch.state, batch.round, batch.cancelled = state, batch.round + 1, False
    batch.started_at = batch.finished_at = batch.joined_pages = None
    batch.joined, batch.reasons = "", []
    session.flush()


def pages_each(session: Session, template: str) -> int:
    """Pages of a form, as forms of this template have turned out so far; 1 where none has."""
    mean = session.scalar(
        select(func.avg(Item.pages))
        .join(Batch, Batch.id == Item.batch_id)
        .where(Batch.template == template, Item.state == "made")
    )
    return max(1, round(mean or 1))


def begin_round(session: Session, batch: Batch, ready_before: int) -> bool:
    """The first chunk of a round starts the clock of the measured speed."""
    return move(
        session,
        batch.id,
        of=("queued",),
        to="running",
        round_=batch.round,
        started_at=db_now(),
        ready_before=ready_before,
    )


def try_items(session: Session, ids: Sequence[str]) -> None:
    """Counts an attempt, before it is made: one that ends the worker is known by it."""
    session.execute(
        update(Item)
        .where(Item.id.in_(ids))
        .values(attempts=Item.attempts + 1)
        .execution_options(synchronize_session=False)
    )


def settle(session: Session, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """What became of items, once: where another worker has said so already, that stands.

    Args:
        session: the transaction.
        outcomes: `id`, `state`, `pages`, `has_pdf`, `reasons` of each.
    """
    table = cast(Table, Item.__table__)
    names = ("state", "pages", "has_pdf", "reasons")
    statement = (
        update(table)
        .where(table.c.id == bindparam("of_id"), table.c.state == "queued")
        .values({name: bindparam(f"to_{name}") for name in names})
    )
    session.connection().execute(
        statement,
        [{"of_id": one["id"], **{f"to_{name}": one[name] for name in names}} for one in outcomes],
    )


def change_items(session: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    """New values of some items; each change holds the item's `id`."""
    if changes:
        session.execute(update(Item), [dict(change) for change in changes])


def _changed(session: Session, statement: Update) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
