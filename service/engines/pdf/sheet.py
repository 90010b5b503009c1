"""Engine room, PDF: the geometry of a page: its box, how it is seen, how it lies when bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject

from service.engines.pdf.values import (
    array_of,
    dictionary_of,
    items_of,
    numbers_of,
    plain,
    value_of,
)

MM = 72 / 25.4
"""Points in a millimetre."""
A4 = (595.276, 841.89)
"""Width and height of A4, points."""
Matrix: TypeAlias = tuple[float, float, float, float, float, float]
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The visible box of a page, in units of its own user space.

    Attributes:
        x0, y0, x1, y1: CropBox cut to MediaBox.
        rotate: degrees clockwise that a viewer turns the page: 0, 90, 180 or 270.
        unit: points in one unit of user space (`/UserUnit`).
    """

    x0: float
    y0: float
    x1: float
    y1: float
    rotate: int = 0
    unit: float = 1.0

    @property
    def seen(self) -> tuple[float, float]:
        """Width and height as a viewer shows it, points."""
        return self._size(self.rotate)

    @property
    def landscape(self) -> bool:
        """Whether a viewer shows it wider than high."""
        width, height = self.seen
        return width > height + 1

    @property
    def bound(self) -> int:
        """Degrees clockwise that bring the page into the place where it is bound.

        A portrait page is bound as it is seen; a landscape one with its head to the left, which
        is the binding side of an odd page and the cut side of an even one (GB/T 9704, tables).
        """
        return (self.rotate - 90) % 360 if self.landscape else self.rotate

    @property
    def bound_size(self) -> tuple[float, float]:
        """Width and height of the sheet as bound, points."""
        return self._size(self.bound)

    def _size(self, rotate: int) -> tuple[float, float]:
        width, height = (self.x1 - self.x0) * self.unit, (self.y1 - self.y0) * self.unit
        return (height, width) if rotate % 180 else (width, height)

    def matrix(self) -> Matrix:
        """From the bound sheet (points from its lower left corner) to the page's user space."""
        return self._from(self.bound)

    def seen_matrix(self) -> Matrix:
        """From the page as a viewer shows it (points, lower left corner) to its user space."""
        return self._from(self.rotate)

    def _from(self, turned: int) -> Matrix:
        s = 1 / self.unit
        return {
            0: (s, 0.0, 0.0, s, self.x0, self.y0),
            90: (0.0, s, -s, 0.0, self.x1, self.y0),
            180: (-s, 0.0, 0.0, -s, self.x1, self.y1),
            270: (0.0, -s, s, 0.0, self.x0, self.y1),
        }[turned]


def sheet_of(page: DictionaryObject) -> Sheet:
    """The sheet of a page whose inherited entries have been written into it."""
    media = _box(page.get("/MediaBox")) or (0.0, 0.0, *A4)
    crop = _box(page.get("/CropBox")) or media
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    if x1 <= x0 or y1 <= y0:  # a CropBox outside the MediaBox counts for nothing
        x0, y0, x1, y1 = media
    return Sheet(x0=x0, y0=y0, x1=x1, y1=y1, rotate=rotation(page), unit=_unit(page))


def rotation(page: DictionaryObject) -> int:
    """`/Rotate` as 0, 90, 180 or 270; what is no multiple of 90 counts as 0."""
    try:
        turned = int(value_of(page, "/Rotate") or 0)
    except (TypeError, ValueError):
        return 0
    return turned % 360 if turned % 90 == 0 else 0


def _unit(page: DictionaryObject) -> float:
    try:
        unit = float(value_of(page, "/UserUnit") or 1)
    except (TypeError, ValueError):
        return 1.0
    return unit if unit > 0 else 1.0


def _box(value: Any) -> tuple[float, float, float, float] | None:
    """Four numbers in ascending order, or None where it is no box."""
    numbers = numbers_of(value, 4)
    if numbers is None:
        return None
    a, b, c, d = numbers
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    return box if box[0] < box[2] and box[1] < box[3] else None


def box_array(*numbers: float) -> ArrayObject:
    """Numbers as a PDF array, rounded to a thousandth of a point."""
    return ArrayObject(FloatObject(round(number, 3)) for number in numbers)


def turn_upright(page: DictionaryObject) -> Matrix | None:
    """Makes a landscape page a portrait MediaBox with `/Rotate`, seen just as before.

    Args:
        page: a page with a landscape MediaBox; changed in place but for its contents.

    Returns:
        The matrix that its contents must be drawn with; None where the page stays as it is.
        A page with patterns stays: their origin is the page's, which `cm` does not move.
    """
    sheet = sheet_of(page)
    if not sheet.landscape or sheet.rotate % 180 or "/Pattern" in dictionary_of(page, "/Resources"):
        return None
    matrix = (0.0, 1.0, -1.0, 0.0, sheet.y1, -sheet.x0)
    for name in _BOXES:
        if box := _box(page.get(name)):
            page[NameObject(name)] = box_array(*_moved(box, matrix))
    for annotation in map(plain, items_of(array_of(page, "/Annots"))):
        if box := _box(annotation.get("/Rect")):
            annotation[NameObject("/Rect")] = box_array(*_moved(box, matrix))
    page[NameObject("/Rotate")] = NumberObject((sheet.rotate + 90) % 360)
    return matrix


def _moved(box: tuple[float, float, float, float], m: Matrix) -> tuple[float, float, float, float]:
    """A box under a matrix of quarter turns, corners in ascending order."""
    xs = sorted((m[0] * x + m[2] * y + m[4]) for x, y in (box[:2], box[2:]))
    ys = sorted((m[1] * x + m[3] * y + m[5]) for x, y in (box[:2], box[2:]))
    return xs[0], ys[0], xs[1], ys[1]
