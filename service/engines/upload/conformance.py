"""Engine room, uploads: whether a cleaned PDF may go on as PDF/A-2b. Careful, not complete."""

from __future__ import annotations

import re

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from service.engines.pdf.metadata import claims_pdfa2, describe_own, fonts_embedded
from service.engines.pdf.values import items_of, plain, value_of
from service.engines.pictures import srgb_profile
from service.engines.upload.content import drawing_of

# What a scanner's page is drawn with: pictures, placed and clipped, in grey or RGB.
_OPERATORS = frozenset(
    b"q Q cm Do gs w J j M d i re m l h W W* n f f* S s g G rg RG BMC BDC EMC".split()
)
_OPERATOR = re.compile(rb"(?<![^\s\[\]<>()])[A-Za-z'\"][A-Za-z0-9*]*(?![^\s\[\]<>()/%])")
_CODINGS = frozenset({"/DCTDecode", "/FlateDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
_STATE = frozenset({"/Type", "/SA", "/SM", "/LW", "/ca", "/CA", "/BM", "/AIS", "/OP", "/op"})
_COLOURS = frozenset({"/DeviceRGB", "/DeviceGray", "/ICCBased", "/CalRGB", "/CalGray", "/Indexed"})


def describe_upload(writer: PdfWriter, reader: PdfReader, pages: list[PageObject]) -> None:
    """Writes what the cleaned file says of itself.

    It is called PDF/A-2b where the upload called itself so (in RGB, its fonts embedded), and
    where it holds nothing but plain pictures, as a scanner's file does: a signed scan must not
    take the claim away from a whole bundle. Anything else is left without a claim.
    """
    claimed = claims_pdfa2(reader) and fonts_embedded(writer._objects)
    if claimed or _only_pictures(writer, pages):
        describe_own(writer, profile=srgb_profile())
    else:
        describe_own(writer)


def _only_pictures(writer: PdfWriter, pages: list[PageObject]) -> bool:
    found = [one for one in writer._objects if isinstance(one, DictionaryObject)]
    return all(_plain(one) for one in found) and all(_drawn(drawing_of(page)) for page in pages)


def _plain(found: DictionaryObject) -> bool:
    """Whether an object is one that a page of pictures needs, and within PDF/A-2b."""
    if found.get("/Type") in ("/Font", "/OCG") or "/PatternType" in found or "/HT" in found:
        return False
    if found.get("/Type") == "/ExtGState" and not found.keys() <= _STATE:
        return False
    if value_of(found, "/Subtype") == "/Image":
        return _picture(found)
    form = isinstance(found, StreamObject) and value_of(found, "/Subtype") == "/Form"
    return not form or _drawn(found.get_data())  # type: ignore[attr-defined]


def _picture(image: DictionaryObject) -> bool:
    image.pop(NameObject("/Interpolate"), None)  # smoothing is a viewer's business
    filters = value_of(image, "/Filter")
    names = items_of(filters) if isinstance(filters, ArrayObject) else [filters]
    coded = all(str(plain(name)) in _CODINGS for name in names if name is not None)
    return coded and (bool(value_of(image, "/ImageMask")) or _coloured(image))


def _coloured(image: DictionaryObject) -> bool:
    """Whether the picture's colours, and those a palette stands for, need no CMYK profile."""
    space = value_of(image, "/ColorSpace")
    if not isinstance(space, ArrayObject):
        return str(space) in _COLOURS
    head, *rest = (plain(item) for item in items_of(space))
    if head == "/Indexed":
        base = rest[0] if rest else None
        inner = plain(items_of(base)[0]) if isinstance(base, ArrayObject) else base
        return str(inner) in _COLOURS
    return str(head) in _COLOURS


def _drawn(drawing: bytes) -> bool:
    return set(_OPERATOR.findall(drawing)) <= _OPERATORS
