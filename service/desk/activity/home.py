"""What waits for somebody who signs in, and the activities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service.core.definition import Label
from service.core.due import is_near, is_overdue
from service.core.papers import SETTLED
from service.core.people import Person
from service.desk.activity.groups import TaskGroup, Whose, groups_of
from service.desk.activity.known import Eyes
from service.desk.activity.lines import Rules, rules_of
from service.desk.activity.tasks import name_of, title_of_kind
from service.desk.documents.cases import waiting
from service.desk.tools import Desk
from service.errors import GongwenError, Lang
from service.store import activities as rows
from service.store.activities import Held
from service.store.database import Session
from service.store.models import Activity, Roster


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A document that waits for this person."""

    document: Held
    title: Label | None
    activity: str


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A paper that is to be there soon, or should have been.

    Attributes:
        activity_id: where it is due.
        activity: name of that.
        group: the paper, and who still owes it.
        day: by which it is to be there.
        document: the one document that is meant; "" where it is not begun, or there are several.
    """

    activity_id: str
    activity: str
    group: TaskGroup
    day: date
    document: str


@dataclass(frozen=True, kw_only=True)
class ActivityLine:
    """An activity in the list.

    Attributes:
        id: of the activity.
        title: in the reader's language, or "".
        closed: nothing is changed any more.
        done: papers that are settled, of those that are due.
        total: papers that are due.
    """

    id: str
    title: str
    closed: bool
    done: int = 0
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class Todo:
    """The first page.

    Attributes:
        reviews: documents whose reviewer this person is and whose turn it is.
        sent_back: the clerk's own, to be revised.
        drafts: the clerk's own, begun, as far as no day presses.
        overdue: papers whose day has passed.
        coming: papers that are due soon.
        without_password: users who cannot sign in yet (an administrator sees it).
        activities: the open ones first.
    """

    reviews: tuple[Waiting, ...] = ()
    sent_back: tuple[Waiting, ...] = ()
    drafts: tuple[Waiting, ...] = ()
    overdue: tuple[Deadline, ...] = ()
    coming: tuple[Deadline, ...] = ()
    without_password: int = 0
    activities: tuple[ActivityLine, ...] = field(default=())

    @property
    def nothing(self) -> bool:
        """Nothing waits."""
        lists = (self.reviews, self.sent_back, self.drafts, self.overdue, self.coming)
        return not any(lists) and not self.without_password


def todo(desk: Desk, person: Person, lang: Lang, today: date) -> Todo:
    """What waits for a person today, without what the person may not know of."""
    with desk.store.read() as session:
        return _Home(desk, session, person, lang).todo(today)


def list_activities(desk: Desk, person: Person, lang: Lang) -> list[ActivityLine]:
    """All activities, the open ones first, the newest of them first."""
    with desk.store.read() as session:
        return list(_Home(desk, session, person, lang).activities())


class _Home:
    """Reads once what several parts of the page look at."""

    def __init__(self, desk: Desk, session: Session, person: Person, lang: Lang) -> None:
        self._desk, self._session, self._person, self._lang = desk, session, person, lang
        self._rows = rows.every(session)
        self._open = {one.id: one for one in self._rows if not one.closed}
        found = rows.held(session, list(self._open)) if self._open else []
        self._eyes = Eyes(desk, person)
        self._documents = self._eyes.known(found)
        self._rules = _rules(desk)
        self._names = {one.id: self._name(one) for one in self._rows}
        self._groups = self._all_groups()

    def todo(self, today: date) -> Todo:
        """All of it."""
        mine = [one for one in self._documents if one.handler_id == self._person.id]
        deadlines = list(self._deadlines()) if self._person.writes else []
        # What another clerk may have under way unseen is not late here.
        overdue = [
            one
            for one in deadlines
            if one.group.tasks and one.group.known and is_overdue(one.group.state, one.day, today)
        ]
        coming = [one for one in deadlines if is_near(one.group.state, one.day, today)]
        told = {one.document for one in (*overdue, *coming)}
        drafts = [one for one in mine if one.state == "draft" and one.id not in told]
        return Todo(
            reviews=tuple(self._waiting(self._to_review())),
            sent_back=tuple(self._waiting([one for one in mine if one.state == "to_revise"])),
            drafts=tuple(self._waiting(drafts)),
            overdue=tuple(overdue),
            coming=tuple(coming),
            without_password=self._without_password(),
            activities=tuple(self.activities()),
        )

    def activities(self) -> Iterator[ActivityLine]:
        """Each with how far it is."""
        for one in self._rows:
            groups = self._groups.get(one.id, ())
            tasks = [t for group in groups for t in group.tasks if t.document or not group.veiled]
            yield ActivityLine(
                id=one.id,
                title=self._names[one.id],
                closed=one.closed,
                done=sum(task.state in SETTLED or task.back for task in tasks),
                total=len(tasks),
            )

    def _all_groups(self) -> dict[str, list[TaskGroup]]:
        """What is due in each open activity."""
        if self._rules is None or not self._open:
            return {}
        documents: dict[str, list[Held]] = {}
        for document in self._documents:
            documents.setdefault(document.activity_id, []).append(document)
        rosters: dict[str | None, list[Roster]] = {}
        for roster in rows.rosters(self._session, list(self._open), self._person.id):
            rosters.setdefault(roster.activity_id, []).append(roster)
        found = {}
        for id_, activity in self._open.items():
            whose = Whose(
                person=self._person,
                documents=documents.get(id_, ()),
                rosters=rosters.get(id_, ()),
            )
            groups = groups_of(self._session, self._rules, activity, whose, self._lang)
            found[id_] = list(groups)
        return found

    def _deadlines(self) -> Iterator[Deadline]:
        """Papers that are still to be settled and have a day, the nearest first."""
        found = [
            Deadline(
                activity_id=id_,
                activity=self._names[id_],
                group=group,
                day=group.day,
                document=group.tasks[0].document if len(group.tasks) == 1 else "",
            )
            for id_, groups in self._groups.items()
            for group in groups
            if group.day is not None and group.open
        ]
        yield from sorted(found, key=lambda one: one.day)

    def _to_review(self) -> list[Held]:
        """In review, of a route that asks for this person, who has not said anything yet of it."""
        if self._person.role != "reviewer":
            return []
        asked = [
            one
            for one in self._documents
            if one.state == "in_review" and "reviewer" in self._eyes.ties(one)
        ]
        ids = [one.id for one in asked]
        waits = waiting(self._desk, self._session, ids, self._person.post)
        return [one for one in asked if one.id in waits]

    def _waiting(self, documents: Sequence[Held]) -> Iterator[Waiting]:
        titles: Mapping[str, Label | None] = {
            kind: title_of_kind(self._desk, kind) for kind in {one.kind for one in documents}
        }
        for one in documents:
            name = self._names[one.activity_id]
            yield Waiting(document=one, title=titles[one.kind], activity=name)

    def _name(self, activity: Activity) -> str:
        if self._rules is None:
            return activity.title
        return name_of(self._rules, activity, self._lang)

    def _without_password(self) -> int:
        if self._person.role != "administrator":
            return 0
        return rows.users_without_password(self._session)


def _rules(desk: Desk) -> Rules | None:
    """None where papers.yaml is broken; the activities' own pages say what ails it."""
    try:
        return rules_of(desk)
    except GongwenError:
        return None
