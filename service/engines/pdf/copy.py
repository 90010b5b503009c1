"""Engine room, PDF: copies what pages are made of from a reader into a writer, and no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
)

from service.engines.pdf.sheet import A4
from service.engines.pdf.values import items_of, plain, value_of

PAGE_KEYS = (
    "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit",
    "/Resources", "/Contents", "/Group",
)  # fmt: skip
"""What a page takes along; actions, thumbnails, metadata, tagging and private data stay."""

# Within resources and contents: scripts, outside files, editors' private data, tags.
DROPPED_KEYS = frozenset(
    {
        "/AA", "/AF", "/Alternates", "/EF", "/JS", "/LastModified", "/Metadata", "/OPI",
        "/OpenAction", "/PieceInfo", "/Ref", "/StructParent", "/StructParents", "/Thumb",
    }
)  # fmt: skip

# Tables whose keys are names that the file chose; none of them is an action or a script.
NAME_TABLES = frozenset(
    {
        "/CharProcs", "/ColorSpace", "/Colorants", "/ExtGState", "/Font", "/Pattern",
        "/Properties", "/Shading", "/XObject",
    }
)  # fmt: skip


class Copier:
    """Copies objects of one reader, each once; a reference to a page leads to its copy.

    pypdf's own `append` carries named destinations over and lets the first of two equal names
    win, so that links of a later part lead into an earlier one; here links are made anew.
    """

    def __init__(self, writer: PdfWriter, reader: PdfReader) -> None:
        self.writer = writer
        self.reader = reader
        self.pages: list[PageObject] = []
        self._done: dict[tuple[int, int], PdfObject] = {}
        self._waiting: list[Callable[[], None]] = []

    def add_pages(self) -> list[PageObject]:
        """Appends all pages of the reader to the writer, without annotations."""
        sources = list(self.reader.pages)
        for source in sources:
            page = self.writer.add_blank_page(*A4)
            for key in ("/MediaBox", "/Resources", "/Contents"):
                page.pop(NameObject(key), None)
            if source.indirect_reference is not None and page.indirect_reference is not None:
                self._done[_key(source.indirect_reference)] = page.indirect_reference
            self.pages.append(page)
        for source, page in zip(sources, self.pages, strict=True):
            for name in PAGE_KEYS:
                if name in source:
                    page[NameObject(name)] = self.copy(source.raw_get(name))
        return self.pages

    def copy(self, value: PdfObject) -> PdfObject:
        """The same value in the writer; what it refers to is copied as well."""
        copied = self._copied(value)
        # A list of things to do, not recursion: a file may nest references as deep as it likes.
        while self._waiting:
            self._waiting.pop()()
        return copied

    def _copied(self, value: PdfObject, *, names: bool = False) -> PdfObject:
        if isinstance(value, IndirectObject):
            return self._reference(value, names=names)
        if isinstance(value, DictionaryObject):
            return self._entries(value, DictionaryObject(), names=names)
        if isinstance(value, ArrayObject):
            return ArrayObject(self._copied(item) for item in items_of(value))
        return value

    def _reference(self, reference: IndirectObject, *, names: bool) -> PdfObject:
        key = _key(reference)
        if key not in self._done:
            self._done[key] = self._begin(reference.get_object(), names=names)
        return self._done[key]

    def _begin(self, target: PdfObject | None, *, names: bool) -> PdfObject:
        """The place of an object in the writer; its entries follow later."""
        if target is None or _is_page(target):  # a page that is in no page tree
            return NullObject()
        if isinstance(target, DictionaryObject):
            place = _empty_like(target)
            self._waiting.append(lambda: self._fill(target, place, names=names))
            return self.writer._add_object(place)
        if isinstance(target, ArrayObject):
            row = ArrayObject()
            self._waiting.append(
                lambda: row.extend(self._copied(item) for item in items_of(target))
            )
            return self.writer._add_object(row)
        return target  # numbers and names stand better where they are used

    def _fill(self, source: DictionaryObject, place: DictionaryObject, *, names: bool) -> None:
        self._entries(source, place, names=names)

    def _entries(
        self, source: DictionaryObject, place: DictionaryObject, *, names: bool
    ) -> DictionaryObject:
        for key, value in source.items():
            # /F of a stream names a file outside; of anything else it is harmless.
            outside = key == "/F" and isinstance(source, StreamObject)
            if names or not (key in DROPPED_KEYS or outside):
                place[NameObject(key)] = self._copied(value, names=key in NAME_TABLES)
        return place


def _key(reference: IndirectObject) -> tuple[int, int]:
    return reference.idnum, reference.generation


def _is_page(target: PdfObject) -> bool:
    return isinstance(target, DictionaryObject) and target.get("/Type") in ("/Page", "/Pages")


def _empty_like(source: DictionaryObject) -> DictionaryObject:
    """A dictionary, or a stream with the same bytes, still encoded as they were."""
    if not isinstance(source, StreamObject):
        return DictionaryObject()
    stream = EncodedStreamObject() if "/Filter" in source else DecodedStreamObject()
    stream._data = source._data
    return stream


def new_stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    """A small content stream, as it is."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    return writer._add_object(stream)


def add_resource(
    writer: PdfWriter, page: DictionaryObject, category: str, name: str, value: PdfObject
) -> str:
    """Makes a resource known to a page.

    Pages may share their resources; then it is there already. A foreign resource of that name
    (a bundle within a bundle) is left alone and another name is taken.

    Args:
        writer: where the page is.
        page: its page.
        category: `/Font` or `/XObject`.
        name: the wanted name, e.g. `/GwNumber`.
        value: a reference.

    Returns:
        The name to use in the contents.
    """
    table = _table(_table(page, "/Resources"), category)
    free, count = name, 0
    while free in table and table.raw_get(free) != value:
        count += 1
        free = f"{name}{count}"
    table[NameObject(free)] = value
    return free


def _table(owner: DictionaryObject, name: str) -> DictionaryObject:
    found = value_of(owner, name)
    if not isinstance(found, DictionaryObject):
        found = DictionaryObject()
        owner[NameObject(name)] = found
    return found


def wrap_contents(
    page: DictionaryObject, before: Sequence[IndirectObject], after: Sequence[IndirectObject]
) -> None:
    """Puts content streams before and after those of a page."""
    held = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    target = plain(held)
    if isinstance(target, ArrayObject):
        streams = items_of(target)
    elif isinstance(target, StreamObject):
        streams = [held]
    else:
        streams = []
    page[NameObject("/Contents")] = ArrayObject([*before, *streams, *after])
