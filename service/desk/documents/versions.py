"""Versions: made from the draft with the activity's facts frozen; none is ever written over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, cast

from service.core.answers import check
from service.core.people import Person
from service.desk.documents.kept import (
    Paper,
    found_document,
    open_paper,
    refuse_settled,
    to_be_written,
)
from service.desk.fill import Document as Filled
from service.desk.fill import produce
from service.desk.tools import Desk
from service.errors import ConflictError, NotFoundError, Problem, problem
from service.store import documents as rows
from service.store import rosters
from service.store.blobs import digest
from service.store.database import Session
from service.store.models import Document, Version, new_id


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A file of a version, for the download.

    Attributes:
        data: the file.
        name: without its ending.
        suffix: its ending, with the dot.
    """

    data: bytes
    name: str
    suffix: str


def generate(desk: Desk, person: Person, document_id: str) -> int:
    """Makes the Word file of the draft; the number of its version.

    A second click finds what the first has made: no version is made twice of the same.

    Raises:
        InputError: every problem of the answers.
        ConflictError: `hand_edited`, the newest version was edited in Word and would be left
            behind; `not_a_draft`, `activity_closed`, `document_submitted`.
    """
    with desk.store.read() as session:
        paper = open_paper(desk, session, document_id)
        found = _there_already(desk, session, paper)
    if found is not None:
        return found
    made = fill_paper(desk, paper)
    version_id = new_id()
    blob = f"documents/{document_id}/{version_id}.docx"
    # The file before its row: a process that is killed in between leaves a file nobody names.
    desk.store.blobs.put(blob, made.docx)
    with desk.store.write_with([blob]) as session:
        no = _keep(desk, session, person, paper, made, version_id=version_id, blob=blob)
    return no


def fill_paper(desk: Desk, paper: Paper) -> Filled:
    """The draft as a Word file, kept nowhere. Raises InputError with every problem."""
    raw, origins = paper.full()
    answers = check(paper.form, raw, activity=paper.facts, filled_in=origins)
    return produce(
        desk, paper.kind, answers, lang=paper.lang, activity=paper.facts, part=paper.row.part
    )


def refuse_over_hand_edited(row: Document, newest: Version | None) -> None:
    """Raises ConflictError where a version edited in Word would be left behind unasked."""
    if newest is not None and newest.way == "hand_edited" and newest.no > row.reopened:
        raise ConflictError(_hand_edited(newest.no))


def _there_already(desk: Desk, session: Session, paper: Paper) -> int | None:
    """The newest version where it is made of just this draft; refuses what may not be made."""
    newest = rows.newest(session, [paper.row.id]).get(paper.row.id)
    # With opinions the paper may say more than the draft did: it is made, then compared.
    same = newest is not None and newest.way == "generated" and not paper.reviewed
    if newest is not None and same and newest.made_from == paper.made_from(desk):
        return newest.no
    refuse_over_hand_edited(paper.row, newest)
    refuse_settled(paper.row)
    return None


def _keep(
    desk: Desk,
    session: Session,
    person: Person,
    paper: Paper,
    made: Filled,
    *,
    version_id: str,
    blob: str,
) -> int:
    row = to_be_written(session, paper.row.id)
    newest = rows.newest(session, [row.id]).get(row.id)
    refuse_over_hand_edited(row, newest)
    made_from, sha256 = paper.made_from(desk), digest(made.docx)
    same = newest is not None and newest.way == "generated" and newest.made_from == made_from
    if newest is not None and same and newest.sha256 == sha256:
        desk.store.blobs.remove([blob])
        return newest.no
    version = Version(
        id=version_id,
        document_id=row.id,
        no=rows.next_no(session, row.id),
        way="generated",
        profile_id=rosters.keep_profile(session, paper.lang, paper.facts).id,
        answers=dict(paper.typed),
        made_from=made_from,
        blob=blob,
        file_name=f"{made.name}.docx",
        sha256=sha256,
        made_by=person.id,
    )
    rows.add(session, version)
    desk.store.trail.note(session, person.id, "version_made", "document", row.id)
    return version.no


def open_version(
    desk: Desk, document_id: str, no: int, ending: Literal["file", "pdf"] = "file"
) -> Handed:
    """A version's file as it is, or as PDF, which is made when it is first asked for and kept.

    Raises:
        NotFoundError: there is no such version.
        EngineError: no PDF can be made here.
    """
    with desk.store.read() as session:
        found_document(session, document_id)
        version = rows.version(session, document_id, no)
    if version is None:
        raise NotFoundError(_no_version())
    name, _, suffix = version.file_name.rpartition(".")
    name, suffix = (name, f".{suffix.lower()}") if name else (version.file_name, "")
    if ending == "file":
        return Handed(data=desk.store.blobs.get(version.blob), name=name, suffix=suffix)
    return Handed(data=_pdf(desk, version, suffix), name=name, suffix=".pdf")


def _pdf(desk: Desk, version: Version, suffix: str) -> bytes:
    blob = f"documents/{version.document_id}/{version.id}.pdf"
    if desk.store.blobs.has(blob):
        return desk.store.blobs.get(blob)
    if suffix not in {".docx", ".doc", ".wps"}:
        raise NotFoundError(_no_version())
    source = desk.store.blobs.get(version.blob)
    # Named by its id: what messages and logs quote must not hold a person's name.
    word = cast(Literal[".docx", ".doc"], PurePath(version.blob).suffix)
    made = desk.converter.convert(source, name=version.id, suffix=word)
    desk.store.blobs.put(blob, made.pdf)
    return made.pdf


def _hand_edited(no: int) -> Problem:
    return problem(
        "hand_edited",
        f"第{no}稿是在 Word 里改过再传回的，不会被自动生成的稿子顶替。"
        "确实要以表单为准重新生成的，请先在文书页点“退回草稿”，再生成；"
        f"第{no}稿仍会保留。",
        f"version {no} was edited in Word and sent back; a generated one never takes its place by "
        "itself. Where the form is to count again, go back to the draft on the document's page "
        f"first, then make it; version {no} is kept all the same.",
    )


def _no_version() -> Problem:
    return problem("no_version", "没有这一稿。", "there is no such version.")
