"""What is left over in a paper, by what is known of its activity."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from service.core.definition import FormDefinition
from service.core.left_over import Surroundings, left_over
from service.core.left_over_days import Days
from service.core.roster.names import same_person
from service.errors import Lang, Problem

_YEAR, _FIRST, _LAST = "year", "start_month", "end_month"
_SHORT = 30
"""Characters; longer texts of the profile are no names and no codes."""


def notes(
    form: FormDefinition,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    lang: Lang,
    *,
    people: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Notes about placeholders, days, numbers and names; none of them stops anything.

    Args:
        form: what was asked.
        answers: checked values.
        facts: checked values of the activity.
        lang: of the paper; an English one is compared with names in Latin letters alone.
        people: names on the activity's rosters; without any no name is looked at.
    """
    english = lang == "en"
    names = frozenset(same_person(one) for one in people if one.isascii() == english)
    known = Surroundings(
        days=_days(facts),
        words=frozenset(same_person(one) for one in _texts(facts) if len(one) <= _SHORT),
        people=names,
    )
    return left_over(form, answers, known)


def _days(facts: Mapping[str, Any]) -> Days:
    first, last, year = facts.get(_FIRST), facts.get(_LAST), facts.get(_YEAR)
    if isinstance(last, date):
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return Days(
        year=year if isinstance(year, int) else None,
        first=first if isinstance(first, date) else None,
        last=last if isinstance(last, date) else None,
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, in tables and lists too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
