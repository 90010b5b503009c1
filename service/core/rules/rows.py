"""Rules about what must be there, and in which order."""

from __future__ import annotations

from collections import Counter
from typing import Any

from service.core.definition import RuleDefinition
from service.core.operands import Facts, Spot
from service.core.rules.registry import (
    MANY,
    ONE,
    Found,
    choice_labels,
    operand_label,
    place,
    rule_check,
)
from service.errors import Text


@rule_check("field")
def required(rule: RuleDefinition, facts: Facts) -> Found:
    """A field, or a column in every row, is given."""
    head, _, column = (rule.field or "").rpartition(".")
    if not head:
        if facts.values.get(column) is None:
            yield place(column), Text("必须填写。", "must be filled in.")
        return
    for row in facts.rows(head):
        if row.value.get(column) is None:
            yield (*row.location, column), Text("必须填写。", "must be filled in.")


@rule_check("field", "if_")
def required_if(rule: RuleDefinition, facts: Facts) -> Found:
    """A field is given whenever a condition holds."""
    condition = rule.if_
    assert condition is not None and rule.field is not None  # verified with the definition
    head, _, column = rule.field.rpartition(".")
    text = Text("按所选情况必须填写。", "must be filled in, as the other answers ask for it.")
    for row in facts.rows(head) if head else [Spot((), facts.values)]:
        name = condition.field.removeprefix(f"{head}.")
        value = row.value.get(name, facts.values.get(condition.field))
        if condition.holds(value) and row.value.get(column) is None:
            yield (*row.location, column), text


@rule_check("table", "fields", table=frozenset({"table"}))
def each_has(rule: RuleDefinition, facts: Facts) -> Found:
    """Every row has all of the columns."""
    for row in facts.rows(rule.table or ""):
        for column in rule.fields:
            if row.value.get(column) is None:
                yield (*row.location, column), Text("必须填写。", "must be filled in.")


@rule_check("field", one_of=("values", "other"), other=MANY)
def covers(rule: RuleDefinition, facts: Facts) -> Found:
    """Every wanted value occurs."""
    wanted = rule.values or facts.value(rule.other) or ()
    found: list[Any] = []
    for spot in facts.spots(rule.field or ""):
        found += spot.value if isinstance(spot.value, list) else [spot.value]
    missing = [one for one in wanted if one not in found]
    if missing and found:
        labels = choice_labels(facts, rule.field or "", missing)
        yield (
            place((rule.field or "").split(".")[0]),
            Text(f"还缺：{labels.zh}。", f"still missing: {labels.en}."),
        )


@rule_check("field", "order", field=ONE)
def ranked(rule: RuleDefinition, facts: Facts) -> Found:
    """Rows come in the order of their codes."""
    highest = 0
    for spot in facts.spots(rule.field or ""):
        if spot.value not in rule.order:
            continue
        rank = rule.order.index(spot.value)
        if rank < highest:
            labels = choice_labels(facts, rule.field or "", list(rule.order))
            zh, en = labels.zh.replace("、", "→"), labels.en.replace(", ", " → ")
            yield spot.location, Text(f"次序应为：{zh}。", f"the order must be: {en}.")
        highest = max(highest, rank)


@rule_check("field", "other", other=ONE)
def refers_to(rule: RuleDefinition, facts: Facts) -> Found:
    """Every value occurs in another column."""
    known = {spot.value for spot in facts.spots(str(rule.other))}
    name = operand_label(facts, rule.other)
    for spot in facts.spots(rule.field or ""):
        for value in spot.value if isinstance(spot.value, list) else [spot.value]:
            if value not in known:
                yield spot.location, Text(f"在{name.zh}中找不到。", f"is not found in {name.en}.")


@rule_check("field", field=ONE)
def unique(rule: RuleDefinition, facts: Facts) -> Found:
    """No value occurs twice."""
    spots = list(facts.spots(rule.field or ""))
    counts = Counter(spot.value for spot in spots)
    for spot in spots:
        if counts[spot.value] > 1:
            yield spot.location, Text("重复出现。", "occurs more than once.")
