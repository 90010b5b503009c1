"""What comes back: the Word file edited by hand, and the scan with signature or seal.

Both are kept just as they came, with a harmless PDF beside them for whoever only looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from service.core.papers import SETTLED, State, Way
from service.core.people import Person
from service.desk.documents.kept import (
    found_document,
    open_paper,
    refuse_settled,
    to_be_changed,
    to_be_written,
)
from service.desk.documents.looked_at import look_at_word
from service.desk.documents.states import set_state
from service.desk.tools import Desk
from service.engines.protocols import CleanUpload
from service.errors import (
    ConflictError,
    EngineError,
    InputError,
    Problem,
    Text,
    problem,
)
from service.store import documents as rows
from service.store.blobs import digest
from service.store.database import Session
from service.store.models import Document, Version, new_id

_WORD = {b"PK\x03\x04": ".docx", bytes.fromhex("d0cf11e0a1b11ae1"): ".doc"}
_SCANS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}
"""First bytes of what is taken, and the ending that it has in the store."""
_LONGEST = 200
"""Characters of a file's name that are kept."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """A file that was taken in.

    Attributes:
        no: number of its version.
        notes: what deserves a look; nothing of it was changed.
        removed: what the PDF beside it leaves out.
    """

    no: int
    notes: tuple[Problem, ...] = ()
    removed: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    """A file on its way in.

    Attributes:
        name: as it was called where it came from.
        data: what is kept.
        ending: of its kind, with the dot.
        way: what it is to the document.
        pdf: its pages; b"" where no PDF can be made on this machine.
    """

    name: str
    data: bytes
    ending: str
    way: Way
    pdf: bytes


def take_word(desk: Desk, person: Person, document_id: str, *, name: str, data: bytes) -> Came:
    """Keeps the Word file that was edited by hand; from now on it is the document's text.

    Args:
        desk: the store and the engines.
        person: who sends it in.
        document_id: of which document.
        name: the file's, as it was called where it came from.
        data: .docx, .doc, or .wps of WPS Office, by its content.

    Raises:
        NotFoundError: there is no such document.
        InputError: it is no Word file, or cannot be made safe pages.
        ConflictError: in review, settled, closed or submitted.
        EngineError: an old .doc cannot be looked at without LibreOffice.
    """
    with desk.store.read() as session:
        paper = open_paper(desk, session, document_id)
    refuse_settled(paper.row)
    name = _called(name)
    ending = _ending(data, _WORD, _no_word(name))
    clean, why = _pages(desk, name, data, ending)
    file = _File(name=name, data=data, ending=ending, way="hand_edited", pdf=clean.pdf)
    notes = look_at_word(desk, paper, data, clean.pdf, ending)
    no = _keep(desk, person, document_id, file)
    return Came(no=no, notes=(*why, *notes), removed=clean.removed)


def take_scan(desk: Desk, person: Person, document_id: str, *, name: str, data: bytes) -> Came:
    """Keeps the scan with signature or seal; the document then counts as come back.

    Args:
        desk: the store and the engines.
        person: who sends it in.
        document_id: of which document.
        name: the file's, as it was called where it came from.
        data: PDF, JPEG or PNG, by its content.

    Raises:
        NotFoundError: there is no such document.
        InputError: it is no scan, or cannot be made safe pages.
        ConflictError: not final yet, closed or submitted.
    """
    with desk.store.read() as session:
        _refuse_early(found_document(session, document_id))
    name = _called(name)
    ending = scan_ending(name, data)
    clean = desk.uploads.read(data, name=name)
    file = _File(name=name, data=data, ending=ending, way="scan", pdf=clean.pdf)
    no = _keep(desk, person, document_id, file)
    return Came(no=no, removed=clean.removed)


def scan_ending(name: str, data: bytes) -> str:
    """What kind of scan a file is by its content. Raises InputError where it is none."""
    return _ending(data[:1024].lstrip(), _SCANS, _no_scan(_called(name)))


def _pages(
    desk: Desk, name: str, data: bytes, ending: str
) -> tuple[CleanUpload, Sequence[Problem]]:
    """The file as pages; a .docx is looked through all the same where there is no LibreOffice."""
    try:
        return desk.uploads.read(data, name=name), ()
    except EngineError as error:
        if ending != ".docx" or error.problems[0].code != "pdf_unavailable":
            raise
        return CleanUpload(pdf=b"", pages=0), error.problems


def _keep(desk: Desk, person: Person, document_id: str, file: _File) -> int:
    """The number of its version; the same file sent twice is one version."""
    version_id = new_id()
    place = f"documents/{document_id}/{version_id}"
    files = [(f"{place}.came{file.ending}", file.data)]
    if file.pdf:
        files.append((f"{place}.pdf", file.pdf))
    # The files before their row: a process that is killed in between leaves files nobody names.
    desk.store.blobs.put_all(files)
    with desk.store.write_with([name for name, _ in files]) as session:
        row = _held(session, document_id, file.way)
        again = _there_already(session, document_id, file)
        if again is None:
            no = rows.next_no(session, document_id)
            rows.add(session, _version(file, person, document_id, version_id, no))
            _came(desk, session, person, row, file.way)
    if again is not None:
        desk.store.blobs.remove([name for name, _ in files])
        return again
    return no


def _version(file: _File, person: Person, document_id: str, version_id: str, no: int) -> Version:
    return Version(
        id=version_id,
        document_id=document_id,
        no=no,
        way=file.way,
        answers=None,
        blob=f"documents/{document_id}/{version_id}.came{file.ending}",
        file_name=file.name,
        sha256=digest(file.data),
        made_by=person.id,
    )


def _there_already(session: Session, document_id: str, file: _File) -> int | None:
    kept = rows.versions(session, document_id)
    last = kept[-1] if kept else None
    if last is None or (last.way, last.sha256) != (file.way, digest(file.data)):
        return None
    return last.no


def _held(session: Session, document_id: str, way: Way) -> Document:
    if way == "hand_edited":
        return to_be_written(session, document_id)
    row = to_be_changed(session, document_id)
    _refuse_early(row)
    return row


def _came(desk: Desk, session: Session, person: Person, row: Document, way: Way) -> None:
    if way == "scan":
        set_state(desk, session, person, row, "scanned")
    else:
        desk.store.trail.note(session, person.id, "word_returned", "document", row.id)


def _refuse_early(row: Document) -> None:
    state: State = row.state  # type: ignore[assignment]  # only states are ever written
    if state not in SETTLED:
        raise ConflictError(
            problem(
                "not_final",
                "这份文书还没有定稿，扫描件没有收下；请先定稿，再传签字盖章后的扫描件。",
                "this document is not final and the scan was not taken; make it final first.",
            )
        )


def _called(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name[-_LONGEST:] or "?"


def _ending(begin: bytes, known: dict[bytes, str], otherwise: Problem) -> str:
    for bytes_, ending in known.items():
        if begin.startswith(bytes_):
            return ending
    raise InputError(otherwise)


def _no_word(name: str) -> Problem:
    return problem(
        "no_word_file",
        "这不是 Word 文件（.docx、.doc 或 WPS 的 .wps），没有收下。签字盖章后的扫描件请传到"
        "“扫描件”。",
        "this is no Word file (.docx, .doc or .wps of WPS Office) and was not taken. A scan with "
        "signature or seal goes to “Scan”.",
        file=name,
    )


def _no_scan(name: str) -> Problem:
    return problem(
        "no_scan",
        "扫描件要 PDF、JPEG 或 PNG，没有收下；Word 里改过的请传到“改过的 Word 文件”。",
        "a scan is PDF, JPEG or PNG; this was not taken. A Word file that was edited goes to "
        "“Edited Word file”.",
        file=name,
    )
