"""Engine room, uploads: makes a PDF from outside harmless. Runs in a child process only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from service.engines.pdf.copy import DROPPED_KEYS, NAME_TABLES
from service.engines.pdf.metadata import identified
from service.engines.pdf.pages import take_pages
from service.engines.pdf.sheet import sheet_of
from service.engines.pdf.values import array_of, dictionary_of, items_of, plain, value_of
from service.engines.upload.budget import check_streams
from service.engines.upload.conformance import describe_upload
from service.engines.upload.content import balance
from service.engines.upload.refusals import MAX_PAGES, MAX_SIDE, MIN_SIDE, REMOVALS, Refused

_HARMLESS = frozenset({"/GoTo", "/URI"})
_DEEPEST = 200


def clean_pdf(data: bytes) -> tuple[bytes, int, set[str]]:
    """The pages of a PDF in a new file that holds nothing but what is seen.

    Pages are taken into an empty file, so only what they reach comes along; then every object
    of the result is looked at again.

    Returns:
        The new file, its pages, and codes of REMOVALS.

    Raises:
        Refused: with the reason. Other exceptions mean that the file is damaged.
    """
    reader = _opened(data)
    removed = set(_of_document(reader))
    writer = PdfWriter()
    pages, left = take_pages(writer, reader)
    if not pages:  # a tree whose root is no node of a tree
        raise Refused("no_pages")
    removed |= set(left)
    if "form_unprinted" in removed:
        raise Refused("form_unprinted")
    check_streams(writer)
    for page in pages:
        balance(writer, page)
    describe_upload(writer, reader, pages)
    out = io.BytesIO()
    writer.write(out)
    result = identified(out.getvalue())
    _look_again(result, len(pages))
    return result, len(pages), removed & REMOVALS.keys()


def _opened(data: bytes) -> PdfReader:
    """The reader, when the file is open to all and its pages are within reason."""
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Refused("encrypted")
    catalog = reader.root_object
    if value_of(catalog, "/NeedsRendering") and "/XFA" in dictionary_of(catalog, "/AcroForm"):
        raise Refused("dynamic_form")
    _walk_tree(catalog)
    for page in reader.pages:
        sheet = sheet_of(page)
        short, long = sorted(sheet.seen)
        if long > MAX_SIDE or short < MIN_SIDE:
            raise Refused("page_size")
    return reader


def _walk_tree(catalog: DictionaryObject) -> None:
    """Counts the pages, meeting each node once: a tree that comes back to itself is refused."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, int]] = [(dict.get(catalog, "/Pages"), 0)]
    pages = 0
    while waiting:
        held, depth = waiting.pop()
        node = plain(held)
        if not isinstance(node, DictionaryObject) or depth > _DEEPEST:
            raise Refused("damaged")
        if held is not node:
            key = (held.idnum, held.generation)
            if key in seen:
                raise Refused("damaged")
            seen.add(key)
        if "/Kids" in node:
            waiting += [(kid, depth + 1) for kid in items_of(array_of(node, "/Kids"))]
        else:
            pages += 1
        if pages + len(waiting) > 2 * MAX_PAGES or pages > MAX_PAGES:
            raise Refused("too_many_pages")
    if not pages:
        raise Refused("no_pages")


def _of_document(reader: PdfReader) -> Iterator[str]:
    """Codes of what the catalog and the pages hold beside what is seen."""
    catalog = reader.root_object
    names = dictionary_of(catalog, "/Names")
    if "/JavaScript" in names:
        yield "javascript"
    if "/EmbeddedFiles" in names or "/AF" in catalog or "/Collection" in catalog:
        yield "embedded_file"
    if "/XFA" in dictionary_of(catalog, "/AcroForm"):
        yield "xfa"
    opening = value_of(catalog, "/OpenAction")
    if isinstance(opening, DictionaryObject):
        yield from _action(opening)
    if "/AA" in catalog or any("/AA" in page for page in reader.pages):
        yield "action"


def _action(action: DictionaryObject) -> Iterator[str]:
    kind = value_of(action, "/S")
    if kind == "/JavaScript":
        yield "javascript"
    elif kind == "/Launch":
        yield "launch"
    elif kind != "/GoTo":
        yield "action"


def _look_again(data: bytes, pages: int) -> None:
    """Looks at every object of the written file for what must not be there."""
    reader = PdfReader(io.BytesIO(data), strict=True)
    if len(reader.pages) != pages:
        raise Refused("damaged")
    count = int(reader.trailer["/Size"])  # type: ignore[call-overload]
    for number in range(1, count):
        if _unsafe(reader.get_object(number), reader.root_object):
            raise Refused("unsafe")


def _unsafe(found: Any, catalog: DictionaryObject) -> bool:
    """Whether an object, or a value written into it, holds a script, an action or a file."""
    waiting: list[tuple[Any, bool]] = [(found, False)]
    while waiting:
        value, names = waiting.pop()
        if isinstance(value, ArrayObject):
            waiting += [(item, False) for item in items_of(value)]
        elif isinstance(value, DictionaryObject):
            if not names and value is not catalog and _forbidden(value):
                return True
            waiting += [(held, key in NAME_TABLES) for key, held in value.items()]
    return False


def _forbidden(value: DictionaryObject) -> bool:
    # Named tables reached by a reference look like any other dictionary: their values are
    # references or dictionaries with a type of their own, never strings of script.
    script = isinstance(value_of(value, "/JS"), (str, bytes, StreamObject))
    acts = value_of(value, "/Type") == "/Action" or "/URI" in value
    action = acts and value_of(value, "/S") not in _HARMLESS
    return script or action or any(key in value for key in _WRITTEN)


_WRITTEN = DROPPED_KEYS - {"/JS", "/Metadata"} | {"/XFA", "/EmbeddedFiles", "/AcroForm"}
