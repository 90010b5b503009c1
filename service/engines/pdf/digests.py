"""Engine room, PDF: a digest of each page and of all that it draws with, whatever its numbers.

Objects may be numbered, placed and packed otherwise, as when another program saves the file again:
as long as a page has the same boxes, contents, resources and links, it has the same digest.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from service.engines.pdf.copy import PAGE_KEYS
from service.engines.pdf.values import array_of, items_of, value_of

# Where an annotation stands in trees of the file says nothing of the page.
_ABOUT_TREES = frozenset({"/P", "/Parent", "/StructParent", "/StructParents"})
_ABOUT_PACKING = frozenset({"/Length", "/Filter", "/DecodeParms"})
_CHUNK = 1 << 20
_Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class _Flat:
    """An object without what it refers to: its digest, and the references in their order."""

    digest: bytes
    refers: tuple[_Key, ...]


class PageDigests:
    """SHA-256 of pages, asked for one after another; linear in the size of all that they draw.

    A page is its boxes, rotation, contents, resources and annotations with all that these refer
    to. To which page of the file a link leads is left out: else every page that bears a link to
    one that was changed or taken out would count as changed itself. What an object holds is
    hashed once, and no object is kept.

    Args:
        pages: keys of objects that are pages; more are told as they come (`add_pages`).
    """

    def __init__(self, pages: Iterable[_Key] = ()) -> None:
        self._pages = set(pages)
        self._known: dict[_Key, _Flat] = {}

    def add_pages(self, pages: Iterable[DictionaryObject]) -> None:
        """These are pages, whoever refers to them."""
        self._pages |= {
            key_of(one.indirect_reference) for one in pages if one.indirect_reference is not None
        }

    def of(self, page: DictionaryObject, resolve: Callable[[_Key], Any]) -> str:
        """The digest of a page.

        Args:
            page: as it stands in its file.
            resolve: finds an object; asked for each at most once.
        """
        seen: dict[_Key, int] = {}
        waiting: deque[_Key] = deque()
        done = hashlib.sha256()

        def take(flat: _Flat) -> None:
            done.update(flat.digest)
            for key in flat.refers:
                if key in self._pages:
                    done.update(b"page.")
                    continue
                if key not in seen:
                    seen[key] = len(seen)
                    waiting.append(key)
                done.update(b"%d." % seen[key])

        for value in _entries(page):
            take(_flat(value))
        while waiting:
            key = waiting.popleft()
            if key not in self._known:
                self._known[key] = _flat(resolve(key))
            take(self._known[key])
        return done.hexdigest()


def page_digests(reader: PdfReader) -> list[str]:
    """Those of all pages of a file, in their order."""
    pages = list(reader.pages)
    digests = PageDigests()
    digests.add_pages(pages)

    def resolve(key: _Key) -> Any:
        found = reader.get_object(IndirectObject(*key, reader))
        # The reader would keep it, and with all of them the whole file once more.
        reader.resolved_objects.pop((key[1], key[0]), None)
        return found

    return [digests.of(page, resolve) for page in pages]


def _entries(page: DictionaryObject) -> list[PdfObject]:
    held = {NameObject(key): page.raw_get(key) for key in PAGE_KEYS if key in page}
    annotations = ArrayObject(items_of(array_of(page, "/Annots")))
    return [DictionaryObject(held), annotations]


def key_of(reference: IndirectObject) -> _Key:
    """Number and generation of an object."""
    return reference.idnum, reference.generation


def _flat(value: Any) -> _Flat:
    said: list[bytes] = []
    refers: list[_Key] = []
    _say(value, said, refers)
    return _Flat(digest=hashlib.sha256(b"\0".join(said)).digest(), refers=tuple(refers))


def _say(value: Any, said: list[bytes], refers: list[_Key]) -> None:
    """A value in one way of writing, its references left out."""
    if isinstance(value, IndirectObject):
        said.append(b"R")
        refers.append(key_of(value))
    elif isinstance(value, DictionaryObject):
        packed = isinstance(value, StreamObject)
        left_out = _ABOUT_TREES | _ABOUT_PACKING if packed else _ABOUT_TREES
        said.append(b"<<")
        for key in sorted(value.keys() - left_out):
            said.append(_bytes(key))
            _say(value.raw_get(key), said, refers)
        said.append(b">>")
        if isinstance(value, StreamObject):
            said.append(_unpacked(value))
    elif isinstance(value, ArrayObject):
        said.append(b"[")
        for item in items_of(value):
            _say(item, said, refers)
        said.append(b"]")
    else:
        said.append(_simple(value))


def _simple(value: Any) -> bytes:
    if isinstance(value, BooleanObject):
        return b"true" if value.value else b"false"
    if isinstance(value, NumberObject | FloatObject):
        written = value.myrepr() if isinstance(value, FloatObject) else value
        return f"{float(written):.5f}".rstrip("0").rstrip(".").encode("ascii")
    if isinstance(value, TextStringObject):
        return b"(" + value.original_bytes
    if isinstance(value, ByteStringObject):
        return b"(" + bytes(value)
    return _bytes(value) if isinstance(value, NameObject) else b"null"


def _bytes(name: str) -> bytes:
    return str(name).encode("utf-8", "surrogatepass")


def _unpacked(stream: StreamObject) -> bytes:
    """A digest of what a stream holds; of its bytes as they are, where not plainly deflated."""
    filters = value_of(stream, "/Filter")
    names = items_of(filters) if isinstance(filters, ArrayObject) else [filters]
    parameters = value_of(stream, "/DecodeParms")
    if filters is None:
        return hashlib.sha256(stream._data).digest()
    if [str(name) for name in names] != ["/FlateDecode"] or parameters is not None:
        said: list[bytes] = []
        for held in (filters, parameters):
            _say(held, said, [])
        return hashlib.sha256(b"\0".join(said) + stream._data).digest()
    done = hashlib.sha256()
    inflater, rest = zlib.decompressobj(), stream._data
    try:
        while rest and not inflater.eof:
            done.update(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
    except zlib.error:
        done.update(b"broken" + stream._data)
    return done.digest()
