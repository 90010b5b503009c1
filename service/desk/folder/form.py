"""Batch folder: what becomes of one row, step by step until its line of the tally."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from service.core.tally import Outcome, RowOutcome
from service.desk.batch.plan import PlannedItem
from service.errors import Problem, Text

Progress = Callable[[Text, int, int], None]
"""What is being done, how many are done, of how many."""
WORD, PDF = "docx", "pdf"


@dataclass
class Form:
    """One row and its form; filled in as the work goes on.

    Attributes:
        item: the row as planned.
        who: identities of the member, the surest first; empty for rows that are nobody's.
        name: file name without ending.
        outcome: None until known.
        sha: SHA-256 (hex) of the Word file as it lies; "" where there is none.
        edited: somebody has changed that file by hand.
        pages: of its PDF.
        reasons: for the tally.
    """

    item: PlannedItem
    who: tuple[str, ...] = ()
    name: str = ""
    outcome: Outcome | None = None
    sha: str = ""
    edited: bool = False
    pages: int | None = None
    reasons: list[Problem] = field(default_factory=list)

    def key(self, ending: str) -> str:
        """Its file in the record."""
        return f"{ending}:{self.who[0]}"

    def end(self, outcome: Outcome, *reasons: Problem) -> None:
        """It came out so."""
        self.outcome = outcome
        self.reasons += reasons

    @property
    def file(self) -> str:
        """Name of its Word file."""
        return f"{self.name}.{WORD}"

    def to_row(self) -> RowOutcome:
        """Its line of the tally."""
        return RowOutcome(
            row=self.item.row,
            outcome=self.outcome or "failed",
            name=self.item.name,
            department=self.item.department,
            filled=self.item.filled,
            file=self.file if self.sha else "",
            pages=self.pages,
            reasons=(*self.item.reasons, *self.reasons, *self.item.notes),
        )


def forms_of(items: Sequence[PlannedItem], *, longest: int) -> list[Form]:
    """A form for each row.

    Args:
        items: the rows as planned.
        longest: characters of a name without its ending; the running number at its head keeps
            names apart that are cut.
    """
    forms: list[Form] = []
    taken: set[str] = set()
    for item in items:
        form = Form(item=item, name=item.file[:longest].rstrip(". "))
        if item.outcome != "queued":
            form.outcome = item.outcome
        if item.outcome in {"queued", "failed"}:
            form.who = _who(item, taken)
            taken.add(form.who[0])
        forms.append(form)
    return forms


def _who(item: PlannedItem, taken: set[str]) -> tuple[str, ...]:
    """By number, else by department and name."""
    named = f"{item.department}/{item.name}"
    who = (f"#{item.member_no}", named) if item.member_no else (named,)
    return who if who[0] not in taken else (f"{who[0]}@{item.row}", *who)
