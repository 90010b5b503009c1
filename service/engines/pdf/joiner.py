"""Engine room: joins parts to one PDF with pypdf: blanks, numbers, labels, bookmarks, PDF/A."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Literal

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
)

from service.core.leaves import Leaf, Section, leaves
from service.engines.office.glance import Glance
from service.engines.pdf.annotations import Link
from service.engines.pdf.copy import new_stream, wrap_contents
from service.engines.pdf.marks import add_links
from service.engines.pdf.metadata import describe, identified
from service.engines.pdf.open import open_own, open_part
from service.engines.pdf.outline import add_part, label_pages, own_outline
from service.engines.pdf.pages import take_pages
from service.engines.pdf.prints import write_print
from service.engines.pdf.seal import place_for_seal, with_seal
from service.engines.pdf.settle import settled
from service.engines.pdf.sheet import A4, sheet_of, turn_upright
from service.engines.pdf.stamp import Stamp
from service.engines.protocols import Joined, PdfPart, Printed
from service.errors import EngineError, problem


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A part and its reader."""

    part: PdfPart
    reader: PdfReader


class PypdfJoiner:
    """The `PdfJoiner` of the house.

    The joined file gets a catalog of its own: what parts bring in scripts, actions, embedded
    files, form fields, metadata or tagging stays behind. Tagging is dropped because a structure
    tree cannot be carried for some parts only; PDF/A-2b does not ask for it. PDF/A-2b is claimed
    when every part is PDF/A-2, so one plain upload takes the claim away (`Joined.pdfa`).
    """

    def page_count(self, pdf: bytes, *, name: str) -> int:
        """Pages of a PDF of our own making; EngineError `part_unreadable` where it is none."""
        return len(open_part(pdf, name).pages)

    def destinations(self, pdf: bytes, *, name: str) -> Mapping[str, int]:
        """Named destinations of a PDF of our own making, each with its page counted from 0.

        Raises:
            EngineError: `part_unreadable`.
        """
        glanced = Glance(pdf).destinations
        if glanced is not None:
            return glanced
        reader = open_own(pdf, name)
        found = {
            mark.removeprefix("/"): reader.get_destination_page_number(place)
            for mark, place in reader.named_destinations.items()
        }
        return {mark: page for mark, page in found.items() if page is not None}

    def settled(self, pdf: bytes, day: date, *, name: str) -> bytes:
        """See the protocol. Raises EngineError `part_unreadable`."""
        return settled(pdf, day, name=name)

    def join(
        self,
        parts: Sequence[PdfPart],
        *,
        stamp: bool,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
        sealed: bool = False,
    ) -> Joined:
        """One PDF of all parts; the order of work, top to bottom.

        Args:
            parts: in their order, at least one.
            stamp: whether numbered pages get the bundle's number at their upper outer corner.
            properties: `title`, `author`, `subject`, `keywords`, `date` (ISO).
            lang: language of the bundle.
            sealed: whether the file bears its seal.

        Raises:
            EngineError: `part_unreadable`, `part_empty`, `nothing_to_join`.
        """
        opened = [_Opened(part=part, reader=open_part(part.pdf, part.title)) for part in parts]
        order = leaves([_section(one) for one in opened])
        _check(opened)
        writer = PdfWriter()
        writer.pdf_header = "%PDF-1.7"
        pages = _lay_out(writer, opened, order)
        starts = tuple(_start(order, index) for index in range(len(opened)))
        own = _by_part(pages, order, len(opened))
        _link_parts(writer, opened, own)
        _finish_pages(writer, pages, order, stamp=stamp)
        above: IndirectObject | None = None
        for index, one in enumerate(opened):
            outline = one.part.outline or own_outline(one.reader)
            above = add_part(writer, one.part.title, own[index], outline, above=above)
        _label(writer, order)
        pdfa = describe(
            writer,
            [one.reader for one in opened],
            properties=properties,
            lang=lang,
            seal=place_for_seal(len(order)) if sealed else "",
        )
        pdf = _written(writer)
        return Joined(
            pdf=with_seal(pdf) if sealed else pdf,
            pages=len(order),
            starts=starts,
            labels=tuple(leaf.label for leaf in order),
            pdfa=pdfa,
        )

    def join_to(
        self,
        out: BinaryIO,
        parts: Iterable[PdfPart],
        *,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
    ) -> Printed:
        """See the protocol.

        Raises:
            EngineError: `part_unreadable`, `nothing_to_join`.
            OSError: the file cannot be written.
        """
        return write_print(out, parts, properties=properties, lang=lang)


def _check(opened: Sequence[_Opened]) -> None:
    """Refuses nothing at all, and parts without a page, all of them at once."""
    if not opened:
        raise EngineError(
            problem("nothing_to_join", "没有可以合并的材料。", "There is nothing to join.")
        )
    wrong = [
        problem(
            "part_empty",
            "这份材料一页也没有；请重新生成或重新上传。",
            "This part has no page; produce or upload it again.",
            file=one.part.title,
        )
        for one in opened
        if not one.reader.pages
    ]
    if wrong:
        raise EngineError(wrong)


def _section(one: _Opened) -> Section:
    return Section(
        pages=len(one.reader.pages),
        odd_start=one.part.odd_start,
        numbered=one.part.numbered,
        odd_pages=frozenset(one.part.odd_pages),
    )


def _start(order: Sequence[Leaf], part: int) -> int:
    return next(side for side, leaf in enumerate(order) if leaf.section == part)


def _lay_out(
    writer: PdfWriter, opened: Sequence[_Opened], order: Sequence[Leaf]
) -> list[PageObject]:
    """All pages in the writer, blanks between, links and visible marks of the parts kept."""
    pages = [page for one in opened for page in take_pages(writer, one.reader)[0]]
    for side, leaf in enumerate(order):
        if leaf.section is None:
            writer.insert_blank_page(*A4, index=side)
            pages.insert(side, writer.pages[side])
    return pages


def _by_part(
    pages: Sequence[PageObject], order: Sequence[Leaf], count: int
) -> list[list[PageObject]]:
    """The pages of each part, without the blanks."""
    own: list[list[PageObject]] = [[] for _ in range(count)]
    for page, leaf in zip(pages, order, strict=True):
        if leaf.section is not None:
            own[leaf.section].append(page)
    return own


def _link_parts(
    writer: PdfWriter, opened: Sequence[_Opened], own: Sequence[Sequence[PageObject]]
) -> None:
    """Makes the rows of the contents lead to their parts."""
    for one, pages in zip(opened, own, strict=True):
        for link in one.part.links:
            target = own[link.target][0].indirect_reference
            add_links(writer, pages[link.page], [(Link(rect=link.rect), target)])


def _finish_pages(
    writer: PdfWriter, pages: Sequence[PageObject], order: Sequence[Leaf], *, stamp: bool
) -> None:
    """Turns landscape pages and stamps numbers; what a page drew before cannot leak in."""
    stamper = Stamp(writer)
    save: IndirectObject | None = None
    for page, leaf in zip(pages, order, strict=True):
        if leaf.section is None:
            continue
        matrix = turn_upright(page)
        number = leaf.number if stamp and leaf.numbered else None
        if matrix is None and number is None:
            continue
        if matrix is not None:
            turn = " ".join(f"{value:.4f}" for value in matrix)
            before = new_stream(writer, f"q {turn} cm\n".encode("ascii"))
        else:
            before = save = save or new_stream(writer, b"q\n")
        drawing = stamper.drawing(page, sheet_of(page), number) if number is not None else b""
        wrap_contents(page, [before], [new_stream(writer, b"\nQ\n" + drawing)])


def _label(writer: PdfWriter, order: Sequence[Leaf]) -> None:
    """Page labels: i, ii, … where unnumbered, 1, 2, … where numbered."""
    ranges = ArrayObject()
    for side, leaf in enumerate(order):
        if side == 0 or order[side - 1].numbered != leaf.numbered:
            style = DictionaryObject(
                {
                    NameObject("/S"): NameObject("/D" if leaf.numbered else "/r"),
                    NameObject("/St"): NumberObject(leaf.number),
                }
            )
            ranges += [NumberObject(side), style]
    label_pages(writer, ranges)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return identified(out.getvalue())
