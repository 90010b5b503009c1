"""Core, layout rules 32 to 35: width, header rows, rows over pages, room in cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.font_roles import bold, roles
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.tables import Cell, Table
from service.core.layout_rules.views import Kind, View

NEAR_EDGE_MM = 14.0  # a table nearer to the type area's foot or top may go on over the page
DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{4}[.-]\d{1,2}([.-]\d{1,2})?")
SIGNED = re.compile(r"签名|签字|签章|signature", re.IGNORECASE)
END = "。；！？.;"


def _tables(reading: Reading) -> list[tuple[View, Table]]:
    found = [
        (view, table) for paper in reading.papers for view in paper.views for table in view.tables
    ]
    if not found:
        raise DoesNotApply("没有表格", "no table")
    return found


@rule(32, "表格与版心等宽（0.5 毫米内）", "tables as wide as the type area (0.5 mm)")
def width(reading: Reading) -> Iterator[Fault]:
    """Portrait tables; the landscape ledger is rule 36."""
    for view, table in _tables(reading):
        wanted = gb.LEDGER_WIDTH_MM if view.kind is Kind.LANDSCAPE else gb.TABLE_WIDTH_MM
        found = table.box.width
        if abs(found - wanted) > gb.TABLE_WIDTH_TOLERANCE_MM:
            yield fault("表格应与版心等宽。", "The table is as wide as the type area.",
                        page=view.page, box=table.box, found=f"{found:.1f} mm",
                        wanted=f"{wanted:g}±0.5 mm")  # fmt: skip
        over = max(view.area.left - table.box.left, table.box.right - view.area.right)
        if over > gb.TABLE_WIDTH_TOLERANCE_MM:
            yield fault("表线伸出版心。", "The table reaches out of the type area.",
                        page=view.page, box=table.box, found=f"{over:.1f} mm",
                        wanted="0 mm")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A table that goes on over a page."""

    view: View
    upper: Table
    next_view: View
    lower: Table


def turns(reading: Reading) -> list[Turn]:
    """Tables at the foot of a page with a table of the same width at the top of the next."""
    found = []
    for paper in reading.papers:
        for view, after in pairwise(paper.views):
            if not (view.tables and after.tables) or after.page.index != view.page.index + 1:
                continue
            upper, lower = view.tables[-1], after.tables[0]
            last = not any(line.ink.top > upper.box.bottom for line in view.prose)
            first = not any(line.ink.bottom < lower.box.top for line in after.prose)
            same = abs(upper.box.width - lower.box.width) < 1
            if last and first and same:
                found.append(Turn(view=view, upper=upper, next_view=after, lower=lower))
    return found


def header(table: Table) -> tuple[Cell, ...]:
    """The header row of a list: every cell of the first row in 黑体 or bold, at least three."""
    cells = table.row(0)
    chars = [char for cell in cells for char in cell.chars]
    strong = all("heiti" in roles(c.font) or bold(c.font) or c.bold for c in chars)
    full = len(cells) >= 3 and all(cell.chars for cell in cells)
    return cells if full and strong and table.row_count > 1 else ()


def _same(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> bool:
    return [cell.text for cell in upper] == [cell.text for cell in lower]


@rule(33, "跨页表格每页重复表头", "header row on each page")
def header_rows(reading: Reading) -> Iterator[Fault]:
    """Lists with a header row that go on over a page."""
    _tables(reading)
    listed = list(_listed(reading))
    if not listed:
        raise DoesNotApply("没有跨页的列表", "no list goes on over a page")
    for turn, head in listed:
        if not _same(head, turn.lower.row(0)):
            yield fault("续页没有重复表头。", "The header row is not repeated.",
                        page=turn.next_view.page, box=turn.lower.box,
                        found="|".join(cell.text for cell in turn.lower.row(0))[:20],
                        wanted="|".join(cell.text for cell in head)[:20])  # fmt: skip


def _listed(reading: Reading) -> Iterator[tuple[Turn, tuple[Cell, ...]]]:
    """Turns of lists, with the header that the list began with."""
    heads: dict[int, tuple[Cell, ...]] = {}
    for turn in turns(reading):
        head = header(turn.upper) or heads.get(id(turn.upper), ())
        if head and len(head) == len(turn.lower.row(0)):
            heads[id(turn.lower)] = head
            yield turn, head


@rule(34, "一页排得下的行不拆开，签名行不拆", "rows that fit a page are not split")
def split_rows(reading: Reading) -> Iterator[Fault]:
    """A row of a list that is cut by the page's end; in forms only rows with a signature."""
    _tables(reading)
    found = turns(reading)
    if not found:
        raise DoesNotApply("没有跨页的表格", "no table goes on over a page")
    heads = {id(turn.lower): head for turn, head in _listed(reading)}
    for turn in found:
        head = heads.get(id(turn.lower), ())
        repeated = bool(head) and _same(head, turn.lower.row(0))
        upper, lower = turn.upper.row(-1), turn.lower.row(1 if repeated else 0)
        if not (lower and _is_split(upper, lower)):
            continue
        high = sum(max(c.box.height for c in row) for row in (upper, lower))
        signs = any(SIGNED.search(cell.text) for cell in (*upper, *lower))
        if signs or (len(lower) > 2 and high <= turn.view.area.height):
            yield fault("这一行被拆在两页上。", "This row is split over two pages.",
                        page=turn.next_view.page, box=lower[0].box, found=f"{high:.0f} mm",
                        wanted="1")  # fmt: skip


def _is_split(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> bool:
    """Cells of one row on both pages: the first ends here, others go on in mid-sentence."""
    if len(upper) != len(lower):
        return False
    if lower[0].chars or not upper[0].chars:
        return False
    going = [(a, b) for a, b in zip(upper, lower, strict=True) if a.chars and b.chars]
    ended = [b for b in lower[1:] if not b.chars]
    return bool(going) and (bool(ended) or any(a.text[-1] not in END for a, _ in going))


@rule(
    35,
    "单元格文字不压线（≥0.8 毫米），≥10.5 磅，姓名日期不拆行",
    "cells: clear of lines, 10.5 pt, whole",
)
def cells(reading: Reading) -> Iterator[Fault]:
    """Every cell of every table of ours."""
    for view, table in _tables(reading):
        for cell in table.cells:
            if cell.chars:
                yield from _cell(view, cell)


def _cell(view: View, cell: Cell) -> Iterator[Fault]:
    ink = [char.ink for char in cell.chars]
    room = min(
        min(box.left for box in ink) - cell.box.left,
        cell.box.right - max(box.right for box in ink),
        min(box.top for box in ink) - cell.box.top,
        cell.box.bottom - max(box.bottom for box in ink),
    )
    half_line = 0.1
    if room < gb.CELL_CLEAR_MM - half_line:
        yield fault("单元格文字压线或被裁去。", "Text touches the cell's line or is cut off.",
                    page=view.page, box=cell.box, found=f"{room:.1f} mm",
                    wanted=">=0.8 mm")  # fmt: skip
    small = min(char.size for char in cell.chars)
    if small < gb.TABLE_MIN_PT - 0.05:
        yield fault("表内文字不小于五号（10.5 磅）。", "Text in tables has 10.5 pt at least.",
                    page=view.page, box=cell.box, found=f"{small:g} pt",
                    wanted=">=10.5 pt")  # fmt: skip
    yield from _whole(view, cell)


def _whole(view: View, cell: Cell) -> Iterator[Fault]:
    """A name of up to three characters, or a date, on one line."""
    lines, text = cell.lines, cell.text
    if len(lines) < 2:
        return
    name = len(text) <= 3 and text.isalpha() and not header_like(cell)
    if name or DATE.fullmatch(text):
        yield fault("姓名或日期被拆行，请加宽此列。", "A name or date is cut; widen this column.",
                    page=view.page, box=cell.box, found="|".join(line.text for line in lines)[:24],
                    wanted="1")  # fmt: skip


def header_like(cell: Cell) -> bool:
    """A label in 黑体: its characters may stand one under the other."""
    return all("heiti" in roles(char.font) for char in cell.chars)
