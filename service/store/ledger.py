"""Rows of the ledger: the tasks of an activity in the order of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import Task


def tasks(session: Session, activity_id: str, *, lock: bool = False) -> Sequence[Task]:
    """The tasks; `lock` makes other writers wait (PostgreSQL)."""
    wanted = select(Task).where(Task.activity_id == activity_id).order_by(Task.no)
    return session.scalars(wanted.with_for_update() if lock else wanted).all()


def task(session: Session, activity_id: str, no: int) -> Task | None:
    """One task, held for a change."""
    wanted = select(Task).where(Task.activity_id == activity_id, Task.no == no)
    return session.scalar(wanted.with_for_update())


def add(session: Session, rows: Sequence[Task]) -> None:
    """New tasks, whose numbers are free."""
    session.add_all(rows)
    session.flush()


def remove(session: Session, rows: Sequence[Task]) -> None:
    """Tasks that the plan has no more."""
    for one in rows:
        session.delete(one)
    session.flush()


def renumber(session: Session, numbers: Mapping[str, int]) -> None:
    """Gives tasks, by their ids, other numbers; two may change places.

    No number is ever given twice, not even in between: each goes by a number that none has.
    """
    rows = [one for one in (session.get(Task, of) for of in numbers) if one is not None]
    for one in rows:
        one.no = -numbers[one.id]
    session.flush()
    for one in rows:
        one.no = -one.no
    session.flush()
