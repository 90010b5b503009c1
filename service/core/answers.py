"""Raw input to answers for a stage, or every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from service.core.definition import Condition, FieldDefinition, FormDefinition, Stage, reached
from service.core.messages import answer_problem
from service.core.rules import run_rules
from service.core.typed import Known, labels_at, typed
from service.errors import InputError, Problem


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Checked values for one form.

    Attributes:
        definition: what was asked.
        values: field name to value (str, list[str], int, date, datetime, bool, list of rows);
            a field that is not given is absent.
        stage: what they were checked for.
        notes: gaps and warnings that do not stop the document.
    """

    definition: FormDefinition
    values: Mapping[str, Any]
    stage: Stage = "draft"
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What could be read of raw input, for all stages at once.

    Attributes:
        values: the good ones.
        found: every problem in the order of the form, with the first stage that it stops.
        notes: what stops none.
    """

    values: Mapping[str, Any]
    found: tuple[tuple[Stage, Problem], ...] = ()
    notes: tuple[Problem, ...] = ()

    def at(self, stage: Stage) -> Reading:
        """What stops a stage are its problems; what will stop a later one is noted."""
        later = [one for first, one in self.found if not reached(stage, first)]
        return Reading(
            values=self.values,
            problems=tuple(one for first, one in self.found if reached(stage, first)),
            notes=(*later, *self.notes),
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What could be read of raw input: the good values, and all problems and notes."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def check(
    definition: FormDefinition,
    raw: Any,
    *,
    stage: Stage = "draft",
    activity: Mapping[str, Any] | None = None,
    filled_in: Collection[str] = (),
) -> Answers:
    """Answers for a stage.

    Args:
        definition: what is asked.
        raw: field name to raw value, as from JSON, YAML or a web form.
        stage: how much must be there.
        activity: checked values of the activity, for choices and rules.
        filled_in: fields that `prefill` gave; nobody is warned when those do not apply.

    Raises:
        InputError: every problem at once, each with its path (`agenda.2.item`).
    """
    reading = read(definition, raw, stage=stage, activity=activity, filled_in=filled_in)
    if reading.problems:
        raise InputError(reading.problems)
    return Answers(definition=definition, values=reading.values, stage=stage, notes=reading.notes)


def read(
    definition: FormDefinition,
    raw: Any,
    *,
    stage: Stage = "draft",
    activity: Mapping[str, Any] | None = None,
    filled_in: Collection[str] = (),
) -> Reading:
    """As `check`, but hands back what is good beside what is wrong (a form shows both)."""
    return read_whole(definition, raw, activity=activity, filled_in=filled_in).at(stage)


def read_whole(
    definition: FormDefinition,
    raw: Any,
    *,
    activity: Mapping[str, Any] | None = None,
    filled_in: Collection[str] = (),
) -> Whole:
    """The same for every stage: what is looked at is the same, when it bites is not."""
    if not isinstance(raw, Mapping):
        wrong_shape = answer_problem("not_mapping", path="", labels=())
        return Whole(values={}, found=(("draft", wrong_shape),))
    facts = activity or {}
    values, problems = typed(definition, raw, facts)
    wrong = {found.path for found in problems}
    # A table with a wrong row was given: it is told of that row alone.
    around = {
        ".".join(path.split(".")[:n]) for path in wrong for n in range(1, path.count(".") + 2)
    }
    gaps = [gap for gap in _Gaps(definition, values).all() if gap[1].path not in around]
    broken, warned = run_rules(definition, values, activity=facts, wrong=frozenset(wrong))
    order = {name: number for number, name in enumerate(definition.fields)}
    found: list[tuple[Stage, Problem]] = [("draft", one) for one in problems]
    found += [*gaps, *broken]
    found.sort(key=lambda one: order.get(one[1].path.split(".")[0], -1))
    notes = _not_applying(definition, values, filled_in)
    return Whole(values=values, found=tuple(found), notes=(*notes, *warned))


def applies(
    conditions: Sequence[Condition], row: Mapping[str, Any], form: Mapping[str, Any]
) -> bool:
    """True where every condition holds; a column's condition looks at its row first."""
    return all(one.holds(row.get(one.field, form.get(one.field))) for one in conditions)


@dataclass(frozen=True)
class _Gaps:
    """Looks for what is not there but will be needed."""

    definition: FormDefinition
    values: Mapping[str, Any]

    def all(self) -> Iterator[tuple[Stage, Problem]]:
        """Each gap, and the stage from which on it is needed."""
        for name, asked in self.definition.fields.items():
            if applies(self.definition.applies_if[name], self.values, self.values):
                yield from self._of(asked, self.values, (name,))

    def _of(
        self, asked: FieldDefinition, row: Mapping[str, Any], location: tuple[int | str, ...]
    ) -> Iterator[tuple[Stage, Problem]]:
        value = row.get(asked.name)
        if value is None:
            if asked.needed_at:
                yield asked.needed_at, self._say("required", location, {})
            return
        if asked.min_items and isinstance(value, list) and len(value) < asked.min_items:
            numbers = {"limit": asked.min_items, "count": len(value)}
            yield asked.needed_at or "draft", self._say("too_few", location, numbers)
        for column in asked.fields:
            for number, line in enumerate(value):
                if column.shown_if is None or applies((column.shown_if,), line, self.values):
                    yield from self._of(column, line, (*location, number, column.name))

    def _say(self, code: str, location: tuple[int | str, ...], numbers: dict[str, Any]) -> Problem:
        return _gap(Known(self.definition), code, location, tuple(numbers.items()))


@lru_cache(maxsize=4096)
def _gap(
    form: Known, code: str, location: tuple[int | str, ...], numbers: tuple[tuple[str, int], ...]
) -> Problem:
    """A gap in words; ten thousand blank forms lack the same and share one Problem each."""
    path = ".".join(str(part) for part in location)
    labels = labels_at(form.definition, location)
    return answer_problem(code, path=path, labels=labels, numbers=dict(numbers))


def _not_applying(
    definition: FormDefinition, values: Mapping[str, Any], filled_in: Collection[str]
) -> Iterator[Problem]:
    """A note for each filled field and cell that will not print; rows of what fits only."""
    for name, value in values.items():
        if not applies(definition.applies_if[name], values, values):
            if name not in filled_in:
                yield _unprinted(definition, (name,))
        elif definition.fields[name].type == "table":
            for location in _idle_cells(definition.fields[name], value, values, (name,)):
                yield _unprinted(definition, location)


def _idle_cells(
    table: FieldDefinition,
    rows: Sequence[Mapping[str, Any]],
    form: Mapping[str, Any],
    location: tuple[int | str, ...],
) -> Iterator[tuple[int | str, ...]]:
    """Where a filled cell does not apply, in tables in tables too."""
    for number, row in enumerate(rows):
        for column in table.fields:
            here = (*location, number, column.name)
            if column.name not in row:
                continue
            if column.shown_if and not applies((column.shown_if,), row, form):
                yield here
            elif column.type == "table":
                yield from _idle_cells(column, row[column.name], form, here)


def _unprinted(definition: FormDefinition, location: tuple[int | str, ...]) -> Problem:
    path = ".".join(str(part) for part in location)
    return answer_problem("does_not_apply", path=path, labels=labels_at(definition, location))
