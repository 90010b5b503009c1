"""PDF for filing: sealed, checked against PDF/A-2b, stamped for the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from service.errors import Problem


@dataclass(frozen=True, kw_only=True)
class SealReport:
    """What a PDF says of itself, and whether that is so.

    Attributes:
        sealed: whether it bears a seal at all; where not, the rest says nothing but `pages`.
        whole: whether every byte is as it was sealed.
        pages: pages found, 0 where the file can no longer be read.
        changed: indices from 0 of the pages that are not what the seal says: in the order of the
            sealed file where pages are as many as it says, or fewer (then those that are gone are
            among them); in the order found where there are more (then they are the new ones).
            Empty also where only something outside the pages differs, or the seal itself.
        said_pages: pages that the seal says, 0 where it cannot be read.
    """

    sealed: bool
    whole: bool
    pages: int
    changed: tuple[int, ...]
    said_pages: int


@dataclass(frozen=True, kw_only=True)
class PdfFault:
    """Something that PDF/A-2b does not allow.

    Attributes:
        problem: its code and words.
        page: page index from 0 where it stands, or None where it concerns the file.
    """

    problem: Problem
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class ArchiveStamp:
    """The six cells of the archive stamp (归档章, DA/T 22-2015), values only.

    Attributes:
        fonds: 全宗号.
        year: 年度.
        number: 件号.
        office: 机构（问题）, "" where items are not classified so.
        retention: 保管期限, in the words that the stamp bears, e.g. `30年`.
        pages: 页数; where None the pages of the item are counted, blank sides left out.
    """

    fonds: str
    year: str
    number: str
    office: str = ""
    retention: str
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class StampedItem:
    """An item (件) as it is archived.

    Attributes:
        pdf: the file, stamped, numbered and sealed.
        pages: pages that bear text or figures: the 页数 of the catalogue.
        sides: all pages, blank sides included.
        pdfa: whether the file claims PDF/A-2b.
        box: left, bottom, right, top of the stamp on page 1 as it is seen, mm.
    """

    pdf: bytes
    pages: int
    sides: int
    pdfa: bool
    box: tuple[float, float, float, float]


class PdfSeals(Protocol):
    """Reads seals: a PDF carries the digest of itself and of each of its pages (pypdf).

    `PdfJoiner.join(..., sealed=True)` and `PdfArchivist.stamp_item` write them.
    """

    def examine(self, pdf: bytes) -> SealReport:
        """Whether the file is as it was sealed; never raises for what is in the file."""


class PdfChecker(Protocol):
    """PDF/A-2b by our own checks."""

    def check(self, pdf: bytes) -> tuple[PdfFault, ...]:
        """Everything found against PDF/A-2b, by page; nothing where none was found."""


class PdfArchivist(Protocol):
    """Items as they are archived."""

    def stamp_item(
        self,
        pdf: bytes,
        *,
        name: str,
        stamp: ArchiveStamp,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
    ) -> StampedItem:
        """An item with its archive stamp and its own page numbers, sealed.

        Equal input gives equal bytes.

        Raises:
            EngineError: naming the item, where it cannot be read.
            InputError: `no_room_for_stamp`, where the first page has no free place for it.
        """
