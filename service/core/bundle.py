"""Bundles: a definition lists slots, an instance says which papers and uploads fill them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Day
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.core.dates import parse_date
from service.core.definition import Condition, Label, Stage
from service.core.filing.across_rule import AcrossRule
from service.core.papers import Result
from service.core.parsing import parse_model
from service.errors import InputError, Lang, Problem, problem

Reason = Annotated[str, Field(max_length=200)]
"""Why a rule may be broken once; it is printed in a column of the handover list."""
Retention = Literal["permanent", "years_30", "years_10"]
"""保管期限: 永久, 30年, 10年."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(_Part):
    """A place in a bundle, for documents of one kind or for an upload.

    `retention` is that of a paper which does not say its own.
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
    retention: Retention = "years_10"
    title_each: Label | None = None

    @model_validator(mode="after")
    def _kind_or_upload(self) -> Slot:
        if bool(self.kind) == self.upload:
            raise ValueError("a slot names a `kind`, or says `upload: true`")
        return self


class BundleDefinition(_Part):
    """Slots in their order (templates/bundles/<name>.yaml).

    `to` names the fact of the activity that says who gets the bundle, for its cover. `letter` and
    `handover_list` are the kinds of what goes with it when it is filed.
    """

    title: Label
    help: Label | None = None
    stage: Stage = "file"
    to: str = Field(default="", pattern=r"^[a-z_]*$")
    slots: tuple[Slot, ...] = Field(min_length=1)
    rules: tuple[AcrossRule, ...] = ()
    letter: str = ""
    handover_list: str = ""
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


class ReviewSource(_Part):
    """The last opinion of one reviewer on a part; `step` is that of its route, where known."""

    by: str = Field(min_length=1)
    result: Result
    step: str = ""
    date: Annotated[Day, BeforeValidator(parse_date)] | None = None


class BackingSource(_Part):
    """A backing paper of a part, for the archive alone: an item is kept with what led to it.

    `slip` (文件处理单, 发文稿纸 of an incoming paper) goes before the paper; `other` and at last
    `draft` (定稿, 发文稿纸) behind it (DA/T 22-2015: order inside an item).
    """

    role: Literal["slip", "other", "draft"]
    file: str | None = None
    answers: str | None = None
    kind: str | None = None
    title: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> BackingSource:
        if bool(self.file) == bool(self.answers) or bool(self.answers) != bool(self.kind):
            raise ValueError("a backing paper has `file`, or `answers` with their `kind`")
        return self


class ArchiveSource(_Part):
    """What the archive profile says of the unit's fonds and boxes (DA/T 22-2015).

    Attributes:
        fonds_no: 全宗号; else the activity's.
        fonds_name: 全宗名称; else the unit's name.
        section: code of the section (机构或问题), three letters or digits; else the activity's.
        section_name: as the catalogue prints it.
        year: 年度; else the year of each paper's date.
        first_item: 件号 of the first item of each year, section and retention.
        columns: of the catalogue: of 2015, or of 2000 for papers arranged before June 2016.
        box_pages: sides that go into one box.
        statement: of the closing sheet; and who arranged and checked, and when.
    """

    fonds_no: str = ""
    fonds_name: str = ""
    section: str = Field(default="", pattern=r"^([A-Za-z0-9]{3})?$")
    section_name: str = ""
    year: int | None = Field(default=None, ge=1900, le=9999)
    first_item: int = Field(default=1, ge=1)
    columns: Literal["2015", "2000"] = "2015"
    box_pages: int = Field(default=400, ge=1)
    statement: str = ""
    arranged_by: str = ""
    arranged_on: Annotated[Day, BeforeValidator(parse_date)] | None = None
    checked_by: str = ""
    checked_on: Annotated[Day, BeforeValidator(parse_date)] | None = None


class PartSource(_Part):
    """Where one part comes from: answers, a Word file or PDF, or a roster.

    `final`, `number` and `reviews` say, where there is no database, what its rows would. An upload
    that cannot be made safe stops the bundle, unless it is to be kept `apart`: as it came, beside
    the PDF. `date`, `issuer` and `retention` describe an upload for the archive.
    """

    answers: str | None = None
    file: str | None = None
    roster: str | None = None
    shared: str | None = None
    title: str | None = None
    final: bool = True
    number: str | None = None
    reviews: tuple[ReviewSource, ...] = ()
    backing: tuple[BackingSource, ...] = ()
    apart: bool = False
    date: Annotated[Day, BeforeValidator(parse_date)] | None = None
    issuer: str | None = None
    retention: Retention | None = None

    @model_validator(mode="after")
    def _one_source(self) -> PartSource:
        if sum(bool(one) for one in (self.answers, self.file, self.roster)) != 1:
            raise ValueError("a part has one of `answers`, `file`, `roster`")
        return self


class BundleInstance(_Part):
    """One bundle to be made (samples/bundle.zh.yaml).

    `by` is who files it; `letter` names the answers of the cover letter; `exceptions` says by the
    id of a rule why it may be broken this once.
    """

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
    by: str | None = None
    letter: str | None = None
    exceptions: Mapping[str, Reason] = Field(default_factory=dict)
    archive: ArchiveSource = ArchiveSource()
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
