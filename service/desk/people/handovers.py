"""Papers handed over to another clerk: one by one, or all that somebody handles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from service.core.people import Person
from service.desk.documents.kept import found_document
from service.desk.people.signing import person_of
from service.desk.people.users import known_user
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, Problem, problem
from service.store import bundles, people
from service.store import handovers as rows
from service.store.database import Session


@dataclass(frozen=True, kw_only=True)
class Load:
    """What somebody handles.

    Attributes:
        documents: how many.
        confidential: how many of them the handler alone sees, and the reviewer.
        rosters: how many, each with its batches.
    """

    documents: int
    confidential: int
    rosters: int

    @property
    def anything(self) -> bool:
        """There is something to hand over."""
        return bool(self.documents or self.rosters)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """The last time that a document changed hands.

    Attributes:
        by: who did it, as pages name the person; "" for the command line.
        at: when.
    """

    by: str
    at: datetime


def load_of(desk: Desk, user_id: str) -> Load:
    """What a user handles, in numbers: an administrator is told no more of it."""
    with desk.store.read() as session:
        documents, confidential, rosters = rows.counted(session, user_id)
    return Load(documents=documents, confidential=confidential, rosters=rosters)


def takers(desk: Desk, *, but: Collection[str]) -> list[Person]:
    """Users to whom papers can be handed over, by name; without those of some ids."""
    with desk.store.read() as session:
        return [person_of(one) for one in rows.writers(session) if one.id not in but]


def last_handover(desk: Desk, document_id: str) -> Handover | None:
    """The last time that a document changed hands; None where it never did."""
    with desk.store.read() as session:
        found = rows.last(session, document_id)
        user = people.find(session, found.user_id) if found else None
    if found is None:
        return None
    return Handover(by=user.shown if user else "", at=datetime.fromisoformat(found.at))


def hand_over(desk: Desk, by: Person, document_id: str, to_id: str) -> None:
    """A document to another clerk; of a confidential one the former sees nothing from now on.

    The draft itself stays as it is, so that whoever has it open is told as ever when it changes.

    Raises:
        NotFoundError: there is no such document.
        InputError: nobody to handle papers was chosen.
        ConflictError: `handed_over_already`, by somebody else meanwhile; `own_hands`.
    """
    with desk.store.write() as session:
        _to_handle(session, to_id)
        row = found_document(session, document_id, lock=True)
        if row.handler_id == to_id:
            return
        if by.id != row.handler_id and by.role != "administrator":
            raise ConflictError(_already())
        if row.confidential and to_id == by.id:
            raise ConflictError(_own_hands())
        activities = {row.activity_id} if row.confidential else set()
        gone = bundles.forget(session, row.handler_id, activities)
        rows.give_documents(session, [row.id], to_id)
        desk.store.trail.note(session, by.id, "papers_given", "user", to_id)
        desk.store.trail.note(session, by.id, "document_handed_over", "document", row.id)
    _remove(desk, gone)


def hand_over_all(desk: Desk, by: Person, from_id: str, to_id: str) -> Load:
    """All documents and rosters of a user, with their batches, to another; what it was.

    Raises:
        NotFoundError: there is no such user.
        InputError: nobody to handle papers was chosen.
        ConflictError: `own_hands`.
    """
    with desk.store.write() as session:
        _to_handle(session, to_id)
        known_user(session, from_id)
        documents, confidential, rosters = rows.counted(session, from_id)
        load = Load(documents=documents, confidential=confidential, rosters=rosters)
        if from_id == to_id or not load.anything:
            return load
        if to_id == by.id and (confidential or rosters):
            raise ConflictError(_own_hands())
        held = rows.handled(session, from_id)
        gone = bundles.forget(session, from_id, {activity for _, activity, own in held if own})
        rows.give_documents(session, [id_ for id_, *_ in held], to_id)
        rows.give_rosters(session, from_id, to_id)
        desk.store.trail.note(session, by.id, "papers_given", "user", to_id)
        for id_, *_ in held:
            desk.store.trail.note(session, by.id, "document_handed_over", "document", id_)
        desk.store.trail.note(session, by.id, "papers_taken", "user", from_id)
    _remove(desk, gone)
    return load


def _to_handle(session: Session, user_id: str) -> None:
    """Held, so that nobody is disabled or made a reviewer at this moment."""
    user = people.find(session, user_id, lock=True)
    if user is None or not user.active or not person_of(user).writes:
        raise InputError(_nobody())


def _remove(desk: Desk, makings: Collection[str]) -> None:
    """The files of bundles whose rows know of them no more."""
    for one in makings:
        desk.store.blobs.remove(desk.store.blobs.names(f"bundles/{one}"))


def _nobody() -> Problem:
    return problem(
        "nobody_to_handle",
        "请选择由谁接手：须是在用的经办人或管理员。",
        "choose who takes over: a clerk or administrator who is not disabled.",
    )


def _already() -> Problem:
    return problem(
        "handed_over_already",
        "这份文书刚刚已经转交，现在不由您经办。",
        "this document was handed over just now and is not yours any more.",
    )


def _own_hands() -> Problem:
    return problem(
        "own_hands",
        "其中有只给经办人和审阅人看的内容，管理员不能转到自己名下；请选另一名经办人。",
        "some of it is for its clerk and its reviewer alone; an administrator cannot take it over. "
        "Choose another clerk.",
    )
