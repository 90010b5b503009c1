"""Printing: forms of one template to PDF, many at once, and all of them to one joined PDF.

Forms travel to the converter as composites. When one fails it is halved until the bad form is
found; the others are none the worse for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from service.desk.tools import Desk
from service.desk.twins import Compose, Contexts, composer
from service.engines.protocols import Composite, PdfPart
from service.errors import EngineError, GongwenError, Lang, Problem, problem

MOST_FORMS = 100
"""Forms in one composite: more cost more each (performance.md, section 7)."""
MOST_PAGES = 600
"""Pages in one composite."""
_EVERYBODYS = frozenset({"pdf_unavailable", "storage_full", "sequence_broken"})
"""Failures that are no form's own: the chunk is to be made again later."""
_TEMPLATES = frozenset({"not_composable", "composite_unclear"})
"""Composites of this template fail; its single documents may not."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Forms in one PDF, in order.

    Attributes:
        pdf: the file; empty where every form failed.
        pages: pages of each form; 0 for one that failed.
        failed: index of a form in the chunk, and why it could not be made.
    """

    pdf: bytes
    pages: tuple[int, ...]
    failed: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JoinedPrint:
    """A joined print that was written to a file.

    Attributes:
        pages: all pages, blanks included.
        starts: page (from 0) on which each form begins; None for a form that failed.
        pdfa: whether the file claims PDF/A-2b.
    """

    pages: int
    starts: tuple[int | None, ...]
    pdfa: bool


def chunk_sizes(count: int, *, pages_each: int = 1, processes: int = 1) -> list[range]:
    """Which forms go together: none too many, and every process busy.

    Up to two rounds there is a chunk more, so that no process is idle in the last; beyond, the
    fonts that each chunk brings along would weigh more than the time is worth.

    Args:
        count: forms.
        pages_each: pages that a form is expected to have.
        processes: converter processes.

    Returns:
        Ranges of indices, in order, whose lengths differ by one at most.
    """
    if count < 1:
        return []
    most = max(1, min(MOST_FORMS, MOST_PAGES // max(1, pages_each)))
    chunks, processes = -(-count // most), max(1, processes)
    if chunks <= 2 * processes:
        chunks = min(count, -(-chunks // processes) * processes)
    ends = [count * number // chunks for number in range(chunks + 1)]
    return [range(start, end) for start, end in pairwise(ends)]


def print_chunk(
    desk: Desk, template_bytes: bytes, contexts: Contexts, *, file: str, urgent: bool = False
) -> Chunk:
    """Forms of one template as one PDF.

    Args:
        desk: the engines.
        template_bytes: the Word template.
        contexts: what the template prints, one for each form.
        file: the template's name, for messages.
        urgent: before others in the converter's line.

    Returns:
        The PDF with the pages of every form that could be made, and why others could not.

    Raises:
        EngineError: there is no converter, or no disk space (`pdf_unavailable`, `storage_full`).
        DefinitionError: the template is broken.
    """
    made = _Printing(
        desk=desk,
        compose=composer(desk, template_bytes, len(contexts), file=file),
        fill=desk.templates.load(template_bytes, file=file).fill,
        file=file,
        urgent=urgent,
    )
    return made.chunk(contexts)


@dataclass(frozen=True, kw_only=True)
class _Printing:
    """One chunk under way."""

    desk: Desk
    compose: Compose
    fill: Callable[[Mapping[str, Any]], bytes]
    file: str
    urgent: bool

    def chunk(self, contexts: Contexts) -> Chunk:
        """The chunk of these forms."""
        pieces = list(self._pieces(contexts))
        failed = {
            index + offset: why
            for piece, offset in zip(pieces, _offsets(pieces), strict=True)
            for index, why in piece.failed.items()
        }
        return Chunk(
            pdf=self._slim([piece.pdf for piece in pieces if piece.pdf]),
            pages=tuple(count for piece in pieces for count in piece.pages),
            failed=failed,
        )

    def _pieces(self, contexts: Contexts) -> Iterator[Chunk]:
        """Chunks that succeeded, in order; what fails is halved until it is one form."""
        if len(contexts) < 2:
            yield from map(self._alone, contexts)
            return
        try:
            yield self._together(contexts)
        except GongwenError as error:
            codes = {found.code for found in error.problems}
            if codes & _EVERYBODYS:
                raise
            # What is the template's own fault would be found again at every halving.
            size = 1 if codes & _TEMPLATES else -(-len(contexts) // 2)
            for start in range(0, len(contexts), size):
                yield from self._pieces(contexts[start : start + size])

    def _together(self, contexts: Contexts) -> Chunk:
        """A composite, converted and counted."""
        composite = self.compose(contexts)
        done = self.desk.converter.convert(
            composite.source, name=self.file, suffix=composite.suffix, urgent=self.urgent
        )
        found = self.desk.joiner.destinations(done.pdf, name=self.file)
        pages = _pages_of(composite, found, done.pages)
        if pages is None:
            raise EngineError(_unclear(self.file))
        return Chunk(pdf=done.pdf, pages=pages)

    def _alone(self, context: Mapping[str, Any]) -> Chunk:
        """One form; where it fails, the reason."""
        try:
            done = self.desk.converter.convert(
                self.fill(context), name=self.file, urgent=self.urgent
            )
        except GongwenError as error:
            if {found.code for found in error.problems} & _EVERYBODYS:
                raise
            return Chunk(pdf=b"", pages=(0,), failed={0: error.problems[0]})
        return Chunk(pdf=done.pdf, pages=(done.pages,))

    def _slim(self, pdfs: Sequence[bytes]) -> bytes:
        """One PDF without the tagging, which no print takes along: a sixth of the bytes."""
        if not pdfs:
            return b""
        made = BytesIO()
        parts = [PdfPart(title="", pdf=pdf) for pdf in pdfs]
        self.desk.joiner.join_to(made, parts, properties={}, lang="zh")
        return made.getvalue()


def _offsets(pieces: Sequence[Chunk]) -> list[int]:
    return list(accumulate((len(piece.pages) for piece in pieces[:-1]), initial=0))[: len(pieces)]


def _pages_of(composite: Composite, found: Mapping[str, int], pages: int) -> tuple[int, ...] | None:
    """Pages of each form by where the next one begins; None where the marks cannot be right."""
    starts = [found.get(mark, -1) for mark in composite.marks]
    nexts = [*starts[1:], pages]
    counts = tuple(end - start for start, end in zip(starts, nexts, strict=True))
    ends = [found.get(mark) for mark in composite.ends or composite.marks]
    apart = all(
        end is None or start <= end < behind
        for start, end, behind in zip(starts, ends, nexts, strict=True)
    )
    return counts if starts[0] == 0 and min(counts) > 0 and apart else None


def join_print(
    desk: Desk,
    chunks: Iterable[Chunk],
    titles: Sequence[str],
    target: Path,
    *,
    odd_start: bool,
    title: str,
    lang: Lang,
) -> JoinedPrint:
    """All forms in one PDF for printing, with a bookmark for each; no number is stamped.

    Page labels count the sheets' sides from 1 on, blanks included, so that the number typed into
    a print dialog is the page meant.

    Args:
        desk: the engines.
        chunks: in order; taken one after another and none kept, so that a generator can read
            them from disk and ten thousand forms need no more memory than a hundred.
        titles: bookmarks, one for each form of all chunks, those that failed included (theirs
            are not used).
        target: where the file is written; removed again where that fails.
        odd_start: every form begins on an odd page; a blank that bears nothing goes before.
        title: of the whole.
        lang: its language.

    Raises:
        EngineError: `part_unreadable`, `nothing_to_join`.
        OSError: the target cannot be written (disk full).
    """
    order = _Order(titles=titles, odd_start=odd_start)
    try:
        with target.open("wb") as out:
            printed = desk.joiner.join_to(
                out, order.parts(chunks), properties={"title": title}, lang=lang
            )
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return JoinedPrint(pages=printed.pages, starts=tuple(order.starts), pdfa=printed.pdfa)


@dataclass(frozen=True, kw_only=True)
class _Order:
    """Where forms begin, told while the chunks pass by."""

    titles: Sequence[str]
    odd_start: bool
    starts: list[int | None] = field(default_factory=list)
    sides: list[int] = field(default_factory=lambda: [0])

    def parts(self, chunks: Iterable[Chunk]) -> Iterator[PdfPart]:
        """The chunks as parts, each with the bookmarks of its forms."""
        for chunk in chunks:
            firsts = list(accumulate(chunk.pages, initial=0))
            offset = len(self.starts)
            forms = [
                (self.titles[offset + index], firsts[index], 1)
                for index, pages in enumerate(chunk.pages)
                if pages
            ]
            for pages in chunk.pages:
                self._begin(pages)
            if forms:
                odd = [page for _, page, _ in forms] if self.odd_start else []
                yield PdfPart(
                    title="", pdf=chunk.pdf, odd_start=self.odd_start, outline=forms, odd_pages=odd
                )

    def _begin(self, pages: int) -> None:
        if self.odd_start and pages and self.sides[0] % 2:
            self.sides[0] += 1
        self.starts.append(self.sides[0] if pages else None)
        self.sides[0] += pages


def _unclear(file: str) -> Problem:
    return problem(
        "composite_unclear",
        "合并转换后分不清各份的页数，改为逐份转换。",
        "the pages of the forms cannot be told apart after converting them together; "
        "each is converted alone.",
        file=file,
    )


__all__ = ["Chunk", "JoinedPrint", "chunk_sizes", "join_print", "print_chunk"]
