"""Each paper that is due with those who owe it: whose, in what state, as far as one may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from service.core.definition import Label
from service.core.due import OWING
from service.core.paper_list import PaperDue
from service.core.papers import SETTLED, STATES, State
from service.core.people import Person
from service.core.roster.names import same_person
from service.desk.activity.lines import Line, Rules, lines_of
from service.desk.activity.lines import whose as whose_is
from service.desk.activity.members import RosterMember, people_on
from service.errors import Lang
from service.store.activities import Held
from service.store.models import Activity, Roster


@dataclass(frozen=True, kw_only=True)
class Task:
    """One paper of one person, branch, or the unit.

    Attributes:
        key: what the button that starts it says; "" where it cannot be started here.
        name: whose it is; "" for the unit's.
        branch: of a member, where it is known.
        document: id of its document, or "".
        state: where that stands; `not_started` where there is none.
        back: a member's form came back on paper, or was on the roster already.
    """

    key: str
    name: str
    branch: str
    document: str
    state: State
    back: bool = False

    @property
    def owing(self) -> bool:
        """It has not been handed in."""
        return self.state in OWING and not self.back


@dataclass(frozen=True, kw_only=True)
class TaskGroup:
    """One line of papers.yaml: a paper of the unit, or the same paper of several.

    Attributes:
        paper: the line.
        title: of the paper.
        owner: who sees to it, or "".
        day: by which it is to be there.
        lacks: labels of what the profile lacks for its day.
        tasks: one, or one for each that owes it.
        rosters: on which the person has the members of this activity, the newest first.
        veiled: others may have some of them under way of which this person may not know; so only
            what the person knows can be told, and nothing of the rest.
    """

    paper: PaperDue
    title: Label
    owner: str
    day: date | None
    lacks: tuple[Label, ...]
    tasks: tuple[Task, ...]
    rosters: tuple[str, ...] = ()
    veiled: bool = False

    @cached_property
    def known(self) -> bool:
        """What the person knows of it is worth telling as a state of the whole."""
        return not self.veiled or any(one.document for one in self.tasks)

    @property
    def each(self) -> bool:
        """Several owe it."""
        return self.paper.who != "unit"

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of those who have not handed it in."""
        return tuple(one.name for one in self.tasks if one.owing) if self.each else ()

    @cached_property
    def open(self) -> bool:
        """Not all of it is settled, or nobody is known yet who owes it."""
        return not self.tasks or any(not (one.back or one.state in SETTLED) for one in self.tasks)

    @cached_property
    def state(self) -> State:
        """Where the one stands that is furthest behind."""
        states = [one.state for one in self.tasks if not one.back]
        return min(states, key=STATES.index) if states else "not_started"


def furthest(documents: Sequence[Held]) -> Held | None:
    """Of several documents for one paper the one that is furthest on, then the newest."""
    best = None
    for one in documents:
        if best is None or STATES.index(one.state) >= STATES.index(best.state):
            best = one
    return best


@dataclass(frozen=True, kw_only=True)
class Whose:
    """What a person knows of in one activity.

    Attributes:
        person: who asks.
        documents: of the activity.
        rosters: of the activity, the newest first.
        members: on each of them (`members_by_roster`).
    """

    person: Person
    documents: Sequence[Held]
    rosters: Sequence[Roster]
    members: Mapping[str, Sequence[RosterMember]]


def groups_of(rules: Rules, activity: Activity, whose: Whose, lang: Lang) -> Iterator[TaskGroup]:
    """Each line of papers.yaml with those who owe it, also where nobody is listed so far."""
    lines = lines_of(rules, activity, lang)
    by_kind: dict[tuple[str, str], dict[str, list[Held]]] = {}
    for one in whose.documents:
        by_name = by_kind.setdefault((one.kind, one.part), {})
        by_name.setdefault(whose_is(one), []).append(one)
    for paper in rules.papers.papers:
        mine = [one for one in lines if one.paper.id == paper.id]
        there = by_kind.get((paper.kind, paper.part), {})
        rosters = [one for one in whose.rosters if one.kind == paper.kind]
        if paper.who == "member":
            tasks = _members(paper, people_on(rosters, whose.members), there)
        else:
            tasks = [_task(one, there) for one in mine]
        first = mine[0] if mine else None
        lacks = [*(first.lacks if first else ()), *_empty_list(paper, mine)]
        yield TaskGroup(
            paper=paper,
            title=rules.title(paper),
            owner=first.owner if first and not paper.listed_in else "",
            day=first.day if first else None,
            lacks=tuple(rules.profile.fields[name].label for name in lacks),
            tasks=tuple(tasks),
            rosters=tuple(one.id for one in rosters),
            veiled=not rosters and rules.veiled(paper, whose.person),
        )


def _empty_list(paper: PaperDue, lines: Sequence[Line]) -> list[str]:
    return [paper.listed_in] if paper.listed_in and not lines else []


def _task(line: Line, by_name: Mapping[str, Sequence[Held]]) -> Task:
    found = furthest([one for name in line.spellings for one in by_name.get(name, ())])
    return Task(
        key=line.key,
        name=line.person or line.branch,
        branch=line.branch,
        document=found.id if found else "",
        state=found.state if found else "not_started",
    )


def _members(
    paper: PaperDue,
    listed: Sequence[RosterMember],
    by_name: Mapping[str, Sequence[Held]],
) -> list[Task]:
    """The members of one's own rosters, then those whose paper one may know of besides."""
    left = dict(by_name)
    tasks = [_member(paper, one, left.pop(same_person(one.name), ())) for one in listed]
    rest = (_task_of(one) for found in left.values() for one in found)
    return [*tasks, *rest]


def _member(paper: PaperDue, member: RosterMember, documents: Sequence[Held]) -> Task:
    found = furthest(documents)
    return Task(
        key=f"{paper.id}:{member.name}",
        name=member.name,
        branch=str(member.values.get("branch") or ""),
        document=found.id if found else "",
        state=found.state if found else "not_started",
        back=member.back and not (found and found.state not in OWING),
    )


def _task_of(document: Held) -> Task:
    return Task(
        key="",
        name=document.person,
        branch=document.branch,
        document=document.id,
        state=document.state,
    )
