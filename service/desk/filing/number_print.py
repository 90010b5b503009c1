"""A settled document printed once more, with the number that it was given."""

from __future__ import annotations

from dataclasses import replace

from service.core.people import Person
from service.desk.documents.kept import Paper, open_paper
from service.desk.documents.printed import keep_printed
from service.desk.documents.versions import fill_paper
from service.desk.filing import register_words as words
from service.desk.filing.register import NUMBER_FIELD, number_in, typed_number
from service.desk.tools import Desk
from service.errors import ConflictError, GongwenError
from service.store import documents
from service.store import register as rows
from service.store.database import Session
from service.store.models import Document, RegisterEntry, Version


def print_number(desk: Desk, person: Person, document_id: str) -> int:
    """Makes a version that differs by the number alone; its number of version.

    Raises:
        NotFoundError: there is no such document.
        ConflictError: `no_number_to_print`, `number_by_hand`, `text_would_change`.
    """
    with desk.store.read() as session:
        paper = open_paper(desk, session, document_id)
        before = _to_print(desk, session, paper)

    def unchanged(session: Session, now: Paper) -> None:
        if _to_print(desk, session, now).no != before.no:
            raise ConflictError(words.nothing_to_print())

    return keep_printed(desk, person, document_id, fill_paper(desk, paper), unchanged)


def insist_on_same(desk: Desk, paper: Paper, newest: Version) -> None:
    """All but the number must be as it was when the newest version was made."""
    before = dict(paper.row.answers)
    before.pop(NUMBER_FIELD, None)
    if newest.answers and NUMBER_FIELD in newest.answers:
        before[NUMBER_FIELD] = newest.answers[NUMBER_FIELD]
    row = paper.row
    same = Document(
        kind=row.kind, lang=row.lang, part=row.part, person=row.person, branch=row.branch,
        answers=before,
    )  # fmt: skip
    if newest.made_from != replace(paper, row=same).made_from(desk):
        raise ConflictError(words.stale())


def _to_print(desk: Desk, session: Session, paper: Paper) -> Version:
    """The version that is to be made anew with the number. Raises ConflictError."""
    entry = rows.of_document(session, paper.row.id)
    newest = documents.newest(session, [paper.row.id]).get(paper.row.id)
    if entry and newest and newest.way == "hand_edited" and newest.no > paper.row.reopened:
        raise ConflictError(words.by_hand(str(number_in(entry))))
    if newest is None or not printable(paper, newest, entry):
        raise ConflictError(words.nothing_to_print())
    insist_on_same(desk, paper, newest)
    return newest


def printable(paper: Paper, newest: Version | None, entry: RegisterEntry | None) -> bool:
    """Whether the newest version was made without the number that the document bears now."""
    if entry is None or newest is None or newest.way != "generated":
        return False
    number = str(number_in(entry))
    settled = paper.row.state in {"final", "issued"} and typed_number(paper.row) == number
    return settled and (newest.answers or {}).get(NUMBER_FIELD) != number


def lacks(desk: Desk, row: Document, newest: Version | None, entry: RegisterEntry) -> bool:
    """Whether the newest version was edited in Word, and the number does not stand in it."""
    if newest is None or newest.way != "hand_edited" or newest.no <= row.reopened:
        return False
    if not newest.blob.endswith(".docx"):
        return True  # an old .doc is not read here: the clerk looks
    try:
        return str(number_in(entry)) not in desk.text_of(desk.store.blobs.get(newest.blob))
    except GongwenError:
        return True
