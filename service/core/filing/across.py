"""Rules across the papers of a bundle: what a supervisory team compares, one paper beside another.

What a rule may ask stands in `across_rule`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from service.core.definition import FormDefinition
from service.core.filing.across_rule import AcrossRule
from service.core.messages import where
from service.core.operands import Spot, comparable, walk
from service.core.roster.names import same_person
from service.core.typed import labels_at
from service.errors import Problem, Text

_SEVERAL = re.compile(r"[、,，;；\n]+")
Found: TypeAlias = Iterator["Broken"]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document in a slot; `form` tells the labels of its fields."""

    slot: str
    title: str
    form: FormDefinition
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Where a rule is broken; `detail` is what stands there, or who is missing."""

    paper: Paper | None
    spot: Spot | None
    detail: Text


@dataclass(frozen=True, kw_only=True)
class Across:
    """What the rules found.

    Attributes:
        problems: what stops a filing.
        notes: warnings, and what was let pass with its reason.
        excepted: rule id to why it was let pass; only those that were needed.
        unseen: rules that could not be looked at, since a part is a file without answers.
    """

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    excepted: Mapping[str, str]
    unseen: tuple[AcrossRule, ...]


def check_across(
    rules: Sequence[AcrossRule],
    papers: Sequence[Paper],
    *,
    blind: frozenset[str],
    activity: Mapping[str, Any],
    exceptions: Mapping[str, str],
) -> Across:
    """Runs all rules.

    Args:
        rules: of the bundle's definition.
        papers: every document whose answers are known, in the order of the bundle.
        blind: slots that hold a file whose answers are not known.
        activity: facts.
        exceptions: rule id to why it may be broken this once.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    excepted: dict[str, str] = {}
    unseen: list[AcrossRule] = []
    held = _Held(papers, activity)
    for rule in rules:
        if rule.asked_slots & blind:
            unseen.append(rule)
            continue
        found = [_told(rule, one) for one in _CHECKS[rule.rule](rule, held)]
        reason = exceptions.get(rule.id, "").strip()
        if found and reason:
            excepted[rule.id] = reason
            found = [_let_pass(one, reason) for one in found]
        (notes if reason or rule.level == "warning" else problems).extend(found)
    return Across(
        problems=tuple(problems), notes=tuple(notes), excepted=excepted, unseen=tuple(unseen)
    )


class _Held:
    """The papers by slot, and the facts."""

    def __init__(self, papers: Sequence[Paper], activity: Mapping[str, Any]) -> None:
        self.papers = papers
        self.activity = activity

    def of(self, slot: str) -> list[Paper]:
        return [one for one in self.papers if one.slot == slot]

    def spots(self, place: str) -> Iterator[tuple[Paper | None, Spot]]:
        """Every value at a place, lists taken apart, with the paper that it stands in."""
        head, _, path = place.partition(".")
        if head == "activity":
            yield from ((None, one) for one in _flat(self.activity, path))
        for paper in self.of(head):
            yield from ((paper, one) for one in _flat(paper.values, path))

    def values(self, place: str) -> set[str]:
        return {same_person(str(one.value)) for _, one in self.spots(place)}


def _flat(values: Mapping[str, Any], path: str) -> Iterator[Spot]:
    for spot in walk(values, path):
        if isinstance(spot.value, list):
            for number, one in enumerate(spot.value):
                yield Spot((*spot.location, number), one)
        else:
            yield spot


def _in_order(rule: AcrossRule, held: _Held) -> Found:
    latest = None
    for place in rule.places:
        days = [(p, s, day) for p, s in held.spots(place) if (day := comparable(s.value))]
        for paper, spot, day in days:
            if latest is not None and day < latest:
                yield Broken(
                    paper=paper,
                    spot=spot,
                    detail=Text(f"{day} 早于 {latest}", f"{day} is before {latest}"),
                )
        ends = [day for _, _, day in days]
        latest = max([*ends, *([latest] if latest else [])], default=None)


def _agree(rule: AcrossRule, held: _Held) -> Found:
    found = [one for place in rule.places for one in held.spots(place)]
    for paper, spot in found[1:]:
        first = found[0][1].value
        if _same(spot.value) != _same(first):
            detail = Text(f"“{spot.value}”与“{first}”", f"“{spot.value}” against “{first}”")
            yield Broken(paper=paper, spot=spot, detail=detail)


def _covered(rule: AcrossRule, held: _Held) -> Found:
    known = held.values(rule.by)
    for paper, spot in held.spots(rule.each):
        if same_person(str(spot.value)) not in known:
            yield Broken(paper=paper, spot=spot, detail=Text(f"“{spot.value}”", f"“{spot.value}”"))


def _numbered(rule: AcrossRule, held: _Held) -> Found:
    known = held.values(rule.by)
    slot, _, path = rule.each.partition(".")
    for paper in held.of(slot):
        for number, _ in enumerate(_table(paper.values, path), 1):
            if str(number) not in known:
                spot = Spot((*path.split("."), number - 1), None)
                detail = Text(f"第{number}条", f"no. {number}")
                yield Broken(paper=paper, spot=spot, detail=detail)


def _answered(rule: AcrossRule, held: _Held) -> Found:
    slot, _, path = rule.each.partition(".")
    asked = [row for paper in held.of(slot) for row in _table(paper.values, path)]
    for paper in held.of(rule.slot):
        name = _names(rule, paper)
        said = {same_person(str(one.value)) for one in _flat(paper.values, rule.by)}
        for row in asked:
            about = {same_person(one) for one in _SEVERAL.split(str(row.get(rule.about) or ""))}
            text = str(row.get(rule.text) or "")
            if name & about and same_person(text) not in said:
                yield Broken(paper=paper, spot=None, detail=Text(f"“{text}”", f"“{text}”"))


def _one_each(rule: AcrossRule, held: _Held) -> Found:
    there = {
        same_person(str(paper.values.get(rule.name) or ""))
        for slot in rule.slots
        for paper in held.of(slot)
    }
    for _, spot in held.spots(rule.each):
        if same_person(str(spot.value)) not in there:
            yield Broken(paper=None, spot=None, detail=Text(f"{spot.value}", f"{spot.value}"))


_CHECKS = {
    "in_order": _in_order,
    "agree": _agree,
    "covered": _covered,
    "numbered": _numbered,
    "answered": _answered,
    "one_each": _one_each,
}


def _names(rule: AcrossRule, paper: Paper) -> set[str]:
    if rule.named is not None:
        return {same_person(rule.named.zh), same_person(rule.named.en)}
    name = str(paper.values.get(rule.name) or "")
    return {same_person(name)} if name else set()


def _same(value: Any) -> str:
    day = comparable(value)
    return day.isoformat() if day else same_person(str(value))


def _table(values: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    found = values.get(path)
    return found if isinstance(found, list) else []


def _told(rule: AcrossRule, one: Broken) -> Problem:
    """The paper, its field, what stands there, and what the rule says."""
    place, head = rule.id, Text("", "")
    if one.paper is not None and one.spot is not None:
        head = where(labels_at(one.paper.form, one.spot.location))
        place = f"{one.paper.slot}.{one.spot.path}"
    elif one.paper is not None:
        place = one.paper.slot
    return Problem(
        code=rule.id,
        text=Text(
            f"{head.zh}{rule.message.zh}（{one.detail.zh}）",
            f"{head.en}{rule.message.en} ({one.detail.en})",
        ),
        path=place,
        file=one.paper.title if one.paper else "",
    )


def _let_pass(one: Problem, reason: str) -> Problem:
    text = Text(f"{one.text.zh}　说明：{reason}", f"{one.text.en} Explained: {reason}")
    return Problem(code="excepted", text=text, path=one.path, file=one.file)
