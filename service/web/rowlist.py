"""Web door: long lists in chunks, with a tab for each outcome; their counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from service.errors import Text

CHUNK = 50
"""Rows that a page shows at once."""
ALL = "all"
_ALL = Text("全部", "All")
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Tab:
    """Rows of one outcome, or all; `key` stands in the address."""

    key: str
    label: Text
    count: int


@dataclass(frozen=True, kw_only=True)
class RowList(Generic[Row]):
    """One chunk of a long list.

    Attributes:
        tabs: all rows, then each outcome that occurs.
        show: key of the tab that is shown.
        rows: the rows of this chunk.
        page: number of the chunk, counted from 1.
        pages: how many there are, at least 1.
        first: number of its first row within the tab, counted from 1; 0 where there is none.
        total: rows within the tab.
    """

    tabs: tuple[Tab, ...]
    show: str
    rows: tuple[Row, ...]
    page: int
    pages: int
    first: int
    total: int


def posted_place() -> dict[str, str]:
    """The tab and the chunk that a line was mended in, for the way back."""
    return {name: request.form.get(f"_{name}", "") for name in ("show", "page")}


def row_list(
    rows: Sequence[Row],
    state_of: Callable[[Row], str],
    names: Mapping[str, Text],
    *,
    show: str | None,
    page: int,
    urgent: Sequence[str] = (),
) -> RowList[Row]:
    """The chunk that is asked for.

    Args:
        rows: all rows, in order.
        state_of: the outcome of a row, a key of `names`.
        names: outcomes in the order of the tabs.
        show: the tab wanted; None shows the first of `urgent` that has rows, else all.
        page: the chunk wanted; one that is not there gives the nearest.
        urgent: outcomes to be seen first.
    """
    counts = Counter(state_of(row) for row in rows)
    tabs = [Tab(key=key, label=name, count=counts[key]) for key, name in names.items()]
    shown = [tab for tab in tabs if tab.count or tab.key == show]
    if show is None:
        show = next((key for key in urgent if counts[key]), ALL)
    elif show not in names:
        show = ALL
    wanted = [row for row in rows if show in {ALL, state_of(row)}]
    pages = max(1, -(-len(wanted) // CHUNK))
    page = min(max(page, 1), pages)
    start = (page - 1) * CHUNK
    return RowList(
        tabs=(Tab(key=ALL, label=_ALL, count=len(rows)), *shown),
        show=show,
        rows=tuple(wanted[start : start + CHUNK]),
        page=page,
        pages=pages,
        first=start + 1 if wanted else 0,
        total=len(wanted),
    )
