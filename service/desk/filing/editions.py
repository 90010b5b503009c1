"""Editions of what is filed: the next one, kept and locked in one transaction, and sent back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.core.papers import SETTLED
from service.core.people import Person
from service.desk.bundle.slots import signed_first
from service.desk.documents.kept import closed, found_activity
from service.desk.documents.states import set_state
from service.desk.filing.filed_numbers import enter_numbers
from service.desk.filing.request import Filing, Request, Sheet
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError, Problem, problem
from service.store import documents
from service.store import submissions as rows
from service.store.database import Session
from service.store.models import Submission, new_id

REASON_MOST = 500


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The edition that is to be filed.

    Attributes:
        no: 1, 2, ….
        replaces: SHA-256 of the PDF of the one before, or "".
        filed: SHA-256 of the PDF that was filed as just this edition, or "": the same may be
            made again, another may not.
    """

    no: int = 1
    replaces: str = ""
    filed: str = ""


def edition_of(desk: Desk, key: str, *, sent_back: str = "") -> Edition:
    """The edition that comes next.

    Raises:
        InputError: it is said that one came back, and none was ever filed.
    """
    with desk.store.read() as session:
        last = rows.newest(session, key)
    if last is None:
        if sent_back:
            raise InputError(_never_filed())
        return Edition()
    if last.state == "sent_back" or sent_back:
        return Edition(no=last.edition + 1, replaces=last.pdf_sha256)
    before = str(last.manifest.get("replaces") or "")
    return Edition(no=last.edition, replaces=before, filed=last.pdf_sha256)


def keep_filing(
    desk: Desk, asked: Request, edition: Edition, filing: Filing, sheets: Sequence[Sheet]
) -> Filing:
    """Keeps a filing: files first, then row, numbers and locks in one transaction.

    Raises:
        ConflictError: filed already, or by somebody else meanwhile; a number is another paper's.
        EngineError: the store cannot be written.
    """
    if edition.filed:
        return _again(desk, asked, edition, filing)
    submission = asked.id or new_id()
    folder = f"filings/{submission}/{new_id()}"  # its own, whoever does the same work beside us
    kept = [
        {"role": one.role, "name": one.name, "blob": f"{folder}/{number}",
         "sha256": hashlib.sha256(one.data).hexdigest()}
        for number, one in enumerate(filing.files)
    ]  # fmt: skip
    blobs = [(one["blob"], file.data) for one, file in zip(kept, filing.files, strict=True)]
    desk.store.blobs.put_all(blobs)
    with desk.store.write_with([name for name, _ in blobs]) as session:
        _close_last(desk, session, asked, edition)
        enter_numbers(session, asked, sheets)
        locks = filing.profile == "submission"
        locked = _lock(desk, session, asked) if locks else _documents(asked)
        session.add(_row(submission, asked, filing, kept, locked))
        session.flush()
        desk.store.trail.note(session, asked.person.id, "filed", "submission", submission)
    return replace(filing, id=submission)


def send_back(desk: Desk, person: Person, submission_id: str, reason: str, day: date) -> None:
    """Notes that an edition came back; the papers of a submission may be changed again.

    The edition stays as it is. An archive that came back can be made anew; no paper is unlocked.

    Raises:
        NotFoundError: there is no such submission.
        InputError: without a reason.
        ConflictError: it came back already, or a later edition is out; the activity is closed,
            where papers of it would change.
    """
    words = reason_in(reason)
    with desk.store.write() as session:
        row = rows.find(session, submission_id)
        if row is None:
            raise NotFoundError(
                problem("no_submission", "没有这份报送。", "there is no such submission.")
            )
        last = rows.newest(session, row.key)
        if row.state != "filed" or last is None or last.id != row.id:
            raise ConflictError(_back_already())
        if row.profile == "submission":
            _refuse_closed(session, row.activity_id)
        _mark_back(desk, session, person, row, reason=words, day=day)


def _refuse_closed(session: Session, activity_id: str | None) -> None:
    """What came from an instance file has no activity."""
    if activity_id and found_activity(session, activity_id).closed:
        raise ConflictError(closed())


def reason_in(text: str) -> str:
    """A reason in one line; raises InputError where there is none."""
    words = " ".join(text.split())
    if not words or len(words) > REASON_MOST or not words.isprintable():
        raise InputError(
            problem(
                "no_reason",
                f"请写明退回原因（{REASON_MOST} 字以内，不含不能打印的字符）。",
                f"say why it came back, in at most {REASON_MOST} printable characters.",
                path="reason",
            )
        )
    return words


def _again(desk: Desk, asked: Request, edition: Edition, filing: Filing) -> Filing:
    """The same bundle made once more is the same; another one has to come back first."""
    with desk.store.read() as session:
        last = rows.newest(session, asked.key)
    assert last is not None
    if filing.sha256 != edition.filed or last.pdf_sha256 != edition.filed:
        raise ConflictError(
            problem(
                "filed_already",
                f"第{last.edition}版已于{last.filed_on}报送，内容与现在的不同；如已退回，请先登记"
                "退回和原因（--sent-back），再报第二版。",
                f"edition {last.edition} was filed on {last.filed_on} and is not what it is now; "
                "where it came back, note that and why (--sent-back) before the next edition.",
            )
        )
    return replace(filing, id=last.id, again=True)


def _close_last(desk: Desk, session: Session, asked: Request, edition: Edition) -> None:
    last = rows.newest(session, asked.key)
    if last is None and edition.no == 1:
        return
    if last is None or last.edition != edition.no - 1:
        raise ConflictError(
            problem(
                "filed_meanwhile",
                "刚才已由别人报送；请刷新后查看。",
                "it was filed by somebody else just now; reload and look.",
            )
        )
    if last.state == "filed":
        reason = reason_in(asked.sent_back)
        _mark_back(desk, session, asked.person, last, reason=reason, day=asked.day)


def _mark_back(
    desk: Desk, session: Session, person: Person, row: Submission, *, reason: str, day: date
) -> None:
    row.state, row.reason, row.sent_back_on = "sent_back", reason, day
    papers = documents.some(session, row.documents) if row.profile == "submission" else ()
    for document in papers:
        if document.state == "submitted":
            set_state(desk, session, person, document, "to_revise")
    desk.store.trail.note(session, person.id, "sent_back", "submission", row.id)


def _lock(desk: Desk, session: Session, asked: Request) -> list[str]:
    """Locks the documents; one that was changed since the bundle was planned stops it all."""
    ids = _documents(asked)
    _refuse_closed(session, asked.activity_id)
    found = documents.some(session, ids)
    taken = {one.document: one.version for one in asked.plan.parts if one.document}
    now = {key: one.id for key, one in signed_first(session, found).items()}
    if now != taken or any(one.state not in SETTLED for one in found):
        raise ConflictError(
            problem(
                "changed_meanwhile",
                "有材料刚才被改动或删除；请刷新后重新核对。",
                "a paper was changed or taken away just now; reload and check again.",
            )
        )
    for one in found:
        if one.state != "submitted":
            set_state(desk, session, asked.person, one, "submitted")
    return ids


def _documents(asked: Request) -> list[str]:
    return [one.document for one in asked.plan.parts if one.document]


def _row(
    submission: str, asked: Request, filing: Filing, kept: list[dict[str, str]], locked: list[str]
) -> Submission:
    return Submission(
        id=submission,
        key=asked.key,
        edition=filing.edition,
        profile=filing.profile,
        activity_id=asked.activity_id,
        bundle=asked.plan.definition.name,
        lang=asked.plan.lang,
        title=filing.title,
        to=filing.manifest.to,
        filed_on=asked.day,
        filed_by=asked.by,
        filed_by_id=asked.person.id,
        pages=filing.pages,
        pdf_sha256=filing.sha256,
        package_sha256=filing.package_sha256,
        files=kept,
        manifest=filing.manifest.model_dump(mode="json"),
        documents=locked,
    )


def _never_filed() -> Problem:
    return problem(
        "never_filed",
        "还没有报送过，不会有退回；请去掉 --sent-back。",
        "it was never filed, so nothing can have come back; leave --sent-back out.",
    )


def _back_already() -> Problem:
    return problem(
        "back_already",
        "这一版已登记退回，或已有新的一版。",
        "this edition came back already, or a later one is out.",
    )
