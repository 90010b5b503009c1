"""An activity as a task list: every paper due, its owner, day and state, and who is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.core.definition import Label
from service.core.due import OWING
from service.core.paper_list import PaperDue
from service.core.papers import SETTLED, STATES, State
from service.core.people import Person
from service.core.roster.names import same_person
from service.desk.activity.facts import known_facts, spoken
from service.desk.activity.known import Eyes
from service.desk.activity.lines import Line, Rules, lines_of, rules_of
from service.desk.activity.members import RosterMember, roster_members
from service.desk.documents.kept import found_activity
from service.desk.tools import Desk
from service.errors import GongwenError, Lang, Problem
from service.store import activities as rows
from service.store.activities import Held
from service.store.database import Session
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
    """

    paper: PaperDue
    title: Label
    owner: str
    day: date | None
    lacks: tuple[Label, ...]
    tasks: tuple[Task, ...]
    rosters: tuple[str, ...] = ()

    @property
    def each(self) -> bool:
        """Several owe it."""
        return self.paper.who != "unit"

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of those who have not handed it in."""
        return tuple(one.name for one in self.tasks if one.owing) if self.each else ()

    @property
    def open(self) -> bool:
        """Not all of it is settled, or nobody is known yet who owes it."""
        return not self.tasks or any(not (one.back or one.state in SETTLED) for one in self.tasks)

    @property
    def state(self) -> State:
        """Where the one stands that is furthest behind."""
        states = [one.state for one in self.tasks if not one.back]
        return min(states, key=STATES.index) if states else "not_started"


@dataclass(frozen=True, kw_only=True)
class Other:
    """A document that the list does not ask for."""

    document: Held
    title: Label | None


@dataclass(frozen=True, kw_only=True)
class Board:
    """An activity as its page shows it.

    Attributes:
        id: of the activity.
        title: in the reader's language, or "".
        closed: nothing is changed any more.
        copied_from: the activity before, or None.
        groups: what is due.
        others: documents that the list does not ask for.
        contact: to whom papers are handed in, in the words of the profile.
        problems: what ails papers.yaml.
    """

    id: str
    title: str
    closed: bool
    copied_from: str | None
    groups: tuple[TaskGroup, ...]
    others: tuple[Other, ...]
    contact: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def view_board(desk: Desk, person: Person, activity_id: str, lang: Lang) -> Board:
    """The task list, without what the person may not know of. Raises NotFoundError."""
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
        documents = Eyes(desk, person).known(rows.held(session, [activity_id]))
        try:
            rules = rules_of(desk)
        except GongwenError as error:
            return _without_rules(desk, activity, documents, error.problems)
        groups = tuple(groups_of(session, rules, person, activity, lang=lang, documents=documents))
    listed = {task.document for group in groups for task in group.tasks}
    facts = known_facts(rules.profile, activity, spoken(activity, lang))
    return Board(
        id=activity.id,
        title=name_of(rules, activity, lang),
        closed=activity.closed,
        copied_from=activity.copied_from,
        groups=groups,
        others=_others(desk, [one for one in documents if one.id not in listed]),
        contact=tuple(str(facts.get(name) or "") for name in rules.papers.contact),
    )


def _without_rules(
    desk: Desk, activity: Activity, documents: Sequence[Held], problems: tuple[Problem, ...]
) -> Board:
    """Whatever ails papers.yaml or a kind, the documents can be had."""
    return Board(
        id=activity.id,
        title=activity.title,
        closed=activity.closed,
        copied_from=activity.copied_from,
        groups=(),
        others=_others(desk, documents),
        contact=(),
        problems=problems,
    )


def _others(desk: Desk, documents: Sequence[Held]) -> tuple[Other, ...]:
    titles = {kind: title_of_kind(desk, kind) for kind in {one.kind for one in documents}}
    return tuple(Other(document=one, title=titles[one.kind]) for one in documents)


def not_begun(board: Board) -> bool:
    """Whether there is no document in it that the person may know of."""
    return not board.others and not any(
        task.document for group in board.groups for task in group.tasks
    )


def name_of(rules: Rules, activity: Activity, lang: Lang) -> str:
    """The activity's name in the reader's language where there is one."""
    facts = known_facts(rules.profile, activity, spoken(activity, lang))
    return str(facts.get(rules.papers.name) or activity.title)


def title_of_kind(desk: Desk, kind: str) -> Label | None:
    """A kind's title; None where the kind is gone or broken."""
    try:
        return desk.catalog.kind(kind).form.title
    except GongwenError:
        return None


def furthest(documents: Sequence[Held]) -> Held | None:
    """Of several documents for one paper the one that is furthest on, then the newest."""
    best = None
    for one in documents:
        if best is None or STATES.index(one.state) >= STATES.index(best.state):
            best = one
    return best


def groups_of(
    session: Session,
    rules: Rules,
    person: Person,
    activity: Activity,
    *,
    lang: Lang,
    documents: Sequence[Held],
) -> Iterator[TaskGroup]:
    """Each line of papers.yaml with those who owe it, also where nobody is listed so far."""
    lines = lines_of(rules, activity, lang)
    by_kind: dict[tuple[str, str], list[Held]] = {}
    for one in documents:
        by_kind.setdefault((one.kind, one.part), []).append(one)
    for paper in rules.papers.papers:
        mine = [one for one in lines if one.paper.id == paper.id]
        there = by_kind.get((paper.kind, paper.part), [])
        rosters = rows.rosters(session, activity.id, person.id) if paper.who == "member" else ()
        rosters = [one for one in rosters if one.kind == paper.kind]
        if paper.who == "member":
            tasks = _members(session, paper, rosters, there)
        else:
            tasks = [_task(one, [d for d in there if one.is_of(d)]) for one in mine]
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
        )


def _empty_list(paper: PaperDue, lines: Sequence[Line]) -> list[str]:
    return [paper.listed_in] if paper.listed_in and not lines else []


def _task(line: Line, documents: Sequence[Held]) -> Task:
    found = furthest(documents)
    return Task(
        key=line.key,
        name=line.person or line.branch,
        branch=line.branch,
        document=found.id if found else "",
        state=found.state if found else "not_started",
    )


def _members(
    session: Session, paper: PaperDue, rosters: Sequence[Roster], documents: Sequence[Held]
) -> list[Task]:
    """The members of one's own rosters, then those whose paper one may know of besides."""
    by_name: dict[str, list[Held]] = {}
    for one in documents:
        by_name.setdefault(same_person(one.person), []).append(one)
    tasks = [
        _member(paper, one, by_name.pop(same_person(one.name), []))
        for one in roster_members(session, rosters)
    ]
    rest = (_task_of(one) for found in by_name.values() for one in found)
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
