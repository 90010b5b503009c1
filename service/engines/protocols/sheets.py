"""Spreadsheets: read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from service.core.definition import FormDefinition
from service.core.ledger_sheet import LedgerSheet
from service.core.roster.model import Book
from service.core.tally import Tally
from service.errors import Lang


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """Where a text stands on a page.

    Attributes:
        page: counted from 0.
        rect: left, bottom, right, top in points of the page's own space.
    """

    page: int
    rect: tuple[float, float, float, float]


class SheetReader(Protocol):
    """.xlsx, .xls, .ods, .csv to cells."""

    def read(self, data: bytes, *, name: str) -> Book:
        """Looks at the content, never at the name's ending alone.

        Raises InputError naming the file: `sheet_locked`, `sheet_too_large`, `not_a_sheet`, ….
        """


class SheetWriter(Protocol):
    """Spreadsheets that we hand out; nothing typed by people ever becomes a formula."""

    def roster_template(
        self, form: FormDefinition, lang: Lang, activity: Mapping[str, Any]
    ) -> bytes:
        """.xlsx to be filled with a roster: drop-downs, help, required marks, further sheets."""

    def tally(self, tally: Tally, *, title: str, lang: Lang) -> bytes:
        """.xlsx of a batch's tally: the counts, and a line for each row."""

    def ledger(self, ledger: LedgerSheet, *, lang: Lang) -> bytes:
        """.xlsx of a ledger, to be filled in and sent back."""
