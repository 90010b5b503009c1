"""What somebody has to do with an object; the doors' policy is written in these words."""

from __future__ import annotations

from typing import Literal

from service.core.people import Person
from service.desk.tools import Desk
from service.store import batches, rosters

Tie = Literal["handler", "reviewer", "unit"]
"""`handler`: the clerk who handles it. `reviewer`: whose opinion its route asks for. `unit`: it is
no single person's paper, and everybody of the unit's desk may know of it."""


def ties(desk: Desk, person: Person, kind: str, object_id: str) -> frozenset[Tie]:
    """How a person is tied to an object; empty where there is no such object."""
    with desk.store.read() as session:
        if kind == "roster":
            roster = rosters.find(session, object_id)
            return _handler(person, roster.handler_id if roster else None)
        if kind == "batch":
            batch = batches.find(session, object_id)
            roster = rosters.find(session, batch.roster_id) if batch else None
            return _handler(person, roster.handler_id if roster else None)
    raise LookupError(kind)


def _handler(person: Person, handler_id: str | None) -> frozenset[Tie]:
    return frozenset({"handler"}) if handler_id == person.id else frozenset()
