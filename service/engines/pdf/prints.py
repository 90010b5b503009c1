"""Engine room, PDF: joins prints of any length, one part after another, straight into a file."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Literal

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from service.engines.pdf.flow import Flow
from service.engines.pdf.metadata import claims_pdfa2, copied_intent, describe_whole, fonts_embedded
from service.engines.pdf.open import open_own
from service.engines.pdf.outline import Entry, count_pages_from_one
from service.engines.pdf.pages import take_pages
from service.engines.pdf.sheet import A4
from service.engines.protocols import PdfPart, Printed
from service.errors import EngineError, problem


def write_print(
    out: BinaryIO,
    parts: Iterable[PdfPart],
    *,
    properties: Mapping[str, str],
    lang: Literal["zh", "en"],
) -> Printed:
    """All parts in one file; the order of work, top to bottom.

    Raises:
        EngineError: `part_unreadable`, `nothing_to_join`.
        OSError: the file cannot be written.
    """
    flow = Flow(out)
    whole = _Print()
    with _short_lived():
        for part in parts:
            writer = flow.writer()
            whole.take(writer, open_own(part.pdf, part.title), part)
            flow.add(writer)
            del writer
            gc.collect()
    if not whole.sides:
        raise EngineError(
            problem("nothing_to_join", "没有可以合并的材料。", "There is nothing to join.")
        )
    writer = flow.writer()
    whole.finish(writer, properties=properties, lang=lang)
    flow.close(writer)
    return Printed(pages=whole.sides, starts=tuple(whole.starts), pdfa=whole.claim)


@contextmanager
def _short_lived() -> Iterator[None]:
    """Meanwhile what was there before is left out of the collector's rounds.

    Each part's objects point at each other; beside ten thousand rows of a roster, which the
    collector takes for a reason to wait, those of many parts would lie about.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Print:
    """What is known of the parts that are written already."""

    def __init__(self) -> None:
        self.sides = 0
        self.starts: list[int] = []
        self.claim = True
        self._intent: PdfObject | None = None
        self._nodes: list[int] = []
        self._outline: list[tuple[str, int, int]] = []  # title, number of its page's object, level

    def take(self, writer: PdfWriter, reader: PdfReader, part: PdfPart) -> None:
        """The pages of a part in the writer, with blanks before those that begin a sheet."""
        pages = take_pages(writer, reader)[0]
        odd = {0, *part.odd_pages} if part.odd_start else set(part.odd_pages)
        order: list[PageObject] = []
        for index, page in enumerate(pages):
            if index in odd and (self.sides + len(order)) % 2:
                order.append(writer.add_blank_page(*A4))
            if index == 0:
                self.starts.append(self.sides + len(order))
            order.append(page)
        self.claim = self.claim and claims_pdfa2(reader) and fonts_embedded(writer)
        if self.claim and self._intent is None:
            self._intent = copied_intent(writer, reader)
        self._nodes.append(_bundled(writer, order))
        self.sides += len(order)
        self._note(part.title, part.outline, pages)

    def _note(self, title: str, outline: Iterable[Entry], pages: list[PageObject]) -> None:
        """Bookmarks of a part, below its own where it has one."""
        depth = 1 if title else 0
        entries = [(title, 0, 1)] * depth
        entries += [(words, page, level + depth) for words, page, level in outline]
        for words, page, level in entries:
            if 0 <= page < len(pages):
                self._outline.append((words, _number(pages[page]), level))

    def finish(
        self, writer: PdfWriter, *, properties: Mapping[str, str], lang: Literal["zh", "en"]
    ) -> None:
        """Page tree, bookmarks, labels and description of the whole."""
        tree = writer._pages.get_object()
        assert isinstance(tree, DictionaryObject)
        kids = ArrayObject(IndirectObject(number, 0, writer) for number in self._nodes)
        tree[NameObject("/Kids")] = kids
        tree[NameObject("/Count")] = NumberObject(self.sides)
        chain: list[IndirectObject] = []
        for title, number, level in self._outline:
            del chain[max(0, level - 1) :]
            chain.append(
                writer.add_outline_item(
                    title=title,
                    page_number=IndirectObject(number, 0, writer),
                    parent=chain[-1] if chain else None,
                    fit=Fit.fit(),
                    is_open=False,
                )
            )
        count_pages_from_one(writer)
        self.claim = describe_whole(
            writer, self._intent if self.claim else None, properties=properties, lang=lang
        )


def _bundled(writer: PdfWriter, pages: list[PageObject]) -> int:
    """A node of the page tree with these pages; its object's number."""
    node = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Pages"),
            NameObject("/Parent"): writer._pages,
            NameObject("/Kids"): ArrayObject(page.indirect_reference for page in pages),
            NameObject("/Count"): NumberObject(len(pages)),
        }
    )
    reference = writer._add_object(node)
    for page in pages:
        page[NameObject("/Parent")] = reference
    return reference.idnum


def _number(page: PageObject) -> int:
    assert page.indirect_reference is not None
    return page.indirect_reference.idnum
