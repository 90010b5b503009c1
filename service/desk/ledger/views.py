"""The ledger as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.ledger import Entry
from service.core.people import Person
from service.desk.documents.kept import closed, found_activity
from service.desk.ledger.plans import LedgerForm, Plan, form_in_use, plans_of
from service.desk.tools import Desk
from service.errors import ConflictError, NotFoundError, Problem, problem
from service.store import ledger as rows
from service.store.database import Session
from service.store.models import Activity, Task


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All tasks of an activity.

    Attributes:
        activity: its id.
        title: its name, or "".
        closed: nothing is changed any more.
        entries: the tasks by their numbers.
        plans: documents that tasks can be taken over from.
        form: what names the columns; None where no kind has a ledger.
    """

    activity: str
    title: str
    closed: bool
    entries: tuple[Entry, ...]
    plans: tuple[Plan, ...]
    form: LedgerForm | None

    def entry(self, no: int) -> Entry:
        """One task. Raises NotFoundError."""
        found = next((one for one in self.entries if one.no == no), None)
        if found is None:
            raise NotFoundError(no_task())
        return found

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments that lead a task, in the order of the ledger."""
        return tuple(dict.fromkeys(one.department for one in self.entries if one.department))

    @property
    def leaders(self) -> tuple[str, ...]:
        """Leaders who answer for a task."""
        return tuple(dict.fromkeys(one.leader for one in self.entries if one.leader))


def view_ledger(desk: Desk, person: Person, activity_id: str) -> Ledger:
    """The ledger. Raises NotFoundError."""
    with desk.store.read() as session:
        return ledger_of(desk, session, person, found_activity(session, activity_id))


def ledger_of(desk: Desk, session: Session, person: Person, activity: Activity) -> Ledger:
    """The same in the caller's transaction."""
    plans = plans_of(desk, session, person, activity.id)
    return Ledger(
        activity=activity.id,
        title=activity.title,
        closed=activity.closed,
        entries=tuple(map(entry, rows.tasks(session, activity.id))),
        plans=tuple(plans),
        form=form_in_use(desk, session, plans),
    )


def entry(row: Task) -> Entry:
    """A kept task."""
    return Entry(no=row.no, plan=row.plan, progress=row.progress, revision=row.revision)


def to_be_carried_on(session: Session, activity_id: str) -> None:
    """Raises NotFoundError, or ConflictError where the activity is closed."""
    if found_activity(session, activity_id).closed:
        raise ConflictError(closed())


def no_task() -> Problem:
    """There is no task of that number."""
    return problem(
        "no_task",
        "台账里没有这个序号；方案可能重新接入过，请回到台账页再看。",
        "the ledger has no such number; the plan may have been taken over again. Look at the "
        "ledger's page.",
    )


def no_form() -> Problem:
    """No kind has a ledger."""
    return problem(
        "no_ledger_kind",
        "现有的文书种类都没有台账，请管理员检查整改方案的表单。",
        "no kind of document has a ledger; the administrator should look at the plan's form.",
    )
