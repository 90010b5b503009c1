"""What waits for somebody who signs in, and the activities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from service.core.definition import Label
from service.core.due import is_near, is_overdue
from service.core.people import Person
from service.desk.activity.facts import read_profiles
from service.desk.activity.groups import TaskGroup
from service.desk.activity.lines import Rules, rules_of
from service.desk.activity.seen import Look
from service.desk.activity.tasks import name_of, title_of_kind
from service.desk.documents.cases import waiting
from service.desk.tools import Desk
from service.errors import GongwenError, Lang
from service.store import activities as rows
from service.store.activities import Held
from service.store.database import Session
from service.store.models import Activity


class Waiting(NamedTuple):
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
        self._rules = _rules(desk)
        if self._rules is not None:
            read_profiles(session, self._rules.profile, self._rows)
        self._names = {one.id: self._name(one) for one in self._rows}
        self._seen = Look(desk, session, person, lang).at(self._open, self._rules)

    def todo(self, today: date) -> Todo:
        """All of it."""
        deadlines = list(self._deadlines()) if self._person.writes else []
        # What another clerk may have under way unseen is not late here.
        overdue = [
            one
            for one in deadlines
            if one.group.tasks and one.group.known and is_overdue(one.group.state, one.day, today)
        ]
        coming = [one for one in deadlines if is_near(one.group.state, one.day, today)]
        told = {one.document for one in (*overdue, *coming)}
        oldest_first = list(reversed(self._seen.values()))
        drafts = [one for seen in oldest_first for one in seen.drafts if one.id not in told]
        return Todo(
            reviews=tuple(self._waiting(self._to_review())),
            sent_back=tuple(self._waiting([one for seen in oldest_first for one in seen.back])),
            drafts=tuple(self._waiting(drafts)),
            overdue=tuple(overdue),
            coming=tuple(coming),
            without_password=self._without_password(),
            activities=tuple(self.activities()),
        )

    def activities(self) -> Iterator[ActivityLine]:
        """Each with how far it is."""
        for one in self._rows:
            done, total = self._seen[one.id].tally if one.id in self._seen else (0, 0)
            yield ActivityLine(
                id=one.id,
                title=self._names[one.id],
                closed=one.closed,
                done=done,
                total=total,
            )

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
            for id_, seen in self._seen.items()
            for group in seen.groups
            if group.day is not None and group.open
        ]
        yield from sorted(found, key=lambda one: one.day)

    def _to_review(self) -> list[Held]:
        """In review, of a route that asks for this person, who has not said anything yet of it."""
        if self._person.role != "reviewer":
            return []
        asked = [pair for seen in reversed(self._seen.values()) for pair in seen.asked]
        steps = {one.id: needed for one, needed in asked}
        waits = waiting(self._session, steps, self._person.post) if steps else set()
        return [one for one, _ in asked if one.id in waits]

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
