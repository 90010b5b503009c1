"""Engine room, sheets: the ledger, to be filled in, printed on A4 across, and sent back."""

from __future__ import annotations

from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.core.ledger_sheet import LedgerSheet, SheetColumn
from service.engines.sheets.pen import (
    HEADING,
    Pen,
    Style,
    new_book,
    saved,
    set_page,
    set_widths,
    text_width,
)
from service.errors import Lang, Text

_TOP = 3
"""Row of the headings, below title and day."""
_MM = 1.9
"""Millimetres to a character."""
_LATE, _TYPED = "FBE3E1", "FFF8E1"
_DAY_FORMAT = "yyyy-mm-dd"
_SPARE = 200
"""Rows below the last task in which drop-downs work too."""
_CHOOSE = Text("请从下拉列表中选。", "Choose from the list.")
_DAY = Text("请填日期，例：2014-07-10。", "Give a date, for example 2014-07-10.")


def ledger_sheet(ledger: LedgerSheet, lang: Lang) -> bytes:
    """.xlsx: dates as dates, text as text, a drop-down for the status; the check hidden."""
    book, sheet = new_book(ledger.title)
    pen = Pen(lang)
    sheet.title = ledger.name
    shown = [one for one in ledger.columns if one.look != "mark"]
    for row, text, style, height in (
        (1, ledger.title, Style(bold=True, size=16, across="center"), 32),
        (2, ledger.below, Style(), 20),
    ):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(shown))
        pen.text(sheet, row, 1, text, style=style)
        sheet.row_dimensions[row].height = height
    for at, column in enumerate(ledger.columns, 1):
        head = Style(bold=True, fill=_TYPED, boxed=True, across="center")
        pen.text(sheet, _TOP, at, column.head, style=head if column.typed else HEADING)
    sheet.row_dimensions[_TOP].height = 30
    for number in range(len(ledger.rows)):
        _write_row(sheet, pen, ledger, number)
    _set_up(sheet, pen, ledger, len(shown))
    return saved(book)


def _write_row(sheet: Worksheet, pen: Pen, ledger: LedgerSheet, number: int) -> None:
    row, late = _TOP + 1 + number, number in ledger.late
    cells = ledger.rows[number]
    for at, (column, value) in enumerate(zip(ledger.columns, cells, strict=True), 1):
        across = column.look in {"middle", "date", "status", "number"}
        loud = late and column.look in {"status", "number"} and value is not None
        style = Style(
            fill=_LATE if late else "",
            boxed=True,
            across="center" if across else "left",
            bold=bool(loud),
        )
        _write_cell(sheet, pen, (row, at), value, style)
    sheet.row_dimensions[row].height = _height(ledger.columns, cells)


def _write_cell(
    sheet: Worksheet, pen: Pen, place: tuple[int, int], value: str | int | date | None, style: Style
) -> None:
    if isinstance(value, date):
        pen.number(sheet, *place, None, style=style)
        cell = sheet.cell(*place)
        cell.value, cell.number_format = value, _DAY_FORMAT
    elif isinstance(value, int):
        pen.number(sheet, *place, value, style=style)
    else:
        pen.text(sheet, *place, value or "", style=style)


def _height(columns: tuple[SheetColumn, ...], cells: tuple[str | int | date | None, ...]) -> float:
    """Enough for the cell with the most lines; Excel shows 409 points at most."""
    lines = 1
    for column, value in zip(columns, cells, strict=True):
        if isinstance(value, str) and column.look != "mark":
            room = column.width / _MM * 0.88
            lines = max(lines, sum(1 + int(text_width(one) // room) for one in value.split("\n")))
    return min(400, max(20, 14 * lines + 6))


def _set_up(sheet: Worksheet, pen: Pen, ledger: LedgerSheet, shown: int) -> None:
    last = _TOP + len(ledger.rows)
    set_widths(sheet, [one.width / _MM for one in ledger.columns])
    for at, column in enumerate(ledger.columns, 1):
        letter = get_column_letter(at)
        if column.look == "mark":
            sheet.column_dimensions[letter].hidden = True
        if column.typed and column.look in {"status", "date"}:
            _validate(sheet, pen.lang, column, f"{letter}{_TOP + 1}:{letter}{last + _SPARE}")
    sheet.freeze_panes = f"A{_TOP + 1}"
    end = get_column_letter(shown)
    sheet.auto_filter.ref = f"A{_TOP}:{end}{max(_TOP, last)}"
    set_page(sheet, lang=pen.lang, title_rows=f"{_TOP}:{_TOP}")
    sheet.print_area = f"A1:{end}{last}"


def _validate(sheet: Worksheet, lang: Lang, column: SheetColumn, cells: str) -> None:
    if column.look == "status":
        rule = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"')
        words = _CHOOSE
    else:
        rule = DataValidation(type="date", operator="greaterThan", formula1="DATE(1949,10,1)")
        words = _DAY
    rule.allow_blank = True
    rule.error, rule.errorTitle = words.of(lang), column.head
    rule.prompt, rule.promptTitle = words.of(lang), column.head
    rule.showErrorMessage = rule.showInputMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)
