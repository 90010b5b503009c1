"""A paper under review: whose opinions it needs, which are there, and who may speak of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.core.papers import SETTLED
from service.core.people import Person
from service.core.reviews import SUPERVISORS, Opinion, steps_of, waits_for
from service.core.roster.names import same_person
from service.desk.documents.kept import Paper
from service.desk.documents.opinions import opinion_of
from service.desk.people.ties import reviews as reviews_it
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.store import documents as rows
from service.store import reviews
from service.store.database import Session
from service.store.models import Document, Version


@dataclass(frozen=True, kw_only=True)
class Case:
    """A paper under review.

    Attributes:
        paper: the document with its form.
        opinions: all of them, the first one first.
        steps: whose opinions it needs.
        newest: its text, or None where none was made.
    """

    paper: Paper
    opinions: Sequence[Opinion]
    steps: tuple[str, ...]
    newest: Version | None

    @property
    def version(self) -> int:
        """Number of its text; 0 where none was made."""
        return self.newest.no if self.newest else 0

    @property
    def waits(self) -> tuple[str, ...]:
        """Steps of which nothing is there yet in the round that is open."""
        return waits_for(self.opinions, self.steps, self.version)

    @property
    def printable(self) -> bool:
        """What was said stands on no version yet, and the form has a place for it."""
        made = self.newest is not None and self.newest.way == "generated"
        if self.paper.row.state != "final" or not made or not self.paper.reviewed:
            return False
        return any(one.version_no == self.version for one in self.opinions)


def open_case(desk: Desk, session: Session, paper: Paper) -> Case:
    """The reviews of a paper at hand."""
    return Case(
        paper=paper,
        opinions=paper.opinions,
        steps=steps_of(paper.form, paper.full()[0]),
        newest=rows.newest(session, [paper.row.id]).get(paper.row.id),
    )


def waiting(session: Session, asked: Mapping[str, tuple[str, ...]], step: str) -> set[str]:
    """Those of some documents in review that still wait for an opinion of a step.

    Args:
        session: of the store.
        asked: their ids, and whose opinions each needs (`steps_of_all`); none is opened.
        step: whose opinion.
    """
    said = {id_: one for id_, one in reviews.in_review(session).items() if id_ in asked}
    versions = rows.newest_nos(session, list(said))
    return {
        id_
        for id_, steps in asked.items()
        if step in steps
        and (
            id_ not in said
            or step in waits_for(list(map(opinion_of, said[id_])), steps, versions.get(id_, 0))
        )
    }


def own_step(desk: Desk, person: Person, case: Case) -> str:
    """The person's step of this paper; never of the own one that the supervisory team reviews."""
    if not reviews_it(desk, person, case.paper.row) or person.post not in case.steps:
        return ""
    own = is_own(person.shown, case.paper)
    return "" if own and SUPERVISORS in case.steps else person.post


def is_own(name: str, paper: Paper) -> bool:
    """Whether somebody of this name is the person whose paper it is."""
    whose = paper.row.person or str(paper.full()[0].get("person_name") or "")
    return bool(whose.strip()) and same_person(name) == same_person(whose)


def notes(desk: Desk, person: Person, row: Document) -> bool:
    """Whether the person may type in what came on paper."""
    return person.writes and bool(ties_to_document(desk, person, row) & {"handler", "desk"})


def timely(state: str, step: str) -> bool:
    """In review everybody speaks; the supervisory team's letter may come when all is settled."""
    late = step == SUPERVISORS and state in SETTLED and state != "submitted"
    return state == "in_review" or late
