"""Drafts: begun in an activity, and saved as one types; nobody's text is written over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.core.definition import FormDefinition
from service.core.people import Person
from service.core.typed import given
from service.desk.documents.kept import (
    Paper,
    closed,
    found_activity,
    no_document,
    open_paper,
    to_be_written,
)
from service.desk.fill import template_bytes
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import ConflictError, Lang, NotFoundError, Problem, problem
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Document, new_id

_STRETCH_SECONDS = 600
"""Saves of one person, no further apart, are one line of the audit trail."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the page may call saved.

    Attributes:
        revision: of the draft as it stands now.
        at: when.
    """

    revision: int
    at: datetime


def create_document(
    desk: Desk,
    person: Person,
    activity_id: str,
    kind: str,
    lang: Lang,
    *,
    part: str = "",
    person_name: str = "",
    branch: str = "",
    answers: Mapping[str, Any] | None = None,
    due: date | None = None,
    keep: Keep = unkept,
) -> str:
    """Begins a document of an activity; whoever begins it handles it.

    Args:
        desk: the store and the catalog.
        person: who begins it.
        activity_id: of which activity.
        kind: what it is.
        lang: its language.
        part: an annex that is made alone, or "".
        person_name: the member or leader whose paper it is; "" for the unit's.
        branch: the person's branch.
        answers: what is typed already, raw.
        due: day by which it is to be there.
        keep: told the id, for `only_once`.

    Returns:
        Its id.

    Raises:
        NotFoundError: no such activity, kind, part or language.
        ConflictError: the activity is closed.
    """
    with desk.store.write() as session:
        row = Document(
            activity_id=activity_id,
            kind=kind,
            lang=lang,
            part=part,
            person=person_name,
            branch=branch,
            due=due,
            answers=dict(answers or {}),
        )
        made = begin_document(desk, session, person, row)
        keep(session, made)
        return made


def begin_document(desk: Desk, session: Session, person: Person, row: Document) -> str:
    """The same in the caller's transaction, for several at once; the row says what it is."""
    if found_activity(session, row.activity_id).closed:
        raise ConflictError(closed())
    kind = desk.catalog.kind(row.kind)
    template_bytes(kind, "en" if row.lang == "en" else "zh", row.part)
    row.id = row.id or new_id()
    row.confidential = is_confidential(kind.form)
    row.handler_id = row.changed_by = person.id
    row.state, row.revision = "draft", 1
    _name_the_person(kind.form, row)
    rows.add(session, row)
    desk.store.trail.note(session, person.id, "document_created", "document", row.id)
    return row.id


def is_confidential(form: FormDefinition) -> bool:
    """What people write of themselves is for its clerk and its reviewer alone."""
    own = form.confidential or form.audience == "member"
    return own or any(one.personal for _, one in form.walk())


def open_draft(desk: Desk, document_id: str) -> Paper:
    """The draft as it stands. Raises NotFoundError, DefinitionError."""
    with desk.store.read() as session:
        return open_paper(desk, session, document_id)


def save_draft(
    desk: Desk, person: Person, document_id: str, revision: int, answers: Mapping[str, Any]
) -> Saved:
    """Keeps what was typed, exactly; on the disk when this returns.

    Args:
        desk: the store.
        person: who typed it.
        document_id: whose draft.
        revision: of the draft that the person saw; saving what is there already never fails.
        answers: raw answers as typed, without what is prefilled.

    Raises:
        NotFoundError: there is no such document.
        ConflictError: `draft_changed`, somebody else has saved meanwhile and nothing was written;
            `not_a_draft`, `activity_closed`, `document_submitted`.
    """
    with desk.store.write() as session:
        row = to_be_written(session, document_id)
        if row.confidential and row.handler_id != person.id:  # handed over at this moment
            raise NotFoundError(no_document())
        if row.answers == dict(answers):
            return Saved(revision=row.revision, at=row.changed_at)
        if row.revision != revision:
            raise ConflictError(_changed())
        told = row.changed_by == person.id and _in_one_stretch(session, row)
        row.answers, row.changed_by = dict(answers), person.id
        row.revision += 1
        row.changed_at = rows.now(session)
        _name_the_person(desk.catalog.kind(row.kind).form, row)
        if not told:
            desk.store.trail.note(session, person.id, "draft_saved", "document", row.id)
        return Saved(revision=row.revision, at=row.changed_at)


def _in_one_stretch(session: Session, row: Document) -> bool:
    return (rows.now(session) - row.changed_at).total_seconds() < _STRETCH_SECONDS


def _name_the_person(form: FormDefinition, row: Document) -> None:
    """Lists and reviewers find a member's paper by the name and branch that stand in it."""
    if form.audience != "member":
        return
    for name, column in (("person_name", "person"), ("branch", "branch")):
        value = row.answers.get(name)
        if isinstance(value, str) and given(value):
            setattr(row, column, value.strip())


def _changed() -> Problem:
    return problem(
        "draft_changed",
        "别人已经保存了这份草稿的新内容，您的还没有保存。",
        "somebody else has saved this draft meanwhile; yours is not saved yet.",
    )
