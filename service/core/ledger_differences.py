"""What a ledger that came back has otherwise, as it is shown before anything is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.core.definition import Label
from service.core.ledger import Entry
from service.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of one task that the sheet has otherwise.

    Attributes:
        name: of the column.
        label: as the form names it.
        now: value in the ledger, or None.
        new: raw value in the sheet, or None where the cell is empty.
        clash: it was changed on the page too since the sheet was written.
        unsure: the sheet does not say what it was written with, so either may be the newer one.
    """

    name: str
    label: Label
    now: Any
    new: Any
    clash: bool = False
    unsure: bool = False


@dataclass(frozen=True, kw_only=True)
class BackRow:
    """One task as it came back.

    Attributes:
        entry: as the ledger has it.
        row: number of the row in the file.
        differences: of its progress.
        problems: cells that cannot be read.
        plan: labels of what the plan says otherwise than the sheet, which is not taken.
        newer: labels of what was changed on the page only; the sheet is behind there.
    """

    entry: Entry
    row: int
    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...] = ()
    plan: tuple[Label, ...] = ()
    newer: tuple[Label, ...] = ()

    @property
    def count(self) -> int:
        """How many fields differ."""
        return len(self.differences)


@dataclass(frozen=True, kw_only=True)
class Back:
    """A whole sheet as it came back.

    Attributes:
        rows: tasks of which there is something to say, in the order of the ledger.
        same: tasks that are just as in the ledger.
        absent: numbers of tasks that the sheet has no row for.
        notes: about rows and columns that are not taken.
    """

    rows: tuple[BackRow, ...]
    same: int
    absent: tuple[int, ...]
    notes: tuple[Problem, ...]
