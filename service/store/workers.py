"""Rows of workers: signs of life on the database's clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import Worker

DEAD_SECONDS = 10.0
"""A worker without a sign of life for so long is dead."""


def enrol(session: Session, worker_id: str, host: str, pid: int) -> None:
    """A worker that starts."""
    session.add(Worker(id=worker_id, host=host, pid=pid))


def beat(session: Session, worker_id: str) -> bool:
    """A sign of life; False where the others have taken the worker for dead."""
    done = session.execute(
        update(Worker)
        .where(Worker.id == worker_id, Worker.taken_at.is_(None))
        .values(beat=db_now())
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def leave(session: Session, worker_id: str) -> None:
    """A worker that has ended, or whose work was taken over."""
    session.execute(delete(Worker).where(Worker.id == worker_id))


def alive(session: Session) -> Sequence[str]:
    """Ids of the workers that live."""
    return session.scalars(select(Worker.id).where(~_silent(), Worker.taken_at.is_(None))).all()


def known(session: Session) -> Sequence[str]:
    """Ids of all workers, those not yet taken over included."""
    return session.scalars(select(Worker.id)).all()


def take_over(session: Session, by: str) -> Sequence[str]:
    """Ids of the dead whose work this worker shall take over, and nobody else.

    Nobody is dead while the asking worker's own sign of life seems old too: then it is the clock
    that has jumped. Who took over and died at it is followed by another after as long a time.
    """
    mine = session.scalar(select(func.count()).where(Worker.id == by, ~_silent()))
    if not mine:
        return []
    again = or_(Worker.taken_at.is_(None), Worker.taken_at < db_now(-DEAD_SECONDS))
    dead = session.scalars(
        select(Worker.id).where(_silent(), again, Worker.id != by).with_for_update()
    ).all()
    session.execute(
        update(Worker)
        .where(Worker.id.in_(dead))
        .values(taken_at=db_now())
        .execution_options(synchronize_session=False)
    )
    return dead


def _silent() -> Any:
    """Too old, or from the future: a clock that was set back must not keep the dead alive."""
    return or_(Worker.beat < db_now(-DEAD_SECONDS), Worker.beat > db_now(DEAD_SECONDS))
