"""Rosters in the store: as the doors show them, and changed without holding up anybody.

Checking ten thousand rows takes seconds; it is done outside the transaction, and done again where
somebody else has changed the roster meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from service.core.roster.mends import Mends, settled
from service.core.roster.model import RosterRow
from service.desk.batch.plain import columns_of, plain_plan, plain_row, plan_of, problems_of, row_of
from service.desk.batch.plan import PlannedItem, Terms, agree_terms, plan_row
from service.desk.batch.views import RosterView, RowView
from service.desk.tools import Desk
from service.errors import ConflictError, Lang, NotFoundError, problem
from service.store import rosters as rows
from service.store.database import Session
from service.store.models import Member, Roster

_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A roster at one moment: its row, its members, the values of its activity."""

    kept: Roster
    members: Sequence[Member]
    facts: Mapping[str, Any]

    @property
    def read(self) -> list[RosterRow]:
        """The rows as they were read."""
        return [row_of(one.row, one.read) for one in self.members]

    @property
    def mends(self) -> Mends:
        """What was mended."""
        return {one.row: one.mends for one in self.members if one.mends}

    @cached_property
    def now(self) -> list[RosterRow]:
        """The rows with their mends."""
        return settled(self.read, self.mends, file=self.kept.file_name)

    def terms(self, desk: Desk, shared: Mapping[str, Any] | None = None) -> Terms:
        """What a batch of this roster would be made by now."""
        return agree_terms(
            desk,
            self.kept.kind,
            lang=lang_of(self.kept.lang),
            shared=self.kept.shared if shared is None else shared,
            activity=self.facts,
        )

    def plans(self, terms: Terms) -> list[tuple[RosterRow, PlannedItem]]:
        """Every row and its plan by these terms: as kept, or anew where the kind has changed."""
        now = self.now
        if self.kept.checked != terms.digest:
            return [(one, plan_row(terms, one, position=0, of=0)) for one in now]
        return [
            (row, plan_of(row, member.plan)) for row, member in zip(now, self.members, strict=True)
        ]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be changed.

    Attributes:
        values: of the roster's own row.
        mends: all mends there are then; None leaves them.
        read: rows of a file that was read anew; None leaves them.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    mends: Mends | None = None
    read: Sequence[RosterRow] | None = None


def standing(session: Session, roster_id: str) -> Standing:
    """The roster now. Raises NotFoundError."""
    kept = found_roster(session, roster_id)
    return Standing(
        kept=kept,
        members=rows.members(session, roster_id),
        facts=rows.profile(session, kept.profile_id).facts,
    )


def found_roster(session: Session, roster_id: str, *, lock: bool = False) -> Roster:
    """The roster's row. Raises NotFoundError."""
    kept = rows.find(session, roster_id, lock=lock)
    if kept is None:
        raise NotFoundError(problem("no_roster", "没有这份名册。", "there is no such roster."))
    return kept


def change_roster(desk: Desk, roster_id: str, change: Callable[[Standing], Change]) -> None:
    """Changes a roster and checks what the change concerns.

    Args:
        desk: the store and the engines.
        roster_id: which roster.
        change: says what is to be different; asked again where somebody was faster.

    Raises:
        InputError: what `change` or the terms refuse.
        ConflictError: others change the same roster all the time.
    """
    for _ in range(_TRIES):
        with desk.store.read() as session:
            before = standing(session, roster_id)
        wanted = change(before)
        terms = before.terms(desk, wanted.values.get("shared"))
        mends = before.mends if wanted.mends is None else wanted.mends
        if wanted.read is None:
            changed = list(_checked_again(before, mends, terms))
        else:
            changed = list(new_members(wanted.read, mends, terms, before.kept.file_name))
        with desk.store.write() as session:
            kept = found_roster(session, roster_id, lock=True)
            if kept.version != before.kept.version:
                continue
            for name, value in {**wanted.values, "checked": terms.digest}.items():
                setattr(kept, name, value)
            kept.version += 1
            if wanted.read is None:
                rows.change_members(session, changed)
            else:
                rows.replace_members(session, roster_id, changed)
            return
    raise ConflictError(
        problem(
            "roster_changed",
            "别人正在改这份名册；请刷新页面再试。",
            "somebody else is changing this roster; load the page again and retry.",
        )
    )


def new_members(
    read: Sequence[RosterRow], mends: Mends, terms: Terms, file: str
) -> Iterator[dict[str, Any]]:
    """Rows of a file, checked, for the store."""
    for one, now in zip(read, settled(read, mends, file=file), strict=True):
        yield {
            "row": one.row,
            "read": plain_row(one),
            "mends": dict(mends.get(one.row, {})),
            "plan": plain_plan(plan_row(terms, now, position=0, of=0)),
        }


def _checked_again(before: Standing, mends: Mends, terms: Terms) -> Iterator[dict[str, Any]]:
    """Changes of the members that the terms or the mends concern."""
    stale = before.kept.checked != terms.digest
    now = settled(before.read, mends, file=before.kept.file_name)
    for member, was, row in zip(before.members, before.now, now, strict=True):
        if stale or was != row:
            plan = plain_plan(plan_row(terms, row, position=0, of=0))
            yield {"id": member.id, "mends": dict(mends.get(member.row, {})), "plan": plan}


def roster_view(
    session: Session,
    kept: Roster,
    found: Sequence[RowView] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> RosterView:
    """A roster as shown."""
    return RosterView(
        id=kept.id,
        kind=kept.kind,
        activity_id=kept.activity_id or "",
        facts=facts or {},
        lang=lang_of(kept.lang),
        file=kept.file_name,
        created_at=kept.created_at,
        columns=columns_of(kept.columns),
        missing=tuple(kept.missing),
        shared=kept.shared,
        rows=tuple(found or ()),
        notes=problems_of(kept.notes),
        batches=tuple(rows.batches_of(session, kept.id)),
    )


def row_views(now: Standing) -> list[RowView]:
    """Its rows as shown: as they were checked last."""
    return [_row_view(one, row) for one, row in zip(now.members, now.now, strict=True)]


def _row_view(member: Member, row: RosterRow) -> RowView:
    plan = plan_of(row, member.plan)
    return RowView(
        row=member.row,
        outcome=plan.outcome,
        name=plan.name,
        department=plan.department,
        values={name: one for name, one in plan.raw.items() if not _is_table(one)},
        filled=plan.filled,
        mended=bool(member.mends),
        reasons=plan.reasons,
        notes=plan.notes,
    )


def lang_of(kept: str) -> Lang:
    """A language as it is kept."""
    return "en" if kept == "en" else "zh"


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
