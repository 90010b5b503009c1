"""The ledger: tasks of a plan and how far they are; what differs, what is late, what adds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from service.core.definition import FieldDefinition, FormDefinition

STATUSES = ("not_started", "in_progress", "done", "cleared")
"""What a task can be given; that it is overdue follows from its deadline and is never typed."""
OVERDUE = "overdue"
OPEN = frozenset({"not_started", "in_progress"})
PROGRESS: Mapping[str, frozenset[str]] = {
    "status": frozenset({"choice"}),
    "progress": frozenset({"text"}),
    "completed_on": frozenset({"date"}),
    "evidence": frozenset({"list"}),
    "verified_by": frozenset({"person"}),
    "cleared_on": frozenset({"date"}),
}
"""Columns that live on in the ledger once a task is taken over, and their types."""
TASK: Mapping[str, frozenset[str]] = {
    "title": frozenset({"text"}),
    "lead_leader": frozenset({"person"}),
    "lead_dept": frozenset({"choice", "text"}),
    "responsible_persons": frozenset({"list"}),
    "deadline": frozenset({"date"}),
}
"""Columns by which the ledger names a task, finds it and tells whether it is late."""


def ledger_table(form: FormDefinition) -> FieldDefinition | None:
    """The table whose rows are the tasks of a ledger; None where a form has none."""
    return next((one for one in form.fields.values() if one.ledger), None)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One task.

    Attributes:
        no: its number, 1, 2, 3, ….
        plan: what the plan says of it, checked values.
        progress: how far it is, checked values.
        revision: counts saves.
    """

    no: int
    plan: Mapping[str, Any]
    progress: Mapping[str, Any]
    revision: int = 1

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.plan.get("title", ""))

    @property
    def leader(self) -> str:
        """The leader who answers for it."""
        return str(self.plan.get("lead_leader", ""))

    @property
    def department(self) -> str:
        """The department that leads it."""
        return str(self.plan.get("lead_dept", ""))

    @property
    def persons(self) -> tuple[str, ...]:
        """Those who do it."""
        return tuple(self.plan.get("responsible_persons", ()))

    @property
    def deadline(self) -> date | None:
        """The day by which it is to be done."""
        return self.plan.get("deadline")

    @property
    def status(self) -> str:
        """One of STATUSES."""
        return str(self.progress.get("status", STATUSES[0]))

    def days_late(self, today: date) -> int:
        """Days since its deadline where it is still open; 0 where it is in time or done."""
        if self.status not in OPEN or self.deadline is None:
            return 0
        return max(0, (today - self.deadline).days)

    def row(self, today: date) -> dict[str, Any]:
        """The task as a row of its plan, as of a day: open and past its deadline is overdue."""
        status = OVERDUE if self.days_late(today) else self.status
        return {**self.plan, **self.progress, "status": status}


def entry_of(no: int, row: Mapping[str, Any]) -> Entry:
    """A row of the plan as a new task, with the progress that the plan itself gives."""
    progress = {name: row[name] for name in PROGRESS if name in row}
    if progress.get("status") not in STATUSES:
        progress["status"] = "in_progress" if progress.get("status") == OVERDUE else STATUSES[0]
    return Entry(no=no, plan={k: v for k, v in row.items() if k not in PROGRESS}, progress=progress)


Kind = Literal["new", "gone", "changed", "moved", "same"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One task before and after its plan is taken over again.

    Attributes:
        before: as the ledger has it; None where it is new.
        after: as the plan has it, with the ledger's progress; None where it is gone.
        columns: names of what the plan says otherwise now.
    """

    before: Entry | None
    after: Entry | None
    columns: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What happens to it."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        if self.columns:
            return "changed"
        return "same" if self.before.no == self.after.no else "moved"


def plan_changes(kept: Sequence[Entry], rows: Sequence[Mapping[str, Any]]) -> list[Change]:
    """What taking a plan over would do, in the plan's order, then what is gone.

    A task is known by its number; one whose title now stands at another number has moved there,
    and its progress goes with it.
    """
    news = [entry_of(no, row) for no, row in enumerate(rows, 1)]
    pairs = _by_title(kept, news)
    taken = {one.no for one in pairs.values()}
    for one in news:
        same = [old for old in kept if old.no == one.no and old.no not in taken]
        if one.no not in pairs and same:
            pairs[one.no] = same[0]
            taken.add(same[0].no)
    changes = [_change(pairs.get(one.no), one) for one in news]
    gone = [Change(before=one, after=None) for one in kept if one.no not in taken]
    return [*changes, *gone]


def _by_title(kept: Sequence[Entry], news: Sequence[Entry]) -> dict[int, Entry]:
    """New number to the old task of the very same title, where that names one task on each side."""
    old, new = _titled(kept), _titled(news)
    return {new[title].no: old[title] for title in new if title in old}


def _titled(entries: Sequence[Entry]) -> dict[str, Entry]:
    titles = [one.title for one in entries]
    return {one.title: one for one in entries if one.title and titles.count(one.title) == 1}


def _change(before: Entry | None, after: Entry) -> Change:
    if before is None:
        return Change(before=None, after=after)
    names = dict.fromkeys((*before.plan, *after.plan))
    return Change(
        before=before,
        after=Entry(
            no=after.no, plan=after.plan, progress=before.progress, revision=before.revision
        ),
        columns=tuple(one for one in names if before.plan.get(one) != after.plan.get(one)),
    )


SHOWS = ("all", "under_way", OVERDUE, "done", "cleared")
"""Filters of the page; every task is in `all` and in exactly one of the others."""


def standing(entry: Entry, today: date) -> str:
    """Which of the filters, but `all`, a task is under."""
    if entry.days_late(today):
        return OVERDUE
    return "under_way" if entry.status in OPEN else entry.status


def counts(entries: Sequence[Entry], today: date) -> dict[str, int]:
    """Tasks under each filter; those after `all` add up to it."""
    found = dict.fromkeys(SHOWS, 0)
    for one in entries:
        found[standing(one, today)] += 1
    return {**found, "all": len(entries)}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a reader wants to see; "" for any."""

    show: str = "all"
    department: str = ""
    leader: str = ""

    def of(self, entries: Sequence[Entry], today: date) -> list[Entry]:
        """The tasks that are wanted."""
        return [
            one
            for one in self.of_any_standing(entries)
            if self.show not in SHOWS[1:] or standing(one, today) == self.show
        ]

    def of_any_standing(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the department and leader: what the counts count."""
        return [
            one
            for one in entries
            if self.department in {"", one.department} and self.leader in {"", one.leader}
        ]


def late_by_department(entries: Sequence[Entry], today: date) -> Iterator[tuple[str, list[Entry]]]:
    """Overdue tasks by the department that leads them, in the order of the ledger."""
    found: dict[str, list[Entry]] = {}
    for one in entries:
        if one.days_late(today):
            found.setdefault(one.department, []).append(one)
    yield from found.items()
