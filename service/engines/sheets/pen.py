"""Engine room, sheets: how our spreadsheets look, and text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from service.errors import Lang, Text

FONTS = Text("宋体", "Arial")
TEXT_FORMAT = "@"
_LONGEST = 32_000
"""Characters; a cell holds 32,767."""
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RISKY = tuple("=+-@\t\r＝＋－＠|%")
_LINE = Side(style="thin", color="BFBFBF")
GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
HEAD, NEEDED = "DDE6F0", "FBE5D6"
"""Fills of headings, those of required columns apart."""
_PAPER_A4 = 9
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a cell looks; `fill` is a colour, RRGGBB, or ""."""

    bold: bool = False
    size: float = 10.5
    fill: str = ""
    boxed: bool = False
    across: Literal["left", "center"] = "left"
    wrap: bool = True


PLAIN = Style()
BOX = Style(boxed=True)
MIDDLE = Style(boxed=True, across="center")
HEADING = Style(bold=True, fill=HEAD, boxed=True, across="center")


class Pen:
    """Writes cells of one workbook, in one language's font."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._known: dict[tuple[Any, ...], StyleArray] = {}

    def text(
        self, sheet: Worksheet, row: int, column: int, text: str, *, style: Style = PLAIN
    ) -> None:
        """Text that no program takes for a formula, whatever it begins with."""
        cell = sheet.cell(row, column)
        self._dress(cell, style, quoted=text.startswith(_RISKY))
        if text:
            cell.value = safe(text)
            cell.data_type = "s"

    def number(
        self, sheet: Worksheet, row: int, column: int, number: int | None, *, style: Style = PLAIN
    ) -> None:
        """A whole number, or nothing."""
        self._dress(sheet.cell(row, column), style, quoted=False)
        sheet.cell(row, column, number)

    def _dress(self, cell: Any, style: Style, *, quoted: bool) -> None:
        """Gives a cell its look; each look is worked out once, for it takes a millisecond."""
        key = (style, quoted)
        if key not in self._known:
            cell.font = Font(
                name=FONTS.of(self.lang), size=style.size, bold=style.bold, color="000000"
            )
            cell.alignment = Alignment(
                horizontal=style.across, vertical="center", wrap_text=style.wrap
            )
            if style.fill:
                cell.fill = PatternFill("solid", fgColor=style.fill)
            if style.boxed:
                cell.border = GRID
            if quoted:  # stays text where somebody edits it in Excel
                cell.number_format = TEXT_FORMAT
                cell.quotePrefix = True
            self._known[key] = cell._style
        # As openpyxl's own copying of a look; its public way costs ten times as much.
        cell._style = copy(self._known[key])


def safe(text: str) -> str:
    """Text as XML can hold it: a control character is spelled out."""
    spelled = _ILLEGAL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _ESCAPE.sub("_x005F_", spelled)[:_LONGEST]


def new_book(title: str) -> tuple[Workbook, Worksheet]:
    """A workbook and its first sheet."""
    book = Workbook()
    book.properties.creator = "Gongwen"
    book.properties.title = safe(title)
    return book, book.worksheets[0]


def set_page(sheet: Worksheet, *, lang: Lang, title_rows: str, landscape: bool = True) -> None:
    """A4, as wide as the sheet, headings on every page, pages numbered."""
    sheet.page_setup.paperSize = _PAPER_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is None:
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet.sheet_properties.pageSetUpPr = PageSetupProperties()
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.6
    margins.top, margins.bottom = 0.7, 0.7
    sheet.print_title_rows = title_rows
    footer: Any = sheet.oddFooter
    footer.center.text = "第 &P 页，共 &N 页" if lang == "zh" else "Page &P of &N"


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Widths of the columns from A on, in characters."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def text_width(text: str) -> float:
    """How wide a line is, in characters; a Chinese one counts two, a Latin one a little less."""
    return sum(2 if ord(char) > 0x2E7F else 0.9 for char in text)


def saved(book: Workbook) -> bytes:
    """The file; the same content gives the same bytes, for openpyxl's clock is taken out."""
    dated, undated = io.BytesIO(), io.BytesIO()
    book.save(dated)
    with zipfile.ZipFile(dated) as source, zipfile.ZipFile(undated, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(b"", content)
            target.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return undated.getvalue()
