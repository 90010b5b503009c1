"""Engine room, sheets: inside the child process, the cells of a workbook (calamine)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from service.engines.sheets.refusals import RefusedSheet
from service.engines.sheets.scan import Scan, address
from service.engines.sheets.xls import scan_xls
from service.engines.sheets.xlsx import Parts, scan_xlsx

MAX_SHEETS = 60
"""A table of the form each, and to spare."""


def read_cells(data: bytes, kind: str) -> dict[str, Any]:
    """What the child answers: sheets with their rows, and notes.

    Raises:
        RefusedSheet: the file is not taken.
    """
    scans, macros = _scans(data, kind)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            return _read(book, scans, macros)
    except PasswordError:
        raise RefusedSheet("locked") from None
    except CalamineError:
        raise RefusedSheet("damaged") from None


def _scans(data: bytes, kind: str) -> tuple[Mapping[str, Scan] | list[Scan], bool]:
    """One scan for each sheet, by name or in order, and whether there are macros.

    Sheets of .xls and .ods are all unpacked at once, so all of them must be small enough.
    """
    if kind == "ole":
        sheets = scan_xls(data)
        for name, scan in sheets:
            scan.refuse_large(name, first=False)
        return [scan for _, scan in sheets], False
    parts = Parts(data)
    if any(name.lower() == "xl/workbook.xml" for name in parts.names):
        return scan_xlsx(parts)
    if any(name.lower() == "xl/workbook.bin" for name in parts.names):
        raise RefusedSheet("binary")
    if "content.xml" in parts.names and _is_ods(parts):
        from service.engines.sheets.ods import scan_ods

        tables = scan_ods(parts)
        for name, scan in tables.items():
            scan.refuse_large(name, first=False)
        return tables, False
    raise RefusedSheet("not_a_sheet")


def _is_ods(parts: Parts) -> bool:
    declared = b"".join(parts.pieces("mimetype")) if "mimetype" in parts.names else b""
    return b"opendocument.spreadsheet" in declared


def _read(
    book: CalamineWorkbook, scans: Mapping[str, Scan] | list[Scan], macros: bool
) -> dict[str, Any]:
    notes: list[tuple[str, dict[str, Any]]] = [("sheet_macros", {})] if macros else []
    sheets: list[dict[str, Any]] = []
    hidden = []
    for number, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        if len(sheets) == MAX_SHEETS:
            raise RefusedSheet("unpacked")
        if isinstance(scans, list):
            scan = scans[number] if number < len(scans) else Scan()
        else:
            scan = scans.get(about.name, Scan())
        scan.refuse_large(about.name, first=not sheets)
        sheet = book.get_sheet_by_name(about.name)
        rows = _rows(sheet, scan)
        sheets.append({"name": about.name, "rows": rows})
        notes += _notes(about.name, sheet, scan, rows)
    if hidden:
        notes.append(("hidden_sheets", {"names": "、".join(hidden)}))
    return {"sheets": sheets, "notes": notes}


def _rows(sheet: CalamineSheet, scan: Scan) -> list[list[Any]]:
    """The rows up to the last one with content; their numbers follow from their order."""
    rows = [
        [None if cell == "" else _plain(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (row, column), why in scan.bad.items():
        rows += [[] for _ in range(row - len(rows))]
        cells = rows[row - 1]
        cells += [None] * (column - len(cells))
        cells[column - 1] = {"bad": why}
    while rows and not any(map(_has_content, rows[-1])):
        rows.pop()
    return rows


def _plain(cell: Any) -> Any:
    """A cell as JSON can hold it."""
    if isinstance(cell, (str, bool, int, float)):
        return cell
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def _has_content(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _notes(
    name: str, sheet: CalamineSheet, scan: Scan, rows: list[list[Any]]
) -> list[tuple[str, dict[str, Any]]]:
    """Merged cells are filled downwards here; hidden rows are counted."""
    notes: list[tuple[str, dict[str, Any]]] = []
    found = sheet.merged_cell_ranges or []
    merged = [(a + 1, c + 1, b + 1) for (a, b), (c, d) in found if c > a and b == d]
    filled = [
        f"{address(first, column)}:{address(last, column)}"
        for first, last, column in (*merged, *scan.merged)
        if _fill(rows, first, last, column)
    ]
    if filled:
        notes.append(("merged_cells", {"sheet": name, "cells": "、".join(filled[:5])}))
    hidden = sum(
        1 for row in scan.hidden if row <= len(rows) and any(map(_has_content, rows[row - 1]))
    )
    if hidden:
        notes.append(("hidden_rows", {"sheet": name, "count": hidden}))
    return notes


def _fill(rows: list[list[Any]], first: int, last: int, column: int) -> bool:
    """Gives the content of merged cells to each of their rows that has some of its own."""
    if first > len(rows) or column > len(rows[first - 1]):
        return False
    content = rows[first - 1][column - 1]
    below: Sequence[list[Any]] = rows[first:last]
    if not _has_content(content):
        return False
    changed = False
    for cells in below:
        if len(cells) >= column and cells[column - 1] is None and any(map(_has_content, cells)):
            cells[column - 1] = content
            changed = True
    return changed
