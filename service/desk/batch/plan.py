"""Batch: one kind and a roster to the list of forms to make, nothing made yet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from service.core.answers import Answers, check
from service.core.definition import FormDefinition, Stage
from service.core.naming import file_name
from service.core.prefill import prefill, refuse_personal
from service.core.present import present
from service.core.roster.model import Roster, RosterRow
from service.core.typed import given, typed
from service.desk.fill import template_bytes
from service.desk.tools import Desk
from service.errors import InputError, Lang, Problem, problem

FILLED_STAGE: Stage = "review"
"""A row with the member's own words must hold all that a reader of them needs."""

_GAPS = {"required", "too_few"}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What all forms of a batch have in common; frozen when it starts.

    Attributes:
        kind: the kind's name.
        form: what is asked.
        template: the Word template.
        version: its SHA-256, hex.
        lang: language of the forms.
        stage: what a row with personal content must pass.
        shared: raw answers that are the same for all; none of them personal.
        activity: checked values of the activity.
    """

    kind: str
    form: FormDefinition
    template: bytes
    version: str
    lang: Lang
    stage: Stage = FILLED_STAGE
    shared: Mapping[str, Any]
    activity: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """Hash of all that is the same for every form."""
        form = self.form.model_dump_json(by_alias=True)
        return _hash([self.version, form, self.lang, self.stage, self.shared, self.activity])


@dataclass(frozen=True, kw_only=True)
class PlannedItem:
    """One row of the roster and the form to be made of it.

    Attributes:
        position: running number of the form, counted from 1; 0 for empty and repeated rows.
        row: row number in the file.
        outcome: `queued`, or what it is already without anything made.
        name: the member's name.
        department: the member's department.
        member_no: the member number, or "".
        file: file name without ending, unique in the batch.
        filled: the row holds the member's own words.
        raw: the row's own raw answers.
        digest: hash of all that the form is made from; equal digest, equal document.
        reasons: why nothing is made.
        notes: warnings; gaps that are left to the pen are not among them.
        answers: the row's checked answers, where something will be made.
    """

    position: int
    row: int
    outcome: Literal["queued", "skipped", "failed", "duplicate"]
    name: str = ""
    department: str = ""
    member_no: str = ""
    file: str = ""
    filled: bool = False
    raw: Mapping[str, Any]
    digest: str = ""
    reasons: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    answers: Answers | None = field(default=None, repr=False, compare=False)


def agree_terms(
    desk: Desk,
    kind_name: str,
    *,
    lang: Lang,
    shared: Mapping[str, Any] | None = None,
    activity: Mapping[str, Any] | None = None,
) -> Terms:
    """The terms of a batch.

    Raises:
        NotFoundError: no such kind or language.
        InputError: the kind is not one per member, or every problem of `shared`: personal fields,
            unknown ones, wrong values.
        DefinitionError: the kind or its Word template is broken.
    """
    kind = desk.catalog.kind(kind_name)
    if kind.form.audience != "member":
        raise InputError(_not_for_members(kind_name))
    _check_shared(kind.form, shared or {}, activity or {})
    template = template_bytes(kind, lang)
    desk.templates.load(template, file=str(kind.template(lang)))
    return Terms(
        kind=kind.name,
        form=kind.form,
        template=template,
        version=hashlib.sha256(template).hexdigest(),
        lang=lang,
        shared=dict(shared or {}),
        activity=dict(activity or {}),
    )


def _check_shared(
    form: FormDefinition, shared: Mapping[str, Any], activity: Mapping[str, Any]
) -> None:
    """Once for all, so that sixty rows do not fail of the same wrong date."""
    problems: list[Problem] = []
    try:
        refuse_personal(form, shared)
    except InputError as error:
        problems += error.problems
    problems += typed(form, shared, activity)[1]
    if problems:
        raise InputError(problems)


def plan_items(terms: Terms, roster: Roster) -> tuple[PlannedItem, ...]:
    """Every row checked: what will be made, and what not and why."""
    forms = [row for row in roster.rows if row.outcome in {"ready", "failed"}]
    numbers = {row.row: number for number, row in enumerate(forms, 1)}
    return tuple(
        plan_row(terms, row, position=numbers.get(row.row, 0), of=len(forms)) for row in roster.rows
    )


def plan_row(terms: Terms, row: RosterRow, *, position: int, of: int) -> PlannedItem:
    """One row, as after a mend in place; `of` is the number of forms, for the width of numbers."""
    reasons, notes = list(row.reasons), list(row.notes)
    outcome, answers = row.outcome, None
    if outcome in {"ready", "failed"}:
        try:
            answers = answers_of(terms, row.values)
            notes += [note for note in answers.notes if note.code not in _GAPS]
        except InputError as error:
            # A cell that could not be read was told of with its place already.
            told = {one.path for one in reasons}
            reasons += [one for one in error.problems if one.path not in told]
            outcome = "failed"
    return planned(
        row,
        position=position,
        file=_file(terms, row.values, position, of) if position else "",
        outcome="queued" if outcome == "ready" else outcome,
        filled=is_filled(terms.form, row.values),
        digest=_hash([terms.digest, dict(row.values)]),
        reasons=tuple(reasons),
        notes=tuple(notes),
        answers=answers if outcome == "ready" else None,
    )


def planned(row: RosterRow, **found: Any) -> PlannedItem:
    """A row's plan from what a check found."""
    return PlannedItem(
        **{"position": 0, **found},
        row=row.row,
        name=str(row.values.get("person_name") or ""),
        department=str(row.values.get("department") or ""),
        member_no=row.member_no,
        raw=dict(row.values),
    )


def numbered(terms: Terms, items: Sequence[PlannedItem]) -> tuple[PlannedItem, ...]:
    """Rows that were planned one by one, with the running numbers and names of the whole."""
    forms = [item for item in items if item.outcome in {"queued", "failed"}]
    numbers = {item.row: number for number, item in enumerate(forms, 1)}
    return tuple(_numbered(terms, item, numbers.get(item.row, 0), len(forms)) for item in items)


def _numbered(terms: Terms, item: PlannedItem, position: int, of: int) -> PlannedItem:
    file = _file(terms, item.raw, position, of) if position else ""
    return replace(item, position=position, file=file)


def answers_of(terms: Terms, raw: Mapping[str, Any]) -> Answers:
    """Checked answers of one row; raises InputError with every problem."""
    full, origins = prefill(
        terms.form, raw, shared=terms.shared, member=raw, activity=terms.activity
    )
    stage: Stage = terms.stage if is_filled(terms.form, raw) else "draft"
    return check(terms.form, full, stage=stage, activity=terms.activity, filled_in=origins)


def context_of(terms: Terms, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the template prints for one row."""
    return present(answers_of(terms, raw), lang=terms.lang, activity=terms.activity)


def printed(terms: Terms, item: PlannedItem) -> dict[str, Any]:
    """What the template prints for an item; one that comes from `plan_items` is not checked again.

    Raises:
        InputError: the row's problems.
    """
    answers = item.answers or answers_of(terms, item.raw)
    return present(answers, lang=terms.lang, activity=terms.activity)


def is_filled(form: FormDefinition, raw: Mapping[str, Any]) -> bool:
    """True where any personal field is given."""
    return any(field.personal and given(raw.get(name)) for name, field in form.fields.items())


def renamed(terms: Terms, raw: Mapping[str, Any], file: str) -> str:
    """A form's file name after a mend, with the running number that it has."""
    return _named(terms, raw, file.partition("_")[0])


def _file(terms: Terms, raw: Mapping[str, Any], position: int, of: int) -> str:
    """`01_办公室_张三_对照检查表`: the running number makes it unique."""
    return _named(terms, raw, str(position).zfill(max(2, len(str(of)))))


def _named(terms: Terms, raw: Mapping[str, Any], number: str) -> str:
    title = (terms.form.short_title or terms.form.title).of(terms.lang)
    who = [str(raw.get(name) or "") for name in ("department", "person_name")]
    return file_name(number, *who, title, suffix="")


def _hash(basis: Any) -> str:
    plain = json.dumps(basis, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _not_for_members(kind: str) -> Problem:
    return problem(
        "not_for_members",
        f"“{kind}”不是一人一份的文书，不能按名册批量生成；请用 gongwen fill。",
        f"{kind} is not made once per member, so there is no batch of it; use gongwen fill.",
    )
