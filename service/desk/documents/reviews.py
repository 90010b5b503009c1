"""Reviews of a document: opinions by the route of its kind, in rounds; a record, no workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from service.core.definition import FormDefinition
from service.core.papers import Result, after_review
from service.core.people import Person
from service.core.reviews import Opinion, answers_of_review, round_now
from service.desk.documents import opinions
from service.desk.documents.cases import Case, is_own, notes, open_case, own_step, timely
from service.desk.documents.kept import found_document, paper_of, to_be_changed
from service.desk.documents.opinions import Said, checked, opinion_of
from service.desk.documents.states import set_state
from service.desk.tools import Desk
from service.errors import ConflictError, GongwenError, NotFoundError
from service.store import documents as rows
from service.store import reviews as kept
from service.store.database import Session
from service.store.models import Document, Review


@dataclass(frozen=True, kw_only=True)
class Round:
    """The opinions of one round, the first one first."""

    no: int
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """A document's reviews as one person sees them.

    Attributes:
        document_id: whose.
        rounds: the newest first.
        steps: whose opinions the paper needs.
        waits: those of which nothing is there yet in the round that is open.
        now: number of the round that is open, or would be.
        version: the text that is looked at; 0 where none was made.
        open: opinions can be given now.
        step: the step that is this person's own, or "".
        steps_to_note: steps whose opinion on paper this person may type in now.
        own: it is the person's own paper.
        printable: the opinions stand on no version yet, and can be printed on one.
    """

    document_id: str
    rounds: tuple[Round, ...] = ()
    steps: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    now: int = 1
    version: int = 0
    open: bool = False
    step: str = ""
    steps_to_note: tuple[str, ...] = ()
    own: bool = False
    printable: bool = False

    @property
    def speaks(self) -> bool:
        """This person can say something now."""
        return bool(self.step and self.open) or bool(self.steps_to_note)


def view_reviews(desk: Desk, person: Person, document_id: str) -> ReviewView:
    """A document's reviews; of one whose kind is gone, what was said all the same.

    Raises:
        NotFoundError: there is no such document.
    """
    with desk.store.read() as session:
        row = found_document(session, document_id)
        said = [opinion_of(one) for one in kept.of_document(session, document_id)]
        view = ReviewView(document_id=document_id, rounds=_rounds(said))
        try:
            case = open_case(desk, session, paper_of(desk, session, row))
        except GongwenError:
            return view
    closed = case.paper.activity.closed
    return replace(
        view,
        steps=case.steps,
        waits=case.waits,
        now=round_now(case.opinions, case.steps, case.version),
        version=case.version,
        open=row.state == "in_review" and not closed,
        step=own_step(desk, person, case),
        steps_to_note=() if closed else _steps_to_note(desk, person, case),
        own=is_own(person.shown, case.paper),
        printable=not closed and notes(desk, person, row) and case.printable,
    )


def give_opinion(desk: Desk, person: Person, document_id: str, said: Said, today: date) -> None:
    """Keeps an opinion and moves the document on where it decides; twice the same is once.

    A reviewer gives it for the own step, in the own name and on this day; a clerk types in what
    came on paper, with name and day.

    Args:
        desk: the store.
        person: who gives it or types it in.
        document_id: of which paper.
        said: as it came from the page.
        today: the day that it is here.

    Raises:
        NotFoundError: there is no such document, or it is not theirs to speak of.
        InputError: every problem of what was typed.
        ConflictError: not in review, moved, closed, submitted, or another version has come.
    """
    with desk.store.write() as session:
        row = to_be_changed(session, document_id)
        case = open_case(desk, session, paper_of(desk, session, row))
        speaks = own_step(desk, person, case)
        if person.role == "reviewer":
            said = replace(said, step=speaks, by=person.shown, on=today.isoformat())
        if not (speaks or notes(desk, person, row)):
            raise NotFoundError(opinions.not_theirs())
        found = checked(said, case.steps, today)
        if _said_already(case, found, person, session):
            return
        _insist(case, row, found, said.version)
        found = replace(found, round=round_now(case.opinions, case.steps, case.version))
        _keep(desk, session, person, row, found)
        _move(desk, session, person, row, replace(case, opinions=[*case.opinions, found]))


def review_answers(desk: Desk, document_id: str, form: FormDefinition) -> dict[str, Any]:
    """Raw answers for the review fields of a form, from what was recorded.

    Raises:
        NotFoundError: there is no such document.
    """
    with desk.store.read() as session:
        paper = paper_of(desk, session, found_document(session, document_id))
    return answers_of_review(form, paper.full()[0], paper.opinions, paper.lang)


def _rounds(said: Sequence[Opinion]) -> tuple[Round, ...]:
    found = groupby(said, key=lambda one: one.round)
    return tuple(Round(no=no, opinions=tuple(group)) for no, group in found)[::-1]


def _steps_to_note(desk: Desk, person: Person, case: Case) -> tuple[str, ...]:
    row = case.paper.row
    if not case.version or not notes(desk, person, row):
        return ()
    return tuple(step for step in case.steps if timely(row.state, step))


def _said_already(case: Case, found: Opinion, person: Person, session: Session) -> bool:
    """A second click: the last thing that was said is just this, by the same user."""
    if case.paper.row.state == "in_review" and found.step in case.waits:
        return False
    said = kept.of_document(session, case.paper.row.id)
    if not said or said[-1].recorded_by != person.id:
        return False
    return replace(opinion_of(said[-1]), round=0) == found


def _insist(case: Case, row: Document, found: Opinion, version: int) -> None:
    if not timely(row.state, found.step):
        raise ConflictError(opinions.not_in_review())
    if version != case.version:
        raise ConflictError(opinions.other_version(case.version))


def _keep(desk: Desk, session: Session, person: Person, row: Document, found: Opinion) -> None:
    kept.add(
        session,
        Review(
            document_id=row.id,
            round=found.round,
            step=found.step,
            version_no=found.version_no,
            by=found.by,
            recorded_by=person.id,
            result=found.result,
            opinion=found.opinion,
            given_on=found.given_on,
            recorded_at=rows.now(session),
        ),
    )
    action = "opinion_given" if person.role == "reviewer" else "opinion_noted"
    desk.store.trail.note(session, person.id, action, "document", row.id)


def _move(desk: Desk, session: Session, person: Person, row: Document, case: Case) -> None:
    """Where somebody wants it changed, it goes back at once; settled when all have agreed."""
    last: Result = case.opinions[-1].result
    of = {one.step for one in case.opinions if one.round == case.opinions[-1].round}
    if last == "agree" and (row.state != "in_review" or not set(case.steps) <= of):
        return
    set_state(desk, session, person, row, after_review(last))
