"""Documents as the doors show them, and the list of an activity's, without what is not one's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from service.core.definition import Label
from service.core.papers import State, Way
from service.core.people import Person
from service.desk.documents.changes import TextChange, changed_fields, changed_text
from service.desk.documents.checks import Checked, check_paper
from service.desk.documents.kept import (
    WRITABLE,
    Paper,
    answers_in,
    facts_of,
    found_activity,
    found_document,
    lang_of,
    paper_of,
)
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, Lang, Problem
from service.store import documents as rows
from service.store import people, rosters
from service.store.database import Session
from service.store.models import Activity, Document, Version


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """One version of a document.

    Attributes:
        no: 1, 2, 3, ….
        way: how it came.
        file_name: with its ending.
        by: who made it or sent it in.
        at: when.
        fields: labels of what changed in the form since the version before.
        paragraphs: what changed in Word since the version before; None where that is not known.
        before: number of the version that it is compared with; 0 where there is none.
    """

    no: int
    way: Way
    file_name: str
    by: str
    at: datetime
    fields: tuple[Label, ...] = ()
    paragraphs: tuple[TextChange, ...] | None = None
    before: int = 0


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
class DocumentView:
    """A document as its page shows it.

    Attributes:
        line: as in a list.
        activity: title of its activity.
        closed: the activity is closed.
        changed_by: who saved the draft last.
        versions: the newest first.
        checked: what the draft lacks; None where its kind is gone or broken.
        writable: the text may be changed now.
        hand_edited: number of a version edited in Word that stops generating; 0 where none does.
        problems: what ails its kind.
    """

    line: DocumentLine
    activity: str
    closed: bool
    changed_by: str
    versions: tuple[VersionView, ...]
    checked: Checked | None
    writable: bool
    hand_edited: int
    problems: tuple[Problem, ...] = ()


def list_documents(desk: Desk, person: Person, activity_id: str) -> list[DocumentLine]:
    """The documents of an activity that a person may know of, the oldest first."""
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
        listed = [
            one
            for one in rows.of_activity(session, activity_id)
            if ties_to_document(desk, person, one)
        ]
        return _lines(desk, session, activity, listed)


def view_document(desk: Desk, document_id: str) -> DocumentView:
    """A document as its page shows it. Raises NotFoundError."""
    with desk.store.read() as session:
        row = found_document(session, document_id)
        activity = found_activity(session, row.activity_id)
        [line] = _lines(desk, session, activity, [row])
        names = _names(session)
        kept = rows.versions(session, document_id)
        paper, problems = _paper(desk, session, row)
        return DocumentView(
            line=line,
            activity=activity.title,
            closed=activity.closed,
            changed_by=names.get(row.changed_by, ""),
            versions=tuple(reversed(_versions(desk, session, paper, kept, names))),
            checked=check_paper(paper) if paper else None,
            writable=row.state in WRITABLE and not activity.closed,
            hand_edited=_stops(row, line),
            problems=problems,
        )


def _stops(row: Document, line: DocumentLine) -> int:
    return line.newest if line.way == "hand_edited" and line.newest > row.reopened else 0


def _paper(desk: Desk, session: Session, row: Document) -> tuple[Paper | None, tuple[Problem, ...]]:
    try:
        return paper_of(desk, session, row), ()
    except GongwenError as error:  # its versions can be had all the same
        return None, error.problems


def _lines(
    desk: Desk, session: Session, activity: Activity, listed: Sequence[Document]
) -> list[DocumentLine]:
    names = _names(session)
    newest = rows.newest(session, [one.id for one in listed])
    langs = {lang_of(one.lang) for one in listed}
    facts = {lang: facts_of(desk, activity, lang) for lang in langs}
    return [
        _line(desk, row, newest.get(row.id), names, Seen(activity=activity, facts=facts))
        for row in listed
    ]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the documents of one activity share."""

    activity: Activity
    facts: Mapping[Lang, Mapping[str, object]]


def _line(
    desk: Desk, row: Document, newest: Version | None, names: Mapping[str, str], seen: Seen
) -> DocumentLine:
    lang = lang_of(row.lang)
    try:
        kind = desk.catalog.kind(row.kind)
        paper = Paper(row=row, activity=seen.activity, kind=kind, facts=seen.facts[lang])
        title: Label | None = kind.form.title
        stale = is_stale(desk, paper, newest)
    except GongwenError:
        title, stale = None, False
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


def _versions(
    desk: Desk,
    session: Session,
    paper: Paper | None,
    kept: Sequence[Version],
    names: Mapping[str, str],
) -> list[VersionView]:
    """Each with what differs from the text before it; a scan is the same text on paper."""
    found, before = [], None
    for one in kept:
        view = VersionView(
            no=one.no,
            way=cast(Way, one.way),
            file_name=one.file_name,
            by=names.get(one.made_by, ""),
            at=one.made_at,
            **(_changes(desk, session, paper, before, one) if before else {}),
        )
        found.append(view)
        before = before if one.way == "scan" else one
    return found


def _changes(
    desk: Desk, session: Session, paper: Paper | None, before: Version, after: Version
) -> dict[str, object]:
    if after.way == "scan":
        return {}
    if paper and before.way == after.way == "generated":
        sides = [_side(session, paper, one) for one in (before, after)]
        fields = changed_fields(paper.form, *sides)
        if fields:
            return {"fields": fields, "before": before.no}
    return {"paragraphs": changed_text(desk, before, after), "before": before.no}


def _side(
    session: Session, paper: Paper, version: Version
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """A version's answers with the gaps filled as they were, and the facts of its time."""
    facts = rosters.profile(session, version.profile_id).facts if version.profile_id else {}
    raw, _ = paper.with_gaps_filled(answers_in(paper.form, version.answers or {}), facts)
    return raw, facts


def _names(session: Session) -> dict[str, str]:
    return {one.id: one.shown for one in people.every(session)}
