"""A roster file of as many filled members as wanted: one sheet of members, one for each table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook

from bench.material import members, terms

NUMBER = "编号"


def roster(count: int) -> bytes:
    """The spreadsheet (.xlsx); columns are headed by the names of their fields."""
    people = [{NUMBER: f"M{n:05}", **raw} for n, raw in enumerate(members(count), 1)]
    tables = {name: field for name, field in terms().form.fields.items() if field.type == "table"}
    plain = [name for name in people[0] if name not in tables]
    book = Workbook(write_only=True)
    _sheet(book, "名册", plain, people)
    for name, table in tables.items():
        columns = [NUMBER, *(column.name for column in table.fields)]
        _sheet(book, table.label.zh, columns, _rows(people, name))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _rows(people: list[dict[str, Any]], table: str) -> Iterator[dict[str, Any]]:
    for person in people:
        for row in person.get(table, ()):
            yield {NUMBER: person[NUMBER], **row}


def _sheet(book: Any, title: str, columns: list[str], rows: Any) -> None:
    sheet = book.create_sheet(title)
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])
