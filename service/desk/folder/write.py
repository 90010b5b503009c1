"""Batch folder: the Word forms that are not there yet, announced and then written, in groups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from service.core.present import persons
from service.desk.batch.plan import Terms, printed
from service.desk.files import sha256_of, write_whole
from service.desk.fill import rare_names
from service.desk.folder import said
from service.desk.folder.form import WORD, Form, Progress
from service.desk.folder.moves import free_name
from service.desk.folder.record import BatchRecord, Record
from service.desk.tools import Desk
from service.errors import GongwenError, Text

_GROUP = 200
"""Forms that are announced together and held in memory."""
_GROUPS = 25
"""At most so many groups: the record is written whole for each."""


def write_forms(
    desk: Desk, terms: Terms, record: BatchRecord, forms: Sequence[Form], progress: Progress
) -> None:
    """Makes every Word form that is not there yet; one that fails does not stop the others."""
    wanted = [form for form in forms if form.outcome is None]
    _look_up_names(desk, wanted)
    size = max(_GROUP, -(-len(wanted) // _GROUPS))
    for start in range(0, len(wanted), size):
        group = wanted[start : start + size]
        filled = [(form, docx) for form in group if (docx := _filled(desk, terms, form))]
        fresh = [(form, docx) for form, docx in filled if _announce(record, form, docx)]
        record.save()
        for number, (form, docx) in enumerate(fresh, start + 1):
            write_whole(record.folder / form.file, docx)
            form.end("made")
            progress(Text("生成 Word 文件", "making Word files"), number, len(wanted))


def _look_up_names(desk: Desk, forms: Sequence[Form]) -> None:
    """All names at once: opening the fonts for each would cost 70 ms each."""
    answers = [form.item.answers for form in forms if form.item.answers]
    names = (persons(one.definition.fields.values(), one.values) for one in answers)
    desk.coverage.lacking("".join({char for of_one in names for char in "".join(of_one)}))


def _filled(desk: Desk, terms: Terms, form: Form) -> bytes:
    """The document; empty where it failed."""
    file = f"{terms.kind}/template.{terms.lang}.docx"
    try:
        docx = desk.templates.load(terms.template, file=file).fill(printed(terms, form.item))
    except GongwenError as error:
        form.end("failed", *error.problems)
        return b""
    if form.item.answers is not None:
        form.reasons += rare_names(desk, form.item.answers)
        form.item = replace(form.item, answers=None)  # their memory is wanted for others
    return docx


def _announce(record: BatchRecord, form: Form, docx: bytes) -> bool:
    """Puts the file into the record; False where it lies there already, byte for byte."""
    fresh = hashlib.sha256(docx).hexdigest()
    if form.edited:
        _leave(record, form, fresh)
        return False
    form.sha = fresh
    known, there = record.files.get(form.key(WORD)), record.folder / form.file
    lying = sha256_of(there) if there.is_file() else ""
    ours = lying == form.sha or (known is not None and lying in known.shas)
    if there.exists() and not ours:
        form.name = free_name(record.folder, form.name)
        form.reasons.append(said.name_taken())
    record.intend(
        form.key(WORD),
        Record(names=(form.file,), shas=(form.sha,), digest=form.item.digest, who=form.who),
    )
    if lying == form.sha:
        form.end("skipped", said.unchanged())
    return lying != form.sha


def _leave(record: BatchRecord, form: Form, fresh: str) -> None:
    """A file changed by hand stays; is what it was made from other now, so that it would differ?"""
    known = record.files[form.key(WORD)]
    if known.shas[-1] != fresh:
        form.end("skipped", said.edited_behind())
        return
    record.files[form.key(WORD)] = replace(known, digest=form.item.digest)
    form.end("skipped", said.edited())
