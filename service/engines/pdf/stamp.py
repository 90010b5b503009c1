"""Engine room, PDF: the continuous number of the bundle on each numbered page, in one pass."""

from __future__ import annotations

from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
)

from service.core.leaves import Leaf
from service.engines.fonts.stamp import DIGITS, StampFont, stamp_font
from service.engines.pdf.copy import add_resource
from service.engines.pdf.sheet import MM, Matrix, Sheet, sheet_of

SIZE = 10.5
"""Type size of the number, points (五号)."""
OUTER = 26 * MM
"""From the outer edge to the number: the outer margin of GB/T 9704, points."""
TOP = 18 * MM
"""From the upper edge to the number's foot: half-way to the type area, points."""
_NAME = "/GwNumber"
_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
1 beginbfrange
<30> <39> <0030>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Stamp:
    """The stamp of one joined file; its font is embedded once, at the first number."""

    def __init__(self) -> None:
        self._font: StampFont | None = None
        self._number = 0

    def drawing(
        self, writer: PdfWriter, page: DictionaryObject, number: int, *, odd: bool
    ) -> bytes:
        """The drawing of a number for a page; its font becomes known to the page.

        Args:
            writer: the piece of the file that the page is in.
            page: the page.
            number: what is drawn.
            odd: whether it is a front, whose outer side is the right one.
        """
        font = self._font = self._font or stamp_font()
        if not self._number:
            self._number = _embed(writer, font).idnum
        reference = IndirectObject(self._number, 0, writer)
        name = add_resource(writer, page, "/Font", _NAME, reference)
        sheet = sheet_of(page)
        x, y = place(sheet, font.width(str(number), SIZE), odd=odd)
        a, b, c, d, e, f = (f"{value:.4f}" for value in _moved(sheet.matrix(), x, y))
        return (
            f"/Artifact BMC\nq 0 g BT {name} {SIZE} Tf {a} {b} {c} {d} {e} {f} Tm "
            f"({number}) Tj ET Q\nEMC\n"
        ).encode("ascii")


def number_painter() -> Callable[[PdfWriter, DictionaryObject, Leaf], bytes]:
    """Draws the bundle's number on every page that is counted; odd numbers are fronts."""
    stamp = Stamp()

    def paint(writer: PdfWriter, page: DictionaryObject, leaf: Leaf) -> bytes:
        if not leaf.numbered:
            return b""
        return stamp.drawing(writer, page, leaf.number, odd=leaf.number % 2 == 1)

    return paint


def place(sheet: Sheet, width: float, *, odd: bool) -> tuple[float, float]:
    """Where a number begins on the sheet as it is bound.

    Upper right of an odd page, upper left of an even one (DA/T 22), as far out as the type area
    is wide; on paper smaller than A4 the distances shrink with it.

    Args:
        sheet: the page.
        width: width of the number, points.
        odd: whether it is a front.

    Returns:
        Left end and foot of the number, points from the lower left corner of the bound sheet.
    """
    sheet_width, sheet_height = sheet.bound_size
    outer, top = min(OUTER, sheet_width / 8), min(TOP, sheet_height / 16)
    return (sheet_width - outer - width if odd else outer), sheet_height - top


def _moved(matrix: Matrix, x: float, y: float) -> Matrix:
    """The matrix begun at a point of the bound sheet."""
    a, b, c, d, e, f = matrix
    return a, b, c, d, a * x + c * y + e, b * x + d * y + f


def _embed(writer: PdfWriter, font: StampFont) -> IndirectObject:
    """A simple TrueType font: WinAnsi, widths, ToUnicode and file, as PDF/A asks."""
    file = DecodedStreamObject()
    file.set_data(font.data)
    file[NameObject("/Length1")] = NumberObject(len(font.data))
    cmap = DecodedStreamObject()
    cmap.set_data(_TO_UNICODE.encode("ascii"))
    first = ord(DIGITS[0])
    entries = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/TrueType"),
        "/BaseFont": NameObject(f"/{font.name}"),
        "/FirstChar": NumberObject(first),
        "/LastChar": NumberObject(first + len(DIGITS) - 1),
        "/Widths": ArrayObject(NumberObject(width) for width in font.widths),
        "/Encoding": NameObject("/WinAnsiEncoding"),
        "/FontDescriptor": writer._add_object(_descriptor(font, writer._add_object(file))),
        "/ToUnicode": writer._add_object(cmap),
    }
    return writer._add_object(
        DictionaryObject({NameObject(key): value for key, value in entries.items()})
    )


def _descriptor(font: StampFont, file: IndirectObject) -> DictionaryObject:
    entries = {
        "/Type": NameObject("/FontDescriptor"),
        "/FontName": NameObject(f"/{font.name}"),
        "/Flags": NumberObject(2 | 32),  # serif, Latin letters
        "/FontBBox": ArrayObject(NumberObject(number) for number in font.box),
        "/ItalicAngle": NumberObject(0),
        "/Ascent": NumberObject(font.ascent),
        "/Descent": NumberObject(font.descent),
        "/CapHeight": NumberObject(font.cap_height),
        "/StemV": NumberObject(80),
        "/FontFile2": file,
    }
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})
