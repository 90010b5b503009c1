"""What somebody has to do with an object; the doors' policy is written in these words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from service.core.people import Person
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store import batches, documents, rosters
from service.store.models import Activity, Document, Submission

Tie = Literal["handler", "reviewer", "unit", "desk", "administrator"]
"""`handler`: the clerk who handles it. `reviewer`: whose opinion its route asks for. `unit`: it is
no single person's paper, and everybody who signs in may know of it; `desk`: so it is, and the
person makes papers; `administrator`: so it is, and the person administers."""
_NONE: frozenset[Tie] = frozenset()


def ties(desk: Desk, person: Person, kind: str, object_id: str) -> frozenset[Tie]:
    """How a person is tied to an object; empty where there is no such object.

    Args:
        desk: the store and the catalog.
        person: who asks.
        kind: `roster`, `batch`, `activity`, `document` or `submission`.
        object_id: which.
    """
    if not (object_id.isascii() and object_id.isalnum()):  # no id; PostgreSQL takes no NUL
        return _NONE
    with desk.store.read() as session:
        if kind == "roster":
            roster = rosters.find(session, object_id)
            return _handler(person, roster.handler_id if roster else None)
        if kind == "batch":
            batch = batches.find(session, object_id)
            roster = rosters.find(session, batch.roster_id) if batch else None
            return _handler(person, roster.handler_id if roster else None)
        if kind == "activity":
            return _unit(person) if session.get(Activity, object_id) else _NONE
        if kind == "document":
            document = session.get(Document, object_id)
            return ties_to_document(desk, person, document) if document else _NONE
        if kind == "submission":
            submission = session.get(Submission, object_id)
            ids = submission.documents if submission else ()
            papers = documents.these(session, ids, answers=False)
            return ties_to_submission(desk, person, submission, papers) if submission else _NONE
    raise LookupError(kind)


def ties_to_submission(
    desk: Desk, person: Person, row: Submission, papers: Iterable[Document]
) -> frozenset[Tie]:
    """Of what was filed: who filed it, and whoever is tied to every single document in it.

    `papers` are the documents in it, as far as they are still there; others may stand beside them.

    One that was filed from files (no activity) is nobody's but the filer's: whose papers are in it
    is not known here.
    """
    found = _handler(person, row.filed_by_id)
    if row.activity_id is None:
        return found
    ids = set(row.documents)
    known = {one.id for one in papers if one.id in ids and ties_to_document(desk, person, one)}
    if known == ids:
        found |= _unit(person)
    return found


def ties_to_document(desk: Desk, person: Person, document: Document) -> frozenset[Tie]:
    """The same for a row at hand, so that lists leave out what a person may not know of."""
    found = _handler(person, document.handler_id)
    if reviews(desk, person, document):
        found |= {"reviewer"}
    return found if document.confidential else found | _unit(person)


def reviews(desk: Desk, person: Person, document: Document) -> bool:
    """Whether the route of its kind asks for this person's opinion."""
    if person.role != "reviewer":
        return False
    try:
        route = desk.catalog.kind(document.kind).form.route
    except GongwenError:  # a kind that was taken away; its papers stay with their clerk
        return False
    if person.post not in route:
        return False
    return person.post != "branch_secretary" or person.branch == document.branch


def _unit(person: Person) -> frozenset[Tie]:
    found: set[Tie] = {"unit"}
    if person.writes:
        found.add("desk")
    if person.role == "administrator":
        found.add("administrator")
    return frozenset(found)


def _handler(person: Person, handler_id: str | None) -> frozenset[Tie]:
    return frozenset({"handler"}) if handler_id == person.id else _NONE
