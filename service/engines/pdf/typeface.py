"""Engine room, PDF: embeds a font of any characters, as PDF/A asks."""

from __future__ import annotations

from collections.abc import Mapping

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from service.engines.fonts.text import TextFont

_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{count} beginbfchar
{pairs}
endbfchar
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def embed(writer: PdfWriter, font: TextFont) -> IndirectObject:
    """A composite font, its codes the glyphs' numbers; at most 100 characters."""
    file = DecodedStreamObject()
    file.set_data(font.data)
    file[NameObject("/Length1")] = NumberObject(len(font.data))
    name = NameObject(f"/{font.name}")
    descriptor: dict[str, PdfObject] = {
        "/Type": NameObject("/FontDescriptor"),
        "/FontName": name,
        "/Flags": NumberObject(4),  # characters outside the Latin set
        "/FontBBox": ArrayObject(NumberObject(number) for number in font.box),
        "/ItalicAngle": NumberObject(0),
        "/Ascent": NumberObject(880),
        "/Descent": NumberObject(-120),
        "/CapHeight": NumberObject(700),
        "/StemV": NumberObject(80),
        "/FontFile2": writer._add_object(file.flate_encode()),
    }
    system: dict[str, PdfObject] = {
        "/Registry": TextStringObject("Adobe"),
        "/Ordering": TextStringObject("Identity"),
        "/Supplement": NumberObject(0),
    }
    widths = ArrayObject(NumberObject(width) for width in font.widths)
    descendant: dict[str, PdfObject] = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/CIDFontType2"),
        "/BaseFont": name,
        "/CIDSystemInfo": _dictionary(system),
        "/CIDToGIDMap": NameObject("/Identity"),
        "/FontDescriptor": writer._add_object(_dictionary(descriptor)),
        "/W": ArrayObject([NumberObject(0), widths]),
    }
    whole: dict[str, PdfObject] = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/Type0"),
        "/BaseFont": name,
        "/Encoding": NameObject("/Identity-H"),
        "/DescendantFonts": ArrayObject([writer._add_object(_dictionary(descendant))]),
        "/ToUnicode": writer._add_object(_to_unicode(font)),
    }
    return writer._add_object(_dictionary(whole))


def shown(font: TextFont, text: str) -> str:
    """The text as a string of the font, for `Tj`."""
    return "<" + "".join(f"{font.glyphs[char]:04X}" for char in text) + ">"


def _to_unicode(font: TextFont) -> DecodedStreamObject:
    pairs = "\n".join(
        f"<{number:04X}> <{char.encode('utf-16-be').hex().upper()}>"
        for char, number in font.glyphs.items()
    )
    cmap = DecodedStreamObject()
    cmap.set_data(_TO_UNICODE.format(count=len(font.glyphs), pairs=pairs).encode("ascii"))
    return cmap


def _dictionary(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})
