"""The paper that is missing in a slot, begun from the bundle's page as its task list would."""

from __future__ import annotations

from typing import Any

from service.core.bundle import Slot
from service.core.people import Person
from service.desk.activity.lines import Line, lines_of, rules_of
from service.desk.activity.start import start_paper
from service.desk.bundle.slots import Which
from service.desk.documents.drafts import create_document
from service.desk.documents.kept import found_activity
from service.desk.tools import Desk
from service.errors import NotFoundError, problem


def begin_in_slot(desk: Desk, person: Person, which: Which, slot_id: str) -> str:
    """Begins it with the owner, day and answers of the list of papers due; its id.

    A second click finds the first one's document. What the list does not ask for begins empty.

    Raises:
        NotFoundError: no such activity, bundle or slot; a slot for files or for each member.
        ConflictError: the activity is closed.
    """
    slot = next((one for one in desk.catalog.bundle(which.name).slots if one.id == slot_id), None)
    if slot is None or slot.kind is None or slot.per_member:
        raise NotFoundError(
            problem("no_slot", "材料包里没有这一项。", "the bundle has no such slot.")
        )
    activity, lang = which.activity_id, which.lang
    due = _due(desk, which, slot)
    if due is not None:
        return start_paper(desk, person, activity, due.key, lang, no_other=True)
    return create_document(
        desk, person, activity, slot.kind, lang, part=slot.part, answers=_answers(slot)
    )


def _due(desk: Desk, which: Which, slot: Slot) -> Line | None:
    """The first paper due that belongs in the slot."""
    with desk.store.read() as session:
        activity = found_activity(session, which.activity_id)
        lines = lines_of(rules_of(desk), activity, which.lang)
    return next((one for one in lines if _belongs(one, slot)), None)


def _belongs(line: Line, slot: Slot) -> bool:
    paper = line.paper
    if (paper.kind, paper.part) != (slot.kind, slot.part) or paper.who == "member":
        return False
    return slot.only is None or slot.only.holds(paper.answers.get(slot.only.field))


def _answers(slot: Slot) -> dict[str, Any]:
    """What a paper must say to stand in the slot."""
    if slot.only is None or slot.only.given is not None:
        return {}
    return {slot.only.field: slot.only.in_[0] if slot.only.in_ else slot.only.is_}
