"""Samples: roster.xlsx from roster.csv, with the same bytes at each run."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
MADE_ON = datetime(2014, 5, 16, 9, 0)
WIDTHS = (10, 6, 12, 14, 18, 16, 14)
LINE = Side(style="thin", color="808080")


def read_people(file: Path) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the roster; the file has a byte order mark, as Excel writes it."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        heads, *people = list(csv.reader(lines))
    return heads, people


def fill_sheet(sheet: Worksheet, heads: list[str], people: list[list[str]]) -> None:
    """One row of heads, one row for each person; the day of joining is a real date."""
    sheet.append(heads)
    joined = heads.index("入党时间")
    for person in people:
        cells: list[str | date] = list(person)
        cells[joined] = date.fromisoformat(person[joined])
        sheet.append(cells)
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(name="宋体", size=11, bold=cell.row == 1)
            cell.alignment = Alignment(horizontal="center", vertical="center")
            cell.border = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
            if cell.row == 1:
                cell.fill = PatternFill("solid", fgColor="DDE6F0")
            elif cell.column == joined + 1:
                cell.number_format = 'yyyy"年"m"月"d"日"'
            else:
                cell.number_format = "@"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFG"[number]].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def stable(package: bytes) -> bytes:
    """The same package with fixed times, so that it does not change from run to run."""
    now_written = b"<dcterms:modified"
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                head, _, tail = content.partition(now_written)
                rest = tail.partition(b"</dcterms:modified>")[2]
                stamp = f' xsi:type="dcterms:W3CDTF">{MADE_ON.isoformat()}Z</dcterms:modified>'
                content = head + now_written + stamp.encode() + rest
            target.writestr(zipfile.ZipInfo(name, MADE_ON.timetuple()[:6]), content,
                            zipfile.ZIP_DEFLATED)  # fmt: skip
    return kept.getvalue()


def main() -> None:
    """Writes roster.xlsx beside roster.csv."""
    heads, people = read_people(HERE / "roster.csv")
    book = Workbook()
    book.properties.creator = "样例"
    book.properties.created = MADE_ON
    sheet = book.worksheets[0]
    sheet.title = "党员名册"
    fill_sheet(sheet, heads, people)
    made = io.BytesIO()
    book.save(made)
    (HERE / "roster.xlsx").write_bytes(stable(made.getvalue()))


if __name__ == "__main__":
    main()
