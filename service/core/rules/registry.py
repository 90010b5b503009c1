"""The registry of rules, and what their checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from service.core.definition import RuleDefinition
from service.core.operands import Facts
from service.errors import Text

Found = Iterator[tuple[tuple[int | str, ...], Text]]
Check = Callable[[RuleDefinition, Facts], Found]


@dataclass(frozen=True)
class Rule:
    """A rule's check, the operands that it needs and those that it may take."""

    check: Check
    needs: frozenset[str]
    takes: frozenset[str] = frozenset()


RULES: dict[str, Rule] = {}


def rule_check(*needs: str, takes: Iterable[str] = ()) -> Callable[[Check], Check]:
    """Registers a check under its function's name."""

    def keep(check: Check) -> Check:
        RULES[check.__name__] = Rule(check, frozenset(needs), frozenset(takes))
        return check

    return keep


def place(path: str) -> tuple[int | str, ...]:
    """A field path as a location."""
    return tuple(path.split("."))


def operand_label(facts: Facts, operand: str | int | None) -> Text:
    """How a message names an operand."""
    if isinstance(operand, str) and operand.startswith("activity."):
        return Text("活动档案所定", "the activity's profile")
    found = facts.definition.field(operand) if isinstance(operand, str) else None
    if found:
        return Text(f"“{found.label.zh}”", found.label.en)
    return Text(str(operand), str(operand))


def choice_labels(facts: Facts, path: str, values: list[str]) -> Text:
    """Codes of a choice field as a clerk reads them."""
    asked = facts.definition.field(path)
    labels = {choice.value: choice.label for choice in asked.choices} if asked else {}
    return Text(
        "、".join(labels[v].zh if v in labels else v for v in values),
        ", ".join(labels[v].en if v in labels else v for v in values),
    )
