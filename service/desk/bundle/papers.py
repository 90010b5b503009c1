"""An activity's bundle: which paper and which file stands in which slot, and what is missing.

The signed scan goes before the file edited in Word, and that before the generated one: it is what
was signed that is handed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from service.core.bundle import BundleDefinition, BundleInstance, Slot
from service.core.papers import SETTLED
from service.core.people import Person
from service.desk.bundle.plan import BundlePlan, PartFile, PlannedPart
from service.desk.documents.kept import facts_of, found_activity
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, Lang, Problem, problem
from service.store import bundles as rows
from service.store import documents
from service.store.database import Session
from service.store.models import Document, Upload, Version

Standing = Literal["there", "not_final", "not_made", "missing", "optional"]
"""`not_final`: made, and may still change. `not_made`: a draft from which nothing was made yet."""


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which bundle: of an activity, by its definition's name, in a language."""

    activity_id: str
    name: str
    lang: Lang


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


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What stands in a slot: a document with the version to take, or a file."""

    title: str
    document: Document | None = None
    version: Version | None = None
    upload: Upload | None = None


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
        finder = _Finder(desk, session, person, which)
        lines: list[SlotLine] = []
        for slot in finder.definition.slots:
            for found in finder.of(slot) or [_Found(title=slot.title.of(which.lang))]:
                lines.append(_line(len(lines) + 1, slot, found))
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
    with desk.store.read() as session:
        finder = _Finder(desk, session, person, which)
        definition = finder.definition
        facts = facts_of(desk, finder.activity, which.lang)
        parts: list[PlannedPart] = []
        problems: list[Problem] = []
        notes: list[Problem] = []
        for slot in definition.slots:
            there = [one for one in finder.of(slot) if one.version or one.upload]
            if slot.required and not there:
                problems.append(_missing(slot))
            parts += [_part(desk, slot, one) for one in there]
            notes += [_not_final(one) for one in there if not _final(one)]
    if problems:
        raise InputError(problems)
    return BundlePlan(
        file="",
        definition=definition,
        instance=_instance(definition, facts, which.lang, day),
        lang=which.lang,
        activity=facts,
        parts=tuple(parts),
        notes=tuple(notes),
    )


class _Finder:
    """Looks for what stands in the slots; all of an activity is read once."""

    def __init__(self, desk: Desk, session: Session, person: Person, which: Which) -> None:
        self._desk, self._session, self._lang = desk, session, which.lang
        self.definition = desk.catalog.bundle(which.name)
        self.activity = found_activity(session, which.activity_id)
        self._documents = [
            one
            for one in documents.of_activity(session, which.activity_id)
            if one.lang == which.lang and ties_to_document(desk, person, one) & {"handler", "unit"}
        ]
        self._versions = _signed_first(session, self._documents)
        self._uploads = rows.uploads(session, which.activity_id, which.name)

    def of(self, slot: Slot) -> list[_Found]:
        """What stands in a slot; one part only, the furthest, unless it is one per member."""
        if slot.upload:
            title = slot.title.of(self._lang)
            return [_Found(title=title, upload=one) for one in self._uploads if one.slot == slot.id]
        held = list(self._documents_in(slot))
        if slot.per_member or not held:
            return held
        made = [one for one in held if one.version]
        return [(made or held)[-1]]

    def _documents_in(self, slot: Slot) -> Iterator[_Found]:
        for one in self._documents:
            if one.kind == slot.kind and one.part == slot.part and self._belongs(slot, one):
                yield _Found(
                    title=self._title(slot, one), document=one, version=self._versions.get(one.id)
                )

    def _belongs(self, slot: Slot, document: Document) -> bool:
        """By the answer that the slot looks at: a choice is a code in raw answers already."""
        if slot.only is None:
            return True
        try:
            usual = self._desk.catalog.kind(document.kind).form.defaults
        except GongwenError:
            return False
        field = slot.only.field
        return slot.only.holds(document.answers.get(field) or usual.get(field))

    def _title(self, slot: Slot, document: Document) -> str:
        person = document.person or str(document.answers.get("person_name") or "")
        if slot.title_each is None or not person:
            return slot.title.of(self._lang)
        return slot.title_each.of(self._lang).replace("{person}", person)


def _signed_first(session: Session, held: Sequence[Document]) -> dict[str, Version]:
    """Document id to the version to hand over: the newest scan, else the newest text."""
    ids = [one.id for one in held]
    return {**documents.newest(session, ids), **documents.newest_scans(session, ids)}


def _final(found: _Found) -> bool:
    return found.document is None or found.document.state in SETTLED


def _line(number: int, slot: Slot, found: _Found) -> SlotLine:
    return SlotLine(
        number=number,
        slot=slot.id,
        title=found.title,
        standing=_standing(slot, found),
        required=slot.required,
        takes_upload=slot.upload,
        document=found.document.id if found.document else "",
        upload=found.upload.id if found.upload else "",
        source=found.upload.file_name
        if found.upload
        else found.version.file_name
        if found.version
        else "",
    )


def _standing(slot: Slot, found: _Found) -> Standing:
    if found.upload or found.version:
        return "there" if _final(found) else "not_final"
    if found.document:
        return "not_made"
    return "missing" if slot.required else "optional"


def _part(desk: Desk, slot: Slot, found: _Found) -> PlannedPart:
    kept = found.version or found.upload
    assert kept is not None  # parts without a file are told as missing
    ours = found.version is not None and found.version.way == "generated"
    blob = kept.blob
    return PlannedPart(
        title=found.title,
        odd_start=slot.odd_start,
        path=f"parts.{slot.id}",
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


def _not_final(found: _Found) -> Problem:
    return problem(
        "part_not_final",
        f"“{found.title}”还没有定稿，放进材料包的是现有的最新一稿。",
        f"“{found.title}” is not final yet; its newest version as it stands is in the bundle.",
    )
