"""Engine room, PDF: bookmarks, one for each part and below it those of the part; page labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
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


def add_part(
    writer: PdfWriter, title: str, pages: Sequence[PageObject], outline: Sequence[Entry],
    *, above: IndirectObject | None,
) -> IndirectObject:  # fmt: skip
    """Adds the bookmark of a part and, closed below it, its own.

    Args:
        writer: the joined file.
        title: the part's title; "" where it goes on what `above` began (behind a separator).
        pages: its pages in the writer, at least one.
        outline: its own bookmarks; a level that skips one is taken as the next deeper.
        above: the bookmark of the part before it.

    Returns:
        The bookmark that its own stand below.
    """
    root = above if above is not None and not title else _add(writer, title, pages[0], None)
    chain: list[IndirectObject] = [root]
    for words, page, level in outline:
        if 0 <= page < len(pages):
            del chain[max(1, level) :]
            chain.append(_add(writer, words, pages[page], chain[-1]))
    return root


def _add(
    writer: PdfWriter, title: str, page: PageObject, parent: IndirectObject | None
) -> IndirectObject:
    return writer.add_outline_item(
        title=title,
        page_number=page.indirect_reference,
        parent=parent,
        fit=Fit.fit(),
        is_open=False,
    )


def label_pages(writer: PdfWriter, ranges: ArrayObject) -> None:
    """Page labels, and that the file opens with its bookmarks and its title shown.

    Args:
        writer: the joined file.
        ranges: number tree: page index from 0, and the style from there on.
    """
    catalog = writer.root_object
    catalog[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): ranges})
    catalog[NameObject("/PageMode")] = NameObject("/UseOutlines")
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )


def count_pages_from_one(writer: PdfWriter) -> None:
    """Labels 1, 2, … over all sides, so that a print dialog takes the number that is shown."""
    style = DictionaryObject(
        {NameObject("/S"): NameObject("/D"), NameObject("/St"): NumberObject(1)}
    )
    label_pages(writer, ArrayObject([NumberObject(0), style]))
