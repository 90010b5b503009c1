"""Engine room, PDF: an item as it is archived: its stamp (归档章), its own numbers, its seal."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Literal

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject

from service.core.leaves import Leaf
from service.engines.fonts.text import TextFont, text_font
from service.engines.pages_ink import Ink, ink_of, inked
from service.engines.pdf.copy import add_resource
from service.engines.pdf.joining import Joining
from service.engines.pdf.open import open_part
from service.engines.pdf.seal import seal_in_place
from service.engines.pdf.sheet import MM, sheet_of
from service.engines.pdf.stamp import OUTER, SIZE, TOP, Stamp
from service.engines.pdf.typeface import embed, shown
from service.engines.protocols import ArchiveStamp, PdfPart, StampedItem
from service.errors import EngineError, InputError, problem
from service.settings import Settings

WIDTH, HEIGHT = 45, 16
"""Of the stamp, mm (DA/T 22-2015, annex A): six equal cells."""
_CELL = (WIDTH / 3, HEIGHT / 2)
_CLEAR = 3
"""Between the stamp and other ink, mm (rule 39)."""
_EDGE = 5
"""Between the stamp and the edge of the paper, mm."""
_HEAD = 12
"""Where the stamp would stand best: in the middle, so far from the upper edge, mm."""
_LOWEST = 100
"""The stamp belongs to the head of the page: its foot is at most so far from the edge, mm."""
_LARGEST, _SMALLEST = 10.5, 4.5
"""Type sizes in a cell, points."""
_FAMILY = "宋体"


class Archivist:
    """The `PdfArchivist` of the house."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def stamp_item(
        self,
        pdf: bytes,
        *,
        name: str,
        stamp: ArchiveStamp,
        properties: Mapping[str, str],
        lang: Literal["zh", "en"],
    ) -> StampedItem:
        """See the protocol; the order of work, top to bottom.

        Raises:
            EngineError: `part_unreadable`, `part_empty`, `pdf_unreadable`, `stamp_font_missing`.
            InputError: `no_room_for_stamp`, `stamp_text_too_long`.
        """
        reader = open_part(pdf, name)
        if not reader.pages:
            raise EngineError(
                problem("part_empty", "这一件一页也没有。", "This item has no page.", file=name)
            )
        bearing, ink = inked(pdf), ink_of(pdf)
        counted = sum(bearing)
        cells = _cells(stamp, counted)
        font = text_font("".join(cells), family=_FAMILY, settings=self._settings)
        lines = [_fitted(font, cell, name) for cell in cells]
        place = _place(ink, name)
        painter = _Painter(bearing, place, lines, font)
        out = io.BytesIO()
        joining = Joining(out, duplex=False, painter=painter.paint, own_marks=True, sealed=True)
        joining.add(PdfPart(title=properties.get("title") or name, pdf=pdf), reader)
        pdfa = joining.close(properties=properties, lang=lang)
        seal_in_place(out)
        left, bottom = place[0], ink.height - place[1] - HEIGHT
        return StampedItem(
            pdf=out.getvalue(),
            pages=counted,
            sides=len(bearing),
            pdfa=pdfa,
            box=(left, bottom, left + WIDTH, bottom + HEIGHT),
        )


def _cells(stamp: ArchiveStamp, counted: int) -> list[str]:
    """Values from the upper left: 全宗号 年度 件号, 机构（问题） 保管期限 页数."""
    pages = counted if stamp.pages is None else stamp.pages
    return [stamp.fonds, stamp.year, stamp.number, stamp.office, stamp.retention, str(pages)]


def _place(ink: Ink, name: str) -> tuple[float, float]:
    """Left and upper edge of the stamp, mm from the upper left corner of the page.

    In the middle of the head where that is free, else the nearest free place.

    Raises:
        InputError: `no_room_for_stamp`.
    """
    # The item's own number will stand at the upper right of an upright page.
    number = (ink.width - (OUTER + SIZE) / MM, TOP / MM) if ink.height > ink.width else (999.0, 0.0)
    middle = (ink.width - WIDTH) / 2
    lowest = int(min(_LOWEST, ink.height - _EDGE)) - HEIGHT
    lefts = [middle, *(float(x) for x in range(_EDGE, int(ink.width - _EDGE - WIDTH) + 1))]
    places = sorted(
        ((left, float(top)) for left in lefts for top in range(_EDGE, lowest + 1)),
        key=lambda at: (abs(at[0] - middle) + 2 * abs(at[1] - _HEAD), at),
    )
    for left, top in places:
        x0, x1 = int(left) - _CLEAR, int(left + WIDTH) + 1 + _CLEAR
        y0, y1 = int(top) - _CLEAR, int(top) + HEIGHT + _CLEAR
        if ink.free(x0, y0, x1, y1) and not (x1 > number[0] and y0 < number[1]):
            return left, top
    raise InputError(
        problem(
            "no_room_for_stamp",
            "首页上部没有空白处可盖归档章（45×16 毫米）；请在前面加一页，或重新扫描并留出页边。",
            "The head of the first page has no free place for the archive stamp (45 x 16 mm); "
            "put a page before it, or scan it again with its margins.",
            file=name,
        )
    )


_Fitted = tuple[tuple[str, ...], float]
"""Lines of a cell and their size."""


def _fitted(font: TextFont, text: str, name: str) -> _Fitted:
    """A text in one to three lines, as large as the cell allows.

    Raises:
        InputError: `stamp_text_too_long`.
    """
    width, height = (_CELL[0] - 1.2) * MM, (_CELL[1] - 1.2) * MM
    best: _Fitted = ((), 0.0)
    for count in (1, 2, 3):
        per_line = -(-len(text) // count)
        lines = tuple(text[at : at + per_line] for at in range(0, len(text), per_line or 1))
        widest = max((font.width(line, 1) for line in lines), default=0.0) or 1.0
        size = min(_LARGEST, width / widest, height / (1.15 * count))
        if size > best[1]:
            best = (lines, size)
    if best[1] >= _SMALLEST:
        return best
    raise InputError(
        problem(
            "stamp_text_too_long",
            f"归档章的格子里写不下「{text}」；请用简称或代码。",
            f"“{text}” does not fit into its cell of the archive stamp; use a short name or code.",
            file=name,
        )
    )


class _Painter:
    """Paints the stamp on the first page and the item's own numbers on pages that bear anything."""

    def __init__(
        self, bearing: list[bool], place: tuple[float, float], lines: list[_Fitted], font: TextFont
    ) -> None:
        self._bearing = bearing
        self._place = place
        self._lines = lines
        self._font = font
        self._stamp = Stamp()
        self._counted = 0

    def paint(self, writer: PdfWriter, page: DictionaryObject, leaf: Leaf) -> bytes:
        """A front has its number at the upper right, a back at the upper left."""
        side = leaf.page
        drawing = self._archive_stamp(writer, page) if side == 0 else b""
        if self._bearing[side]:
            self._counted += 1
            drawing += self._stamp.drawing(writer, page, self._counted, odd=side % 2 == 0)
        return drawing

    def _archive_stamp(self, writer: PdfWriter, page: DictionaryObject) -> bytes:
        reference: IndirectObject = embed(writer, self._font)
        name = add_resource(writer, page, "/Font", "/GwArchive", reference)
        left, top = self._place
        sheet = sheet_of(page)
        matrix = " ".join(f"{value:.4f}" for value in sheet.seen_matrix())
        x, y = left * MM, sheet.seen[1] - (top + HEIGHT) * MM
        said = [f"/Artifact BMC\nq {matrix} cm 1 0 0 1 {x:.3f} {y:.3f} cm 1 0 0 RG 1 0 0 rg"]
        said += _frame()
        for cell, (lines, size) in enumerate(self._lines):
            column, row = cell % 3, cell // 3
            centre = (column + 0.5) * _CELL[0] * MM, (1.5 - row) * _CELL[1] * MM
            said += self._cell(name, lines, size, centre)
        return ("\n".join([*said, "Q", "EMC", ""])).encode("ascii")

    def _cell(
        self, name: str, lines: tuple[str, ...], size: float, centre: tuple[float, float]
    ) -> list[str]:
        drawn = []
        for number, line in enumerate(lines):
            x = centre[0] - self._font.width(line, size) / 2
            # A character's middle is a good third of its size over the baseline.
            y = centre[1] - 0.37 * size + ((len(lines) - 1) / 2 - number) * 1.15 * size
            words = shown(self._font, line)
            drawn.append(f"BT {name} {size:.3f} Tf {x:.3f} {y:.3f} Td {words} Tj ET")
        return drawn


def _frame() -> list[str]:
    """The lines of the stamp, within its size."""
    thick, thin = 0.9, 0.5
    width, height = WIDTH * MM, HEIGHT * MM
    half = thick / 2
    lines = [
        f"{thick} w {half} {half} {width - thick:.3f} {height - thick:.3f} re S",
        f"{thin} w 0 {height / 2:.3f} m {width:.3f} {height / 2:.3f} l S",
    ]
    for column in (1, 2):
        x = column * _CELL[0] * MM
        lines.append(f"{x:.3f} 0 m {x:.3f} {height:.3f} l S")
    return lines
