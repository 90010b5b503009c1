"""Batch: what the doors show of rosters and batches that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from service.core.roster.model import Column
from service.errors import Lang, Problem

BatchState = Literal["queued", "running", "joining", "done", "failed", "cancelled"]
ItemState = Literal["queued", "made", "skipped", "failed", "duplicate"]
Pdf = Literal["none", "each", "joined"]


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row of a roster, checked against the terms of the batch to be.

    Attributes:
        row: number in the file.
        outcome: `queued` (will be made), `skipped`, `failed`, `duplicate`.
        name: the member's name.
        department: the member's department.
        values: scalar raw values by field name, as they can be mended in place.
        filled: the member's own words are there.
        mended: a clerk has changed the row since it was read.
        reasons: why it cannot be made.
        notes: what to look at.
    """

    row: int
    outcome: ItemState
    name: str
    department: str
    values: Mapping[str, Any]
    filled: bool
    mended: bool
    reasons: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class RosterView:
    """A roster that was uploaded for a kind.

    Attributes:
        id: 32 hex digits.
        kind: the kind's name.
        activity_id: the activity that it belongs to, or "".
        facts: of the activity, as they were when it was uploaded; {} in a list.
        lang: language of the forms.
        file: the uploaded file's name.
        created_at: when it was uploaded.
        columns: how each column was understood.
        missing: fields that no column gives and the form needs at once.
        shared: raw shared answers typed so far.
        rows: every row, in order.
        notes: about the file.
        batches: batches started from it, the newest first.
    """

    id: str
    kind: str
    activity_id: str
    facts: Mapping[str, Any]
    lang: Lang
    file: str
    created_at: datetime
    columns: tuple[Column, ...]
    missing: tuple[str, ...]
    shared: Mapping[str, Any]
    rows: tuple[RowView, ...]
    notes: tuple[Problem, ...]
    batches: tuple[str, ...] = ()

    @property
    def ready(self) -> int:
        """Rows that can be made."""
        return sum(row.outcome == "queued" for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One form of a batch.

    Attributes:
        id: 32 hex digits.
        row: number in the roster's file.
        position: running number, 0 where there is no form.
        state: where it stands.
        name: the member's name.
        department: the member's department.
        file: file name without ending.
        filled: the member's own words are there; else it is a blank form (未填写).
        returned: name of the file that came back from the member, or "".
        pages: of its PDF, or None.
        has_pdf: a PDF of its own can be fetched.
        reasons: why it was not made, or what to know.
    """

    id: str
    row: int
    position: int
    state: ItemState
    name: str
    department: str
    file: str
    filled: bool
    returned: str
    pages: int | None
    has_pdf: bool
    reasons: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """A batch that was started.

    Attributes:
        id: 32 hex digits.
        roster: id of its roster.
        kind: the kind's name.
        title: the kind's title in the batch's language.
        lang: language of the forms.
        pdf: what PDFs are made.
        odd_start: in the joined PDF every form begins on an odd page.
        state: where it stands.
        created_at: when it was started.
        finished_at: when it ended, or None.
        done: forms that are finished (made or failed) of `total`.
        total: forms to make.
        seconds_left: from measured speed; None where not known yet or ended.
        joined_pages: pages of the joined PDF, or None while there is none.
        counts: rows of the roster by state.
        items: every row, in the roster's order; empty where only the progress was asked for.
        reasons: why it failed as a whole (disk full, no converter), and what to do.
    """

    id: str
    roster: str
    kind: str
    title: str
    lang: Lang
    pdf: Pdf
    odd_start: bool
    state: BatchState
    created_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    seconds_left: float | None
    joined_pages: int | None
    counts: Mapping[ItemState, int]
    items: tuple[ItemView, ...] = ()
    reasons: tuple[Problem, ...] = ()

    @property
    def ended(self) -> bool:
        """True once nothing more will happen by itself."""
        return self.state in {"done", "failed", "cancelled"}


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What became of files that came back from members.

    Attributes:
        matched: file name to the item it belongs to.
        unmatched: files that belong to nobody, each with the reason.
    """

    matched: Mapping[str, ItemView]
    unmatched: Mapping[str, Problem]
