"""Engine room, PDF: takes the pages of one file into another, harmless and looking as before."""

from __future__ import annotations

from collections import Counter

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

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
    held = _layers(copier.writer)
    array_of(held, "/OCGs").extend(copier.copy(group) for group in items_of(groups))
    kept = dictionary_of(held, "/D")
    array_of(kept, "/Order").extend(copier.copy(group) for group in items_of(groups))
    array_of(kept, "/OFF").extend(copier.copy(group) for group in items_of(off))


def _layers(writer: PdfWriter) -> DictionaryObject:
    """The writer's own layer table, made at first use."""
    catalog = writer.root_object
    if "/OCProperties" not in catalog:
        choice = {"/Name": TextStringObject("Gongwen"), "/Order": ArrayObject()}
        catalog[NameObject("/OCProperties")] = DictionaryObject(
            {
                NameObject("/OCGs"): ArrayObject(),
                NameObject("/D"): DictionaryObject(
                    {NameObject(k): v for k, v in {**choice, "/OFF": ArrayObject()}.items()}
                ),
            }
        )
    return dictionary_of(catalog, "/OCProperties")
