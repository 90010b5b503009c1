"""What the desk may ask of the engines, in our words; bootstrap names who answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal, Protocol

from service.core.definition import FormDefinition
from service.core.layout import Layout
from service.core.roster import Book
from service.core.sheet import Sheet
from service.core.tally import Tally
from service.errors import Lang, Problem, Text


@dataclass(frozen=True, kw_only=True)
class FontUse:
    """One font that a document asks for and what served it.

    Attributes:
        wanted: the family named in the Word file, e.g. `仿宋_GB2312`.
        served: the families found embedded in the PDF in its place, e.g. `FandolFang R`.
        stand_in: True where `served` is not the wanted font itself.
    """

    wanted: str
    served: tuple[str, ...]
    stand_in: bool


@dataclass(frozen=True, kw_only=True)
class Converted:
    """A PDF made by the converter, checked to be one.

    Attributes:
        pdf: the file, PDF/A-2b.
        pages: number of pages, at least 1.
        fonts: wanted against embedded fonts.
    """

    pdf: bytes
    pages: int
    fonts: tuple[FontUse, ...] = ()


class Converter(Protocol):
    """Word to PDF.

    Raises:
        EngineError: `pdf_unavailable`, `convert_crashed`, `convert_timeout`, `convert_empty`.
        InputError: `convert_refused`, the file is no sound Word file.
    """

    @property
    def reason(self) -> Problem | None:
        """Why there is no PDF on this machine and how to mend it; None where there is."""

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """Converts one document.

        Args:
            source: the document.
            name: for messages.
            suffix: what it is.
            urgent: before others in the line; previews are, batches are not.
            fonts: compare wanted with embedded fonts (a tenth of a form's time); None where
                urgent only.
        """

    def twin(self, docx: bytes, *, name: str) -> bytes:
        """A Word file saved as ODT by LibreOffice itself; `name` is for messages."""

    def world(self) -> str:
        """A hash of what pages depend on beside the document: LibreOffice's version, the fonts."""

    def close(self) -> None:
        """Ends every process that it started."""


@dataclass(frozen=True, kw_only=True)
class Composite:
    """Many documents of one template in one file, for the converter only.

    Attributes:
        source: the file.
        suffix: what it is.
        marks: for each document the named destination that its first page has in the PDF.
        ends: for each document the one of its last page; may be empty, and some may be missing
            from the PDF. They only prove the others: no page has the end of one and the next.
    """

    source: bytes
    suffix: Literal[".docx", ".odt"]
    marks: tuple[str, ...]
    ends: tuple[str, ...] = ()


class FillTemplate(Protocol):
    """A Word template, proved and compiled."""

    @property
    def version(self) -> str:
        """SHA-256 of the template file, hex."""

    def fill(self, context: Mapping[str, Any]) -> bytes:
        """The document as .docx, every printing value read back; same context, same bytes."""

    def composite(self, contexts: Sequence[Mapping[str, Any]]) -> Composite:
        """Many documents as one, each beginning a section of its own, pages counted from 1 anew.

        Raises what `fill` raises, and DefinitionError `not_composable` where a template holds what
        cannot stand in a composite; then each document is converted alone.
        """


class Twins(Protocol):
    """ODT twins of Word templates: composites that LibreOffice reads three times faster."""

    def composer(
        self,
        docx: bytes,
        *,
        converter: Converter,
        file: str,
        probes: Callable[[], Sequence[Mapping[str, Any]]] | None = None,
    ) -> Callable[[Sequence[Mapping[str, Any]]], Composite] | None:
        """Makes composites of the template's twin; None where the Word composite has to serve.

        The twin serves only where its pages are the Word composite's over the probes; where that
        was not judged yet and probes are given, it is judged now, which takes some seconds.
        Composites raise EngineError where a document cannot be filled.
        """


class TemplateLoader(Protocol):
    """Word templates from bytes."""

    def load(self, docx: bytes, *, file: str) -> FillTemplate:
        """Proves and compiles; cached by content. Raises DefinitionError naming `file`."""

    def tags(self, docx: bytes, *, file: str) -> frozenset[str]:
        """Every dotted name the template may look up (`tasks.problem`, `shown.issue_date`)."""


@dataclass(frozen=True, kw_only=True)
class PartLink:
    """A place on a page of a part that leads to the first page of another part.

    Attributes:
        page: page of the part that bears the link, counted from 0.
        rect: left, bottom, right, top in points from the page's lower left (`PagePictures.lines`).
        target: index of the part that it leads to.
    """

    page: int
    rect: tuple[float, float, float, float]
    target: int


@dataclass(frozen=True, kw_only=True)
class PdfPart:
    """One part of a bundle, ready to be joined.

    Attributes:
        title: its line in the contents and its bookmark; "" where it goes on the part before it
            (a paper behind its separator).
        pdf: its pages.
        odd_start: begin on an odd (right-hand) page; a blank that bears nothing goes before.
        numbered: its pages take part in the continuous numbering (front matter does not).
        outline: bookmarks inside the part: (title, page counted from 0, level from 1); where
            empty, those that the PDF brings along.
        links: rows of the contents that lead to other parts.
        odd_pages: pages of the part (from 0) that begin on an odd page too, as the first pages of
            the forms in a joined print do.
    """

    title: str
    pdf: bytes
    odd_start: bool = False
    numbered: bool = True
    outline: Sequence[tuple[str, int, int]] = ()
    links: Sequence[PartLink] = ()
    odd_pages: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Joined:
    """The joined PDF and where each part went.

    Attributes:
        pdf: the file.
        pages: all pages, blanks included.
        starts: for each part the page index (from 0) of its first page.
        labels: the page label of every page (`i`, `ii`, `1`, …).
        pdfa: whether the file claims PDF/A-2b; only where every part is PDF/A-2.
    """

    pdf: bytes
    pages: int
    starts: tuple[int, ...]
    labels: tuple[str, ...]
    pdfa: bool = False


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A joined PDF that was written to a file, for printing.

    Attributes:
        pages: all pages, blanks included.
        starts: for each part the page index (from 0) of its first page.
        pdfa: whether the file claims PDF/A-2b; only where every part is PDF/A-2.
    """

    pages: int
    starts: tuple[int, ...]
    pdfa: bool = False


class PdfJoiner(Protocol):
    """Joins, labels, bookmarks and stamps (pypdf)."""

    def page_count(self, pdf: bytes, *, name: str) -> int:
        """Pages of a PDF of our own making."""

    def destinations(self, pdf: bytes, *, name: str) -> Mapping[str, int]:
        """Named destinations of a PDF of our own making, each with its page counted from 0."""

    def join(
        self,
        parts: Sequence[PdfPart],
        *,
        stamp: bool,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
    ) -> Joined:
        """One PDF, PDF/A-2b where every part is; equal input gives equal bytes.

        `properties` may hold title, author, subject, keywords, date (ISO).
        """

    def join_to(
        self,
        out: BinaryIO,
        parts: Iterable[PdfPart],
        *,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
    ) -> Printed:
        """As `join`, into a file, for prints of any length: no number is stamped.

        The parts, all of our own making, are taken one after another and none is kept, so that a
        generator may read them from disk. Every side is labelled 1, 2, …. Bookmarks of a part
        without a title stand at the top; `links`, and bookmarks that are not told, are not written.
        """


@dataclass(frozen=True, kw_only=True)
class CleanUpload:
    """An upload made safe.

    Attributes:
        pdf: its pages as PDF.
        pages: how many.
        removed: what was taken out (scripts, actions, embedded files), for the clerk to read.
    """

    pdf: bytes
    pages: int
    removed: tuple[Text, ...] = ()


class UploadReader(Protocol):
    """PDF, PNG, JPEG, .docx, .doc from outside to safe pages. Raises InputError naming the file."""

    def read(self, data: bytes, *, name: str, title: str = "") -> CleanUpload:
        """Looks at the content, never at the name's ending alone."""


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """Where a text stands on a page.

    Attributes:
        page: counted from 0.
        rect: left, bottom, right, top in points of the page's own space.
    """

    page: int
    rect: tuple[float, float, float, float]


class SheetReader(Protocol):
    """.xlsx, .xls, .ods, .csv to cells."""

    def read(self, data: bytes, *, name: str) -> Book:
        """Looks at the content, never at the name's ending alone.

        Raises InputError naming the file: `sheet_locked`, `sheet_too_large`, `not_a_sheet`, ….
        """


class SheetWriter(Protocol):
    """Spreadsheets that we hand out; nothing typed by people ever becomes a formula."""

    def roster_template(
        self, form: FormDefinition, lang: Lang, activity: Mapping[str, Any]
    ) -> bytes:
        """.xlsx to be filled with a roster: drop-downs, help, required marks, further sheets."""

    def tally(self, tally: Tally, *, title: str, lang: Lang) -> bytes:
        """.xlsx of a batch's tally: the counts, and a line for each row."""


class PagePictures(Protocol):
    """Pages of a PDF as pictures, and where words stand on them (pdfium)."""

    def pictures(self, pdf: bytes, *, width: int = 900, most: int | None = None) -> list[bytes]:
        """PNG per page, `width` pixels wide; of the first `most` pages where given."""

    def lines(self, pdf: bytes, texts: Sequence[str]) -> list[FoundLine | None]:
        """For each text in turn the first place after the one before it; None where absent."""


class Measurer(Protocol):
    """Geometry of a PDF."""

    def measure(self, pdf: bytes, *, name: str) -> Sheet:
        """The measured file. Raises InputError naming it where it is no PDF."""


class Coverage(Protocol):
    """What the body font at hand can draw."""

    def lacking(self, text: str) -> frozenset[str]:
        """Characters of a text that it has no glyph for."""


class TemplateBuilder(Protocol):
    """Word templates from a layout."""

    def build(self, layout: Layout, form: FormDefinition, lang: Lang) -> Mapping[str, bytes]:
        """The template under "", and each annex that can be produced alone under its name."""

    def propose(self, form: FormDefinition) -> Mapping[str, Any]:
        """A starter layout for a new kind: every printing field is used."""


@dataclass(frozen=True, kw_only=True)
class DoctorLine:
    """One line of `gongwen doctor`.

    Attributes:
        name: stable name, e.g. `libreoffice`.
        ok: True fine, False broken.
        needed: a broken line makes `doctor` exit 1 only where needed.
        found: what is there, both languages.
        mend: what to type or do; empty where fine.
    """

    name: str
    ok: bool
    needed: bool
    found: Text
    mend: Text = field(default_factory=lambda: Text("", ""))


__all__ = [
    "CleanUpload",
    "Composite",
    "Converted",
    "Converter",
    "Coverage",
    "DoctorLine",
    "FillTemplate",
    "FontUse",
    "FoundLine",
    "Joined",
    "Measurer",
    "PagePictures",
    "PartLink",
    "PdfJoiner",
    "PdfPart",
    "Printed",
    "Problem",
    "SheetReader",
    "SheetWriter",
    "TemplateBuilder",
    "TemplateLoader",
    "Twins",
    "UploadReader",
]
