"""Engine room, PDF: fonts as PDF/A-2b asks: there as a file, with an encoding that is sure."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf.generic import DictionaryObject, NumberObject, StreamObject

from service.engines.pdf.values import array_of, dictionary_of, items_of, plain, value_of

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SURE = ("/WinAnsiEncoding", "/MacRomanEncoding")
_SYMBOLIC = 4


def font_faults(font: DictionaryObject) -> Iterator[tuple[str, str]]:
    """Codes of faults with the font's name; a composite font's descendants are fonts themselves."""
    kind = value_of(font, "/Subtype")
    name = str(value_of(font, "/BaseFont") or value_of(font, "/Name") or kind or "?")
    if kind == "/Type0":
        if not any(map(plain, items_of(array_of(font, "/DescendantFonts")))):
            yield "font", name
    elif kind == "/Type3":
        procedures = dictionary_of(font, "/CharProcs").values()
        if not all(isinstance(plain(one), StreamObject) for one in procedures):
            yield "font", name
    else:
        descriptor = dictionary_of(font, "/FontDescriptor")
        if not any(isinstance(value_of(descriptor, key), StreamObject) for key in _FILES):
            yield "font", name
        elif not _sure(font, kind, descriptor):
            yield "encoding", name


def _sure(font: DictionaryObject, kind: object, descriptor: DictionaryObject) -> bool:
    if kind == "/CIDFontType2":
        return "/CIDToGIDMap" in font
    return kind != "/TrueType" or _encoded(font, descriptor)


def _encoded(font: DictionaryObject, descriptor: DictionaryObject) -> bool:
    """Symbolic fonts have no encoding, others a sure one (ISO 19005-2, 6.2.11.6)."""
    flags = value_of(descriptor, "/Flags")
    encoding = value_of(font, "/Encoding")
    if isinstance(flags, NumberObject) and int(flags) & _SYMBOLIC:
        return encoding is None
    if isinstance(encoding, DictionaryObject):
        encoding = value_of(encoding, "/BaseEncoding")
    return encoding in _SURE
