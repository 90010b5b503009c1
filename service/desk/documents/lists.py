"""Documents in lists: of an activity those that a person may know of, and which are stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from service.catalog import Kind
from service.core.definition import Label
from service.core.papers import State, Way
from service.core.people import Person
from service.desk.documents.kept import Paper, facts_of, found_activity, lang_of
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, Lang
from service.store import documents as rows
from service.store import people
from service.store.database import Session
from service.store.models import Activity, Document, Version


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A document in a list.

    Attributes:
        id: of the document.
        activity_id: of its activity.
        kind: its kind.
        title: of its kind; None where the kind is gone or broken.
        part: an annex that is made alone, or "".
        lang: its language.
        person: whose paper it is; "" for the unit's.
        branch: the person's.
        confidential: for its clerk and its reviewer alone.
        handler_id: the user who handles it.
        handler: the same as pages name the person.
        state: where it stands.
        due: day by which it is to be there.
        newest: number of the newest version that is no scan; 0 where nothing was made.
        way: how that one came.
        stale: draft, activity, form or template have changed since it was generated.
        changed_at: when the draft was last saved.
    """

    id: str
    activity_id: str
    kind: str
    title: Label | None
    part: str
    lang: Lang
    person: str
    branch: str
    confidential: bool
    handler_id: str
    handler: str
    state: State
    due: date | None
    newest: int
    way: Way | None
    stale: bool
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ActivityName:
    """An activity to choose."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What the documents of one activity share."""

    activity: Activity
    facts: Mapping[Lang, Mapping[str, object]]
    kinds: Mapping[str, Kind | None]


def list_documents(desk: Desk, person: Person, activity_id: str) -> list[DocumentLine]:
    """The documents of an activity that a person may know of, the oldest first."""
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
        listed = [
            one
            for one in rows.of_activity(session, activity_id)
            if ties_to_document(desk, person, one)
        ]
        return document_lines(desk, session, activity, listed)


def open_activities(desk: Desk) -> list[ActivityName]:
    """Activities in which a paper can be begun, the newest first."""
    with desk.store.read() as session:
        return [ActivityName(id=one.id, title=one.title) for one in rows.open_activities(session)]


def document_lines(
    desk: Desk, session: Session, activity: Activity, listed: Sequence[Document]
) -> list[DocumentLine]:
    """Documents of one activity as lists show them."""
    names = names_of(session)
    newest = rows.newest(session, [one.id for one in listed], answers=False)
    langs = {lang_of(one.lang) for one in listed}
    facts = {lang: facts_of(desk, activity, lang) for lang in langs}
    kinds = {name: _kind(desk, name) for name in {one.kind for one in listed}}
    seen = _Seen(activity=activity, facts=facts, kinds=kinds)
    return [_line(desk, row, newest.get(row.id), names, seen) for row in listed]


def _kind(desk: Desk, name: str) -> Kind | None:
    try:
        return desk.catalog.kind(name)
    except GongwenError:  # a kind that was taken away or is broken; its papers are listed still
        return None


def _line(
    desk: Desk, row: Document, newest: Version | None, names: Mapping[str, str], seen: _Seen
) -> DocumentLine:
    lang, kind = lang_of(row.lang), seen.kinds[row.kind]
    title, stale = kind.form.title if kind else None, False
    if kind:
        paper = Paper(row=row, activity=seen.activity, kind=kind, facts=seen.facts[lang])
        with suppress(GongwenError):  # its template is gone
            stale = is_stale(desk, paper, newest)
    return DocumentLine(
        id=row.id,
        activity_id=row.activity_id,
        kind=row.kind,
        title=title,
        part=row.part,
        lang=lang,
        person=row.person,
        branch=row.branch,
        confidential=row.confidential,
        handler_id=row.handler_id,
        handler=names.get(row.handler_id, ""),
        state=cast(State, row.state),
        due=row.due,
        newest=newest.no if newest else 0,
        way=cast(Way, newest.way) if newest else None,
        stale=stale,
        changed_at=row.changed_at,
    )


def is_stale(desk: Desk, paper: Paper, newest: Version | None) -> bool:
    """Whether a generated version is not what would be made now."""
    if newest is None or newest.way != "generated":
        return False
    return newest.made_from != paper.made_from(desk)


def names_of(session: Session) -> dict[str, str]:
    """Ids of users to the names that pages say."""
    return {one.id: one.shown for one in people.every(session)}
