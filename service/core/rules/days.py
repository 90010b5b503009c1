"""Rules about days, months and their order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from service.core.definition import RuleDefinition
from service.core.operands import Facts, Spot, comparable, last_day
from service.core.rules.registry import DAYS, NUMBERS, Found, operand_label, place, rule_check
from service.errors import Text


def _days(rule: RuleDefinition, facts: Facts) -> Iterator[tuple[Spot, Any, Any]]:
    for spot in facts.spots(rule.field or ""):
        other = facts.value(rule.other, spot)
        mine, its = comparable(spot.value), comparable(other)
        if mine and its:
            yield spot, mine, its


@rule_check("field", "other", field=DAYS, other=DAYS)
def not_before(rule: RuleDefinition, facts: Facts) -> Found:
    """A day is not before another; a month only where it has ended before."""
    name = operand_label(facts, rule.other)
    month = _is_month(facts, rule.field)
    for spot, mine, its in _days(rule, facts):
        if last_day(mine, is_month=month) < its:
            yield (
                spot.location,
                Text(f"不能早于{name.zh}（{its}）。", f"must not be before {name.en} ({its})."),
            )


@rule_check("field", "other", field=DAYS, other=DAYS)
def not_after(rule: RuleDefinition, facts: Facts) -> Found:
    """A day is not after another; where that is a month, not after its last day."""
    name = operand_label(facts, rule.other)
    month = _is_month(facts, str(rule.other))
    for spot, mine, its in _days(rule, facts):
        if mine > last_day(its, is_month=month):
            yield (
                spot.location,
                Text(f"不能晚于{name.zh}（{its}）。", f"must not be after {name.en} ({its})."),
            )


def _is_month(facts: Facts, path: str | None) -> bool:
    found = facts.definition.field(path) if path else None
    return bool(found and found.type == "month")


@rule_check("field", "start", "end", field=DAYS, start=DAYS, end=DAYS)
def within(rule: RuleDefinition, facts: Facts) -> Found:
    """A day lies between two others, both included."""
    for spot in facts.spots(rule.field or ""):
        day = comparable(spot.value)
        first = comparable(facts.value(rule.start, spot))
        end = facts.value(rule.end, spot)
        last = last_day(end, is_month=_is_month(facts, rule.end))
        if day and first and last and not first <= day <= last:
            text = Text(f"应在 {first} 至 {last} 之间。", f"must be between {first} and {last}.")
            yield spot.location, text


@rule_check("field", "other", "days", field=DAYS, other=DAYS, days=NUMBERS)
def within_days(rule: RuleDefinition, facts: Facts) -> Found:
    """A day is at most so many days after another, and not before it."""
    days = facts.value(rule.days)
    for spot, mine, its in _days(rule, facts):
        if isinstance(days, int) and not 0 <= (mine - its).days <= days:
            text = Text(
                f"应在 {its} 之后 {days} 日内。", f"must be within {days} days after {its}."
            )
            yield spot.location, text


@rule_check(one_of=("field", "fields"), field=DAYS | NUMBERS, fields=DAYS | NUMBERS)
def in_order(rule: RuleDefinition, facts: Facts) -> Found:
    """Days or numbers do not go backwards."""
    paths = rule.fields or (rule.field or "",)
    spots = [spot for path in paths for spot in facts.spots(path)]
    for before, after in pairwise(spots):
        if _sortable(after.value) < _sortable(before.value):
            yield after.location, Text("早于前一项，请按先后排列。", "is before the one above it.")


def _sortable(value: Any) -> float:
    day = comparable(value)
    return float(day.toordinal()) if day else float(value)


@rule_check("start", "end", "months", start=DAYS, end=DAYS, months=NUMBERS)
def at_least_months(rule: RuleDefinition, facts: Facts) -> Found:
    """A span has at least so many months."""
    first, last = comparable(facts.value(rule.start)), comparable(facts.value(rule.end))
    months = facts.value(rule.months)
    if first and last and isinstance(months, int):
        # A month counts whole: February to September is eight.
        whole = 1 if _is_month(facts, rule.end) else (0 if last.day >= first.day else -1)
        span = (last.year - first.year) * 12 + last.month - first.month + whole
        if span < months:
            text = Text(f"起止时间不足 {months} 个月。", f"the span is under {months} months.")
            yield place(rule.end or ""), text
