"""Scans of an activity's papers: which are expected, and which are back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, cast

from service.core.definition import Label
from service.core.papers import SETTLED, State
from service.core.people import Person
from service.desk.documents.kept import Paper, facts_of, found_activity, lang_of
from service.desk.documents.lists import names_of
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Activity, Document, Version

Needs = Literal["seal", "signature"]
_OUT: frozenset[str] = frozenset({"issued", "sealed", "scanned", "submitted"})
"""States of a paper that was signed or sealed, whatever it is."""


@dataclass(frozen=True, kw_only=True)
class ScanLine:
    """A paper whose scan is expected, or back.

    Attributes:
        id: of the document.
        kind: its kind.
        title: of its kind; None where that is gone.
        named: what stands at its head, or "".
        person: whose paper it is, or "".
        branch: the person's.
        state: where it stands.
        due: day by which it is to be there.
        needs: what is put on the paper.
        scan: number of the version that is the scan; 0 while it is not back.
        scanned_at: when it came; None while it has not.
        scanned_by: who sent it in.
        file: what the scan, or the paper that was printed, is called.
    """

    id: str
    kind: str
    title: Label | None
    named: str
    person: str
    branch: str
    state: State
    due: date | None
    needs: Needs
    scan: int = 0
    scanned_at: datetime | None = None
    scanned_by: str = ""
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class ScanBoard:
    """An activity's scans.

    Attributes:
        activity: its title.
        closed: nothing is changed any more.
        expected: those that are still to come.
        back: those that have come.
        later: papers that are not final yet.
    """

    activity: str
    closed: bool
    expected: tuple[ScanLine, ...]
    back: tuple[ScanLine, ...]
    later: int


def list_scans(desk: Desk, person: Person, activity_id: str) -> ScanBoard:
    """The papers of an activity that a person sees to, by their scans. Raises NotFoundError."""
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
        mine = [
            one
            for one in rows.of_activity(session, activity_id, answers=False)
            if ties_to_document(desk, person, one) & {"handler", "desk"}
        ]
        out = [one for one in mine if one.state in SETTLED]
        rows.open_answers(session, out)
        lines = list(_lines(desk, session, activity, out))
    return ScanBoard(
        activity=activity.title,
        closed=activity.closed,
        expected=tuple(one for one in lines if not one.scan and one.state != "submitted"),
        back=tuple(one for one in lines if one.scan),
        later=len(mine) - len(out),
    )


def _lines(
    desk: Desk, session: Session, activity: Activity, out: Sequence[Document]
) -> Iterator[ScanLine]:
    ids = [one.id for one in out]
    texts = rows.newest(session, ids, answers=False)
    scans = rows.newer_scans(session, ids, texts)
    names = names_of(session)
    facts = {lang: facts_of(desk, activity, lang) for lang in {lang_of(one.lang) for one in out}}
    for row in out:
        line = _line(desk, row, activity, facts[lang_of(row.lang)])
        if line is not None:
            yield _with_files(line, texts.get(row.id), scans.get(row.id), names)


def _line(
    desk: Desk, row: Document, activity: Activity, facts: Mapping[str, Any]
) -> ScanLine | None:
    """None for a paper that neither hand nor seal is put to."""
    title, named, sealed, own = None, "", False, bool(row.person)
    try:
        kind = desk.catalog.kind(row.kind)
        paper = Paper(row=row, activity=activity, kind=kind, facts=facts)
        raw, _ = paper.with_gaps_filled(row.answers, facts)
        title, sealed = kind.form.title, raw.get("seal_mode") == "sealed"
        named, own = _head(raw.get("title")), own or kind.form.audience == "member"
    except GongwenError:  # a kind that is gone; its papers can come back all the same
        pass
    if not (row.state in _OUT or sealed or own):
        return None
    return ScanLine(
        id=row.id,
        kind=row.kind,
        title=title,
        named=named,
        person=row.person,
        branch=row.branch,
        state=cast(State, row.state),
        due=row.due,
        needs="seal" if sealed else "signature",
    )


def _with_files(
    line: ScanLine, text: Version | None, scan: Version | None, names: Mapping[str, str]
) -> ScanLine:
    if scan is None:
        return replace(line, file=text.file_name if text else "")
    return replace(
        line,
        scan=scan.no,
        scanned_at=scan.made_at,
        scanned_by=names.get(scan.made_by, ""),
        file=text.file_name if text else scan.file_name,
    )


def _head(title: object) -> str:
    """A title in one line, however it is broken."""
    lines = title if isinstance(title, list) else str(title or "").split("\n")
    return "".join(str(one).strip() for one in lines)
