"""Engine room, PDF: PDF/A-2b (ISO 19005-2, level B) by our own checks.

Careful, not complete: what is looked at stands in `faults.py`. Not looked at are the inside of
fonts (widths, missing glyphs), of JPEG 2000 pictures and of ICC profiles beyond their head. No
outside validator was at hand when this was written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from service.engines.pdf.check_metadata import metadata_faults
from service.engines.pdf.check_objects import Walk
from service.engines.pdf.faults import fault
from service.engines.pdf.values import array_of, dictionary_of, items_of, plain, value_of
from service.engines.protocols import PdfFault

_HEADER = re.compile(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}|%PDF-1\.[0-7]\r%[\x80-\xff]{4}")
_END = re.compile(rb"%%EOF\s{0,2}\Z")
_CLASSES = {b"mntr", b"prtr", b"scnr", b"spac"}
_SPACES = {b"RGB ": 3, b"CMYK": 4, b"GRAY": 1}


class PdfaChecker:
    """The `PdfChecker` of the house."""

    def check(self, pdf: bytes) -> tuple[PdfFault, ...]:
        """Everything found against PDF/A-2b, each kind once a page; () where none was found."""
        try:
            found = list(_faults(pdf))
        except Exception:
            # A broken file can make a parser raise anything at all; all of it means one thing.
            found = [fault("unreadable", page=None)]
        return tuple(dict.fromkeys(found))


def _faults(pdf: bytes) -> Iterator[PdfFault]:
    if not _HEADER.match(pdf):
        yield fault("header", page=None)
    if not _END.search(pdf[-64:]):
        yield fault("end", page=None)
    reader = PdfReader(io.BytesIO(pdf), strict=False)
    if reader.is_encrypted:
        yield fault("encrypted", page=None)
        return
    if len(array_of(reader.trailer, "/ID")) != 2:
        yield fault("no_id", page=None)
    yield from _of_catalog(reader.root_object)
    yield from metadata_faults(reader)
    intents = [
        one
        for one in map(plain, items_of(array_of(reader.root_object, "/OutputIntents")))
        if value_of(one, "/S") == "/GTS_PDFA1"
    ]
    colours = 0
    if len(intents) != 1:
        yield fault("intent", page=None, what=str(len(intents)))
    else:
        colours = _colours(value_of(intents[0], "/DestOutputProfile"))
        if not colours:
            yield fault("profile", page=None)
    walk = Walk(colours)
    yield from walk.catalog(reader.root_object)
    for index, page in enumerate(reader.pages):
        yield from walk.page(page, index)


def _of_catalog(catalog: DictionaryObject) -> Iterator[PdfFault]:
    names = dictionary_of(catalog, "/Names")
    if "/JavaScript" in names:
        yield fault("script", page=None)
    if "/EmbeddedFiles" in names or "/AF" in catalog or "/Collection" in catalog:
        yield fault("embedded_file", page=None)
    if "/AcroForm" in catalog or "/NeedsRendering" in catalog:
        yield fault("form", page=None)
    for key in ("/AA", "/Requirements"):
        if key in catalog:
            yield fault("action", page=None, what=key)
    if "/OCProperties" in catalog and not _layers_fit(dictionary_of(catalog, "/OCProperties")):
        yield fault("layers", page=None)


def _layers_fit(layers: DictionaryObject) -> bool:
    """Each setting has a name, follows no event, and shows all layers in its list."""
    groups = items_of(array_of(layers, "/OCGs"))
    settings = [value_of(layers, "/D"), *map(plain, items_of(array_of(layers, "/Configs")))]
    return all(
        isinstance(one, DictionaryObject)
        and bool(value_of(one, "/Name"))
        and "/AS" not in one
        and ("/Order" not in one or all(group in _leaves(one["/Order"]) for group in groups))
        for one in settings
    )


def _leaves(order: Any) -> list[Any]:
    found: list[Any] = []
    for item in items_of(order) if isinstance(order, ArrayObject) else []:
        inner = plain(item)
        found += _leaves(inner) if isinstance(inner, ArrayObject) else [item]
    return found


def _colours(profile: Any) -> int:
    """How many colours an ICC profile is for; 0 where it is none or not to be used here."""
    if not isinstance(profile, StreamObject):
        return 0
    head = profile.get_data()[:128]
    sound = len(head) == 128 and head[36:40] == b"acsp" and head[8] in (2, 4)
    count = _SPACES.get(head[16:20], 0)
    fits = head[12:16] in _CLASSES and value_of(profile, "/N") == count
    return count if sound and fits else 0
