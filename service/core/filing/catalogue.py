"""The archive's order: items numbered within year, section and retention; catalogues and boxes.

DA/T 22-2015, 5-8: 年度—机构（问题）—保管期限; a box mixes none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.errors import Lang

CATEGORY = "WS"
"""档案门类代码 of office documents (文书)."""
CODES = {"permanent": "Y", "years_30": "D30", "years_10": "D10"}
WORDS = {
    "permanent": {"zh": "永久", "en": "Permanent"},
    "years_30": {"zh": "30年", "en": "30 years"},
    "years_10": {"zh": "10年", "en": "10 years"},
}
ITEM_MOST = 9999


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item (件).

    Attributes:
        index: of the part in the bundle, from 0.
        title: as on the paper; supplied ones in `[ ]`.
        number: document number, or "".
        responsible: 责任者.
        date: of the paper, or None.
        secrecy: 密级.
        pages: pages that bear text or figures.
        year: 年度.
        retention: `permanent`, `years_30` or `years_10`.
        item_no: 件号, from 1 within its group.
        archive_no: 档号.
    """

    index: int
    title: str
    number: str = ""
    responsible: str = ""
    date: date | None = None
    secrecy: str = ""
    pages: int = 0
    year: int
    retention: str
    item_no: int = 0
    archive_no: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Items of one year, section and retention: one catalogue."""

    year: int
    retention: str
    items: tuple[Item, ...]


def number_items(
    items: Sequence[Item], *, fonds_no: str, section: str, first: int = 1
) -> tuple[Group, ...]:
    """Groups in the order of years, within a year the longest retention first.

    Args:
        items: in the order of the bundle, which they keep within their group.
        fonds_no: 全宗号.
        section: code of the section, left out of archive numbers where "".
        first: 件号 of the first item of each group.
    """
    order = list(CODES)
    keys = sorted({(one.year, order.index(one.retention)) for one in items})
    groups = []
    for year, rank in keys:
        held = [one for one in items if (one.year, one.retention) == (year, order[rank])]
        numbered = tuple(
            replace(one, item_no=no, archive_no=_archive_no(one, no, fonds_no, section))
            for no, one in enumerate(held, first)
        )
        groups.append(Group(year=year, retention=order[rank], items=numbered))
    return tuple(groups)


def boxes(group: Group, most_pages: int) -> Iterator[tuple[Item, ...]]:
    """The items of a group by boxes of at most so many pages; an item is never split."""
    box: list[Item] = []
    for item in group.items:
        if box and sum(one.pages for one in box) + item.pages > most_pages:
            yield tuple(box)
            box = []
        box.append(item)
    if box:
        yield tuple(box)


def catalogue_row(item: Item) -> dict[str, str]:
    """A row of the catalogue as raw answers of its sheet; what is not known is left out."""
    row = {
        "item_no": str(item.item_no),
        "archive_no": item.archive_no,
        "number": item.number,
        "responsible": item.responsible,
        "title": item.title,
        "date": f"{item.date:%Y%m%d}" if item.date else "",
        "secrecy": item.secrecy,
        "pages": str(item.pages),
    }
    return {name: text for name, text in row.items() if text}


def retention_words(code: str, lang: Lang) -> str:
    """A retention period as stamp and catalogue print it."""
    return WORDS[code][lang]


def box_statement(box: Sequence[Item], lang: Lang) -> str:
    """What the closing sheet says of itself: how many items, how many pages."""
    first, last = box[0].item_no, box[-1].item_no
    pages = sum(one.pages for one in box)
    if lang == "zh":
        return f"本盒收第{first}件至第{last}件，共{len(box)}件，{pages}页。"
    return f"This box holds items {first} to {last}: {len(box)} items, {pages} pages."


def _archive_no(item: Item, no: int, fonds_no: str, section: str) -> str:
    parts = (CODES[item.retention], section, f"{no:04d}")
    tail = "-".join(one for one in parts if one)
    return f"{fonds_no}-{CATEGORY}·{item.year}-{tail}"
