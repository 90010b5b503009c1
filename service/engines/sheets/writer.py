"""Engine room: spreadsheets that we hand out (openpyxl): roster templates, tallies, ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.definition import FormDefinition
from service.core.ledger_sheet import LedgerSheet
from service.core.tally import Tally
from service.engines.sheets.ledger import ledger_sheet
from service.engines.sheets.tally import tally_sheet
from service.engines.sheets.template import roster_template
from service.errors import Lang


class SheetsWriter:
    """The `SheetWriter` of the house; nothing typed by people becomes a formula."""

    def roster_template(
        self, form: FormDefinition, lang: Lang, activity: Mapping[str, Any]
    ) -> bytes:
        """.xlsx to be filled with a roster: drop-downs, help, required marks, further sheets."""
        return roster_template(form, lang, activity)

    def tally(self, tally: Tally, *, title: str, lang: Lang) -> bytes:
        """.xlsx of a batch's tally: the counts, and a line for each row."""
        return tally_sheet(tally, title=title, lang=lang)

    def ledger(self, ledger: LedgerSheet, *, lang: Lang) -> bytes:
        """.xlsx of a ledger, to be filled in and sent back."""
        return ledger_sheet(ledger, lang)
