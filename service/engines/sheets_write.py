"""Engine room: spreadsheets that we hand out (openpyxl): roster templates and tallies."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook

from service.core.definition import FormDefinition
from service.core.roster_columns import scalar_fields
from service.core.tally import Tally
from service.errors import Lang


class SheetsWriter:
    """The `SheetWriter` of the house; nothing typed by people becomes a formula."""

    def roster_template(
        self, form: FormDefinition, lang: Lang, activity: Mapping[str, Any]
    ) -> bytes:
        """.xlsx to be filled with a roster."""
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append([asked.label.of(lang) for asked in scalar_fields(form).values()])
        return _saved(book)

    def tally(self, tally: Tally, *, title: str, lang: Lang) -> bytes:
        """.xlsx of a batch's tally."""
        book = Workbook()
        sheet = book.worksheets[0]
        for one in tally.rows:
            sheet.append([one.row, one.outcome, one.name, one.department])
            for cell in sheet[sheet.max_row][2:]:
                cell.data_type = "s"
        return _saved(book)


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
