"""Sheets of an archive: cover and catalogue of each group, closing sheet of each box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from service.core.bundle import ArchiveSource
from service.core.filing.catalogue import (
    Group,
    box_statement,
    boxes,
    catalogue_row,
    retention_words,
)
from service.desk.filing.request import Request, Sheet
from service.desk.fill import fill_front
from service.desk.tools import Desk

CATALOGUE = {"zh": "归档文件目录", "en": "Catalogue"}
_COVER, _CLOSING = "archive_cover", "closing_sheet"
_CATALOGUES = {"2015": "catalogue", "2000": "catalogue_2000"}
_TITLES = {
    "zh": {_COVER: "封面", "catalogue": CATALOGUE["zh"], _CLOSING: "备考表"},
    "en": {_COVER: "Cover", "catalogue": CATALOGUE["en"], _CLOSING: "Closing sheet"},
}


def make_catalogues(
    desk: Desk, asked: Request, terms: ArchiveSource, groups: Sequence[Group]
) -> Iterator[Sheet]:
    """A cover and a catalogue for each group."""
    for group in groups:
        head = {
            "fonds_no": terms.fonds_no,
            "fonds_name": terms.fonds_name,
            "year": str(group.year),
            "retention": group.retention,
            "section": terms.section_name or terms.section,
        }
        words = f"{group.year} {retention_words(group.retention, asked.plan.lang)}"
        rows = [catalogue_row(one) for one in group.items]
        yield _sheet(desk, asked, _COVER, head, words)
        yield _sheet(desk, asked, _CATALOGUES[terms.columns], head | {"entries": rows}, words)


def make_closing_sheets(
    desk: Desk, asked: Request, terms: ArchiveSource, groups: Sequence[Group]
) -> Iterator[Sheet]:
    """A closing sheet for each box."""
    lang = asked.plan.lang
    for group in groups:
        for box in boxes(group, terms.box_pages):
            numbers = list(dict.fromkeys((box[0].archive_no, box[-1].archive_no)))
            said = [box_statement(box, lang), *terms.statement.splitlines()]
            raw = {
                "archive_no": ("—" if lang == "zh" else " – ").join(numbers),
                "statement": [one for one in said if one.strip()],
                "arranged_by": terms.arranged_by,
                "arranged_on": terms.arranged_on,
                "checked_by": terms.checked_by,
                "checked_on": terms.checked_on,
            }
            yield _sheet(desk, asked, _CLOSING, raw, box[0].archive_no)


def _sheet(desk: Desk, asked: Request, name: str, raw: dict[str, Any], words: str) -> Sheet:
    lang = asked.plan.lang
    given = {key: one for key, one in raw.items() if one not in (None, "")}
    docx = fill_front(desk, name, given, lang=lang)
    plain = "catalogue" if name in _CATALOGUES.values() else name
    title = f"{_TITLES[lang][plain]} {words}"
    made = desk.converter.convert(docx, name=title, urgent=False)
    pdf = desk.joiner.settled(made.pdf, asked.day, name=title)
    role = "closing" if name == _CLOSING else "catalogue"
    return Sheet(role=role, title=title, docx=docx, pdf=pdf, pages=made.pages)
