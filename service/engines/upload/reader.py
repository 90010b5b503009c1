"""Engine room: files from outside to safe pages: PDF, PNG, JPEG, .docx, .doc, by their content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from service.engines.child import ChildStoppedError, ask_child
from service.engines.protocols import CleanUpload, Converter
from service.engines.upload.refusals import Refused, refusal, removals, too_large
from service.engines.upload.word import check_word
from service.engines.word.leftovers import without_comments
from service.settings import Settings

Kind = Literal["pdf", "picture", "docx", "doc"]
WALL_SECONDS = 60
"""Time for one file in the child process, and one second more for every 2 MB."""
_MEGABYTE = 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What the child made of a file."""

    pdf: bytes
    pages: int
    removed: tuple[str, ...]


class Uploads:
    """The `UploadReader` of the house; Word files go through the converter it is given."""

    def __init__(self, converter: Converter, settings: Settings) -> None:
        self._converter = converter
        self._megabytes = settings.upload_megabytes

    def read(self, data: bytes, *, name: str, title: str = "") -> CleanUpload:
        """Looks at the content, never at the name's ending alone.

        Args:
            data: the file.
            name: its name, for messages.
            title: what it is in the bundle; named where it has no name.

        Raises:
            InputError: `upload_…`, naming the file, the reason and what to do.
            EngineError: from the converter, for Word files.
        """
        file = name or title
        if len(data) > self._megabytes * _MEGABYTE:
            raise too_large(megabytes=self._megabytes, file=file)
        try:
            answer = self._answer(data, kind_of(data), file)
        except Refused as refused:
            raise refusal(refused.code, file=file) from None
        return CleanUpload(pdf=answer.pdf, pages=answer.pages, removed=removals(answer.removed))

    def _answer(self, data: bytes, kind: Kind, file: str) -> _Answer:
        if kind in ("pdf", "picture"):
            return _in_child(data, kind)
        if kind == "docx":
            check_word(data)
            data = without_comments(data)
        suffix: Literal[".docx", ".doc"] = ".docx" if kind == "docx" else ".doc"
        made = self._converter.convert(data, name=file, suffix=suffix)
        answer = _in_child(made.pdf, "pdf")
        # The converter's own file is PDF/A; it is only replaced where something had to go.
        return answer if answer.removed else _Answer(pdf=made.pdf, pages=made.pages, removed=())


def kind_of(data: bytes) -> Kind:
    """What a file is by its first bytes.

    Raises:
        Refused: `empty`, `kind`, `page_saved`, `other_office`, `encrypted`.
    """
    if not data:
        raise Refused("empty")
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return "picture"
    if b"%PDF-" in data[:1024]:  # a few programs write something before it
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    if data.startswith(_OLE):
        return _ole(data)
    begin = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    raise Refused("page_saved" if begin.startswith((b"<!doctype", b"<html")) else "kind")


def _ole(data: bytes) -> Kind:
    """An old Office container: the names in its directory say what it holds."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise Refused("encrypted")
    if holds("WordDocument"):
        return "doc"
    raise Refused("other_office")


def _in_child(data: bytes, kind: str) -> _Answer:
    """Has the child take the file apart; however the child ends, this process goes on.

    Raises:
        Refused: with the child's reason; `too_costly` when it was stopped.
    """
    seconds = WALL_SECONDS + len(data) // (2 * _MEGABYTE)
    try:
        told = ask_child("service.engines.upload.child", kind, data=data, seconds=seconds)
    except ChildStoppedError:
        raise Refused("too_costly") from None
    line, _, pdf = told.partition(b"\n")
    answer = json.loads(line)
    if "refused" in answer:
        raise Refused(answer["refused"])
    return _Answer(pdf=pdf, pages=answer["pages"], removed=tuple(answer["removed"]))
