"""Engine room, PDF: every object that a page reaches, looked at once for PDF/A-2b."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from service.engines.pdf.check_drawing import drawing_faults
from service.engines.pdf.check_fonts import font_faults
from service.engines.pdf.faults import fault
from service.engines.pdf.sheet import sheet_of
from service.engines.pdf.values import array_of, dictionary_of, items_of, plain, value_of
from service.engines.protocols import PdfFault

_Found = tuple[str, str]
"""Code of a fault, and what."""
# The structure tree says what things are, it draws nothing; /Parent leads back.
_SKIPPED = frozenset({"/Parent", "/P", "/StructTreeRoot", "/Pages", "/OutputIntents", "/Metadata"})
_FILTERS = frozenset(
    {
        "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode",
        "/ASCIIHexDecode", "/ASCII85Decode", "/JPXDecode",
    }
)  # fmt: skip
_ACTIONS = frozenset({"/GoTo", "/URI"})
_ACTING = frozenset({"/A", "/OpenAction", "/Next"})
_ANNOTATIONS = frozenset(
    {
        "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
        "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup",
        "/Widget", "/PrinterMark", "/TrapNet", "/Watermark", "/Redact",
    }
)  # fmt: skip
_PRINTED, _UNSEEN = 4, 1 | 2 | 32 | 256
_BLENDS = frozenset(
    {
        "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
        "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion",
        "/Hue", "/Saturation", "/Color", "/Luminosity",
    }
)  # fmt: skip
# Tables by names that the file chose, and what stands in them.
_TABLES = {"/CharProcs": "glyph", "/ExtGState": "state"}
_COLOURS = {"/DeviceRGB": 3, "/DeviceCMYK": 4}
_SHORTEST, _LONGEST = 3, 14400


class Walk:
    """Goes through a file page by page; what pages share is looked at with the first of them.

    Args:
        colours: how many colours the output intent is for; 0 where nothing is known.
    """

    def __init__(self, colours: int) -> None:
        self._colours = colours
        self._seen: set[tuple[int, int]] = set()

    def catalog(self, catalog: DictionaryObject) -> Iterator[PdfFault]:
        """Bookmarks, named places and whatever else is no page."""
        yield from self._faults(catalog, None)

    def page(self, page: DictionaryObject, index: int) -> Iterator[PdfFault]:
        """A page and all that it draws with."""
        if "/AA" in page:
            yield fault("action", page=index, what="/AA")
        across, down = sheet_of(page).seen
        if min(across, down) < _SHORTEST or max(across, down) > _LONGEST:
            yield fault("size", page=index)
        for annotation in map(plain, items_of(array_of(page, "/Annots"))):
            if isinstance(annotation, DictionaryObject):
                for code, what in _annotation(annotation):
                    yield fault(code, page=index, what=what)
        held = value_of(page, "/Contents")
        streams = map(plain, items_of(held)) if isinstance(held, ArrayObject) else [held]
        drawn = b"\n".join(one.get_data() for one in streams if isinstance(one, StreamObject))
        for code, what in drawing_faults(drawn, self._colours):
            yield fault(code, page=index, what=what)
        yield from self._faults(page, index)

    def _faults(self, start: DictionaryObject, index: int | None) -> Iterator[PdfFault]:
        waiting: list[tuple[Any, str]] = [(start, "")]
        while waiting:
            held, via = waiting.pop()
            if isinstance(held, IndirectObject):
                key = (held.idnum, held.generation)
                if key in self._seen:
                    continue
                self._seen.add(key)
            value = plain(held)
            for code, what in self._of(value, via):
                yield fault(code, page=index, what=what)
            if isinstance(value, ArrayObject):
                waiting += [(item, via) for item in items_of(value)]
            elif isinstance(value, DictionaryObject) and (
                value is start or value.get("/Type") not in ("/Page", "/Pages")
            ):
                waiting += [
                    (value.raw_get(name), _TABLES.get(via, name))
                    for name in value
                    if name not in _SKIPPED
                ]

    def _of(self, value: Any, via: str) -> Iterator[_Found]:
        """What is wrong with one value, reached by a key."""
        if isinstance(value, NameObject):
            # The alternate of a profile is for readers that know no profiles.
            covered = not self._colours or _COLOURS.get(value, self._colours) == self._colours
            if not covered and via != "/Alternate":
                yield "colour", value
        elif isinstance(value, DictionaryObject):
            yield from _acting(value, via)
            if "/EF" in value or value.get("/Type") == "/EmbeddedFile":
                yield "embedded_file", ""
            if isinstance(value, StreamObject):
                yield from self._stream(value, via)
            if value.get("/Type") == "/Font":
                yield from font_faults(value)
            if value.get("/Type") == "/ExtGState" or via == "state":
                yield from _state(value)

    def _stream(self, stream: StreamObject, via: str) -> Iterator[_Found]:
        held = value_of(stream, "/Filter")
        names = items_of(held) if isinstance(held, ArrayObject) else [held]
        yield from (("filter", str(name)) for name in names if name and plain(name) not in _FILTERS)
        if {"/F", "/FFilter", "/FDecodeParms"} & stream.keys():
            yield "outside", ""
        kind = value_of(stream, "/Subtype")
        if kind == "/Image":
            yield from _picture(stream)
        elif kind == "/PS" or value_of(stream, "/Subtype2") == "/PS" or "/PS" in stream:
            yield "drawing", "PostScript"
        elif kind == "/Form" or "/PatternType" in stream or via == "glyph":
            yield from (("drawing", key) for key in ("/OPI", "/Ref") if key in stream)
            yield from drawing_faults(stream.get_data(), self._colours)


def _acting(value: DictionaryObject, via: str) -> Iterator[_Found]:
    kind = value_of(value, "/S")
    if "/JS" in value or kind == "/JavaScript":
        yield "script", ""
    acts = "/S" in value and (via in _ACTING or value.get("/Type") == "/Action")
    if acts and kind not in {*_ACTIONS, "/JavaScript"}:
        yield "action", str(kind)
    if "/AA" in value:
        yield "action", "/AA"


def _annotation(annotation: DictionaryObject) -> Iterator[_Found]:
    kind = str(value_of(annotation, "/Subtype"))
    if kind not in _ANNOTATIONS:
        yield "annotation", kind
    flags = value_of(annotation, "/F")
    held = int(flags) if isinstance(flags, NumberObject) else 0
    if kind != "/Popup" and (not held & _PRINTED or held & _UNSEEN):
        yield "flags", ""
    looks = dictionary_of(annotation, "/AP")
    if set(looks) - {"/N"} or (kind not in ("/Link", "/Popup") and "/N" not in looks):
        yield "appearance", ""


def _picture(image: StreamObject) -> Iterator[_Found]:
    yield from (("picture", key) for key in ("/Alternates", "/OPI") if key in image)
    smooth = value_of(image, "/Interpolate")
    if isinstance(smooth, BooleanObject) and smooth.value:
        yield "picture", "/Interpolate"


def _state(state: DictionaryObject) -> Iterator[_Found]:
    for key in ("/TR", "/HTP"):
        if key in state:
            yield "state", key
    if value_of(state, "/TR2") not in (None, "/Default"):
        yield "state", "/TR2"
    held = value_of(state, "/BM")
    modes = items_of(held) if isinstance(held, ArrayObject) else [held]
    if any(mode is not None and plain(mode) not in _BLENDS for mode in modes):
        yield "state", "/BM"
