"""What an activity owes and by when: the list of papers and the facts to lines of a task list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service.core.paper_list import Due, PaperDue, PaperList
from service.core.papers import SETTLED, State

SOON_DAYS = 14
"""So near a day is told on the clerk's first page."""
OWING: frozenset[State] = frozenset({"not_started", "draft", "to_revise"})
"""Whose paper stands so has not handed it in."""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One paper that somebody owes.

    Attributes:
        paper: which line of the list.
        person: whose paper it is; "" for the unit's and a branch's.
        branch: the branch that owes it, or "".
        owner: who sees to it, or "".
        day: by which it is to be there; None where it has none, or none yet.
        lacks: fields of the activity that the day is counted from and that are not filled in.
    """

    paper: PaperDue
    person: str = ""
    branch: str = ""
    owner: str = ""
    day: date | None = None
    lacks: tuple[str, ...] = ()


def owed(found: PaperList, facts: Mapping[str, Any]) -> list[Owed]:
    """All that is owed, in the order of the list.

    A paper of each member is one line without a name: the members stand on a roster.

    Args:
        found: the list of papers.
        facts: checked values of the activity; what is not filled in yet is absent.
    """
    return [one for paper in found.papers for one in _lines(paper, facts)]


def _lines(paper: PaperDue, facts: Mapping[str, Any]) -> Iterator[Owed]:
    day, lacks = day_of(paper.due, facts)
    if paper.listed_in is None:
        owner = "、".join(_names(facts.get(paper.owner or "")))
        yield Owed(paper=paper, owner=owner, day=day, lacks=lacks)
        return
    left_out = set(_names(facts.get(paper.but_not or "")))
    names = _names(facts.get(paper.listed_in))
    for number, name in enumerate(names):
        if name in left_out or name in names[:number]:
            continue
        yield Owed(
            paper=paper,
            person=name if paper.who == "person" else "",
            branch=name if paper.who == "branch" else "",
            owner=_owner(paper, facts, number) or name,
            day=day,
            lacks=lacks,
        )


def _owner(paper: PaperDue, facts: Mapping[str, Any], number: int) -> str:
    """One for all, or the one who stands at the same place of a list."""
    value = facts.get(paper.owner or "")
    if isinstance(value, str):
        return value
    return _names(value)[number] if number < len(_names(value)) else ""


def _names(value: Any) -> Sequence[str]:
    """A list, one name, or nothing, as a list."""
    if isinstance(value, str):
        return [value]
    return [one for one in value or () if isinstance(one, str)]


def day_of(due: Due | None, facts: Mapping[str, Any]) -> tuple[date | None, tuple[str, ...]]:
    """The day that is counted from the activity's, and which of its fields are not there yet."""
    if due is None:
        return None, ()
    start = facts.get(due.from_)
    days = facts.get(due.days) if isinstance(due.days, str) else due.days
    named = ((due.from_, start), (due.days, days))
    lacks = tuple(name for name, value in named if isinstance(name, str) and value is None)
    if not isinstance(start, date) or not isinstance(days, int):
        return None, lacks
    try:
        return start + timedelta(days=days), ()
    except OverflowError:  # a number that was typed wrongly must not take the list away
        return None, (str(due.days),)


def days_left(day: date, today: date) -> int:
    """Days until then; 0 on the day itself, less than 0 after it."""
    return (day - today).days


def is_overdue(state: State, day: date | None, today: date) -> bool:
    """Whether the day has passed and the paper is not settled."""
    return day is not None and day < today and state not in SETTLED


def is_near(state: State, day: date | None, today: date) -> bool:
    """Whether it is still to be done, and soon."""
    if day is None or state in SETTLED:
        return False
    return 0 <= days_left(day, today) <= SOON_DAYS
