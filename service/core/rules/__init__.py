"""The closed list of cross-field rules, run over the fields that passed.

They stand outside pydantic: its after-validators do not run while any field is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.definition import FormDefinition, RuleDefinition, Stage
from service.core.messages import where
from service.core.operands import Facts
from service.core.rules import counts, days, rows
from service.core.rules.registry import RULES
from service.core.typed import labels_at
from service.errors import Problem, Text, problem

__all__ = ["RULES", "counts", "days", "rows", "run_rules"]


def run_rules(
    definition: FormDefinition,
    values: Mapping[str, Any],
    *,
    activity: Mapping[str, Any],
    wrong: frozenset[str],
) -> tuple[list[tuple[Stage, Problem]], list[Problem]]:
    """Problems of all rules with the stage from which on each bites; and warnings.

    A rule that touches a field which is wrong already
    stays silent, so that one mistake is not told twice.
    """
    facts = Facts(definition=definition, values=values, activity=activity)
    problems: list[tuple[Stage, Problem]] = []
    notes: list[Problem] = []
    heads = {path.split(".")[0] for path in wrong}
    for rule in definition.rules:
        if heads and heads & {path.split(".")[0] for path in rule.paths()}:
            continue
        for location, text in RULES[rule.rule].check(rule, facts):
            if not _wanted(rule, facts, location):
                continue
            said = _said(rule, definition, location, text)
            if rule.level == "error":
                problems.append((rule.at, said))
            else:
                notes.append(said)
    return problems, notes


def _wanted(rule: RuleDefinition, facts: Facts, location: tuple[int | str, ...]) -> bool:
    """False where the rule's `if` does not hold in the row (or the form) that it speaks of."""
    if rule.if_ is None or rule.rule == "required_if":
        return True
    *_, name = rule.if_.field.split(".")
    row = facts.at(location[:-1])
    near = row.get(name) if isinstance(row, Mapping) else None
    return rule.if_.holds(facts.values.get(name) if near is None else near)


def _said(
    rule: RuleDefinition, definition: FormDefinition, location: tuple[int | str, ...], text: Text
) -> Problem:
    head = where(labels_at(definition, location))
    if rule.message:
        text = Text(rule.message.zh, rule.message.en)
    path = ".".join(str(part) for part in location)
    return problem(rule.rule, head.zh + text.zh, head.en + text.en, path=path)
