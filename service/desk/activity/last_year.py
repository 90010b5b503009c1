"""What a long field said last year: at hand beside today's, for who may read last year's paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service.core.definition import FieldType
from service.core.people import Person
from service.core.roster.names import same_person
from service.core.typed import given
from service.desk.activity.known import Eyes
from service.desk.documents.drafts import Saved, save_draft
from service.desk.documents.kept import Paper, found_document, open_paper
from service.desk.documents.lists import names_of
from service.desk.tools import Desk
from service.errors import NotFoundError, Problem, problem
from service.store import activities as rows
from service.store.database import Session
from service.store.models import Document

LONG: frozenset[FieldType] = frozenset({"paragraphs", "lines"})
"""Types of field beside which it is offered."""
_NEVER = frozenset({"review_opinion"})
"""An opinion is of this year's paper; it comes from the record of its review."""


@dataclass(frozen=True, kw_only=True)
class LastText:
    """What stood in a long field of the paper in the activity that today's was copied from.

    Attributes:
        text: as it was typed, line by line.
        document: in which document.
        activity: title of its activity.
        by: who saved that one last.
        at: when.
    """

    text: str
    document: str
    activity: str
    by: str
    at: datetime


def last_fields(desk: Desk, person: Person, paper: Paper) -> frozenset[str]:
    """Long fields of a document for which there is a text of last year."""
    if not paper.activity.copied_from:
        return frozenset()
    wanted = {name for name in paper.form.fields if _is_long(paper, name)}
    with desk.store.read() as session:
        found = list(_papers(desk, session, person, paper))
    return frozenset(name for name in wanted for one in found if _text(one, name))


def last_text(desk: Desk, person: Person, document_id: str, field: str) -> LastText:
    """What stood in a long field last year.

    Args:
        desk: the store.
        person: who asks; of confidential papers nobody gets more than they may read.
        document_id: today's document.
        field: of its form.

    Raises:
        NotFoundError: no such document or long field, nothing stood there, or it is not for the
            person.
    """
    with desk.store.read() as session:
        paper = open_paper(desk, session, document_id)
        if _is_long(paper, field):
            for one in _papers(desk, session, person, paper):
                if text := _text(one, field):
                    before = rows.find(session, one.activity_id)
                    return LastText(
                        text=text,
                        document=one.id,
                        activity=before.title if before else "",
                        by=names_of(session).get(one.changed_by, ""),
                        at=one.changed_at,
                    )
    raise NotFoundError(_nothing())


def insert_last_text(
    desk: Desk, person: Person, document_id: str, field: str, revision: int
) -> Saved:
    """Puts it into today's draft: into an empty field, else after what stands there.

    Args:
        desk: the store.
        person: who asks for it.
        document_id: today's document.
        field: of its form.
        revision: of the draft that the person saw.

    Raises:
        NotFoundError: as above.
        ConflictError: as `save_draft`.
    """
    last = last_text(desk, person, document_id, field)
    with desk.store.read() as session:
        paper = open_paper(desk, session, document_id)
    now = _lines(paper.full()[0].get(field))
    text = "\n".join([*now, last.text]) if given(now) else last.text
    return save_draft(desk, person, document_id, revision, {**paper.row.answers, field: text})


def _papers(desk: Desk, session: Session, person: Person, paper: Paper) -> Iterator[Document]:
    """The same paper in the activity before, the newest first, as far as the person may know."""
    if not paper.activity.copied_from:
        return
    held = rows.held(session, [paper.activity.copied_from])
    row, name = paper.row, same_person(paper.row.person)
    same = [
        one
        for one in Eyes(desk, person).known(held)
        if (one.kind, one.part, one.lang) == (row.kind, row.part, row.lang)
        and same_person(one.person) == name
    ]
    for one in reversed(same):
        yield found_document(session, one.id)


def _is_long(paper: Paper, name: str) -> bool:
    field = paper.form.fields.get(name)
    return field is not None and field.type in LONG and name not in _NEVER


def _text(document: Document, field: str) -> str:
    lines = _lines(document.answers.get(field))
    return "\n".join(lines) if given(lines) else ""


def _lines(value: object) -> list[str]:
    """A long field's value as it is kept: a text, or a list of its lines."""
    lines = value if isinstance(value, list) else [value]
    return [one for one in lines if isinstance(one, str)]


def _nothing() -> Problem:
    return problem(
        "no_last_text",
        "上次活动里没有这一项的文字。",
        "there is no text for this field in the activity before.",
    )
