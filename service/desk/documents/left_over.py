"""What is left over in a kept paper: last year's days and numbers, placeholders, unknown names."""

from __future__ import annotations

from dataclasses import replace

from service.core.people import Person
from service.desk.activity.members import roster_members
from service.desk.documents.checks import Checked
from service.desk.documents.kept import Paper
from service.desk.left_over import notes
from service.desk.tools import Desk
from service.store import activities as rows

__all__ = ["notes", "with_left_over"]


def with_left_over(desk: Desk, person: Person, paper: Paper, checked: Checked) -> Checked:
    """What a look at a draft found, with what is left over in it."""
    with desk.store.read() as session:
        rosters = rows.rosters(session, [paper.activity.id], person.id)
        people = [one.name for one in roster_members(session, rosters)]
    found = notes(paper.form, checked.values, paper.facts, paper.lang, people=people)
    return replace(checked, notes=(*checked.notes, *found))
