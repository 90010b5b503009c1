"""Rules about numbers: bounds, counts, sums, shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.core.definition import RuleDefinition
from service.core.operands import Facts, Spot
from service.core.rules.registry import MANY, NUMBERS, Found, operand_label, place, rule_check
from service.errors import Text


def _bound(rule: RuleDefinition, facts: Facts) -> Iterator[tuple[Spot, int]]:
    for spot in facts.spots(rule.field or ""):
        limit = rule.value if rule.other is None else facts.value(rule.other, spot)
        if isinstance(limit, int) and isinstance(spot.value, int):
            yield spot, limit


@rule_check("field", one_of=("value", "other"), field=NUMBERS, other=NUMBERS)
def at_least(rule: RuleDefinition, facts: Facts) -> Found:
    """An integer has a lower bound."""
    for spot, limit in _bound(rule, facts):
        if spot.value < limit:
            yield spot.location, Text(f"不能少于 {limit}。", f"must be at least {limit}.")


@rule_check("field", one_of=("value", "other"), field=NUMBERS, other=NUMBERS)
def at_most(rule: RuleDefinition, facts: Facts) -> Found:
    """An integer has an upper bound."""
    for spot, limit in _bound(rule, facts):
        if spot.value > limit:
            yield spot.location, Text(f"不能多于 {limit}。", f"must be at most {limit}.")


@rule_check("field", "other")
def equals(rule: RuleDefinition, facts: Facts) -> Found:
    """Two values are the same."""
    name = operand_label(facts, rule.other)
    for spot in facts.spots(rule.field or ""):
        other = facts.value(rule.other, spot)
        if other is not None and other != spot.value:
            yield spot.location, Text(f"与{name.zh}不一致。", f"differs from {name.en}.")


@rule_check("table", "other", table=MANY, other=MANY | NUMBERS)
def count_is(rule: RuleDefinition, facts: Facts) -> Found:
    """A table has so many rows."""
    wanted = facts.value(rule.other)
    wanted = len(wanted) if isinstance(wanted, list) else wanted
    for spot in facts.spots(rule.table or ""):
        if isinstance(wanted, int) and len(spot.value) != wanted:
            count = len(spot.value)
            text = Text(f"应为 {wanted} 项，现有 {count} 项。", f"must be {wanted}, has {count}.")
            yield spot.location, text


@rule_check("field", "value", field=MANY)
def max_items(rule: RuleDefinition, facts: Facts) -> Found:
    """A list or table has at most so many items."""
    for spot in facts.spots(rule.field or ""):
        if rule.value is not None and len(spot.value) > rule.value:
            text = Text(f"最多 {rule.value} 项。", f"takes at most {rule.value}.")
            yield spot.location, text


@rule_check("field", "value", field=MANY)
def min_items(rule: RuleDefinition, facts: Facts) -> Found:
    """A list or table has at least so many items."""
    for spot in facts.spots(rule.field or ""):
        if rule.value is not None and len(spot.value) < rule.value:
            text = Text(f"至少 {rule.value} 项。", f"needs at least {rule.value}.")
            yield spot.location, text


@rule_check("field", "other", field=NUMBERS, other=MANY | NUMBERS)
def sum_is(rule: RuleDefinition, facts: Facts) -> Found:
    """An integer column adds up."""
    table = (rule.field or "").rpartition(".")[0]
    spots = [spot for spot in facts.spots(rule.field or "") if isinstance(spot.value, int)]
    wanted = facts.value(rule.other)
    wanted = len(wanted) if isinstance(wanted, list) else wanted
    total = sum(spot.value for spot in spots)
    if spots and isinstance(wanted, int) and total != wanted:
        name = operand_label(facts, rule.other)
        yield (
            place(table),
            Text(
                f"合计 {total}，与{name.zh}（{wanted}）不符。",
                f"adds up to {total}, not to {name.en} ({wanted}).",
            ),
        )


def _letters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_letters(one) for one in value.values())
    return sum(_letters(one) for one in value) if isinstance(value, list) else 0


@rule_check("field", "of", one_of=("min", "max"))
def share_of_text(rule: RuleDefinition, facts: Facts) -> Found:
    """A field's share of the characters of several, per cent."""
    part = sum(_letters(spot.value) for spot in facts.spots(rule.field or ""))
    whole = sum(_letters(spot.value) for path in rule.of for spot in facts.spots(path))
    if not part or not whole:
        return
    share = round(100 * part / whole)
    low, high = rule.min or 0, 100 if rule.max is None else rule.max
    if not low <= share <= high:
        text = Text(
            f"占全文 {share}%，应为 {low}%—{high}%。",
            f"is {share} % of the text; it should be {low} to {high} %.",
        )
        yield place((rule.field or "").split(".")[0]), text
