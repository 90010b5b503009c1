"""Core, layout rules: tables found from their drawn lines, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.core.sheet import Box, Char, Line, Rule, around, lines_of

TOUCH_MM = 0.7  # lines nearer than this meet
SLACK_MM = 0.35


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell.

    Attributes:
        box: between the middles of its lines, mm.
        row, column: of its upper left corner, from 0.
        rows, columns: how many it spans.
        chars: characters whose middle lies inside.
    """

    box: Box
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    chars: tuple[Char, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Its text by lines."""
        return lines_of(self.chars)

    @property
    def text(self) -> str:
        """Its text, white space left out."""
        return "".join(line.text for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table, or the part of it that stands on one page.

    Attributes:
        box: outer edge between the middles of its outer lines, mm.
        cells: from the top, from the left.
        rules: its lines.
    """

    box: Box
    cells: tuple[Cell, ...]
    rules: tuple[Rule, ...]

    @property
    def row_count(self) -> int:
        """How many rows."""
        return max(cell.row + cell.rows for cell in self.cells)

    @property
    def column_count(self) -> int:
        """How many columns at its finest."""
        return max(cell.column + cell.columns for cell in self.cells)

    def row(self, index: int) -> tuple[Cell, ...]:
        """Cells that begin in a row, from the left; negative counts from the end."""
        wanted = index if index >= 0 else self.row_count + index
        return tuple(cell for cell in self.cells if cell.row == wanted)


def find_tables(rules: Sequence[Rule], chars: Sequence[Char]) -> tuple[Table, ...]:
    """Groups of lines that meet, with at least one inner or outer line each way."""
    visible = [one for one in rules if (one.across or one.down) and not one.white and not one.red]
    found = [_table(group, chars) for group in _groups(visible)]
    return tuple(sorted((t for t in found if t), key=lambda table: table.box.top))


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines put together as far as they touch."""
    groups: list[tuple[Box, list[Rule]]] = []
    for one in rules:
        near = [g for g in groups if g[0].gap(one.box) <= TOUCH_MM and _meets(one, g[1])]
        groups = [g for g in groups if g not in near]
        members = [one, *(member for _, group in near for member in group)]
        groups.append((around(member.box for member in members), members))
    return [members for _, members in groups]


def _meets(one: Rule, others: Iterable[Rule]) -> bool:
    return any(one.box.gap(other.box) <= TOUCH_MM for other in others)


def _merge(values: Iterable[float]) -> list[float]:
    """Positions, those within the slack made one."""
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][-1] <= TOUCH_MM:
            out[-1].append(value)
        else:
            out.append([value])
    return [sum(group) / len(group) for group in out]


def _table(rules: list[Rule], chars: Sequence[Char]) -> Table | None:
    across = [one for one in rules if one.across]
    down = [one for one in rules if one.down]
    xs = _merge(one.box.middle for one in down)
    ys = _merge(one.box.centre for one in across)
    if len(xs) < 2 or len(ys) < 2:
        return None
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    inside = [c for c in chars if _within(box, c)]
    cells = tuple(_cells(xs, ys, across, down, inside))
    return Table(box=box, cells=cells, rules=tuple(rules))


def _within(box: Box, char: Char) -> bool:
    return box.left <= char.ink.middle <= box.right and box.top <= char.ink.centre <= box.bottom


def _cells(
    xs: list[float], ys: list[float], across: list[Rule], down: list[Rule], chars: list[Char]
) -> Iterable[Cell]:
    """Squares between neighbouring lines, made one where no line parts them."""
    wide, high = len(xs) - 1, len(ys) - 1
    home = {(r, c): (r, c) for r in range(high) for c in range(wide)}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while home[at] != at:
            at = home[at]
        return at

    for r, c in list(home):
        if c + 1 < wide and not _parted(down, xs[c + 1], ys[r], ys[r + 1], upright=True):
            home[max(root((r, c)), root((r, c + 1)))] = min(root((r, c)), root((r, c + 1)))
        if r + 1 < high and not _parted(across, ys[r + 1], xs[c], xs[c + 1], upright=False):
            home[max(root((r, c)), root((r + 1, c)))] = min(root((r, c)), root((r + 1, c)))
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at in home:
        spans.setdefault(root(at), []).append(at)
    for members in sorted(spans.values()):
        top, bottom = min(r for r, _ in members), max(r for r, _ in members)
        left, right = min(c for _, c in members), max(c for _, c in members)
        box = Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
        yield Cell(
            box=box, row=top, column=left, rows=bottom - top + 1, columns=right - left + 1,
            chars=tuple(char for char in chars if _within(box, char)),
        )  # fmt: skip


def _parted(rules: list[Rule], at: float, start: float, end: float, *, upright: bool) -> bool:
    """Whether a line runs at a place over the middle of a stretch."""
    middle = (start + end) / 2
    for one in rules:
        place = one.box.middle if upright else one.box.centre
        low, high = (one.box.top, one.box.bottom) if upright else (one.box.left, one.box.right)
        if abs(place - at) <= TOUCH_MM and low - SLACK_MM <= middle <= high + SLACK_MM:
            return True
    return False


def column_edges(table: Table) -> list[float]:
    """The x of all its upright lines, mm."""
    return sorted({round(x, 1) for cell in table.cells for x in (cell.box.left, cell.box.right)})


def text_rows(table: Table) -> list[tuple[str, ...]]:
    """The texts of the cells, row by row."""
    return [tuple(cell.text for cell in table.row(r)) for r in range(table.row_count)]


__all__ = ["Cell", "Table", "column_edges", "find_tables", "text_rows"]
