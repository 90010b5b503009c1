"""A final paper printed once more, with what its reviewers said in the form's own places."""

from __future__ import annotations

from collections.abc import Callable

from service.core.people import Person
from service.desk.documents.cases import Case, open_case
from service.desk.documents.kept import Paper, open_paper, paper_of, to_be_changed
from service.desk.documents.versions import fill_paper
from service.desk.fill import Document as Filled
from service.desk.tools import Desk
from service.errors import ConflictError, Problem, problem
from service.store import documents as rows
from service.store import rosters
from service.store.blobs import digest
from service.store.database import Session
from service.store.models import Version, new_id


def print_reviews(desk: Desk, person: Person, document_id: str) -> int:
    """Makes a version that differs by the reviews alone; its number.

    The text was agreed to as it is, so nothing else may change by it: where the activity or the
    template has, the way is back to the draft.

    Raises:
        NotFoundError: there is no such document.
        ConflictError: it is not final, nothing was said, it stands there already, or more than
            the reviews would change.
    """
    with desk.store.read() as session:
        case = open_case(desk, session, open_paper(desk, session, document_id))
    _refuse(desk, case)

    def unchanged(session: Session, paper: Paper) -> None:
        now = open_case(desk, session, paper)
        if not now.printable or now.version != case.version:
            raise ConflictError(_nothing_to_print())

    return keep_printed(desk, person, document_id, fill_paper(desk, case.paper), unchanged)


def keep_printed(
    desk: Desk,
    person: Person,
    document_id: str,
    made: Filled,
    unchanged: Callable[[Session, Paper], None],
) -> int:
    """Keeps a settled paper printed once more as its next version; the version's number.

    Args:
        desk: the store.
        person: who has it printed.
        document_id: the document.
        made: its Word file.
        unchanged: raises ConflictError where the paper is no longer what was printed.

    Raises:
        NotFoundError: there is no such document.
        ConflictError: it is no longer what was printed.
    """
    version_id = new_id()
    blob = f"documents/{document_id}/{version_id}.docx"
    # The file before its row: a process that is killed in between leaves a file nobody names.
    desk.store.blobs.put(blob, made.docx)
    with desk.store.write_with([blob]) as session:
        row = to_be_changed(session, document_id)
        now = paper_of(desk, session, row)
        unchanged(session, now)
        version = printed_version(desk, session, person, now, made)
        version.id, version.blob = version_id, blob
        rows.add(session, version)
        desk.store.trail.note(session, person.id, "version_made", "document", row.id)
        no = version.no
    return no


def _refuse(desk: Desk, case: Case) -> None:
    if not case.printable or case.newest is None:
        raise ConflictError(_nothing_to_print())
    if case.newest.made_from != case.paper.made_from(desk):
        raise ConflictError(_would_change())


def printed_version(
    desk: Desk, session: Session, person: Person, paper: Paper, made: Filled
) -> Version:
    """The row of a settled paper's next version, without its id and its blob."""
    return Version(
        document_id=paper.row.id,
        no=rows.next_no(session, paper.row.id),
        way="generated",
        profile_id=rosters.keep_profile(session, paper.lang, paper.facts).id,
        answers=dict(paper.typed),
        made_from=paper.made_from(desk),
        file_name=f"{made.name}.docx",
        sha256=digest(made.docx),
        made_by=person.id,
    )


def _nothing_to_print() -> Problem:
    return problem(
        "no_reviews_to_print",
        "没有要印上的审阅意见：文书没有定稿，或者意见已经印上了。",
        "there is no opinion to be printed: the document is not final, or they stand there.",
    )


def _would_change() -> Problem:
    return problem(
        "text_would_change",
        "定稿以后活动档案或模板改过，重新生成会带出别的改动，没有生成；请先退回草稿。",
        "activity profile or template have changed since, so more than the opinions would change "
        "and nothing was made; go back to the draft first.",
    )
