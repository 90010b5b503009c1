"""Batch folder: a PDF for each form, converted alone, so that it bears nobody else's characters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from service.desk.files import write_whole
from service.desk.folder import said
from service.desk.folder.form import PDF, Form, Progress
from service.desk.folder.record import BatchRecord, Record
from service.desk.tools import Desk
from service.errors import GongwenError, Problem, Text

_GROUP = 16
"""PDFs that are announced together; so many at most are converted again after a kill."""
_WAITING = 2
"""Documents that stand ready while the converter's processes are busy."""
EVERYBODYS = {"pdf_unavailable", "storage_full"}
"""Failures that are no form's own: the next form would fail of them too."""


@dataclass(frozen=True, kw_only=True)
class _Pdf:
    """One form's PDF, or why there is none."""

    form: Form
    data: bytes = b""
    pages: int = 0
    failed: tuple[Problem, ...] = ()


def print_each(
    desk: Desk,
    record: BatchRecord,
    forms: Sequence[Form],
    *,
    kind: str,
    processes: int,
    progress: Progress,
) -> int:
    """A PDF beside every Word form that has none or an older one.

    Args:
        desk: the engines.
        record: the folder's.
        forms: all rows.
        kind: for messages.
        processes: how many documents the converter takes at once.
        progress: told after each.

    Returns:
        How many were made.

    Raises:
        EngineError: there is no converter, or the disk is full.
    """
    wanted = [form for form in forms if form.sha and _is_wanted(record, form)]
    done, ready = 0, []
    pool = ThreadPoolExecutor(processes + _WAITING, "pdf")
    try:
        converted = pool.map(lambda one: _convert(desk, record, one, kind), wanted)
        for number, made in enumerate(converted, 1):
            ready.append(made)
            if len(ready) == _GROUP or number == len(wanted):
                done += _write(record, ready)
                ready = []
            progress(Text("生成 PDF", "making PDFs"), number, len(wanted))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return done


def _is_wanted(record: BatchRecord, form: Form) -> bool:
    """False where the PDF is there already, or somebody's own file has its place."""
    standing, known = record.find(form.key(PDF)), record.files.get(form.key(PDF))
    if standing.newest and known is not None and known.digest == form.sha:
        form.pages = known.pages[0]
        return False
    foreign = not standing.name and (record.folder / _name(form)).exists()
    if standing.edited or foreign:
        form.reasons.append(said.pdf_left_alone())
        return False
    return True


def _name(form: Form) -> str:
    return f"{form.name}.{PDF}"


def _convert(desk: Desk, record: BatchRecord, form: Form, kind: str) -> _Pdf:
    """From the Word file as it lies; one that somebody changed is looked at like any upload."""
    try:
        data = (record.folder / form.file).read_bytes()
        if form.edited or hashlib.sha256(data).hexdigest() != form.sha:
            clean = desk.uploads.read(data, name=form.file)
            return _Pdf(form=form, data=clean.pdf, pages=clean.pages)
        # Not the file's name: a member's name stands in it.
        converted = desk.converter.convert(data, name=f"{kind} #{form.item.row}", urgent=False)
    except GongwenError as error:
        if {one.code for one in error.problems} & EVERYBODYS:
            raise
        return _Pdf(form=form, failed=error.problems)
    return _Pdf(form=form, data=converted.pdf, pages=converted.pages)


def _write(record: BatchRecord, ready: Sequence[_Pdf]) -> int:
    """Announces and then writes them; returns how many."""
    made = [one for one in ready if not one.failed]
    for one in made:
        name = record.where(one.form.key(PDF)) or _name(one.form)
        sha = hashlib.sha256(one.data).hexdigest()
        new = Record(
            names=(name,), shas=(sha,), digest=one.form.sha, who=one.form.who, pages=(one.pages,)
        )
        record.intend(one.form.key(PDF), new)
    record.save()
    for one in made:
        write_whole(record.folder / record.files[one.form.key(PDF)].names[-1], one.data)
        one.form.pages = one.pages
    for one in ready:
        if one.failed:
            one.form.end("failed", *one.failed)
    return len(made)
