"""The tally of a batch: rows read = made + skipped + failed + duplicate, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.errors import Problem

Outcome = Literal["made", "skipped", "failed", "duplicate"]
OUTCOMES: tuple[Outcome, ...] = ("made", "skipped", "failed", "duplicate")


@dataclass(frozen=True, kw_only=True)
class RowOutcome:
    """What became of one row of a roster.

    Attributes:
        row: number in the file, counted from 1.
        outcome: one of the four.
        name: the member's name, or "".
        department: the member's department, or "".
        filled: True where the member's own words were given; a blank form is marked 未填写.
        file: name of the document made, or "".
        pages: pages of its PDF, or None.
        reasons: why it was not made, or what to know about it.
    """

    row: int
    outcome: Outcome
    name: str = ""
    department: str = ""
    filled: bool = False
    file: str = ""
    pages: int | None = None
    reasons: tuple[Problem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For programs; reasons in both languages."""
        return {
            "row": self.row,
            "outcome": self.outcome,
            "name": self.name,
            "department": self.department,
            "filled": self.filled,
            "file": self.file,
            "pages": self.pages,
            "reasons": [
                {"code": one.code, "path": one.path, "zh": one.text.zh, "en": one.text.en}
                for one in self.reasons
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The counts, taken from the rows themselves, so that they add up by construction."""

    rows: tuple[RowOutcome, ...]

    @classmethod
    def of(cls, rows: Sequence[RowOutcome]) -> Tally:
        """The tally of rows, in the order of the roster.

        Raises:
            ValueError: two outcomes for one row: a mistake of ours, never delivered.
        """
        numbers = [one.row for one in rows]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a row has two outcomes")
        return cls(rows=tuple(sorted(rows, key=lambda one: one.row)))

    def count(self, outcome: Outcome) -> int:
        """How many rows came out so."""
        return sum(one.outcome == outcome for one in self.rows)

    @property
    def blank(self) -> int:
        """Forms made without the member's own words."""
        return sum(one.outcome == "made" and not one.filled for one in self.rows)

    def to_json(self) -> dict[str, Any]:
        """`{"tally": {"read", "made", …}, "rows": […]}`."""
        tally: dict[str, int] = {"read": len(self.rows)}
        tally |= {outcome: self.count(outcome) for outcome in OUTCOMES}
        tally["blank"] = self.blank
        return {"tally": tally, "rows": [one.to_json() for one in self.rows]}
