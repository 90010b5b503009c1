"""What a draft still lacks, and from which stage on that stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.core.definition import STAGES, Stage, reached
from service.desk.documents.kept import Paper
from service.errors import Problem, problem


@dataclass(frozen=True, kw_only=True)
class Checked:
    """All that a look at a draft found.

    Attributes:
        found: every problem with the first stage that it stops.
        notes: what deserves a look and stops nothing.
        values: what could be read, field name to value.
    """

    found: tuple[tuple[Stage, Problem], ...]
    notes: tuple[Problem, ...]
    values: Mapping[str, Any]

    def until(self, stage: Stage) -> tuple[Problem, ...]:
        """What is to be mended before a stage."""
        return tuple(one for first, one in self.found if reached(stage, first))

    def at(self, stage: Stage) -> tuple[Problem, ...]:
        """What stops this stage and none before it."""
        return tuple(one for first, one in self.found if first == stage)


def check_paper(paper: Paper) -> Checked:
    """Reads the draft for all stages; what stops the first one comes first."""
    whole = paper.whole
    first: dict[tuple[str, str, str], tuple[Stage, Problem]] = {}
    for stage, one in sorted(whole.found, key=lambda found: STAGES.index(found[0])):
        first.setdefault((one.code, one.path, one.text.zh), (stage, one))
    notes = (*whole.notes, *_left_behind(paper))
    return Checked(found=tuple(first.values()), notes=notes, values=whole.values)


def _left_behind(paper: Paper) -> list[Problem]:
    """Answers whose question is gone: kept in the draft, and told of."""
    names = "、".join(paper.left_behind)
    if not names:
        return []
    return [
        problem(
            "not_asked_any_more",
            f"表单改版后不再有这些填写项：{names}。原来填的还保存着，但不会印出来。",
            f"the form asks no more for: {names}. What was typed is kept and not printed.",
        )
    ]
