"""An activity as a task list: every paper due, its owner, day and state, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.core.definition import Label
from service.core.people import Person
from service.desk.activity.facts import known_facts, spoken
from service.desk.activity.groups import TaskGroup, Whose, groups_of
from service.desk.activity.known import Eyes
from service.desk.activity.lines import Rules, rules_of
from service.desk.activity.members import members_by_roster
from service.desk.documents.kept import found_activity
from service.desk.tools import Desk
from service.errors import GongwenError, Lang, Problem
from service.store import activities as rows
from service.store.activities import Held
from service.store.models import Activity


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
        rosters = rows.rosters(session, [activity_id], person.id)
        whose = Whose(
            person=person,
            documents=documents,
            rosters=rosters,
            members=members_by_roster(session, rosters),
        )
    groups = tuple(groups_of(rules, activity, whose, lang))
    listed = {task.document for group in groups for task in group.tasks}
    facts = known_facts(rules.profile, activity, spoken(rules.profile, activity, lang))
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
    facts = known_facts(rules.profile, activity, spoken(rules.profile, activity, lang))
    return str(facts.get(rules.papers.name) or activity.title)


def title_of_kind(desk: Desk, kind: str) -> Label | None:
    """A kind's title; None where the kind is gone or broken."""
    try:
        return desk.catalog.kind(kind).form.title
    except GongwenError:
        return None
