"""Progress of a task: saved as typed where it is sound; of two editors the second is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.core.ledger import PROGRESS, Entry
from service.core.ledger_checks import check_progress
from service.core.people import Person
from service.desk.ledger.plans import LedgerForm, form_in_use, plans_of
from service.desk.ledger.views import entry, no_form, no_task, to_be_carried_on
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError, Problem, problem
from service.store import ledger as rows
from service.store.database import Session
from service.store.models import Task


def save_progress(
    desk: Desk,
    person: Person,
    activity_id: str,
    no: int,
    *,
    revision: int,
    raw: Mapping[str, Any],
) -> Entry:
    """Keeps what was typed of one task; saving what is there already never fails.

    Args:
        desk: the store and the catalog.
        person: who typed it.
        activity_id: whose ledger.
        no: number of the task.
        revision: of the task that the person saw.
        raw: column name to raw value, of all columns of the progress.

    Raises:
        NotFoundError: no such activity or task.
        InputError: every problem, the path is the column's name.
        ConflictError: `task_changed`, somebody else has saved meanwhile and nothing was written;
            `activity_closed`.
    """
    with desk.store.write() as session:
        to_be_carried_on(session, activity_id)
        form = _form(desk, session, person, activity_id)
        row = rows.task(session, activity_id, no)
        if row is None:
            raise NotFoundError(no_task())
        values = _checked(form, row, raw)
        if values != row.progress:
            if row.revision != revision:
                raise ConflictError(task_changed())
            _keep(row, values)
            desk.store.trail.note(session, person.id, "task_saved", "activity", activity_id)
        return entry(row)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Columns of one task that are to take other values.

    Attributes:
        no: number of the task.
        revision: of the task when somebody said yes.
        raw: column name to raw value; what is not named stays.
    """

    no: int
    revision: int
    raw: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A task that kept its progress, and why."""

    no: int
    problems: tuple[Problem, ...]


def accept(
    desk: Desk, person: Person, activity_id: str, accepted: Sequence[Accepted]
) -> tuple[int, tuple[Refused, ...]]:
    """Takes accepted values into the ledger, task by task; how many tasks, and which were not.

    A task whose values are wrong together, or that somebody has saved meanwhile, stays as it is.

    Raises:
        NotFoundError: no such activity.
        ConflictError: `activity_closed`.
    """
    taken, refused = 0, []
    with desk.store.write() as session:
        to_be_carried_on(session, activity_id)
        form = _form(desk, session, person, activity_id)
        for one in accepted:
            problems = _accept(session, activity_id, form, one)
            if problems:
                refused.append(Refused(no=one.no, problems=problems))
            else:
                taken += 1
        if taken:
            desk.store.trail.note(session, person.id, "ledger_sheet_taken", "activity", activity_id)
    return taken, tuple(refused)


def _accept(
    session: Session, activity_id: str, form: LedgerForm, one: Accepted
) -> tuple[Problem, ...]:
    row = rows.task(session, activity_id, one.no)
    if row is None:
        return (no_task(),)
    if row.revision != one.revision:
        return (task_changed(),)
    try:
        _keep(row, _checked(form, row, {**row.progress, **one.raw}))
    except InputError as error:
        return error.problems
    session.flush()
    return ()


def _form(desk: Desk, session: Session, person: Person, activity_id: str) -> LedgerForm:
    form = form_in_use(desk, session, plans_of(desk, session, person, activity_id))
    if form is None:
        raise NotFoundError(no_form())
    return form


def _checked(form: LedgerForm, row: Task, raw: Mapping[str, Any]) -> dict[str, Any]:
    found = check_progress(form.form, entry(row), raw, date.today())
    if found.problems:
        raise InputError(found.problems)
    return {name: found.values[name] for name in PROGRESS if name in found.values}


def _keep(row: Task, values: dict[str, Any]) -> None:
    row.progress = values
    row.revision += 1


def task_changed() -> Problem:
    """Two have edited one task."""
    return problem(
        "task_changed",
        "这项任务刚刚被别人改过，您填的还没有保存。",
        "somebody else has just changed this task; yours is not saved yet.",
    )
