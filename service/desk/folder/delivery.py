"""Batch folder: what lies beside the forms: the tally, everything as zip, the joined print."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from service.core.tally import Tally
from service.desk.files import sha256_of, unfinished
from service.desk.folder import said
from service.desk.folder.form import PDF, Form
from service.desk.folder.moves import free_name
from service.desk.folder.record import BatchRecord, Record
from service.desk.tools import Desk
from service.errors import Lang

TALLY, SHEET, ZIP, JOINED = "tally.json", "tally.xlsx", "zip", "joined"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same bytes


def deliver(
    record: BatchRecord,
    key: str,
    name: str,
    ending: str,
    build: Callable[[Path], tuple[str, tuple[int, ...]]],
) -> str:
    """Writes a file whole under its name, or beside one that somebody else put there or changed.

    Args:
        record: the folder's.
        key: of the file in the record.
        name: without ending.
        ending: without dot.
        build: writes it to a path; returns the digest and the pages to be remembered.

    Returns:
        The file's name.
    """
    standing = record.find(key)
    ours = {standing.name} if standing.ours else set()
    stem = free_name(record.folder, name, ending, ours=ours)
    if stem != name:
        record.notes.append(said.another_name(f"{name}.{ending}"))
    file = f"{stem}.{ending}"
    with unfinished(record.folder / file) as part:
        digest, pages = build(part)
        one = Record(names=(file,), shas=(sha256_of(part),), digest=digest, pages=pages)
        record.intend(key, one)
        record.save()
    return file


def write_tally(
    desk: Desk, record: BatchRecord, tally: Tally, *, title: str, lang: Lang
) -> tuple[str, str]:
    """`tally.json` for programs and `tally.xlsx` for people; returns their names."""
    text = json.dumps(tally.to_json(), ensure_ascii=False)
    plain = text.encode("utf-8", "backslashreplace")  # a lone surrogate, as JSON writes it
    sheet = desk.sheet_writer.tally(tally, title=title, lang=lang)
    return (
        deliver(record, TALLY, "tally", "json", lambda part: _put(part, plain)),
        deliver(record, SHEET, "tally", "xlsx", lambda part: _put(part, sheet)),
    )


def _put(part: Path, data: bytes) -> tuple[str, tuple[int, ...]]:
    part.write_bytes(data)
    return "", ()


def write_zip(record: BatchRecord, forms: Sequence[Form], *, name: str, more: Sequence[str]) -> str:
    """All forms of the roster, their PDFs, and `more` files in one zip; returns its name.

    Names that are not ASCII bear the UTF-8 flag, and sizes stand before each content: Explorers of
    old Windows read such a zip.
    """
    files = [one for form in forms if form.sha for one in _files_of(record, form)]
    return deliver(
        record, ZIP, name, "zip", lambda part: _zip(record.folder, [*files, *more], part)
    )


def _files_of(record: BatchRecord, form: Form) -> list[str]:
    """The Word file, and its PDF unless that is older."""
    pdf, name = record.files.get(form.key(PDF)), record.where(form.key(PDF))
    return [form.file, name] if pdf is not None and name and pdf.digest == form.sha else [form.file]


def _zip(folder: Path, names: Sequence[str], part: Path) -> tuple[str, tuple[int, ...]]:
    with zipfile.ZipFile(part, "w") as archive:
        for name in dict.fromkeys(name for name in names if name):
            file = folder / name
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.external_attr = 0o644 << 16
            info.file_size = file.stat().st_size
            # Stored as it is: Word files and PDFs are compressed already.
            with file.open("rb") as content, archive.open(info, "w") as target:
                shutil.copyfileobj(content, target, 1 << 20)
    return "", ()
