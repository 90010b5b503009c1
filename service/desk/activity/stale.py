"""The profile has changed: documents made from other facts, and how they are made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from service.core.definition import Label
from service.core.people import Person
from service.desk.activity.known import Eyes
from service.desk.documents.kept import (
    WRITABLE,
    facts_of,
    found_activity,
    found_document,
    lang_of,
    paper_of,
)
from service.desk.documents.versions import generate
from service.desk.tools import Desk
from service.errors import GongwenError, Problem
from service.store import activities as rows
from service.store import rosters
from service.store.activities import Held, Made
from service.store.database import Session
from service.store.models import Activity

Why = Literal["", "hand_edited", "settled"]
"""Why it is not made again by itself: it was edited in Word, or it is no draft any more."""


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A document whose newest text was made from facts that have changed since.

    Attributes:
        id: of the document.
        title: of its kind.
        person: whose it is, or "".
        no: number of the version.
        stays: why the button leaves it alone, or "".
    """

    id: str
    title: Label
    person: str
    no: int
    stays: Why


@dataclass(frozen=True, kw_only=True)
class Remade:
    """What became of stale documents.

    Attributes:
        made: how many were made again.
        refused: those that could not be made, each with all that stands against it.
    """

    made: int
    refused: tuple[tuple[Stale, tuple[Problem, ...]], ...]


def stale_documents(desk: Desk, person: Person, activity_id: str) -> list[Stale]:
    """The stale ones that a person may know of. Raises NotFoundError."""
    with desk.store.read() as session:
        known = Eyes(desk, person).known(rows.held(session, [activity_id]))
        open_ = {one.id: one for one in known if one.state != "submitted"}
        activity = found_activity(session, activity_id)
        if not open_ or activity.closed:
            return []
        return _Look(desk, session, activity, open_).all()


def remake(desk: Desk, person: Person, activity_id: str) -> Remade:
    """Makes the stale ones again, never over one that was edited in Word. Raises NotFoundError."""
    made, refused = 0, []
    for one in stale_documents(desk, person, activity_id):
        if one.stays:
            continue
        try:
            generate(desk, person, one.id)
            made += 1
        except GongwenError as error:
            refused.append((one, error.problems))
    return Remade(made=made, refused=tuple(refused))


class _Look:
    """Looks closely only at what was made from other facts than today's."""

    def __init__(
        self, desk: Desk, session: Session, activity: Activity, documents: Mapping[str, Held]
    ) -> None:
        self._desk, self._session, self._documents = desk, session, documents
        self._activity = activity
        self._now: dict[str, str | None] = {}

    def all(self) -> list[Stale]:
        """In the order of the documents."""
        versions: dict[str, list[Made]] = {}
        for one in rows.versions(self._session, list(self._documents)):
            versions.setdefault(one.document_id, []).append(one)
        found = (
            self._stale(document, versions[document.id])
            for document in self._documents.values()
            if document.id in versions
        )
        return [one for one in found if one]

    def _today(self, lang: str) -> str | None:
        """The row of today's facts; None where nothing was made with them yet."""
        if lang not in self._now:
            facts = facts_of(self._desk, self._activity, lang_of(lang))
            self._now[lang] = rosters.profile_id(self._session, lang, facts)
        return self._now[lang]

    def _stale(self, document: Held, versions: list[Made]) -> Stale | None:
        made = [one for one in versions if one.way == "generated" and one.profile_id]
        if not made or made[-1].profile_id == self._today(document.lang):
            return None
        try:
            return self._look(document, made[-1], versions[-1])
        except GongwenError:  # its kind is gone or broken, which its own page tells
            return None

    def _look(self, document: Held, made: Made, newest: Made) -> Stale | None:
        paper = paper_of(self._desk, self._session, found_document(self._session, document.id))
        then = rosters.profile(self._session, str(made.profile_id)).facts
        # What changed may be nothing that this paper prints.
        if replace(paper, facts=then).made_from(self._desk) == paper.made_from(self._desk):
            return None
        return Stale(
            id=document.id,
            title=paper.form.title,
            person=document.person,
            no=newest.no,
            stays=_stays(document, newest),
        )


def _stays(document: Held, newest: Made) -> Why:
    if newest.way == "hand_edited":
        return "hand_edited"
    return "" if document.state in WRITABLE else "settled"
