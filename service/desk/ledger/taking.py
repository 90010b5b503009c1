"""Tasks taken over from a plan, for the first time and again; shown before anything changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.core.ledger import Change, Entry, plan_changes
from service.core.people import Person
from service.desk.documents.kept import found_activity, open_paper
from service.desk.ledger.plans import Plan, chosen_plan, plans_of, tasks_of
from service.desk.ledger.views import entry, to_be_carried_on
from service.desk.tools import Desk
from service.errors import ConflictError, problem
from service.store import ledger as rows
from service.store.blobs import digest
from service.store.columns import to_json
from service.store.database import Session
from service.store.models import Task


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What taking a plan over would do.

    Attributes:
        plan: the document.
        changes: task by task.
        seen: a mark of ledger and plan as they are now, handed back with the yes.
    """

    plan: Plan
    changes: tuple[Change, ...]
    seen: str

    @property
    def any(self) -> bool:
        """Something would change."""
        return any(one.kind != "same" for one in self.changes)


def look_at_plan(desk: Desk, person: Person, activity_id: str, document: str = "") -> Taking:
    """What would change; nothing is written.

    Args:
        desk: the store and the catalog.
        person: who asks.
        activity_id: whose ledger.
        document: the plan; "" for the one that is furthest on.

    Raises:
        NotFoundError: no such activity, or `no_plan`.
        InputError: what is wrong with the tasks of the plan.
    """
    with desk.store.read() as session:
        found_activity(session, activity_id)
        kept = rows.tasks(session, activity_id)
        return _look(desk, session, person, activity_id, document=document, kept=kept)


def take_over(desk: Desk, person: Person, activity_id: str, document: str, seen: str) -> Taking:
    """Does what `look_at_plan` has shown.

    Raises:
        NotFoundError, InputError: as `look_at_plan`.
        ConflictError: `ledger_changed`, ledger or plan are not what was shown; `activity_closed`.
    """
    with desk.store.write() as session:
        to_be_carried_on(session, activity_id)
        kept = rows.tasks(session, activity_id, lock=True)
        taking = _look(desk, session, person, activity_id, document=document, kept=kept)
        if taking.seen != seen:
            raise ConflictError(
                problem(
                    "ledger_changed",
                    "台账或方案刚刚又改过，没有接入；请看下面现在的差别，再确认。",
                    "ledger or plan have changed meanwhile and nothing was taken over; look at "
                    "the differences as they are now.",
                )
            )
        if taking.any:
            _write(session, activity_id, kept, taking.changes)
            desk.store.trail.note(session, person.id, "ledger_taken_over", "activity", activity_id)
        return taking


def _look(
    desk: Desk,
    session: Session,
    person: Person,
    activity_id: str,
    *,
    document: str,
    kept: Sequence[Task],
) -> Taking:
    plan = chosen_plan(plans_of(desk, session, person, activity_id), document)
    tasks = tasks_of(open_paper(desk, session, plan.document))
    entries = [entry(one) for one in kept]
    basis = [plan.document, tasks, [(one.id, one.no, one.revision) for one in kept]]
    return Taking(
        plan=plan,
        changes=tuple(plan_changes(entries, tasks)),
        seen=digest(to_json(basis).encode()),
    )


def _write(
    session: Session, activity_id: str, kept: Sequence[Task], changes: Sequence[Change]
) -> None:
    by_no = {one.no: one for one in kept}
    rows.remove(session, [by_no[one.before.no] for one in changes if one.before and not one.after])
    staying = [(by_no[one.before.no], one.after) for one in changes if one.before and one.after]
    rows.renumber(session, {row.id: after.no for row, after in staying if row.no != after.no})
    for row, after in staying:
        if row.plan != after.plan:
            row.plan = dict(after.plan)
            row.revision += 1
    news = [one.after for one in changes if one.after and not one.before]
    rows.add(session, [_row(activity_id, one) for one in news])


def _row(activity_id: str, one: Entry) -> Task:
    return Task(
        activity_id=activity_id, no=one.no, plan=dict(one.plan), progress=dict(one.progress)
    )
