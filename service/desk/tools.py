"""What the use cases work with: the catalog and the engines, handed over by bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from service.catalog import Catalog
from service.engines import protocols

if TYPE_CHECKING:  # SQLAlchemy takes half a second, which small commands must not wait for
    from service.core.filing.manifest import MadeWith
    from service.store.database import Session
    from service.store.keep import Store


@dataclass(frozen=True, kw_only=True)
class Makers:
    """How each engine is made; called at first use, so that small commands start fast."""

    templates: Callable[[], protocols.TemplateLoader]
    converter: Callable[[], protocols.Converter]
    alone: Callable[[bool], protocols.Converter]
    made_with: Callable[[Iterable[str]], MadeWith]
    joiner: Callable[[], protocols.PdfJoiner]
    uploads: Callable[[protocols.Converter], protocols.UploadReader]
    pages: Callable[[], protocols.PagePictures]
    measurer: Callable[[], protocols.Measurer]
    builder: Callable[[], protocols.TemplateBuilder]
    coverage: Callable[[], protocols.Coverage]
    sheets: Callable[[], protocols.SheetReader]
    sheet_writer: Callable[[], protocols.SheetWriter]
    passwords: Callable[[], protocols.Passwords]
    bags: Callable[[], protocols.Bags]
    seals: Callable[[], protocols.PdfSeals]
    pdf_checker: Callable[[], protocols.PdfChecker]
    archivist: Callable[[], protocols.PdfArchivist]
    contents: Callable[[], protocols.PdfContentsReader]
    text_of: Callable[[bytes], str]
    leftovers_of: Callable[[bytes], protocols.Leftovers]
    doctor: Callable[[], list[protocols.DoctorLine]]
    twins: Callable[[protocols.TemplateLoader], protocols.Twins]
    store: Callable[[], Store]
    line: Callable[[Store], Line]


class Line(Protocol):
    """The line in which work waits for a worker; it is kept with the rows that ask for it."""

    def add_chunks(
        self, session: Session, batch_id: str, round_: int, numbers: Sequence[int], turn: int
    ) -> None:
        """Chunks of a batch, in the caller's transaction; chunk n stands at `turn` + n."""

    def add_join(self, session: Session, batch_id: str, round_: int, turn: int) -> None:
        """The joining of a batch's printed chunks, in the caller's transaction."""

    def add_bundle(self, session: Session, making_id: str, round_: int, turn: int) -> None:
        """The making of a bundle, in the caller's transaction."""


class _NoTwins:
    """Whether a twin serves depends on what was printed before; bytes that are kept must not."""

    def composer(self, *_: object, **__: object) -> None:
        """None ever serves."""


class Desk:
    """The catalog, the sample activity's folder, and the engines."""

    def __init__(self, *, catalog: Catalog, samples: Path, makers: Makers) -> None:
        self.catalog = catalog
        self.samples = samples
        self._makers = makers
        self._converter: protocols.Converter | None = None
        self._store: Store | None = None
        self._lock = Lock()

    @cached_property
    def templates(self) -> protocols.TemplateLoader:
        """Word templates, proved and compiled."""
        return self._makers.templates()

    @cached_property
    def twins(self) -> protocols.Twins:
        """ODT twins of Word templates, where they serve."""
        return self._makers.twins(self.templates)

    @property
    def converter(self) -> protocols.Converter:
        """Word to PDF; one that is absent is looked for again, so that no restart is owed."""
        with self._lock:
            if self._converter is None or self._converter.reason is not None:
                self._converter = self._makers.converter()
            return self._converter

    @cached_property
    def joiner(self) -> protocols.PdfJoiner:
        """Parts to one PDF."""
        return self._makers.joiner()

    @property
    def uploads(self) -> protocols.UploadReader:
        """Files from outside to safe pages; made anew, since the converter may have come later."""
        return self._makers.uploads(self.converter)

    @cached_property
    def pages(self) -> protocols.PagePictures:
        """Pages as pictures."""
        return self._makers.pages()

    @cached_property
    def measurer(self) -> protocols.Measurer:
        """Pages as measured geometry."""
        return self._makers.measurer()

    @cached_property
    def builder(self) -> protocols.TemplateBuilder:
        """Layouts to Word templates."""
        return self._makers.builder()

    @cached_property
    def coverage(self) -> protocols.Coverage:
        """What the body font can draw."""
        return self._makers.coverage()

    @cached_property
    def sheets(self) -> protocols.SheetReader:
        """Spreadsheets to cells."""
        return self._makers.sheets()

    @cached_property
    def sheet_writer(self) -> protocols.SheetWriter:
        """Spreadsheets that are handed out."""
        return self._makers.sheet_writer()

    @cached_property
    def passwords(self) -> protocols.Passwords:
        """Passwords at rest."""
        return self._makers.passwords()

    @cached_property
    def bags(self) -> protocols.Bags:
        """Packages, written and opened."""
        return self._makers.bags()

    @cached_property
    def seals(self) -> protocols.PdfSeals:
        """Seals of PDFs, read."""
        return self._makers.seals()

    @cached_property
    def pdf_checker(self) -> protocols.PdfChecker:
        """PDF/A-2b by our own checks."""
        return self._makers.pdf_checker()

    @cached_property
    def archivist(self) -> protocols.PdfArchivist:
        """Items as they are archived."""
        return self._makers.archivist()

    @cached_property
    def contents(self) -> protocols.PdfContentsReader:
        """Titles and bookmarks of PDFs from outside."""
        return self._makers.contents()

    def text_of(self, docx: bytes) -> str:
        """All text that a Word file prints."""
        return self._makers.text_of(docx)

    def leftovers_of(self, docx: bytes) -> protocols.Leftovers:
        """What a Word file edited by hand still holds: tracked changes, comments."""
        return self._makers.leftovers_of(docx)

    def made_with(self, families: Iterable[str]) -> MadeWith:
        """Versions of the program, LibreOffice and the fonts of some families."""
        return self._makers.made_with(families)

    def doctor(self) -> list[protocols.DoctorLine]:
        """What is there, what is missing, and how to mend it."""
        return self._makers.doctor()

    @property
    def store(self) -> Store:
        """What is kept; opened at first use. Raises EngineError where it cannot be."""
        with self._lock:
            if self._store is None:
                self._store = self._makers.store()
            return self._store

    @cached_property
    def line(self) -> Line:
        """Where work waits for a worker."""
        return self._makers.line(self.store)

    @contextmanager
    def alone(self, *, strict: bool) -> Iterator[Desk]:
        """The same desk with a converter that nobody else speaks to, ended afterwards.

        The same work, done from the beginning of the block, gives the same bytes. Where `strict`,
        a failed conversion is EngineError `sequence_broken` and nothing is tried around it.
        """
        converter = self._makers.alone(strict)
        shared = replace(
            self._makers,
            converter=lambda: converter,
            store=lambda: self.store,
            templates=lambda: self.templates,
            twins=lambda _: _NoTwins(),
        )
        try:
            yield Desk(catalog=self.catalog, samples=self.samples, makers=shared)
        finally:
            converter.close()

    def close(self) -> None:
        """Ends the converter where it was started, and the store's connections."""
        if self._converter is not None:
            self._converter.close()
        if self._store is not None:
            self._store.close()
