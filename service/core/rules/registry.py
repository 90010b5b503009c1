"""The registry of rules, and what their checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.core.definition import RuleDefinition
from service.core.operands import Facts
from service.errors import Text

Found = Iterator[tuple[tuple[int | str, ...], Text]]
Check = Callable[[RuleDefinition, Facts], Found]


DAYS = frozenset({"date", "month", "datetime"})
NUMBERS = frozenset({"integer"})
MANY = frozenset({"table", "list", "lines", "paragraphs", "choices"})
ONE = frozenset({"text", "person", "upload", "choice", "yes_no"}) | DAYS | NUMBERS


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule's check and its operands.

    Attributes:
        check: the check.
        needs: operands that must be there.
        takes: operands that may be there.
        one_of: at least one of these must be there, else the rule could never be broken.
        types: field types that an operand may name, where not all will do.
    """

    check: Check
    needs: frozenset[str]
    takes: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)


RULES: dict[str, Rule] = {}


def rule_check(
    *needs: str, takes: Iterable[str] = (), one_of: Iterable[str] = (), **types: frozenset[str]
) -> Callable[[Check], Check]:
    """Registers a check under its function's name; `types` by operand, see Rule."""

    def keep(check: Check) -> Check:
        RULES[check.__name__] = Rule(
            check=check,
            needs=frozenset(needs),
            takes=frozenset({*takes, *one_of}),
            one_of=frozenset(one_of),
            types=types,
        )
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
