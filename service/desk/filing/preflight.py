"""Before a bundle is handed over: all that a supervisory team would send it back for, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.core.filing.across import Paper, check_across
from service.core.operands import comparable
from service.core.reviews import SUPERVISORS, steps_of
from service.core.wording import one_line
from service.desk.bundle.plan import BundlePlan, PlannedPart
from service.errors import InputError, Problem, Text, problem

NUMBER = "doc_number"
DATED = "issue_date"
_ROUNDS = "review_rounds"
"""Field names that all kinds share (templates/shared/): number, date, review rounds."""


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """A bundle that may be handed over.

    Attributes:
        notes: what to look at all the same.
        excepted: id of a rule that is broken this once, to why.
    """

    notes: tuple[Problem, ...]
    excepted: Mapping[str, str]


def preflight(plan: BundlePlan, *, day: date, also: Sequence[Problem] = ()) -> Preflight:
    """Looks at every part alone, then at the parts beside one another.

    Args:
        plan: every required part is there, and each part's answers are good for filing.
        day: the filing date.
        also: what was found elsewhere, to be told at the same time.

    Raises:
        InputError: everything that stops the filing, each with the part it is about.
    """
    problems, found = look_through(plan, day=day)
    if problems or also:
        raise InputError([*problems, *also])
    return found


def look_through(plan: BundlePlan, *, day: date) -> tuple[list[Problem], Preflight]:
    """The same, nothing raised: what stops the filing, and what is only to be looked at."""
    problems: list[Problem] = []
    for part in plan.parts:
        problems += _of_part(part, day)
    across = check_across(
        plan.definition.rules,
        list(_papers(plan)),
        blind=_blind(plan),
        activity=plan.activity,
        exceptions=plan.instance.exceptions,
    )
    problems += across.problems
    problems += _unknown_exceptions(plan)
    unseen = tuple(_unseen(plan, one.message.zh, one.message.en) for one in across.unseen)
    return problems, Preflight(notes=(*across.notes, *unseen), excepted=across.excepted)


def number_of(part: PlannedPart) -> str:
    """The document number of a part, or ""."""
    answered = part.answers.values.get(NUMBER) if part.answers else None
    return str(answered or part.source.number or "")


def date_of(part: PlannedPart) -> date | None:
    """The date that a part bears, as far as known."""
    answered = part.answers.values.get(DATED) if part.answers else None
    return comparable(answered) or part.source.date


def own_title(plan: BundlePlan, part: PlannedPart) -> str:
    """The paper's own title in one line, else that of the part."""
    lines = part.answers.values.get("title") if part.answers else None
    return one_line(lines, plan.lang) if isinstance(lines, list) else part.title


def _of_part(part: PlannedPart, day: date) -> Iterator[Problem]:
    if not part.source.final:
        yield _about(
            part,
            "part_not_final",
            "还没有定稿；请先定稿再报送。",
            "is not final; make it final before it is handed over.",
        )
    if part.answers is not None:
        yield from _reviewed(part, part.answers.values)
    dated = date_of(part)
    if dated and dated > day:
        yield _about(
            part,
            "dated_later",
            f"成文日期（{dated}）晚于报送日期（{day}）。",
            f"is dated {dated}, after the filing date {day}.",
        )


def _reviewed(part: PlannedPart, values: Mapping[str, Any]) -> Iterator[Problem]:
    """The route of its kind, but for the supervisory team, which gets it now."""
    assert part.kind
    form = part.kind.form
    house = {one for one in steps_of(form, values) if one != SUPERVISORS}
    if not house:
        return
    said = {one.step for one in part.source.reviews if one.step}
    results = [one.result for one in part.source.reviews]
    if not results and values.get(_ROUNDS):
        results = [values[_ROUNDS][-1].get("result")]
    if not results:
        yield _about(
            part,
            "not_reviewed",
            "没有审阅（核稿）意见；请先审阅，或把纸上的意见录入。",
            "has no opinion of its reviewer; have it reviewed, or type in the opinion from paper.",
        )
    elif any(one != "agree" for one in results) or (said and house - said):
        yield _about(
            part,
            "review_open",
            "最后一轮审阅（核稿）还没有同意；请改好后再审。",
            "was not agreed to in its last round; mend it and have it reviewed again.",
        )


def _papers(plan: BundlePlan) -> Iterator[Paper]:
    for part in plan.parts:
        if part.kind and part.answers:
            yield Paper(
                slot=part.slot.id,
                title=part.title,
                form=part.kind.form,
                values=part.answers.values,
            )


def _blind(plan: BundlePlan) -> frozenset[str]:
    """Slots for a kind that hold a file of which no answers are known."""
    return frozenset(
        one.slot.id for one in plan.parts if one.slot.kind and one.file and not one.answers
    )


def _unknown_exceptions(plan: BundlePlan) -> Iterator[Problem]:
    known = {one.id for one in plan.definition.rules}
    for name in plan.instance.exceptions:
        if name not in known:
            listed = ", ".join(sorted(known)) or "-"
            yield problem(
                "unknown_exception",
                f"没有这一条规则；有：{listed}。",
                f"there is no such rule; there are: {listed}.",
                path=f"exceptions.{name}",
                file=plan.file,
            )


def _unseen(plan: BundlePlan, zh: str, en: str) -> Problem:
    text = Text(
        f"有的材料是直接放进来的文件，这一条没有核对，请人工核对：{zh}。",
        f"a part is a file that was put in as it is, so this was not checked; check it: {en}.",
    )
    return Problem(code="not_checked", text=text, file=plan.file)


def _about(part: PlannedPart, code: str, zh: str, en: str) -> Problem:
    return problem(code, f"“{part.title}”{zh}", f"“{part.title}” {en}", path=part.path)
