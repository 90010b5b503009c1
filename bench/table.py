"""What a part found: rows with medians, goals with ratios; as text and as plain data."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One contender.

    Attributes:
        name: who.
        samples: one figure a round, in `unit`.
        unit: e.g. `ms CPU/doc`.
        per: where given, `per[0] / median` is shown as a rate in `per[1]`.
        note: what has to be known (extrapolated, skipped, …).
    """

    name: str
    samples: tuple[float, ...]
    unit: str
    per: tuple[float, str] | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A ratio, and what issue 3 asks of it.

    Attributes:
        name: what against what.
        ratio: as measured.
        wanted: the figure to reach; None where none is asked for.
        at_most: smaller is better.
    """

    name: str
    ratio: float
    wanted: float | None
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Whether the figure is reached."""
        if self.wanted is None:
            return True
        return self.ratio <= self.wanted if self.at_most else self.ratio >= self.wanted


@dataclass(frozen=True, kw_only=True)
class Section:
    """All that one part of the benchmark found."""

    title: str
    rows: tuple[Row, ...]
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The section as a table of plain text."""
        yield ""
        yield f"== {self.title}"
        yield from _table([_row(row) for row in self.rows])
        if self.goals:
            yield ""
            yield from _table([_goal(goal) for goal in self.goals])
        yield from (f"   {note}" for note in self.notes)

    def plain(self) -> dict[str, object]:
        """The section as data, medians and verdicts worked out."""
        return {
            "title": self.title,
            "rows": [{**asdict(row), "median": row.median} for row in self.rows],
            "goals": [{**asdict(goal), "reached": goal.reached} for goal in self.goals],
            "notes": list(self.notes),
        }


def _row(row: Row) -> list[str]:
    low, high = min(row.samples), max(row.samples)
    spread = f"({_figure(low)}..{_figure(high)})" if len(row.samples) > 1 else "(once)"
    rate = f"{_figure(row.per[0] / row.median)} {row.per[1]}" if row.per else ""
    return [row.name, f"{_figure(row.median)} {row.unit}", spread, rate, row.note]


def _goal(goal: Goal) -> list[str]:
    if goal.wanted is None:
        return [goal.name, f"{goal.ratio:.2f} x", "no goal", ""]
    wanted = f"{'at most' if goal.at_most else 'to reach'} {goal.wanted:g}"
    return [goal.name, f"{goal.ratio:.2f} x", wanted, "reached" if goal.reached else "NOT reached"]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True))
        yield ("   " + "  ".join(cells)).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
