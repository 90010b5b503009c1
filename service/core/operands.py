"""Operands of rules: field paths, `activity.<field>` and plain numbers, read from answers."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.core.definition import FormDefinition


@dataclass(frozen=True)
class Spot:
    """A value and where it stands: location such as `("tasks", 2, "deadline")`."""

    location: tuple[int | str, ...]
    value: Any

    @property
    def path(self) -> str:
        """Dotted path for a Problem."""
        return ".".join(str(part) for part in self.location)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a rule may look at: the form's good values and the activity's."""

    definition: FormDefinition
    values: Mapping[str, Any]
    activity: Mapping[str, Any]

    def spots(self, path: str) -> Iterator[Spot]:
        """Every given value at a field path, rows in order; each scalar column once a row."""
        yield from walk(self.values, path)

    def rows(self, table: str) -> Iterator[Spot]:
        """Every row of a table (also of a table in a table)."""
        for spot in self.spots(table):
            for number, row in enumerate(spot.value):
                yield Spot((*spot.location, number), row)

    def value(self, operand: str | int | None, near: Spot | None = None) -> Any:
        """An operand's value; a column of the same table (or of its parent) is its row's.

        Args:
            operand: a field path, `activity.<field>`, or a number.
            near: the value it is compared with.
        """
        if operand is None or isinstance(operand, int):
            return operand
        if operand.startswith("activity."):
            return self.activity.get(operand.partition(".")[2])
        wanted = tuple(operand.split("."))
        location: tuple[int | str, ...] = ()
        if near is not None:
            location = _same_row(near.location, wanted)
        return self.at(location or wanted)

    def at(self, location: tuple[int | str, ...]) -> Any:
        """What stands at a location; None where nothing does."""
        return _at(self.values, location)


def walk(values: Mapping[str, Any], path: str) -> Iterator[Spot]:
    """Every given value at a field path of some values, rows in order."""
    yield from _walk(values, path.split("."), ())


def _walk(node: Any, names: list[str], location: tuple[int | str, ...]) -> Iterator[Spot]:
    if not names:
        yield Spot(location, node)
    elif isinstance(node, Mapping):
        if node.get(names[0]) is not None:
            yield from _walk(node[names[0]], names[1:], (*location, names[0]))
    elif isinstance(node, list):
        for number, row in enumerate(node):
            yield from _walk(row, names, (*location, number))


def _same_row(near: tuple[int | str, ...], wanted: tuple[str, ...]) -> tuple[int | str, ...]:
    """The wanted path with the row numbers of `near`, as far as both go the same way."""
    found: list[int | str] = []
    left = list(wanted)
    for part in near:
        if isinstance(part, int):
            found.append(part)
        elif left and part == left[0] and len(left) > 1:
            found.append(left.pop(0))
        else:
            break
    while found and isinstance(found[-1], int) and not left:
        found.pop()
    return (*found, *left)


def _at(node: Any, location: tuple[int | str, ...]) -> Any:
    for part in location:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    return node


def comparable(value: Any) -> date | None:
    """Dates, months and times as a day, so that they can be compared; else None."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def last_day(value: Any, *, is_month: bool) -> date | None:
    """As `comparable`; a month used as an end means its last day."""
    day = comparable(value)
    if day is None or not is_month:
        return day
    return day.replace(day=monthrange(day.year, day.month)[1])
