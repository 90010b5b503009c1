"""States of a document: moved on, or back to the draft; what was done on paper is noted."""

from __future__ import annotations

from collections.abc import Mapping

from service.core.papers import State, may_follow
from service.core.people import Person
from service.desk.documents.checks import check_paper
from service.desk.documents.kept import Paper, paper_of, to_be_changed
from service.desk.documents.registered import describe_again
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, Problem, problem
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Document, Version

_ACTIONS: Mapping[State, str] = {
    "draft": "document_drafted",
    "in_review": "document_in_review",
    "to_revise": "document_to_revise",
    "final": "document_final",
    "issued": "document_issued",
    "sealed": "document_sealed",
    "scanned": "document_scanned",
    "submitted": "document_submitted",
}
_LOOKED_AT: frozenset[State] = frozenset({"in_review", "final"})
"""States for which there must be a version that is just the draft."""


def move_document(desk: Desk, person: Person, document_id: str, state: State) -> None:
    """Moves a document on, or back to the draft; where it is there already nothing happens.

    Raises:
        NotFoundError: there is no such document.
        ConflictError: closed, submitted, or moved by somebody else meanwhile.
        InputError: nothing was made yet, or not of the present draft, or the review would stop at
            what is missing.
    """
    with desk.store.write() as session:
        row = to_be_changed(session, document_id)
        newest = rows.newest(session, [row.id]).get(row.id)
        if state == "draft":
            _back(desk, session, person, row)
        elif row.state != state:
            if not may_follow(_state(row), state):
                raise ConflictError(_moved())
            if state in _LOOKED_AT:
                _insist_on_version(desk, paper_of(desk, session, row), newest)
            set_state(desk, session, person, row, state)


def set_state(desk: Desk, session: Session, person: Person, row: Document, state: State) -> None:
    """Writes a new state in the caller's transaction, which holds the row."""
    row.state = state
    desk.store.trail.note(session, person.id, _ACTIONS[state], "document", row.id)
    if state == "final":
        describe_again(desk, session, person, row)


def _back(desk: Desk, session: Session, person: Person, row: Document) -> None:
    """On purpose: from here on a version edited in Word does not stop a generated one."""
    last = rows.next_no(session, row.id) - 1
    if row.state == "draft" and row.reopened == last:
        return
    if row.state != "draft" and not may_follow(_state(row), "draft"):
        raise ConflictError(_moved())
    row.reopened = last
    set_state(desk, session, person, row, "draft")


def _insist_on_version(desk: Desk, paper: Paper, newest: Version | None) -> None:
    if newest is None:
        raise InputError(
            problem(
                "not_made_yet",
                "还没有生成文书；请先点“检查并生成”。",
                "nothing was made yet; press “Check and make” first.",
            )
        )
    if newest.way != "generated":
        return
    if newest.made_from != paper.made_from(desk):
        raise InputError(
            problem(
                "version_stale",
                f"第{newest.no}稿生成以后，草稿或活动档案又改过；请先点“检查并生成”，再继续。",
                f"the draft or the activity profile has changed since version {newest.no}; press "
                "“Check and make” first.",
            )
        )
    missing = check_paper(paper).until("review")
    if missing:
        raise InputError(missing)


def _state(row: Document) -> State:
    return row.state  # type: ignore[return-value]  # only states are ever written


def _moved() -> Problem:
    return problem(
        "state_changed",
        "这份文书的状态刚刚被别人改过；请看清现在的状态再操作。",
        "somebody else has just moved this document on; look at its state and decide anew.",
    )
