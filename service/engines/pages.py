"""Engine room: pages of a PDF as pictures and as text, with pdfium."""

from __future__ import annotations

import ctypes
import hashlib
import io
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from service.engines.protocols import FoundLine
from service.errors import EngineError, problem

PDFIUM = threading.RLock()
"""pdfium is not thread safe: whoever calls it in this process holds this lock."""
_TALLEST = 4
"""A picture is at most so many times as high as it is wide; a longer page is drawn smaller."""
_GLANCE = 0.25
"""A first, small drawing tells whether a page has colour: even a hairline tints its pixels."""
_PACKERS = 2
_T = TypeVar("_T")
_Char = tuple[int, int, int]
"""UTF-16 unit, page counted from 0, character index in pdfium's own count."""


class PdfiumPages:
    """The `PagePictures` of the house."""

    def pictures(self, pdf: bytes, *, width: int = 900, most: int | None = None) -> list[bytes]:
        """PNG per page, `width` pixels wide, as a viewer shows it; of the first `most` pages.

        Raises:
            EngineError: `pdf_unreadable`.
        """
        # A page is packed while the next one is drawn; pdfium and zlib both let go of the GIL.
        with ThreadPoolExecutor(_PACKERS) as packers:
            packed = each_page(pdf, lambda page: packers.submit(_png, _image(page, width)), most)
            return [one.result() for one in packed]

    def texts(self, pdf: bytes) -> list[str]:
        """The text of each page, its lines parted by line feeds.

        Raises:
            EngineError: `pdf_unreadable`.
        """
        return each_page(pdf, _text)

    def lines(self, pdf: bytes, texts: Sequence[str]) -> list[FoundLine | None]:
        """For each text in turn the first place after the one before it; None where absent.

        White space counts for nothing, so that a row broken into two lines is found as well; its
        rectangle then covers both lines.

        Raises:
            EngineError: `pdf_unreadable`.
        """
        with _opened(pdf) as document:
            chars = [char for number in range(len(document)) for char in _chars(document, number)]
            units = [char[0] for char in chars]
            found: list[FoundLine | None] = []
            begin = 0
            for text in texts:
                wanted = _units(text)
                at = _find(units, wanted, begin)
                found.append(None if at < 0 else _line(document, chars[at : at + len(wanted)]))
                begin = begin if at < 0 else at + len(wanted)
            return found


def page_digests(pdf: bytes, *, dots: int) -> list[str]:
    """A hash for each page, of its picture at so many dots an inch and of its characters.

    Raises:
        EngineError: `pdf_unreadable`.
    """
    return each_page(pdf, lambda page: _digest(page, dots / 72))


def _digest(page: Any, scale: float) -> str:
    bitmap = page.render(scale=scale)
    try:
        seen = hashlib.sha256(repr((bitmap.width, bitmap.height)).encode())
        seen.update(bitmap.buffer)
    finally:
        bitmap.close()
    # Where pdfium thinks that lines end depends on how text was cut into pieces.
    seen.update("".join(_text(page).split()).encode("utf-8", "replace"))
    return seen.hexdigest()


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    """An open document, closed at the end; the lock is held all the while."""
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise EngineError(
                problem(
                    "pdf_unreadable",
                    "这个 PDF 打不开，不能显示；请重新生成。",
                    "This PDF cannot be opened and shown; produce it again.",
                )
            ) from error
        try:
            yield document
        finally:
            document.close()


def each_page(pdf: bytes, see: Callable[[Any], _T], most: int | None = None) -> list[_T]:
    """What is seen of each page in turn; raises EngineError `pdf_unreadable`."""
    with _opened(pdf) as document:
        seen = []
        for number in range(len(document))[:most]:
            page = document[number]
            try:
                seen.append(see(page))
            finally:
                page.close()
        return seen


def _image(page: Any, width: int) -> Image.Image:
    """The page drawn; in greys where it has no colour, which is a third of the work."""
    across, down = page.get_size()
    scale = min(width / across, _TALLEST * width / down)
    small = _drawn(page, scale=scale * _GLANCE).convert("RGB")
    red, green, blue = (one.tobytes() for one in small.split())
    if red == green == blue:
        return _drawn(page, scale=scale, grayscale=True)
    return _drawn(page, scale=scale).convert("RGB")


def _drawn(page: Any, **how: Any) -> Image.Image:
    """A picture that outlives its bitmap."""
    bitmap = page.render(**how)
    try:
        return cast(Image.Image, bitmap.to_pil().copy())
    finally:
        bitmap.close()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    # Level 1 and runs only: text on white packs no better the long way (performance.md, section 4).
    image.save(out, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return out.getvalue()


def _text(page: Any) -> str:
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_bounded()).replace("\r\n", "\n")
    finally:
        textpage.close()


def _units(text: str) -> list[int]:
    """UTF-16 units of a text without its white space."""
    data = "".join(text.split()).encode("utf-16-le")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def _chars(document: Any, number: int) -> list[_Char]:
    """The printing characters of a page, line by line from the left.

    Sorted by where they stand: LibreOffice draws glyphs of a fallback font (喆, 翀) after the rest
    of their line, so the order in the file is not the order on the paper.
    """
    page = document[number]
    textpage = page.get_textpage()
    try:
        order = sorted(range(textpage.count_chars()), key=lambda one: _place(textpage, one))
        return [
            (unit, number, index)
            for index in order
            for unit in _units(chr(pdfium.FPDFText_GetUnicode(textpage.raw, index)))
        ]
    finally:
        textpage.close()
        page.close()


def _place(textpage: Any, index: int) -> tuple[int, float]:
    """Line from the top (baselines within 2 points are one), then distance from the left."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage.raw, index, ctypes.byref(x), ctypes.byref(y))
    return -round(y.value / 2), x.value


def _find(units: list[int], wanted: list[int], begin: int) -> int:
    """Where a run of units begins, at or after `begin`, or -1."""
    if not wanted:
        return -1
    for at in range(begin, len(units) - len(wanted) + 1):
        if units[at] == wanted[0] and units[at : at + len(wanted)] == wanted:
            return at
    return -1


def _line(document: Any, chars: list[_Char]) -> FoundLine:
    """The rectangle around the characters that stand on the first one's page."""
    number = chars[0][1]
    page = document[number]
    textpage = page.get_textpage()
    try:
        boxes = [_box(textpage, index) for _, on, index in chars if on == number]
    finally:
        textpage.close()
        page.close()
    lefts, rights, bottoms, tops = zip(*boxes, strict=True)
    return FoundLine(page=number, rect=(min(lefts), min(bottoms), max(rights), max(tops)))


def _box(textpage: Any, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom, top of a character's cell, points."""
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, ctypes.byref(rect))
    return rect.left, rect.right, rect.bottom, rect.top
