"""What a bundle instance asks for: every part found and checked before any work begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from service.catalog import Kind
from service.core import wording
from service.core.answers import Answers, read
from service.core.bundle import (
    BackingSource,
    BundleDefinition,
    BundleInstance,
    Filled,
    PartSource,
    Slot,
    fill_slots,
    parse_instance,
)
from service.core.definition import Stage
from service.core.prefill import prefill
from service.desk.activity.files import activity_for, read_answers
from service.desk.bundle.forms import PlannedForms, plan_forms
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, Lang, NotFoundError, Problem, problem
from service.source import read_source


@dataclass(frozen=True, kw_only=True)
class PartFile:
    """A file that is a part as it is.

    Attributes:
        name: for messages, and for what it seems to be.
        read: its content.
        ours: a Word file that was made here: converted as it is, and its fonts told.
        template: version of the template that one of ours was made from, where known.
    """

    name: str
    read: Callable[[], bytes]
    ours: bool = False
    template: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """One part, ready to be made.

    Attributes:
        title: its line in the contents and its bookmark.
        odd_start: begins on a right-hand page when printed on both sides.
        path: its key path in the instance, for messages.
        slot: the slot it is in.
        file: the file, where it is there already: it goes before what could be made.
        kind: the kind and `answers`, where it is a document and they are known.
        forms: the members' forms, where it is a roster.
        source: what the instance or the database says of it.
        backing: its backing papers, as many as `source` names; the archive takes them.
        document: id of the document in the database, or "".
        version: id of its version that is taken, or "".
    """

    title: str
    odd_start: bool
    path: str
    slot: Slot
    file: PartFile | None = None
    kind: Kind | None = None
    part: str = ""
    answers: Answers | None = None
    forms: PlannedForms | None = None
    source: PartSource
    backing: tuple[PlannedPart, ...] = ()
    document: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class BundlePlan:
    """Everything that `make_bundle` works from."""

    file: str
    definition: BundleDefinition
    instance: BundleInstance
    lang: Lang
    activity: Mapping[str, Any]
    parts: tuple[PlannedPart, ...]
    notes: tuple[Problem, ...]

    @property
    def title(self) -> str:
        """The bundle's title in one line."""
        return title_of(self.definition, self.instance, self.lang)


def title_of(definition: BundleDefinition, instance: BundleInstance, lang: Lang) -> str:
    """The title of a bundle in one line."""
    return wording.one_line(instance.title_lines, lang) or definition.title.of(lang)


def read_instance(file: Path) -> BundleInstance:
    """A bundle instance; raises InputError with file and line of every wrong key."""
    source = read_source(file)
    try:
        return parse_instance(source.data, file=str(file))
    except InputError as error:
        raise InputError(source.placed(error.problems)) from None


def files_of(file: Path) -> list[Path]:
    """Every file that an instance names, and itself; they need not exist."""
    instance = read_instance(file)
    sources = [one for sources in instance.parts.values() for one in sources]
    named = [*map(path_of, sources), *(one.shared for one in sources)]
    named += [one.file or one.answers for source in sources for one in source.backing]
    named += [one for one in (instance.activity, instance.letter) if one]
    return [file, *(file.parent / one for one in named if one)]


def plan_bundle(desk: Desk, file: Path, *, lang: Lang | None = None) -> BundlePlan:
    """Reads an instance and checks all of it.

    Args:
        desk: the catalog.
        file: the instance.
        lang: another language than the instance's.

    Raises:
        InputError: every missing part, wrong key and wrong answer of every part at once.
    """
    instance = read_instance(file)
    spoken = lang or instance.lang
    try:
        definition = desk.catalog.bundle(instance.bundle)
    except NotFoundError as error:
        named = [replace(one, path="bundle") for one in error.problems]
        raise NotFoundError(read_source(file).placed(named)) from None
    filled, problems = fill_slots(definition, instance, file=str(file))
    profile = file.parent / instance.activity if instance.activity else None
    activity = activity_for(desk, profile, spoken)
    parts: list[PlannedPart] = []
    notes: list[Problem] = []
    for one in filled:
        found = _PartReading(
            desk=desk,
            definition=definition,
            filled=one,
            file=file,
            lang=spoken,
            activity=activity,
        )
        try:
            parts.append(found.part())
        except GongwenError as error:
            problems += error.problems
        notes += found.notes
    if problems:
        raise InputError(read_source(file).placed(problems))
    return BundlePlan(
        file=str(file),
        definition=definition,
        instance=instance,
        lang=spoken,
        activity=activity,
        parts=tuple(parts),
        notes=tuple(notes),
    )


def _file(path: Path) -> PartFile:
    return PartFile(name=path.name, read=path.read_bytes)


def is_there(path: Path) -> bool:
    """False also for a name that is longer than a disk takes."""
    try:
        return path.is_file()
    except OSError:
        return False


def path_of(source: PartSource) -> str:
    """The file that a source names."""
    return str(source.answers or source.file or source.roster)


@dataclass(frozen=True, kw_only=True)
class _PartReading:
    """One part of the instance, read and checked; notes are gathered on the way."""

    desk: Desk
    definition: BundleDefinition
    filled: Filled
    file: Path
    lang: Lang
    activity: Mapping[str, Any]
    notes: list[Problem] = field(default_factory=list)

    def part(self) -> PlannedPart:
        """The part; raises InputError naming file and field."""
        source, slot = self.filled.source, self.filled.slot
        path = self._there(path_of(source))
        backing = tuple(
            self._backing(one, f"{self.filled.path}.backing.{number}")
            for number, one in enumerate(source.backing)
        )
        plain = PlannedPart(
            title=source.title or slot.title.of(self.lang),
            odd_start=slot.odd_start,
            path=self.filled.path,
            slot=slot,
            source=source,
            backing=backing,
        )
        if source.roster:
            forms = self._forms(path)
            return replace(plain, title=forms.titled(plain.title), forms=forms)
        if source.file:
            return replace(plain, file=_file(path))
        kind = self.desk.catalog.kind(str(slot.kind))
        answers = self._answers(kind, path)
        return replace(plain, kind=kind, part=slot.part, answers=answers)

    def _backing(self, one: BackingSource, path: str) -> PlannedPart:
        file = self._there(str(one.file or one.answers))
        plain = PlannedPart(
            title=one.title or "",
            odd_start=True,
            path=path,
            slot=self.filled.slot,
            source=PartSource(file=one.file, answers=one.answers),
        )
        if one.file:
            return replace(plain, title=one.title or file.stem, file=_file(file))
        kind = self.desk.catalog.kind(str(one.kind))
        title = one.title or kind.form.title.of(self.lang)
        return replace(plain, title=title, kind=kind, answers=self._answers(kind, file, own=False))

    def _there(self, named: str) -> Path:
        """A file that the instance names."""
        path = self.file.parent / named
        if not is_there(path):
            raise InputError(
                problem(
                    "part_file_missing",
                    f"找不到文件“{named}”，请放好文件或改正路径。",
                    f"there is no file {named}; put it there or mend the path.",
                    path=self.filled.path,
                    file=str(self.file),
                )
            )
        return path

    def _forms(self, roster: Path) -> PlannedForms:
        shared = self.filled.source.shared
        forms = plan_forms(
            self.desk,
            self.filled.slot,
            roster,
            self._there(shared) if shared else None,
            lang=self.lang,
            stage=self._stage,
            activity=self.activity,
        )
        self.notes.extend(forms.notes)
        return forms

    @property
    def _stage(self) -> Stage:
        return self.definition.stage if self.filled.source.final else "draft"

    def _answers(self, kind: Kind, path: Path, *, own: bool = True) -> Answers:
        """Checked answers; those of a backing paper are not the slot's own."""
        source = read_answers(path)
        typed = dict(source.data) if isinstance(source.data, Mapping) else source.data
        given = self.filled.source
        origins: dict[str, str] = {}
        if isinstance(typed, dict):
            if own and given.number and "doc_number" in kind.form.fields:
                typed["doc_number"] = typed.get("doc_number") or given.number
            typed, origins = prefill(kind.form, typed, activity=self.activity)
        stage = self._stage
        reading = read(kind.form, typed, stage=stage, activity=self.activity, filled_in=origins)
        misplaced = self._not_allowed(reading.values, path) if own else []
        problems = [*reading.problems, *misplaced]
        if problems:
            raise InputError(source.placed(problems))
        self.notes.extend(source.placed(reading.notes))
        return Answers(definition=kind.form, values=reading.values, stage=stage)

    def _not_allowed(self, values: Mapping[str, Any], path: Path) -> list[Problem]:
        only = self.filled.slot.only
        if only is None or only.holds(values.get(only.field)):
            return []
        zh, en = "这份材料不属于这一项。", "this paper does not belong in this slot."
        return [problem("wrong_slot", zh, en, path=only.field, file=str(path))]
