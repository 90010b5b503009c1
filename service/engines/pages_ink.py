"""Engine room: where a page bears ink, with pdfium: free places, and blank sides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from PIL import Image, ImageChops

from service.engines.pages import each_page

_DOTS = 4
"""Dots a millimetre in which a page is drawn."""
_FEW_DOTS = 2
"""The same, where only blank or not is asked."""
_DARKER = 32
"""A dot so much darker than the paper is ink; scanned paper is never quite even."""
_LIGHT = 160
"""Paper is lighter than this; a page that is mostly darker is all ink."""


@dataclass(frozen=True, kw_only=True)
class Ink:
    """The ink of a page as it is seen, in cells of a millimetre.

    Attributes:
        width, height: of the page, mm.
        sums: sums[y][x] is the number of inked cells above row y and left of column x.
    """

    width: float
    height: float
    sums: tuple[tuple[int, ...], ...]

    def free(self, left: int, top: int, right: int, bottom: int) -> bool:
        """Whether a rectangle bears nothing: mm from the upper left corner, cut to the page."""
        rows, columns = len(self.sums) - 1, len(self.sums[0]) - 1
        x0, x1 = (min(max(x, 0), columns) for x in (left, right))
        y0, y1 = (min(max(y, 0), rows) for y in (top, bottom))
        s = self.sums
        return s[y1][x1] - s[y0][x1] - s[y1][x0] + s[y0][x0] == 0


def ink_of(pdf: bytes) -> Ink:
    """The ink of the first page.

    Raises:
        EngineError: `pdf_unreadable`.
    """
    return each_page(pdf, _ink, most=1)[0]


def inked(pdf: bytes) -> list[bool]:
    """Whether each page bears anything at all.

    Raises:
        EngineError: `pdf_unreadable`.
    """
    return each_page(pdf, lambda page: any(_cells(page, _FEW_DOTS).tobytes()))


def _ink(page: Any) -> Ink:
    width, height = page.get_size()
    cells = _cells(page, _DOTS)
    return Ink(width=width * 25.4 / 72, height=height * 25.4 / 72, sums=_sums(cells))


def _cells(page: Any, dots: int) -> Image.Image:
    """One dot a millimetre, black where there is no ink."""
    bitmap = page.render(scale=dots * 25.4 / 72)
    try:
        image = bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
    red, green, blue = image.split()
    darkest = ImageChops.darker(red, ImageChops.darker(green, blue))
    counts = darkest.histogram()
    paper = counts.index(max(counts))
    most = (paper if paper >= _LIGHT else 255) - _DARKER
    return darkest.point([255] * most + [0] * (256 - most)).reduce(dots)


def _sums(cells: Image.Image) -> tuple[tuple[int, ...], ...]:
    data, across = cells.tobytes(), cells.width
    sums = [(0,) * (across + 1)]
    for start in range(0, len(data), across):
        row = accumulate((1 if cell else 0 for cell in data[start : start + across]), initial=0)
        sums.append(tuple(above + here for above, here in zip(sums[-1], row, strict=True)))
    return tuple(sums)
