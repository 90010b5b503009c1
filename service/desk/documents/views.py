"""A document as its page shows it: where it stands, its versions, what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from service.core.definition import Label
from service.core.papers import Way
from service.desk.documents.changes import TextChange, changed_fields, changed_text
from service.desk.documents.checks import Checked, check_paper
from service.desk.documents.kept import (
    WRITABLE,
    Paper,
    answers_in,
    found_activity,
    found_document,
    paper_of,
)
from service.desk.documents.lists import DocumentLine, document_lines, names_of
from service.desk.tools import Desk
from service.errors import GongwenError, Problem
from service.store import documents as rows
from service.store import people, rosters
from service.store.database import Session
from service.store.models import Document, Version


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
class DocumentView:
    """A document as its page shows it.

    Attributes:
        line: as in a list.
        activity: title of its activity.
        closed: the activity is closed.
        changed_by: who saved the draft last.
        versions: the newest first.
        paper: the document with its form; None where its kind is gone or broken.
        checked: what the draft lacks; None there too.
        writable: the text may be changed now.
        hand_edited: number of a version edited in Word that stops generating; 0 where none does.
        problems: what ails its kind.
    """

    line: DocumentLine
    activity: str
    closed: bool
    changed_by: str
    versions: tuple[VersionView, ...]
    paper: Paper | None
    checked: Checked | None
    writable: bool
    hand_edited: int
    problems: tuple[Problem, ...] = ()


def view_document(desk: Desk, document_id: str) -> DocumentView:
    """A document as its page shows it. Raises NotFoundError."""
    with desk.store.read() as session:
        row = found_document(session, document_id)
        activity = found_activity(session, row.activity_id)
        [line] = document_lines(desk, session, activity, [row])
        names = names_of(session)
        kept = rows.versions(session, document_id)
        paper, problems = _paper(desk, session, row)
        return DocumentView(
            line=line,
            activity=activity.title,
            closed=activity.closed,
            changed_by=names.get(row.changed_by, ""),
            versions=tuple(reversed(_versions(desk, session, paper, kept, names))),
            paper=paper,
            checked=check_paper(paper) if paper else None,
            writable=row.state in WRITABLE and not activity.closed,
            hand_edited=_stops(row, line),
            problems=problems,
        )


def user_shown(desk: Desk, user_id: str) -> str:
    """A user as pages name people; "" for nobody."""
    with desk.store.read() as session:
        user = people.find(session, user_id)
    return user.shown if user else ""


def _stops(row: Document, line: DocumentLine) -> int:
    return line.newest if line.way == "hand_edited" and line.newest > row.reopened else 0


def _paper(desk: Desk, session: Session, row: Document) -> tuple[Paper | None, tuple[Problem, ...]]:
    try:
        return paper_of(desk, session, row), ()
    except GongwenError as error:  # its versions can be had all the same
        return None, error.problems


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
) -> dict[str, Any]:
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
