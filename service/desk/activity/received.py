"""Documents that were handed over to somebody, until they are taken up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from service.core.definition import Label
from service.core.papers import State
from service.core.people import Person
from service.desk.activity.tasks import title_of_kind
from service.desk.documents.lists import names_of
from service.desk.tools import Desk
from service.store import documents, handovers

_TOLD = timedelta(days=14)
"""Of what is settled nothing is to be done; it is told for so long."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A document that somebody else has handed over.

    Attributes:
        id: of the document.
        title: of its kind; None where the kind is gone.
        kind: its kind.
        person: whose paper it is; "" for the unit's.
        activity: name of its activity.
        state: where it stands.
        due: day by which it is to be there.
        by: who handed it over; "" for the command line.
        at: when.
    """

    id: str
    title: Label | None
    kind: str
    person: str
    activity: str
    state: State
    due: date | None
    by: str
    at: datetime


def received(desk: Desk, person: Person) -> list[Received]:
    """What a person was given lately and has not done anything with, the newest first."""
    with desk.store.read() as session:
        since = (documents.now(session) - _TOLD).isoformat()
        found = handovers.received(session, person.id, since)
        names = names_of(session) if found else {}
        activities = {row.activity_id for row, *_ in found}
        titles = {one: documents.activity(session, one) for one in activities}
        return [
            Received(
                id=row.id,
                title=title_of_kind(desk, row.kind),
                kind=row.kind,
                person=row.person,
                activity=activity.title if (activity := titles[row.activity_id]) else "",
                state=cast(State, row.state),
                due=row.due,
                by=names.get(by, ""),
                at=datetime.fromisoformat(at),
            )
            for row, by, at in found
        ]
