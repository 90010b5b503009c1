"""An activity's bundle at a glance, what is missing in it, and its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from service.core.bundle import BundleDefinition, BundleInstance, PartSource, Slot
from service.core.people import Person
from service.desk.bundle.plan import BundlePlan, PartFile, PlannedPart
from service.desk.bundle.slots import Found, SlotFinder, Which, is_final
from service.desk.documents.kept import facts_of
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, Lang, Problem, problem

Standing = Literal["there", "not_final", "not_made", "missing", "optional"]
"""`not_final`: made, and may still change. `not_made`: a draft from which nothing was made yet."""


@dataclass(frozen=True, kw_only=True)
class SlotLine:
    """A slot, or one of its parts, as the bundle's page lists it.

    Attributes:
        number: in the contents.
        slot: id of the slot.
        title: of the part.
        standing: whether it is there.
        required: the bundle is not made without it.
        takes_upload: a file can be put into the slot.
        begun: how the paper that is missing is begun: by a button `here`, from the `list` of
            papers due where each member owes one, "" where nothing is to be begun.
        document: id of the document that stands in it, or "".
        upload: id of the file that stands in it, or "".
        source: which version, or the file's name.
    """

    number: int
    slot: str
    title: str
    standing: Standing
    required: bool
    takes_upload: bool
    begun: Literal["here", "list", ""] = ""
    document: str = ""
    upload: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class BundleView:
    """An activity's bundle at a glance.

    Attributes:
        name: of its definition.
        title: in the bundle's language.
        activity: title of the activity.
        lines: the parts in order.
    """

    name: str
    title: str
    activity: str
    lines: tuple[SlotLine, ...]

    @property
    def lacking(self) -> tuple[SlotLine, ...]:
        """Required parts that are not there."""
        return tuple(
            one for one in self.lines if one.required and one.standing in {"missing", "not_made"}
        )


def list_bundles(desk: Desk) -> list[BundleDefinition]:
    """The bundles that an activity may have; one whose definition is broken is left out."""
    found = []
    for name in desk.catalog.bundles():
        try:
            found.append(desk.catalog.bundle(name))
        except GongwenError:
            continue
    return found


def view_bundle(desk: Desk, person: Person, which: Which) -> BundleView:
    """The slots in order, with what stands in them as far as the person may know of it.

    Raises:
        NotFoundError: no such activity or bundle.
    """
    with desk.store.read() as session:
        finder = SlotFinder(desk, session, person, which)
        lines: list[SlotLine] = []
        for slot in finder.definition.slots:
            for found in finder.of(slot) or [Found(title=slot.title.of(which.lang))]:
                line = _line(len(lines) + 1, slot, found)
                lines.append(replace(line, begun="") if finder.activity.closed else line)
        return BundleView(
            name=which.name,
            title=finder.definition.title.of(which.lang),
            activity=finder.activity.title,
            lines=tuple(lines),
        )


def plan_papers(desk: Desk, person: Person, which: Which, day: date) -> BundlePlan:
    """The same as a plan that can be made.

    Args:
        desk: the store and the catalog.
        person: whose papers count: what the person may not know of is not in it.
        which: bundle.
        day: on the cover.

    Raises:
        NotFoundError: no such activity or bundle.
        InputError: every required part that is missing.
    """
    plan, problems = gather_papers(desk, person, which, day)
    if problems:
        raise InputError(problems)
    return plan


def gather_papers(
    desk: Desk, person: Person, which: Which, day: date
) -> tuple[BundlePlan, list[Problem]]:
    """A plan of what is there, and every required part that is missing.

    Raises:
        NotFoundError: no such activity or bundle.
    """
    with desk.store.read() as session:
        finder = SlotFinder(desk, session, person, which)
        definition = finder.definition
        facts = facts_of(desk, finder.activity, which.lang)
        parts: list[PlannedPart] = []
        problems: list[Problem] = []
        notes: list[Problem] = []
        for slot in definition.slots:
            there = [one for one in finder.of(slot) if one.version or one.upload]
            if slot.required and not there:
                problems.append(_missing(slot))
            parts += [
                _part(desk, slot, one, f".{number}" if len(there) > 1 else "")
                for number, one in enumerate(there)
            ]
            notes += [_not_final(one) for one in there if not is_final(one)]
    plan = BundlePlan(
        file="",
        definition=definition,
        instance=_instance(definition, facts, which.lang, day),
        lang=which.lang,
        activity=facts,
        parts=tuple(parts),
        notes=tuple(notes),
    )
    return plan, problems


def _line(number: int, slot: Slot, found: Found) -> SlotLine:
    return SlotLine(
        number=number,
        slot=slot.id,
        title=found.title,
        standing=_standing(slot, found),
        required=slot.required,
        takes_upload=slot.upload,
        begun="" if slot.upload or found.document else "list" if slot.per_member else "here",
        document=found.document.id if found.document else "",
        upload=found.upload.id if found.upload else "",
        source=found.upload.file_name
        if found.upload
        else found.version.file_name
        if found.version
        else "",
    )


def _standing(slot: Slot, found: Found) -> Standing:
    if found.upload or found.version:
        return "there" if is_final(found) else "not_final"
    if found.document:
        return "not_made"
    return "missing" if slot.required else "optional"


def _part(desk: Desk, slot: Slot, found: Found, number: str) -> PlannedPart:
    kept = found.version or found.upload
    assert kept is not None  # parts without a file are told as missing
    ours = found.version is not None and found.version.way == "generated"
    blob = kept.blob
    return PlannedPart(
        title=found.title,
        odd_start=slot.odd_start,
        path=f"parts.{slot.id}{number}",
        slot=slot,
        source=PartSource(file=kept.file_name, final=is_final(found)),
        document=found.document.id if found.document else "",
        version=found.version.id if found.version else "",
        file=PartFile(name=kept.file_name, read=lambda: desk.store.blobs.get(blob), ours=ours),
    )


def _instance(
    definition: BundleDefinition, facts: Mapping[str, Any], lang: Lang, day: date
) -> BundleInstance:
    """The front matter's words: from the definition and the activity's facts."""
    to = facts.get(definition.to) if definition.to else None
    note = facts.get("note")
    return BundleInstance(
        bundle=definition.name,
        lang=lang,
        title=tuple(one for one in (facts.get("unit"), definition.title.of(lang)) if one),
        to=str(to) if to else None,
        date=day,
        note="\n".join(note) if isinstance(note, (list, tuple)) else note,
        parts={},
    )


def _missing(slot: Slot) -> Problem:
    return problem(
        "part_missing",
        f"缺少必备材料“{slot.title.zh}”。",
        f"the required part “{slot.title.en}” is missing.",
        path=f"parts.{slot.id}",
    )


def _not_final(found: Found) -> Problem:
    return problem(
        "part_not_final",
        f"“{found.title}”还没有定稿，放进材料包的是现有的最新一稿。",
        f"“{found.title}” is not final yet; its newest version as it stands is in the bundle.",
    )
