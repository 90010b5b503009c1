"""PDF: joined, seen and measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Literal, Protocol

from service.core.sheet import Sheet
from service.engines.protocols.sheets import FoundLine


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

    def settled(self, pdf: bytes, day: date, *, name: str) -> bytes:
        """A PDF of our own making without the moment of its making: `day` stands for it."""

    def join(
        self,
        parts: Sequence[PdfPart],
        *,
        stamp: bool,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
        sealed: bool = False,
    ) -> Joined:
        """One PDF, PDF/A-2b where every part is; equal input gives equal bytes.

        `properties` may hold title, author, subject, keywords, date (ISO). Where `sealed`, the file
        bears the digest of itself and of each page (`PdfSeals`).
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
