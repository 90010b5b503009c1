"""The ledger printed: the plan's own annex, with its tasks as they stand in the ledger today."""

from __future__ import annotations

from datetime import date

from service.core.answers import check
from service.core.people import Person
from service.desk.documents.kept import found_activity, open_paper
from service.desk.fill import Document, produce
from service.desk.ledger.plans import chosen_plan, ledger_form
from service.desk.ledger.views import ledger_of
from service.desk.tools import Desk
from service.errors import InputError, problem


def print_ledger(desk: Desk, person: Person, activity_id: str, document: str = "") -> Document:
    """The ledger as a paper of its own, as of today; the plan itself is not changed.

    Args:
        desk: the store, the catalog and the engines.
        person: who asks.
        activity_id: whose ledger.
        document: the plan that gives all that is no task (who filled it in); "" for the first.

    Raises:
        NotFoundError: no such activity, `no_plan`, or the plan prints no ledger of its own.
        InputError: `no_entries`, or what is wrong with the rest of the plan.
    """
    with desk.store.read() as session:
        ledger = ledger_of(desk, session, person, found_activity(session, activity_id))
        paper = open_paper(desk, session, chosen_plan(list(ledger.plans), document).document)
    if not ledger.entries:
        raise InputError(
            problem(
                "no_entries",
                "台账里还没有任务；请先从整改方案接入。",
                "the ledger has no tasks yet; take them over from the plan first.",
            )
        )
    form, today = ledger_form(paper.form), date.today()
    raw, origins = paper.full()
    raw[form.table.name] = [one.row(today) for one in ledger.entries]
    raw[form.mark.as_of] = today
    answers = check(paper.form, raw, activity=paper.facts, filled_in=origins)
    return produce(
        desk,
        paper.kind,
        answers,
        lang=paper.lang,
        activity=paper.facts,
        part=form.mark.part,
    )
