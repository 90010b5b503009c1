"""Where the tasks of a ledger come from: the plans of an activity, by what their forms say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from service.core.answers import read
from service.core.definition import FieldDefinition, FormDefinition, Label, LedgerMark
from service.core.ledger import ledger_table
from service.core.papers import STATES, State
from service.core.people import Person
from service.desk.documents.kept import Paper, lang_of
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, Lang, NotFoundError, problem
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Document


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A document whose form has a ledger.

    Attributes:
        document: its id.
        kind: what it is.
        title: of its kind.
        state: where it stands.
        lang: its language.
    """

    document: str
    kind: str
    title: Label
    state: State
    lang: Lang


def plans_of(desk: Desk, session: Session, person: Person, activity_id: str) -> list[Plan]:
    """The plans that a person may know of, the one that is furthest on first, then the newest."""
    found = [
        Plan(
            document=row.id,
            kind=row.kind,
            title=form.title,
            state=cast(State, row.state),
            lang=lang_of(row.lang),
        )
        for row in reversed(rows.of_activity(session, activity_id, answers=False))
        if (form := _plan_form(desk, row)) and ties_to_document(desk, person, row)
    ]
    return sorted(found, key=lambda one: -STATES.index(one.state))


def _plan_form(desk: Desk, row: Document) -> FormDefinition | None:
    """The form of the unit's own plan; None for all other papers."""
    if row.part or row.person or row.confidential:
        return None
    try:
        form = desk.catalog.kind(row.kind).form
    except GongwenError:  # a kind that is gone or broken has no ledger just now
        return None
    return form if ledger_table(form) else None


def chosen_plan(plans: list[Plan], document: str) -> Plan:
    """The plan asked for, or for "" the first. Raises NotFoundError."""
    for one in plans:
        if document in {"", one.document}:
            return one
    raise NotFoundError(
        problem(
            "no_plan",
            "这项活动还没有整改方案；请先起草，再把任务接入台账。",
            "this activity has no plan yet; draft one first, then take its tasks over.",
        )
    )


@dataclass(frozen=True, kw_only=True)
class LedgerForm:
    """A form with a ledger: the table of its tasks, and what the form says of it."""

    form: FormDefinition
    table: FieldDefinition
    mark: LedgerMark

    @property
    def shown(self) -> tuple[FieldDefinition, ...]:
        """Columns of the plan that page and spreadsheet show."""
        return tuple(self.table.columns[name] for name in self.mark.columns)


def ledger_form(form: FormDefinition) -> LedgerForm:
    """A form that is known to have a ledger."""
    table = ledger_table(form)
    assert table is not None
    assert table.ledger is not None
    return LedgerForm(form=form, table=table, mark=table.ledger)


def form_in_use(desk: Desk, session: Session, plans: list[Plan]) -> LedgerForm | None:
    """The form of the first plan, or where there is none, of the first kind that has a ledger."""
    if plans:
        return ledger_form(desk.catalog.kind(plans[0].kind).form)
    for name in desk.catalog.kinds():
        try:
            form = desk.catalog.kind(name).form
        except GongwenError:
            continue
        if ledger_table(form):
            return ledger_form(form)
    return None


def tasks_of(paper: Paper) -> list[Mapping[str, Any]]:
    """The tasks of a plan as it is typed now, checked.

    Raises:
        InputError: `no_tasks`, or what is wrong in the table, each with its path.
    """
    table = ledger_form(paper.form).table
    raw, origins = paper.full()
    reading = read(paper.form, raw, activity=paper.facts, filled_in=origins)
    wrong = [one for one in reading.problems if one.path.split(".")[0] == table.name]
    if wrong:
        raise InputError(wrong)
    found = reading.values.get(table.name)
    if not found:
        raise InputError(
            problem(
                "no_tasks",
                f"方案里还没有填“{table.label.zh}”；请先在草稿里填好。",
                f"the plan has no rows under “{table.label.en}” yet; fill them in first.",
                path=table.name,
            )
        )
    return list(found)
