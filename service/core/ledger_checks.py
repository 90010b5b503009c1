"""The ledger: the progress of one task, checked by the rules of its form and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from service.core.answers import read
from service.core.definition import FieldDefinition, FormDefinition, RuleDefinition
from service.core.ledger import PROGRESS, STATUSES, Entry, ledger_table
from service.core.messages import where
from service.core.typed import Known
from service.errors import Problem, Text, problem


@dataclass(frozen=True, kw_only=True)
class CheckedProgress:
    """What was typed of a task.

    Attributes:
        values: checked values.
        problems: all that stops it; the path is the column's name.
    """

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]


def check_progress(
    form: FormDefinition, entry: Entry, raw: Mapping[str, Any], today: date
) -> CheckedProgress:
    """Progress as typed for a task, checked as the form will check it when it is printed.

    Args:
        form: of the plan.
        entry: the task.
        raw: column name to raw value.
        today: up to which day the progress counts.
    """
    small = _progress_form(Known(form))
    table = _table(small)
    typed = {name: raw[name] for name in PROGRESS if name in raw}
    plan = {name: one for name, one in entry.plan.items() if name in table.columns}
    rows: list[dict[str, Any]] = [{} for _ in range(entry.no - 1)]
    answers = {table.name: [*rows, {**plan, **typed}], _as_of(table): today}
    reading = read(small, answers, stage="review")
    here = f"{table.name}.{entry.no - 1}."
    head = where([(table.label, entry.no - 1)])
    found = [_shortened(one, here, head) for one in reading.problems if one.path.startswith(here)]
    problems = [one for one in found if one.path in PROGRESS]
    lines = reading.values.get(table.name) or [{}] * entry.no
    values = {name: one for name, one in lines[entry.no - 1].items() if name in PROGRESS}
    problems += _not_a_status(values)
    early = _in_the_future(table, values, today)
    told = {one.path for one in early}
    problems = [*(one for one in problems if one.path not in told), *early]
    return CheckedProgress(values=values, problems=tuple(problems))


def _table(form: FormDefinition) -> FieldDefinition:
    found = ledger_table(form)
    assert found is not None
    return found


def _as_of(table: FieldDefinition) -> str:
    assert table.ledger is not None
    return table.ledger.as_of


@lru_cache(maxsize=64)
def _progress_form(key: Known) -> FormDefinition:
    """The form without all that has nothing to do with progress."""
    form = key.definition
    table = _table(form)
    kept = tuple(one for one in table.fields if one.name in PROGRESS or one.type == "date")
    small = table.model_copy(update={"fields": kept})
    as_of = form.fields[_as_of(table)]
    section = form.sections[0].model_copy(update={"shown_if": None, "fields": (small, as_of)})
    bare = form.model_copy(
        update={"sections": (section,), "rules": (), "include": (), "defaults": {}}
    )
    rules = tuple(rule for rule in form.rules if _about_progress(bare, rule, table.name))
    return bare.model_copy(update={"rules": rules})


def _about_progress(form: FormDefinition, rule: RuleDefinition, table: str) -> bool:
    paths = rule.paths()
    wanted = {f"{table}.{name}" for name in PROGRESS}
    known = all(form.field(one) or form.field(f"{table}.{one}") for one in paths)
    return known and any(one in wanted for one in paths)


def _shortened(one: Problem, here: str, head: Text) -> Problem:
    """Without table and row, which whoever looks at one task knows."""
    text = Text(
        one.text.zh.removeprefix(head.zh.removesuffix("：")),
        one.text.en.removeprefix(head.en.removesuffix(": ") + ", "),
    )
    return Problem(code=one.code, text=text, path=one.path.removeprefix(here))


def _not_a_status(values: Mapping[str, Any]) -> list[Problem]:
    if values.get("status") in (None, *STATUSES):
        return []
    return [
        problem(
            "status_follows",
            "“逾期”由完成时限推算，不用填；请选“未启动”或“进行中”。",
            "“overdue” follows from the deadline; choose “not started” or “in progress”.",
            path="status",
        )
    ]


def _in_the_future(table: FieldDefinition, values: Mapping[str, Any], today: date) -> list[Problem]:
    return [
        problem(
            "in_the_future",
            f"“{table.columns[name].label.zh}”还没有到；请填实际的日期。",
            f"{table.columns[name].label.en}: that day has not come yet; give the actual one.",
            path=name,
        )
        for name in ("completed_on", "cleared_on")
        if isinstance(values.get(name), date) and values[name] > today
    ]
