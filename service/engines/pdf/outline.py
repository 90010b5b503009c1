"""Engine room, PDF: bookmarks, one for each part and below it those of the part; page labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    Destination,
    DictionaryObject,
    Fit,
    IndirectObject,
    NameObject,
    NumberObject,
)

from service.core.leaves import Leaf

Entry = tuple[str, int, int]
"""Title, page of the part counted from 0, level from 1."""
_MOST = 2000
_DEEPEST = 6


def own_outline(reader: PdfReader) -> list[Entry]:
    """The bookmarks that a part's PDF brings along; [] where they cannot be read."""
    try:
        return list(_walk(reader, reader.outline, 1))[:_MOST]
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []  # a broken outline is no loss: the pages are all there


def _walk(reader: PdfReader, items: list[Any], level: int) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, list):
            if level < _DEEPEST:
                yield from _walk(reader, item, level + 1)
        elif isinstance(item, Destination):
            page = reader.get_destination_page_number(item)
            if page is not None and item.title:
                yield str(item.title), page, level


def add_outline(writer: PdfWriter, entries: Iterable[tuple[str, int, int]]) -> None:
    """Adds the bookmarks of the whole, closed below their first level.

    Args:
        writer: the last piece of the file.
        entries: title, number of its page's object, level from 1; a level that skips one is taken
            as the next deeper.
    """
    chain: list[IndirectObject] = []
    for title, number, level in entries:
        del chain[level - 1 :]
        chain.append(
            writer.add_outline_item(
                title=title,
                page_number=IndirectObject(number, 0, writer),
                parent=chain[-1] if chain else None,
                fit=Fit.fit(),
                is_open=False,
            )
        )


def label_pages(writer: PdfWriter, order: Sequence[Leaf]) -> None:
    """Page labels, and that the file opens with its bookmarks and its title shown.

    Labels are i, ii, … where unnumbered, 1, 2, … where numbered.
    """
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
    catalog = writer.root_object
    catalog[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): ranges})
    catalog[NameObject("/PageMode")] = NameObject("/UseOutlines")
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )
