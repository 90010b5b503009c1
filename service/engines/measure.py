"""Engine: measures a PDF with pdfium into the plain values of `core.sheet`."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from service.core.gbt9704 import millimetres
from service.core.sheet import Bookmark, Box, Char, FontEntry, Page, Sheet, lines_of
from service.engines.measure_shapes import Affine, compose, shapes_of
from service.errors import InputError, problem

HYPHEN = 2  # pdfium's own code for a hyphen at the end of a line
OUTLINED = {
    pdfium.FPDF_TEXTRENDERMODE_STROKE,
    pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE,
    pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP,
    pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP,
}


class PdfiumMeasurer:
    """Reads a PDF page by page; nothing is rendered."""

    def measure(self, pdf: bytes, *, name: str) -> Sheet:
        """The measured file. Raises InputError `bad_pdf` naming `name` where it is no PDF."""
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise InputError(_bad_pdf(name)) from error
        try:
            fonts: dict[str, bool] = {}
            pages = tuple(_page(document, index, fonts) for index in range(len(document)))
            outline = tuple(_outline(document))
        finally:
            document.close()
        if not pages:
            raise InputError(_bad_pdf(name))
        entries = tuple(FontEntry(name=key, embedded=fonts[key]) for key in sorted(fonts))
        return Sheet(pages=pages, fonts=entries, outline=outline)


def _bad_pdf(name: str) -> Any:
    return problem(
        "bad_pdf",
        "不是可以打开的 PDF（已损坏、加密或不是 PDF）。请重新导出不加密的 PDF 再试。",
        "Not a PDF that can be opened (damaged, encrypted or no PDF at all). "
        "Export it again without a password.",
        file=name,
    )


def _outline(document: Any) -> Iterator[Bookmark]:
    for mark in document.get_toc():
        target = mark.get_dest()
        index = target.get_index() if target else None
        yield Bookmark(
            title=mark.get_title(), page=-1 if index is None else index, level=mark.level + 1
        )


def _page(document: Any, index: int, fonts: dict[str, bool]) -> Page:
    page = document[index]
    try:
        turn, width, height, rotation = _turn(page)
        text = page.get_textpage()
        try:
            chars = tuple(_chars(page, text, turn, rotation, fonts))
        finally:
            text.close()
        rules, pictures = shapes_of(page, turn)
        return Page(
            index=index,
            label=document.get_page_label(index) or "",
            width=width,
            height=height,
            rotation=rotation,
            chars=chars,
            lines=lines_of(chars),
            rules=rules,
            pictures=pictures,
            annotations=pdfium.FPDFPage_GetAnnotCount(page.raw),
        )
    finally:
        page.close()


def _turn(page: Any) -> tuple[Affine, float, float, int]:
    """From the page's own points to mm on the shown page, with its size and rotation."""
    left, bottom, right, top = page.get_bbox()
    rotation = int(page.get_rotation()) % 360
    unit = millimetres(1)
    turned: dict[int, Affine] = {
        0: (unit, 0, 0, -unit, -left * unit, top * unit),
        90: (0, unit, unit, 0, -bottom * unit, -left * unit),
        180: (-unit, 0, 0, unit, right * unit, -bottom * unit),
        270: (0, -unit, -unit, 0, top * unit, right * unit),
    }
    wide, high = (right - left) * unit, (top - bottom) * unit
    if rotation in {90, 270}:
        wide, high = high, wide
    return turned[rotation], wide, high, rotation


def _chars(
    page: Any, text: Any, turn: Affine, rotation: int, fonts: dict[str, bool]
) -> Iterator[Char]:
    raw = text.raw
    looks: dict[int, _Look] = {}
    for at in range(pdfium.FPDFText_CountChars(raw)):
        letter = _letter(raw, at)
        if not letter or letter.isspace() or pdfium.FPDFText_IsGenerated(raw, at) == 1:
            continue
        handle = pdfium.FPDFText_GetTextObject(raw, at)
        key = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if key not in looks:
            looks[key] = _look(raw, at, handle, turn)
            fonts[looks[key].font] = looks[key].embedded and fonts.get(looks[key].font, True)
        yield _char(raw, at, letter, looks[key], turn)


def _letter(raw: Any, at: int) -> str:
    """The character at a place; "" for the second half of a pair and for none at all.

    Beyond U+FFFF pdfium gives two halves (UTF-16), each with the box of the whole.
    """
    code = pdfium.FPDFText_GetUnicode(raw, at)
    if code == HYPHEN:
        return "-"
    if 0xD800 <= code < 0xDC00:
        low = pdfium.FPDFText_GetUnicode(raw, at + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
    return "" if code == 0 or 0xDC00 <= code < 0xE000 else chr(code)


class _Look:
    """What all characters of one text object share."""

    __slots__ = ("angle", "bold", "colour", "embedded", "font", "size", "stretch")

    def __init__(self) -> None:
        self.font, self.embedded, self.size, self.stretch = "", False, 0.0, 1.0
        self.angle, self.colour, self.bold = 0, "000000", False


def _look(raw: Any, at: int, handle: Any, turn: Affine) -> _Look:
    look = _Look()
    font = pdfium.FPDFTextObj_GetFont(handle)
    look.font = _string(lambda buffer, size: pdfium.FPDFFont_GetBaseFontName(font, buffer, size))
    look.font = look.font.split("+", 1)[-1]
    look.embedded = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, at, matrix)
    shown = compose((matrix.a, matrix.b, matrix.c, matrix.d, 0, 0), turn)
    tall = (shown[2] ** 2 + shown[3] ** 2) ** 0.5 / millimetres(1)
    look.size = pdfium.FPDFText_GetFontSize(raw, at) * tall
    look.angle = _quarter(shown[0], shown[1])
    look.bold = pdfium.FPDFTextObj_GetTextRenderMode(handle) in OUTLINED
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if pdfium.FPDFText_GetFillColor(raw, at, red, green, blue, alpha):
        look.colour = f"{red.value:02X}{green.value:02X}{blue.value:02X}"
    return look


def _quarter(x: float, y: float) -> int:
    """The quarter turn, clockwise on the shown page, of a direction of writing."""
    if abs(x) >= abs(y):
        return 0 if x >= 0 else 180
    return 90 if y > 0 else 270


def _string(ask: Callable[[Any, int], int]) -> str:
    size = ask(None, 0)
    if size <= 0:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(buffer, size)
    return buffer.value.decode("utf-8", "replace")


def _char(raw: Any, at: int, letter: str, look: _Look, turn: Affine) -> Char:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(raw, at, left, right, bottom, top)
    ink = _box(left.value, bottom.value, right.value, top.value, turn)
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, at, loose)
    span = _box(loose.left, loose.bottom, loose.right, loose.top, turn)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
    baseline = turn[1] * x.value + turn[3] * y.value + turn[5]
    return Char(
        text=letter,
        font=look.font,
        size=look.size,
        ink=ink,
        x=span.left,
        end=span.right,
        baseline=baseline,
        angle=look.angle,
        colour=look.colour,
        bold=look.bold,
    )


def _box(left: float, bottom: float, right: float, top: float, turn: Affine) -> Box:
    a, b, c, d, e, f = turn
    xs = (a * left + c * bottom + e, a * right + c * top + e)
    ys = (b * left + d * bottom + f, b * right + d * top + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
