"""Engine room, PDF: a joined file as it grows, part by part, straight into a file."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, TypeAlias

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from service.core.leaves import Leaf, Order, Section
from service.engines.pdf.annotations import Link
from service.engines.pdf.copy import new_stream, wrap_contents
from service.engines.pdf.digests import PageDigests
from service.engines.pdf.flow import Flow
from service.engines.pdf.marks import add_links
from service.engines.pdf.metadata import claims_pdfa2, copied_intent, describe_whole, fonts_embedded
from service.engines.pdf.outline import Entry, add_outline, label_pages, own_outline
from service.engines.pdf.pages import Layers, take_pages
from service.engines.pdf.seal import open_seal
from service.engines.pdf.sheet import A4, turn_upright
from service.engines.protocols import PdfPart

Painter: TypeAlias = Callable[[PdfWriter, DictionaryObject, Leaf], bytes]
"""What is drawn on a finished page, over what it drew itself; b"" for nothing."""
_MUCH = 16 * 1024 * 1024
"""So many bytes written, the collector is called: objects of a part point at each other."""


_KIDS = 100
"""Pages under one node of the page tree."""


@dataclass(frozen=True, kw_only=True)
class _Node:
    """A node of the page tree: numbers of objects, since no reference must keep a part alive."""

    number: int
    held: DictionaryObject
    kids: list[int] = field(default_factory=list)


_NOWHERE = (0, 0)
"""Where the contents' links lead until all pages are there."""


class Joining:
    """The file so far: no part is kept, only what the end needs to know of it.

    Args:
        out: where it is written, from its beginning.
        duplex: whether any part wants to begin on a right-hand page.
        painter: numbers and stamps, or None.
        own_marks: parts of which no bookmarks are told bring their own.
        sealed: whether it says of each page what it should be (`seal_in_place` does the rest).
    """

    def __init__(
        self,
        out: BinaryIO,
        *,
        duplex: bool,
        painter: Painter | None = None,
        own_marks: bool = False,
        sealed: bool = False,
    ) -> None:
        self._flow = Flow(out)
        self._order = Order(duplex=duplex)
        self._painter = painter
        self._own_marks = own_marks
        self._save: int | None = None
        self._layers = Layers()
        self._claim = True
        self._intent: PdfObject | None = None
        self._nodes: list[_Node] = []
        self._outline: list[tuple[str, int, int]] = []  # title, number of its page's object, level
        self._titled = False
        self._firsts: list[int] = []
        self._links: list[tuple[DictionaryObject, int]] = []
        self._digests = PageDigests(pages=[_NOWHERE]) if sealed else None
        self._said: list[str] = []
        self._collected = 0
        self.starts: list[int] = []
        """For each part the page index of its first page."""

    @property
    def order(self) -> list[Leaf]:
        """All sides so far."""
        return self._order.done

    def add(self, part: PdfPart, reader: PdfReader) -> None:
        """The pages of a part, with blanks before those that begin a sheet.

        Args:
            part: with at least one page.
            reader: of its file.
        """
        writer = self._flow.writer()
        pages = take_pages(writer, reader)[0]
        sides = self._laid_out(writer, part, pages)
        self._note_links(writer, part, pages)
        self._finish(writer, sides)
        self._note_digests(writer, [page for page, _ in sides])
        fresh = self._flow.fresh(writer)
        self._claim = self._claim and claims_pdfa2(reader) and fonts_embedded(fresh)
        if self._claim and self._intent is None:
            self._intent = copied_intent(writer, reader)
        self._hang(writer, [page for page, _ in sides])
        self._note_marks(part, reader, pages)
        self._layers.note(writer)
        self._flow.add(writer)
        del writer, pages, sides, fresh
        self._tidy()

    def close(self, *, properties: Mapping[str, str], lang: Literal["zh", "en"]) -> bool:
        """The end of the file: page tree, bookmarks, labels and description of the whole.

        Returns:
            Whether PDF/A-2b is claimed.
        """
        writer = self._flow.writer()
        self._layers.lay_into(writer)
        tree = writer._pages.get_object()
        assert isinstance(tree, DictionaryObject)
        for node in self._nodes:
            _fill(node.held, node.kids, len(node.kids), writer)
            node.held[NameObject("/Parent")] = writer._pages
        _fill(tree, [node.number for node in self._nodes], len(self.order), writer)
        for annotation, target in self._links:
            place = [IndirectObject(self._firsts[target], 0, writer), NameObject("/Fit")]
            annotation[NameObject("/Dest")] = ArrayObject(place)
        add_outline(writer, self._outline)
        label_pages(writer, self.order)
        claim = describe_whole(
            writer,
            self._intent if self._claim else None,
            properties=properties,
            lang=lang,
            seal=open_seal(self._said) if self._digests else "",
        )
        self._flow.close(writer)
        return claim

    def _laid_out(
        self, writer: PdfWriter, part: PdfPart, pages: list[PageObject]
    ) -> list[tuple[PageObject, Leaf]]:
        """The sides of a part: its pages, and blanks where the order wants them."""
        begin, index = len(self.order), len(self.starts)
        leaves = self._order.add_section(index, section_of(part, len(pages)))
        sides = [
            (writer.add_blank_page(*A4) if leaf.section is None else pages[leaf.page], leaf)
            for leaf in leaves
        ]
        first = next(number for number, leaf in enumerate(leaves) if leaf.section is not None)
        self.starts.append(begin + first)
        self._firsts.append(_number(pages[0]))
        return sides

    def _hang(self, writer: PdfWriter, pages: list[PageObject]) -> None:
        """Hangs pages into the page tree."""
        for page in pages:
            if not self._nodes or len(self._nodes[-1].kids) == _KIDS:
                reference = writer._add_object(DictionaryObject())
                held = self._flow.put_off(writer, reference)
                self._nodes.append(_Node(number=reference.idnum, held=held))
            node = self._nodes[-1]
            node.kids.append(_number(page))
            page[NameObject("/Parent")] = IndirectObject(node.number, 0, writer)

    def _note_links(self, writer: PdfWriter, part: PdfPart, pages: list[PageObject]) -> None:
        """Rows of the contents: where their parts begin is known at the end only."""
        for link in part.links:
            nowhere = IndirectObject(*_NOWHERE, writer)
            for made in add_links(writer, pages[link.page], [(Link(rect=link.rect), nowhere)]):
                self._links.append((self._flow.put_off(writer, made), link.target))

    def _finish(self, writer: PdfWriter, sides: list[tuple[PageObject, Leaf]]) -> None:
        """Turns landscape pages and paints; what a page drew before cannot leak in."""
        for page, leaf in sides:
            if leaf.section is None:
                continue
            matrix = turn_upright(page)
            drawing = self._painter(writer, page, leaf) if self._painter else b""
            if matrix is None and not drawing:
                continue
            if matrix is not None:
                turn = " ".join(f"{value:.4f}" for value in matrix)
                before = new_stream(writer, f"q {turn} cm\n".encode("ascii"))
            else:
                self._save = self._save or new_stream(writer, b"q\n").idnum
                before = IndirectObject(self._save, 0, writer)
            wrap_contents(page, [before], [new_stream(writer, b"\nQ\n" + drawing)])

    def _note_digests(self, writer: PdfWriter, pages: list[PageObject]) -> None:
        """Before they are written: to read the whole file once more would take half as long again.

        What a later piece shares with an earlier one is known from there.
        """
        if self._digests is None:
            return
        self._digests.add_pages(pages)
        for page in pages:
            self._said.append(self._digests.of(page, lambda key: writer._objects[key[0] - 1]))

    def _note_marks(self, part: PdfPart, reader: PdfReader, pages: list[PageObject]) -> None:
        """Bookmarks of a part, below its own title or the one that stands before it."""
        outline: Iterable[Entry] = part.outline
        if self._own_marks and not part.outline:
            outline = own_outline(reader)
        self._titled = self._titled or bool(part.title)
        entries = [(part.title, 0, 1)] if part.title else []
        below = 1 if self._titled else 0
        entries += [(words, page, max(level, 1) + below) for words, page, level in outline]
        for words, page, level in entries:
            if 0 <= page < len(pages):
                self._outline.append((words, _number(pages[page]), level))

    def _tidy(self) -> None:
        """Frees what is written, whatever the collector thinks.

        Beside ten thousand rows of a roster, which it takes for a reason to wait, the objects of
        many parts would lie about. What was there before is left out of its rounds meanwhile.
        """
        if self._flow.length - self._collected > _MUCH:
            self._collected = self._flow.length
            gc.collect()
            gc.freeze()


def section_of(part: PdfPart, pages: int) -> Section:
    """What the order of sides needs to know of a part."""
    return Section(
        pages=pages,
        odd_start=part.odd_start,
        numbered=part.numbered,
        odd_pages=frozenset(part.odd_pages),
    )


def _fill(node: DictionaryObject, kids: list[int], count: int, writer: PdfWriter) -> None:
    """A node of the page tree, complete but for its own parent."""
    node[NameObject("/Type")] = NameObject("/Pages")
    node[NameObject("/Kids")] = ArrayObject(IndirectObject(one, 0, writer) for one in kids)
    node[NameObject("/Count")] = NumberObject(count)


def _number(page: PageObject) -> int:
    assert page.indirect_reference is not None
    return page.indirect_reference.idnum
