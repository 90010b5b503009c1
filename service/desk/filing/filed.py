"""What was filed, as pages and programs show it: editions, their files, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from service.core.filing.manifest import Manifest, Profile
from service.core.people import Person
from service.desk.documents.kept import lang_of
from service.desk.people.ties import ties_to_submission
from service.desk.tools import Desk
from service.errors import Lang, NotFoundError, Problem, problem
from service.store import documents
from service.store import submissions as rows
from service.store.database import Session
from service.store.models import Activity, Submission


@dataclass(frozen=True, kw_only=True)
class FiledLine:
    """One edition in a list.

    Attributes:
        state: `filed`, or `sent_back` with `reason` and `sent_back_on`.
    """

    id: str
    profile: Profile
    edition: int
    title: str
    bundle: str
    lang: Lang
    state: str
    filed_on: date
    filed_by: str
    to: str
    pages: int
    sha256: str
    reason: str
    sent_back_on: date | None
    filed_at: datetime


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One file of an edition: `no` from 1, `role` as `FiledFile` has it."""

    no: int
    role: str
    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class FiledView:
    """An edition with everything.

    Attributes:
        line: the edition itself.
        activity_id: its activity; "" where that is gone.
        activity: the activity's title.
        package_sha256: of the package.
        files: to be downloaded, in order.
        manifest: as in the package.
        editions: all of them, the newest first.
        newest: no later one is out.
        archive: id of the archive of the same bundle that did not come back, where there is one
            that may be seen.
    """

    line: FiledLine
    activity_id: str
    activity: str
    package_sha256: str
    files: tuple[FileLine, ...]
    manifest: Manifest
    editions: tuple[FiledLine, ...]
    newest: bool
    archive: str


def list_filed(desk: Desk, person: Person, activity_id: str) -> list[FiledLine]:
    """What was filed of an activity, as far as the person may know of it; the newest first."""
    with desk.store.read() as session:
        return _seen(desk, session, person, rows.of_activity(session, activity_id))


def view_filed(desk: Desk, person: Person, submission_id: str) -> FiledView:
    """An edition. Raises NotFoundError where there is none."""
    with desk.store.read() as session:
        row = _found(session, submission_id)
        activity = session.get(Activity, row.activity_id) if row.activity_id else None
        editions = _seen(desk, session, person, rows.editions(session, row.key))
        beside = rows.of_activity(session, row.activity_id) if row.activity_id else ()
        archives = _seen(
            desk,
            session,
            person,
            [
                one
                for one in beside
                if (one.profile, one.state) == ("archive", "filed")
                and (one.bundle, one.lang) == (row.bundle, row.lang)
            ],
        )
        last = rows.newest(session, row.key)
        return FiledView(
            line=_line(row),
            activity_id=activity.id if activity else "",
            activity=activity.title if activity else "",
            package_sha256=row.package_sha256,
            files=tuple(
                FileLine(no=no, role=one["role"], name=one["name"], sha256=one["sha256"])
                for no, one in enumerate(row.files, 1)
            ),
            manifest=Manifest.model_validate(row.manifest),
            editions=tuple(editions),
            newest=last is not None and last.id == row.id,
            archive=archives[0].id if archives else "",
        )


def open_filed(desk: Desk, submission_id: str, no: int) -> tuple[bytes, str]:
    """A file of an edition, counted from 1, and its name. Raises NotFoundError."""
    with desk.store.read() as session:
        row = _found(session, submission_id)
    if not 1 <= no <= len(row.files):
        raise NotFoundError(_none())
    kept = row.files[no - 1]
    return desk.store.blobs.get(kept["blob"]), str(kept["name"])


def filed_with(desk: Desk, person: Person, document_id: str) -> FiledLine | None:
    """The last submission that a document went out with, where the person may see it."""
    with desk.store.read() as session:
        [*found] = documents.these(session, [document_id])
        row = rows.of_document(session, found[0].activity_id, document_id) if found else None
        seen = _seen(desk, session, person, [row] if row else [])
    return seen[0] if seen else None


def _seen(
    desk: Desk, session: Session, person: Person, found: Sequence[Submission]
) -> list[FiledLine]:
    if not person.writes or not found:
        return []
    ids = {document for one in found for document in one.documents}
    papers = documents.these(session, ids, answers=False)
    return [_line(one) for one in found if ties_to_submission(desk, person, one, papers)]


def _found(session: Session, submission_id: str) -> Submission:
    row = rows.find(session, submission_id)
    if row is None:
        raise NotFoundError(_none())
    return row


def _line(row: Submission) -> FiledLine:
    return FiledLine(
        id=row.id,
        profile=cast(Profile, row.profile),
        edition=row.edition,
        title=row.title,
        bundle=row.bundle,
        lang=lang_of(row.lang),
        state=row.state,
        filed_on=row.filed_on,
        filed_by=row.filed_by,
        to=row.to,
        pages=row.pages,
        sha256=row.pdf_sha256,
        reason=row.reason,
        sent_back_on=row.sent_back_on,
        filed_at=row.filed_at,
    )


def _none() -> Problem:
    return problem("no_submission", "没有这份报送。", "there is no such submission.")
