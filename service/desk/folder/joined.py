"""Batch folder: all forms in one PDF for printing, lot by lot, so that a killed run goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from service.desk.batch.plan import Terms, printed
from service.desk.files import write_whole
from service.desk.folder.delivery import JOINED, deliver
from service.desk.folder.form import Form, Progress
from service.desk.folder.prints import EVERYBODYS
from service.desk.folder.record import BatchRecord
from service.desk.printing import Chunk, chunk_sizes, join_print, print_chunk
from service.desk.tools import Desk
from service.errors import EngineError, GongwenError, Problem, Text

LOTS = ".gongwen-print"
"""Folder of the lots while they are being printed."""
_USUAL_PAGES = 6
"""Pages that a form is expected to have: a lot must not grow too long."""


@dataclass(frozen=True, kw_only=True)
class _Lot:
    """Some forms printed into one file: `file` holds the pages of all."""

    forms: Sequence[Form]
    file: Path
    pages: tuple[int, ...]
    failed: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JoinedPrinting:
    """One joined print.

    Attributes:
        desk: the engines.
        terms: of the batch.
        record: the folder's.
        odd_start: every form begins on an odd page.
        processes: how many documents the converter takes at once.
        progress: told after each lot.
    """

    desk: Desk
    terms: Terms
    record: BatchRecord
    odd_start: bool
    processes: int
    progress: Progress

    def run(self, forms: Sequence[Form], *, name: str, title: str) -> str:
        """Prints the forms in the roster's order; returns the file's name, "" where there is none.

        A form that cannot be printed is told and left out; a Word file that somebody changed is
        printed as it lies.

        Raises:
            EngineError: there is no converter, or the disk is full.
        """
        bound = _bound(forms)
        if not bound or (there := self._there(bound)):
            return there if bound else ""
        try:
            file = deliver(
                self.record, JOINED, name, "pdf", lambda part: self._join(bound, title, part)
            )
        except EngineError as error:
            if {one.code for one in error.problems} != {"nothing_to_join"}:
                raise
            file = ""
        clear_lots(self.record.folder)
        return file

    def _digest(self, forms: Sequence[Form]) -> str:
        return joined_digest(self.terms, forms, odd_start=self.odd_start)

    def _there(self, forms: Sequence[Form]) -> str:
        """The file's name where it holds these very forms already."""
        standing, known = self.record.find(JOINED), self.record.files.get(JOINED)
        if known is None or not standing.newest or known.digest != self._digest(forms):
            return ""
        for form, pages in zip(forms, known.pages, strict=True):
            form.pages = pages
        return standing.name

    def _join(self, forms: Sequence[Form], title: str, part: Path) -> tuple[str, tuple[int, ...]]:
        pool = ThreadPoolExecutor(self.processes, "print")
        try:
            printed_lots = pool.map(self._print, self._shares(forms))
            chunks = self._told(printed_lots, len(forms))
            join_print(
                self.desk, chunks, _bookmarks(self.terms, forms), part,
                odd_start=self.odd_start, title=title, lang=self.terms.lang,
            )  # fmt: skip
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        whole = all(form.outcome != "failed" for form in forms)
        pages = tuple(form.pages or 0 for form in forms)
        return (self._digest(forms) if whole else ""), pages

    def _told(self, lots: Iterator[_Lot], total: int) -> Iterator[Chunk]:
        """The lots as chunks, read from disk one after another; each form is told its pages."""
        done = 0
        for lot in lots:
            for number, form in enumerate(lot.forms):
                if number in lot.failed:
                    form.end("failed", lot.failed[number])
                else:
                    form.pages = lot.pages[number]
            done += len(lot.forms)
            self.progress(Text("打印成 PDF", "printing to PDF"), done, total)
            yield Chunk(pdf=lot.file.read_bytes(), pages=lot.pages, failed=lot.failed)

    def _shares(self, forms: Sequence[Form]) -> list[Sequence[Form]]:
        """Which forms are printed together: by composites, but those changed by hand alone."""
        shares: list[Sequence[Form]] = []
        for edited, run in groupby(forms, key=lambda form: form.edited):
            some = list(run)
            sizes = chunk_sizes(len(some), pages_each=_USUAL_PAGES, processes=self.processes)
            spans = [range(n, n + 1) for n in range(len(some))] if edited else sizes
            shares += [some[span.start : span.stop] for span in spans]
        return shares

    def _print(self, forms: Sequence[Form]) -> _Lot:
        basis = "\n".join([self.terms.version, *(form.sha for form in forms)])
        place = self.record.folder / LOTS / hashlib.sha256(basis.encode()).hexdigest()[:32]
        file, count = place.with_suffix(".pdf"), place.with_suffix(".json")
        if count.is_file() and file.is_file():
            return _Lot(forms=forms, file=file, pages=tuple(json.loads(count.read_bytes())))
        chunk = self._upload(forms[0]) if forms[0].edited else self._composite(forms)
        write_whole(file, chunk.pdf)
        if not chunk.failed:
            write_whole(count, json.dumps(chunk.pages).encode())
        return _Lot(forms=forms, file=file, pages=chunk.pages, failed=chunk.failed)

    def _composite(self, forms: Sequence[Form]) -> Chunk:
        contexts = [printed(self.terms, form.item) for form in forms]
        return print_chunk(self.desk, self.terms.template, contexts, file=self.terms.kind)

    def _upload(self, form: Form) -> Chunk:
        """A Word file that somebody changed: looked at like any upload, printed as it lies."""
        try:
            data = (self.record.folder / form.file).read_bytes()
            clean = self.desk.uploads.read(data, name=form.file)
        except GongwenError as error:
            if {one.code for one in error.problems} & EVERYBODYS:
                raise
            return Chunk(pdf=b"", pages=(0,), failed={0: error.problems[0]})
        return Chunk(pdf=clean.pdf, pages=(clean.pages,))


def joined_digest(terms: Terms, forms: Sequence[Form], *, odd_start: bool) -> str:
    """Hash of what a joined print of these forms is made from."""
    bound = _bound(forms)
    shas = [form.sha for form in bound]
    basis = [odd_start, *zip(shas, _bookmarks(terms, bound), strict=True)]
    return hashlib.sha256(json.dumps(basis).encode()).hexdigest()


def _bound(forms: Sequence[Form]) -> list[Form]:
    """The forms that go into it."""
    return [form for form in forms if form.sha and form.outcome != "failed"]


def _bookmarks(terms: Terms, forms: Sequence[Form]) -> list[str]:
    pattern = "{}（{}）" if terms.lang == "zh" else "{} ({})"
    items = [form.item for form in forms]
    return [pattern.format(i.name, i.department) if i.department else i.name for i in items]


def clear_lots(folder: Path) -> None:
    """Takes away what is needed only while a joined print is under way."""
    shutil.rmtree(folder / LOTS, ignore_errors=True)
