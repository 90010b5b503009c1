"""What a person may know of the open activities, counted anew only where something has changed.

An activity's revision and the pulse of its documents say whether what was counted still holds: they
are read from the database each time, so that every process knows at once of every change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.core.papers import SETTLED
from service.core.people import Person
from service.desk.activity.facts import Same
from service.desk.activity.groups import TaskGroup, Whose, groups_of
from service.desk.activity.known import Eyes
from service.desk.activity.lines import Rules
from service.desk.activity.members import members_by_roster
from service.desk.documents.routes import steps_of_all
from service.desk.tools import Desk
from service.errors import Lang
from service.store import activities as rows
from service.store.activities import Held
from service.store.database import Session
from service.store.models import Activity, Roster


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one person may know of one open activity, as far as the lists tell of it.

    Attributes:
        holds: all that it was counted from; other content means counting again.
        groups: what is due.
        asked: in review, of a route that asks for this person; whose opinions each needs.
        back: the person's own, sent back.
        drafts: the person's own, begun.
    """

    holds: tuple[object, ...]
    groups: tuple[TaskGroup, ...]
    asked: tuple[tuple[Held, tuple[str, ...]], ...]
    back: tuple[Held, ...]
    drafts: tuple[Held, ...]

    @cached_property
    def tally(self) -> tuple[int, int]:
        """Papers that are settled, and all that are due."""
        tasks = [t for one in self.groups for t in one.tasks if t.document or not one.veiled]
        return sum(task.state in SETTLED or task.back for task in tasks), len(tasks)


_MOST = 2048
_KEPT: OrderedDict[tuple[str, Person, Lang], Seen] = OrderedDict()


class Look:
    """One person's look at all open activities."""

    def __init__(self, desk: Desk, session: Session, person: Person, lang: Lang) -> None:
        self._desk, self._session, self._person, self._lang = desk, session, person, lang
        self._rosters: dict[str | None, list[Roster]] = {}
        self._open: Mapping[str, Activity] = {}
        self._rules: Rules | None = None

    def at(self, activities: Mapping[str, Activity], rules: Rules | None) -> dict[str, Seen]:
        """Each open activity; counted anew only where it has changed since the last look."""
        self._open, self._rules = activities, rules
        holds = self._holds()
        seen, lost = {}, []
        for id_ in self._open:
            kept = _KEPT.get((id_, self._person, self._lang))
            if kept is not None and holds[id_] and kept.holds == holds[id_]:
                seen[id_] = kept
            else:
                lost.append(id_)
        for id_, found in self._counted(lost, holds):
            seen[id_] = found
            if holds[id_]:
                _KEPT[(id_, self._person, self._lang)] = found
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
        return {id_: seen[id_] for id_ in self._open}

    def _holds(self) -> dict[str, tuple[object, ...]]:
        """What each activity is counted from; () where that shows in no number.

        A roster's members come and mend, and their forms come back: one's own are counted anew.
        """
        rosters = rows.rosters(self._session, list(self._open), self._person.id)
        for one in rosters:
            self._rosters.setdefault(one.activity_id, []).append(one)
        if self._rules is None:
            return dict.fromkeys(self._open, ())
        basis = Same(self._rules.papers), Same(self._rules.profile)
        pulses = rows.pulses(self._session)
        return {
            id_: () if id_ in self._rosters else (one.revision, pulses.get(id_), *basis)
            for id_, one in self._open.items()
        }

    def _counted(
        self, ids: Sequence[str], holds: Mapping[str, tuple[object, ...]]
    ) -> Iterator[tuple[str, Seen]]:
        if not ids:
            return
        eyes = Eyes(self._desk, self._person)
        documents: dict[str, list[Held]] = {one: [] for one in ids}
        for document in eyes.known(rows.held(self._session, ids)):
            documents[document.activity_id].append(document)
        mine = [one for id_ in ids for one in self._rosters.get(id_, ())]
        members = members_by_roster(self._session, mine)
        in_review = [
            one
            for held in documents.values()
            for one in held
            if one.state == "in_review" and "reviewer" in eyes.ties(one)
        ]
        steps = steps_of_all(self._desk, self._session, in_review)
        for id_ in ids:
            held = documents[id_]
            own = [one for one in held if one.handler_id == self._person.id]
            whose = Whose(
                person=self._person,
                documents=held,
                rosters=self._rosters.get(id_, ()),
                members=members,
            )
            found = self._rules and groups_of(self._rules, self._open[id_], whose, self._lang)
            yield (
                id_,
                Seen(
                    holds=holds[id_],
                    groups=tuple(found or ()),
                    asked=tuple((one, steps[one.id]) for one in held if one.id in steps),
                    back=tuple(one for one in own if one.state == "to_revise"),
                    drafts=tuple(one for one in own if one.state == "draft"),
                ),
            )
