"""Engine room: joins parts to one PDF with pypdf: blanks, numbers, labels, bookmarks, PDF/A."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import BinaryIO, Literal

from pypdf import PdfReader

from service.engines.office.glance import Glance
from service.engines.pdf.joining import Joining
from service.engines.pdf.open import open_own, open_part
from service.engines.pdf.seal import seal_in_place
from service.engines.pdf.settle import settled
from service.engines.pdf.stamp import number_painter
from service.engines.protocols import Joined, PdfPart, Printed
from service.errors import EngineError, Problem, problem


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
        out = io.BytesIO()
        joining = Joining(
            out,
            duplex=any(part.odd_start or part.odd_pages for part in parts),
            painter=number_painter() if stamp else None,
            own_marks=True,
            sealed=sealed,
        )
        _add_all(joining, parts, open_part)
        pdfa = joining.close(properties=properties, lang=lang)
        if sealed:
            seal_in_place(out)
        return Joined(
            pdf=out.getvalue(),
            pages=len(joining.order),
            starts=tuple(joining.starts),
            labels=tuple(leaf.label for leaf in joining.order),
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
            EngineError: `part_unreadable`, `part_empty`, `nothing_to_join`.
            OSError: the file cannot be written.
        """
        joining = Joining(out, duplex=True)
        _add_all(joining, parts, open_own)
        pdfa = joining.close(properties=properties, lang=lang)
        return Printed(pages=len(joining.order), starts=tuple(joining.starts), pdfa=pdfa)


def _add_all(
    joining: Joining, parts: Iterable[PdfPart], opened: Callable[[bytes, str], PdfReader]
) -> None:
    """Adds the parts; refuses nothing at all, and parts without a page, all of them at once."""
    empty: list[Problem] = []
    try:
        for part in parts:
            if not _added(joining, part, opened(part.pdf, part.title)):
                empty.append(_empty(part.title))
    finally:
        gc.unfreeze()
    if empty:
        raise EngineError(empty)
    if not joining.order:
        raise EngineError(
            problem("nothing_to_join", "没有可以合并的材料。", "There is nothing to join.")
        )


def _added(joining: Joining, part: PdfPart, reader: PdfReader) -> bool:
    """Adds a part, unless it has no page; its reader lives no longer than this call."""
    if not reader.pages:
        return False
    joining.add(part, reader)
    return True


def _empty(name: str) -> Problem:
    return problem(
        "part_empty",
        "这份材料一页也没有；请重新生成或重新上传。",
        "This part has no page; produce or upload it again.",
        file=name,
    )
