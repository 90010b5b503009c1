"""Spreadsheets for the tests: made with openpyxl, and changed part by part."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
HEADS = ["姓名", "性别", "出生年月", "部门", "职务", "入党时间", "所在支部"]
ZHANG = ["张三", "男", "1985-03", "办公室", "科员", "2002-03-13", "第一党支部"]


def kept(name: str) -> bytes:
    """A file that LibreOffice Calc has made."""
    return (HERE / name).read_bytes()


def xlsx(*rows, sheets=(), name="党员名册", change=None) -> bytes:
    """A workbook: rows of the first sheet, then (name, rows) of further ones."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = name
    for row in rows:
        first.append(row)
    for title, more in sheets:
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    if change:
        change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def patched(data: bytes, **changes) -> bytes:
    """A zip with members changed: `sheet1=lambda xml: …` goes to xl/worksheets/sheet1.xml."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", 8) as target:
        for name in source.namelist():
            stem = Path(name).stem
            content = source.read(name)
            target.writestr(name, changes[stem](content) if stem in changes else content)
    return made.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return made.getvalue()


def with_cells(data: bytes, row: int, cells: str) -> bytes:
    """More cells, as XML, at the end of a row of the first sheet."""
    pattern = re.compile(rf'(<row r="{row}".*?)(</row>)'.encode(), re.DOTALL)
    return patched(data, sheet1=lambda xml: pattern.sub(rb"\1" + cells.encode() + rb"\2", xml))
