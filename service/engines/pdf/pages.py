"""Engine room, PDF: takes the pages of one file into another, harmless and looking as before."""

from __future__ import annotations

from collections import Counter

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    TextStringObject,
)

from service.engines.pdf.annotations import sift
from service.engines.pdf.copy import Copier
from service.engines.pdf.marks import add_links, draw
from service.engines.pdf.values import array_of, dictionary_of, items_of


def take_pages(writer: PdfWriter, reader: PdfReader) -> tuple[list[PageObject], Counter[str]]:
    """Appends all pages of a file: safe links kept, other annotations drawn into the page.

    Args:
        writer: where they go.
        reader: where they come from.

    Returns:
        The new pages, and codes of what was left behind, counted.
    """
    copier = Copier(writer, reader)
    pages = copier.add_pages()
    removed: Counter[str] = Counter()
    for source, page in zip(reader.pages, pages, strict=True):
        kept = sift(reader, source)
        removed += kept.removed
        draw(copier, page, kept.pictures)
        links = [
            (link, copier.copy(link.target) if link.target is not None else None)
            for link in kept.links
        ]
        add_links(writer, page, links)
    _take_layers(copier)
    return pages, removed


def _take_layers(copier: Copier) -> None:
    """Carries the layers of a file over, so that what was switched off stays unseen."""
    source = dictionary_of(copier.reader.root_object, "/OCProperties")
    groups = array_of(source, "/OCGs")
    if not groups:
        return
    choice = dictionary_of(source, "/D")
    off = array_of(choice, "/OFF")
    if choice.get("/BaseState") == "/OFF":
        on = array_of(choice, "/ON")
        off = ArrayObject(group for group in items_of(groups) if group not in on)
    _set_layers(
        copier.writer,
        [copier.copy(group) for group in items_of(groups)],
        [copier.copy(group) for group in items_of(off)],
    )


def _set_layers(writer: PdfWriter, groups: list[PdfObject], off: list[PdfObject]) -> None:
    """The table of layers, all of them in the list that a viewer shows."""
    choice = {
        "/Name": TextStringObject("Gongwen"),
        "/Order": ArrayObject(groups),
        "/OFF": ArrayObject(off),
    }
    table = {
        "/OCGs": ArrayObject(groups),
        "/D": DictionaryObject({NameObject(key): value for key, value in choice.items()}),
    }
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject(key): value for key, value in table.items()}
    )


class Layers:
    """The layers of all pieces of a file, by the numbers of their objects."""

    def __init__(self) -> None:
        self._groups: list[int] = []
        self._off: list[int] = []

    def note(self, writer: PdfWriter) -> None:
        """Notes those of a piece."""
        held = dictionary_of(writer.root_object, "/OCProperties")
        self._groups += _numbers(array_of(held, "/OCGs"))
        self._off += _numbers(array_of(dictionary_of(held, "/D"), "/OFF"))

    def lay_into(self, writer: PdfWriter) -> None:
        """Gives all of them to the last piece."""
        if self._groups:
            groups, off = (
                [IndirectObject(number, 0, writer) for number in numbers]
                for numbers in (self._groups, self._off)
            )
            _set_layers(writer, list(groups), list(off))


def _numbers(references: ArrayObject) -> list[int]:
    return [one.idnum for one in items_of(references) if isinstance(one, IndirectObject)]
