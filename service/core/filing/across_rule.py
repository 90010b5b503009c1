"""A rule across the papers of a bundle, as its definition says it.

A closed list, as the rules inside a form are; the operands are `slot.field`, `slot.table.column`
and `activity.field`. They are data of the bundle's definition, so that no code names a kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.core.definition import Label

_PLACE = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"
RuleName = Literal["in_order", "agree", "covered", "numbered", "answered", "one_each"]


class AcrossRule(BaseModel):
    """One rule.

    `in_order`: the days at `places` come one after another, none before the one listed before it.
    `agree`: what stands at `places` is the same everywhere.
    `covered`: every value at `each` also stands at `by`.
    `numbered`: the number of every row of the table `each` (1, 2, …) stands at `by`.
    `answered`: every row of `each` whose `about` names a paper of `slot` has its `text` at `by` of
        that paper; the paper's name stands in its field `name`, or is `named`.
    `one_each`: everybody at `each` has a paper in one of `slots`, by its field `name`.

    Attributes:
        id: names the rule in an exception (`exceptions: {id: why}`).
        source: of which requirement it comes, e.g. SR-14.
        level: a warning is told and stops nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: RuleName
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: str = ""
    level: Literal["error", "warning"] = "error"
    message: Label
    places: tuple[str, ...] = ()
    each: str = Field(default="", pattern=rf"{_PLACE}|^$")
    by: str = ""
    about: str = ""
    text: str = ""
    slot: str = ""
    slots: tuple[str, ...] = ()
    name: str = ""
    named: Label | None = None

    @model_validator(mode="after")
    def _has_operands(self) -> AcrossRule:
        lacking = [one for one in _NEEDS[self.rule] if not getattr(self, one)]
        if self.rule == "answered" and not (self.name or self.named):
            lacking.append("name")
        if lacking:
            raise ValueError(f"`{self.rule}` needs " + ", ".join(f"`{one}`" for one in lacking))
        wrong = [one for one in self.places if not re.match(_PLACE, one)]
        if wrong:
            raise ValueError(f"no place: {wrong[0]}")
        return self

    @property
    def asked_slots(self) -> frozenset[str]:
        """The slots that it looks into."""
        at = [*self.places, self.each, *([self.by] if self.rule in _BY_IS_PLACE else ())]
        found = {one.partition(".")[0] for one in at if one}
        return frozenset({*found, self.slot, *self.slots} - {"", "activity"})


_NEEDS: Mapping[str, tuple[str, ...]] = {
    "in_order": ("places",),
    "agree": ("places",),
    "covered": ("each", "by"),
    "numbered": ("each", "by"),
    "answered": ("each", "about", "text", "by", "slot"),
    "one_each": ("each", "slots", "name"),
}
_BY_IS_PLACE = frozenset({"covered", "numbered"})
assert set(_NEEDS) == set(get_args(RuleName))
