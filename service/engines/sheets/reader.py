"""Engine room: spreadsheets from outside to cells: .xlsx, .xls, .ods and text, by their content."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any, Literal

from service.core.roster.model import BadCell, Book, Sheet
from service.engines.child import ChildStoppedError, ask_child
from service.engines.sheets.refusals import RefusedSheet, note, refusal
from service.engines.sheets.text import read_text
from service.errors import InputError
from service.settings import Settings

Kind = Literal["zip", "ole", "text"]
WALL_SECONDS = 30
_MEGABYTE = 1024 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FOREIGN = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


class Sheets:
    """The `SheetReader` of the house; what is not plain text is read in a child with limits."""

    def __init__(self, settings: Settings) -> None:
        self._megabytes = settings.upload_megabytes

    def read(self, data: bytes, *, name: str) -> Book:
        """Looks at the content, never at the name's ending alone.

        Raises:
            InputError: `sheet_empty`, `not_a_sheet`, `sheet_locked`, `sheet_damaged`,
                `sheet_too_large`, `sheet_too_long`, `xml_dtd_forbidden`, and for text
                `sheet_encoding`, `sheet_quotes`, `sheet_comma`, `sheet_long_line`.
        """
        try:
            if len(data) > self._megabytes * _MEGABYTE:
                raise RefusedSheet("megabytes", megabytes=self._megabytes)
            kind = kind_of(data)
            return read_text(data, name=name) if kind == "text" else _in_child(data, kind, name)
        except RefusedSheet as refused:
            values = {k: _clean(v) for k, v in refused.values.items()}
            raise InputError(refusal(refused.code, file=name, **values)) from None


def kind_of(data: bytes) -> Kind:
    """What a file is by its first bytes.

    Raises:
        RefusedSheet: `empty`, `not_a_sheet`, `page`, `old_xml`.
    """
    if not data:
        raise RefusedSheet("empty")
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    if data.startswith(_OLE):
        return "ole"
    if data.startswith(_FOREIGN):
        raise RefusedSheet("not_a_sheet")
    begin = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if begin.startswith(b"mime-version:") or b"<html" in begin or b"<table" in begin:
        raise RefusedSheet("page")
    if begin.startswith((b"<?xml", b"<!doctype", b"<!--", b"<workbook")):
        old = b"schemas-microsoft-com:office:spreadsheet" in begin or b"excel.sheet" in begin
        raise RefusedSheet("old_xml" if old else "page" if b"html" in begin else "not_a_sheet")
    return "text"


def _in_child(data: bytes, kind: Kind, name: str) -> Book:
    """Has the child take the file apart; however the child ends, this process goes on."""
    seconds = WALL_SECONDS + len(data) // (2 * _MEGABYTE)
    try:
        told = ask_child("service.engines.sheets.child", kind, data=data, seconds=seconds)
    except ChildStoppedError:
        raise RefusedSheet("unpacked") from None
    answer = json.loads(told, object_hook=_cell)
    if "refused" in answer:
        raise RefusedSheet(answer["refused"], **answer["values"])
    sheets = tuple(
        Sheet(
            name=sheet["name"],
            rows=tuple((number, tuple(cells)) for number, cells in enumerate(sheet["rows"], 1)),
        )
        for sheet in answer["sheets"]
    )
    notes = tuple(
        note(code, file=name, **{key: _clean(value) for key, value in values.items()})
        for code, values in answer["notes"]
    )
    return Book(name=name, sheets=sheets, notes=notes)


def _cell(found: dict[str, Any]) -> Any:
    """Dates, times and bad cells as the child has written them."""
    if len(found) != 1:
        return found
    ((kind, value),) = found.items()
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "time":
        return time.fromisoformat(value)
    return BadCell(why=value) if kind == "bad" else found


def _clean(value: Any) -> Any:
    """A sheet's name as it may stand in a message."""
    if isinstance(value, str):
        return "".join(char for char in value if char.isprintable())[:200]
    return value
