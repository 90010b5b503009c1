"""The form definition: what one kind asks, parsed from a plain mapping (docs/kinds.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.errors import Lang

Stage = Literal["draft", "review", "issue", "file"]
STAGES: tuple[Stage, ...] = get_args(Stage)
FieldType = Literal[
    "text",
    "lines",
    "paragraphs",
    "integer",
    "date",
    "month",
    "datetime",
    "choice",
    "choices",
    "yes_no",
    "person",
    "list",
    "table",
    "upload",
]
# Names that the template's context, the loops and the operands of rules use themselves.
RESERVED = frozenset({"shown", "layout", "activity", "member", "loop", "row", "rows", "true"})
_NAME = r"^[a-z][a-z0-9_]*$"


def reached(stage: Stage, needed: Stage) -> bool:
    """True where something needed at `needed` bites at `stage`."""
    return STAGES.index(stage) >= STAGES.index(needed)


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(str(error)) from None
    return pattern


class _Part(BaseModel):
    """Unknown keys are refused: a misspelt key must never be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(_Part):
    """Words in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, lang: Lang) -> str:
        """The words in one language."""
        return self.zh if lang == "zh" else self.en


class Choice(_Part):
    """A code and what is printed for it."""

    value: str
    label: Label


class Condition(_Part):
    """`{field, is: value}`, `{field, in: [values]}` or `{field, given: true}`."""

    field: str
    is_: str | int | bool | None = Field(default=None, alias="is")
    in_: tuple[str | int | bool, ...] | None = Field(default=None, alias="in")
    given: bool | None = None

    def holds(self, value: Any) -> bool:
        """True where a field's value (None: not given) meets the condition."""
        if self.given is not None:
            return (value is not None) == self.given
        wanted = self.in_ if self.in_ is not None else (self.is_,)
        return any(value == one and isinstance(value, type(one)) for one in wanted)


class LedgerMark(_Part):
    """Marks a table as the tasks of the ledger.

    Attributes:
        part: the annex that prints the ledger alone.
        as_of: the date field that says up to which day the progress counts.
        columns: what the page and the spreadsheet show of each task, in this order.
    """

    part: str
    as_of: str
    columns: tuple[str, ...] = Field(min_length=1)


class FieldDefinition(_Part):
    """One field, or one column of a table."""

    name: str = Field(pattern=_NAME)
    type: FieldType
    label: Label
    help: Label | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    required_at: Stage | None = None
    personal: bool = False
    print: bool = True
    from_: str | None = Field(default=None, alias="from", pattern=r"^(activity|member)\.[a-z]")
    choices: tuple[Choice, ...] = ()
    choices_from: str | None = Field(default=None, pattern=r"^activity\.[a-z]")
    min: int | None = None
    max: int | None = None
    min_items: int | None = Field(default=None, ge=0)
    max_items: int | None = Field(default=None, ge=1)
    max_length: int | None = Field(default=None, ge=1)
    pattern: Annotated[str, AfterValidator(_regular_expression)] | None = None
    gap: Label | None = None
    shown_if: Condition | None = None
    ledger: LedgerMark | None = None
    fields: tuple[FieldDefinition, ...] = ()

    @property
    def needed_at(self) -> Stage | None:
        """The first stage at which the field must be there."""
        return self.required_at or ("draft" if self.required else None)

    @cached_property
    def columns(self) -> dict[str, FieldDefinition]:
        """Columns by name (a table's)."""
        return {column.name: column for column in self.fields}


class Section(_Part):
    """A titled group of fields, as the form shows it."""

    title: Label
    help: Label | None = None
    shown_if: Condition | None = None
    fields: tuple[FieldDefinition, ...] = Field(min_length=1)


class RuleDefinition(_Part):
    """A check across fields; `service.core.rules` says which operands each rule takes."""

    rule: str
    at: Stage = "review"
    level: Literal["error", "warning"] = "error"
    message: Label | None = None
    field: str | None = None
    other: str | int | None = None
    start: str | None = None
    end: str | None = None
    days: int | str | None = None
    months: int | str | None = None
    value: int | None = None
    min: int | None = None
    max: int | None = None
    table: str | None = None
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    if_: Condition | None = Field(default=None, alias="if")

    def paths(self) -> list[str]:
        """Field paths of the form that the rule reads."""
        single = [self.field, self.other, self.start, self.end, self.days, self.months, self.table]
        if self.if_:
            single.append(self.if_.field)
        named = self.fields if not self.table else [f"{self.table}.{one}" for one in self.fields]
        paths = [*single, *named, *self.of]
        return [one for one in paths if isinstance(one, str) and not one.startswith("activity.")]


class Fragment(_Part):
    """Sections and rules that several kinds include (templates/shared/)."""

    sections: tuple[Section, ...] = ()
    rules: tuple[RuleDefinition, ...] = ()


class FormDefinition(Fragment):
    """Everything that one kind asks; `short_title` is for file names."""

    title: Label
    short_title: Label | None = None
    help: Label | None = None
    audience: Literal["unit", "member"] = "unit"
    confidential: bool = False
    include: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    route: tuple[Literal["branch_secretary", "team_leader", "supervisory_team"], ...] = ()
    defaults: dict[str, Any] = Field(default_factory=dict)
    # Left out of dumps: a version does not print otherwise where this changes.
    accompanies: dict[str, str] = Field(default_factory=dict, exclude=True)
    name: str = ""

    @cached_property
    def fields(self) -> dict[str, FieldDefinition]:
        """Top-level fields by name, in the order of the form."""
        return {field.name: field for section in self.sections for field in section.fields}

    @cached_property
    def applies_if(self) -> dict[str, tuple[Condition, ...]]:
        """The conditions (the section's and its own) of each top-level field."""
        found = {}
        for section in self.sections:
            for field in section.fields:
                both = (section.shown_if, field.shown_if)
                found[field.name] = tuple(one for one in both if one is not None)
        return found

    @cached_property
    def choice_lists(self) -> tuple[str, ...]:
        """Fields of the activity that choices are taken from."""
        taken = (one.choices_from for _, one in self.walk() if one.choices_from)
        return tuple(sorted({path.partition(".")[2] for path in taken}))

    def field(self, path: str) -> FieldDefinition | None:
        """The field or column at a dotted path without row numbers (`tasks.deadline`)."""
        head, *rest = path.split(".")
        found = self.fields.get(head)
        for name in rest:
            found = found.columns.get(name) if found else None
        return found

    def walk(self) -> Iterator[tuple[str, FieldDefinition]]:
        """Every field and column with its path, parents first."""

        def inner(prefix: str, fields: tuple[FieldDefinition, ...]) -> Iterator[Any]:
            for field in fields:
                yield f"{prefix}{field.name}", field
                yield from inner(f"{prefix}{field.name}.", field.fields)

        yield from inner("", tuple(self.fields.values()))
