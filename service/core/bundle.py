"""Bundles: a definition lists slots, an instance says which papers and uploads fill them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Day
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.core.dates import parse_date
from service.core.definition import Condition, Label, Stage
from service.core.filing.across import AcrossRule
from service.core.parsing import parse_model
from service.errors import InputError, Lang, Problem, problem


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(_Part):
    """A place in a bundle, for documents of one kind or for an upload.

    `only` says who may be in it: a condition on the paper's own answers. `title_each` is the title
    of one member's part, `{person}` its name.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Label
    kind: str | None = None
    part: str = ""
    upload: bool = False
    required: bool = False
    per_member: bool = False
    odd_start: bool = True
    only: Condition | None = None
    title_each: Label | None = None

    @model_validator(mode="after")
    def _kind_or_upload(self) -> Slot:
        if bool(self.kind) == self.upload:
            raise ValueError("a slot names a `kind`, or says `upload: true`")
        return self


class BundleDefinition(_Part):
    """Slots in their order (templates/bundles/<name>.yaml).

    `to` names the fact of the activity that says who gets the bundle, for its cover.
    """

    title: Label
    help: Label | None = None
    stage: Stage = "file"
    to: str = Field(default="", pattern=r"^[a-z_]*$")
    slots: tuple[Slot, ...] = Field(min_length=1)
    rules: tuple[AcrossRule, ...] = ()
    name: str = ""

    @model_validator(mode="after")
    def _unique(self) -> BundleDefinition:
        for ids, what in (
            ([one.id for one in self.slots], "slots"),
            ([one.id for one in self.rules], "rules"),
        ):
            if len(ids) != len(set(ids)):
                raise ValueError(f"two {what} have the same `id`")
        known = {one.id for one in self.slots}
        unknown = sorted(one for rule in self.rules for one in rule.asked_slots - known)
        if unknown:
            raise ValueError(f"a rule names a slot that is not there: {unknown[0]}")
        return self


class PartSource(_Part):
    """Where one part comes from: answers, a Word file or PDF, or a roster.

    `final` and `number` say, where there is no database, what the register would.
    """

    answers: str | None = None
    file: str | None = None
    roster: str | None = None
    shared: str | None = None
    title: str | None = None
    final: bool = True
    number: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> PartSource:
        if sum(bool(one) for one in (self.answers, self.file, self.roster)) != 1:
            raise ValueError("a part has one of `answers`, `file`, `roster`")
        return self


class BundleInstance(_Part):
    """One bundle to be made (samples/bundle.zh.yaml)."""

    bundle: str
    lang: Lang = "zh"
    activity: str | None = None
    title: str | tuple[str, ...] | None = None
    to: str | None = None
    date: Annotated[Day, BeforeValidator(parse_date)] | None = None
    note: str | None = None
    numbered: bool = True
    separators: bool = True
    duplex: bool = True
    parts: Mapping[str, tuple[PartSource, ...]]

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title as lines, empty where the definition's is taken."""
        return (self.title,) if isinstance(self.title, str) else self.title or ()


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A slot with one of its sources."""

    slot: Slot
    source: PartSource
    path: str


def parse_bundle(mapping: Any, *, name: str, file: str) -> BundleDefinition:
    """Parses a bundle definition; raises DefinitionError with every wrong key path."""
    parsed = parse_model(BundleDefinition, mapping, file=file)
    return parsed.model_copy(update={"name": name})


def parse_instance(mapping: Any, *, file: str) -> BundleInstance:
    """Parses an instance; a part may be written short, as a file name or a list of them.

    Raises:
        InputError: every wrong key path.
    """
    data = dict(mapping) if isinstance(mapping, Mapping) else mapping
    if isinstance(data, dict) and isinstance(data.get("parts"), Mapping):
        data["parts"] = {slot: _sources(value) for slot, value in data["parts"].items()}
    return parse_model(BundleInstance, data, file=file, wrong=InputError)


def _sources(value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [_source(one) for one in values]


def _source(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    is_answers = value.lower().endswith((".yaml", ".yml", ".json"))
    return {"answers" if is_answers else "file": value}


def fill_slots(
    definition: BundleDefinition, instance: BundleInstance, *, file: str
) -> tuple[list[Filled], list[Problem]]:
    """The parts in the order of the slots, and everything that is missing or out of place."""
    problems = list(_misplaced(definition, instance, file))
    filled = []
    for slot in definition.slots:
        sources = instance.parts.get(slot.id, ())
        if slot.required and not sources:
            problems.append(
                problem(
                    "part_missing",
                    f"缺少必备材料“{slot.title.zh}”。",
                    f"the required part “{slot.title.en}” is missing.",
                    path=f"parts.{slot.id}",
                    file=file,
                )
            )
        for number, source in enumerate(sources):
            if slot.upload and not source.file:
                continue  # told as out of place already
            path = f"parts.{slot.id}" + (f".{number}" if len(sources) > 1 else "")
            filled.append(Filled(slot=slot, source=source, path=path))
    return filled, problems


def _misplaced(
    definition: BundleDefinition, instance: BundleInstance, file: str
) -> Iterator[Problem]:
    slots = {slot.id: slot for slot in definition.slots}
    for name, sources in instance.parts.items():
        path = f"parts.{name}"
        slot = slots.get(name)
        if slot is None:
            known = ", ".join(slots)
            zh, en = f"没有这一项；有：{known}。", f"there is no such slot; there are: {known}."
            yield problem("unknown_slot", zh, en, path=path, file=file)
            continue
        if len(sources) > 1 and not slot.per_member:
            zh, en = "这一项只能放一份材料。", "this slot takes one part only."
            yield problem("too_many_parts", zh, en, path=path, file=file)
        for source in sources:
            if source.roster and not slot.per_member and not slot.upload:
                zh, en = "这一项只放一份材料，不能用名册。", "this slot takes one part, no roster."
                yield problem("too_many_parts", zh, en, path=path, file=file)
            if slot.upload and not source.file:
                zh, en = "这一项须是上传的文件。", "this slot takes an uploaded file."
                yield problem("not_an_upload", zh, en, path=path, file=file)
