"""A paper that is due is started: one button makes its document, a second click finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.people import Person
from service.core.roster.names import same_person
from service.desk.activity.facts import spoken
from service.desk.activity.groups import furthest
from service.desk.activity.known import Eyes
from service.desk.activity.lines import Line, lines_of, rules_of
from service.desk.activity.members import roster_members
from service.desk.activity.profiles import to_be_changed
from service.desk.documents.drafts import begin_document
from service.desk.tools import Desk
from service.errors import Lang, NotFoundError, Problem, problem
from service.store import activities as rows
from service.store.database import Session
from service.store.models import Activity, Document


def start_paper(
    desk: Desk, person: Person, activity_id: str, key: str, lang: Lang, *, no_other: bool = False
) -> str:
    """Makes the document of a paper that is due, or finds the one that is there; its id.

    Args:
        desk: the store and the catalog.
        person: who starts it, and handles it from now on.
        activity_id: of which activity.
        key: `Task.key`: the paper's id and the name of who owes it.
        lang: of the document, where the profile is typed in it.
        no_other: in this language whatever is typed, beside one that is there in another.

    Raises:
        NotFoundError: no such activity; nobody of this name owes such a paper (any more).
        ConflictError: the activity is closed.
    """
    paper_id, _, name = key.partition(":")
    with desk.store.write() as session:
        activity = to_be_changed(session, activity_id)
        rules = rules_of(desk)
        said = lang if no_other else spoken(rules.profile, activity, lang)
        lines = lines_of(rules, activity, lang)
        lines = [one for one in lines if one.paper.id == paper_id]
        if lines and lines[0].paper.who == "member":
            row = _of_member(desk, session, person, activity, line=lines[0], name=name, lang=said)
        else:
            row = _of_line(_found(lines, name), activity.id, said)
        there = _there_already(desk, session, person, row, no_other=no_other)
        return there or begin_document(desk, session, person, row)


def start_other(desk: Desk, person: Person, activity_id: str, kind: str, lang: Lang) -> str:
    """Makes a document of any kind in an activity; its id.

    Raises:
        NotFoundError: no such activity or kind.
        ConflictError: the activity is closed.
    """
    with desk.store.write() as session:
        activity = to_be_changed(session, activity_id)
        row = Document(
            activity_id=activity_id,
            kind=kind,
            lang=spoken(desk.catalog.activity(), activity, lang),
            part="",
            person="",
            branch="",
            answers={},
        )
        return begin_document(desk, session, person, row)


def _found(lines: list[Line], name: str) -> Line:
    wanted = same_person(name)
    for one in lines:
        names = (one.person or one.branch, *one.names.values())
        if wanted in {same_person(other) for other in names}:
            return one
    raise NotFoundError(_nobody())


def _of_line(line: Line, activity_id: str, said: Lang) -> Document:
    name = line.name_in(said)
    answers: dict[str, Any] = dict(line.paper.answers)
    if line.paper.name_in:
        answers[line.paper.name_in] = name
    return Document(
        activity_id=activity_id,
        kind=line.paper.kind,
        part=line.paper.part,
        lang=said,
        person=name if line.person else "",
        branch=name if line.branch else "",
        due=line.day,
        answers=answers,
    )


def _of_member(
    desk: Desk,
    session: Session,
    person: Person,
    activity: Activity,
    *,
    line: Line,
    name: str,
    lang: Lang,
) -> Document:
    """With all that the roster knows of the member typed in already."""
    rosters = rows.rosters(session, [activity.id], person.id)
    listed = roster_members(session, [one for one in rosters if one.kind == line.paper.kind])
    found = next((one for one in listed if same_person(one.name) == same_person(name)), None)
    if found is None:
        raise NotFoundError(_nobody())
    form = desk.catalog.kind(line.paper.kind).form
    known: Mapping[str, Any] = {
        name: value for name, value in found.values.items() if name in form.fields
    }
    return Document(
        activity_id=activity.id,
        kind=line.paper.kind,
        part=line.paper.part,
        lang=lang,
        person=found.name.strip(),
        branch=str(found.values.get("branch") or "").strip(),
        due=line.day,
        answers={**line.paper.answers, **known},
    )


def _there_already(
    desk: Desk, session: Session, person: Person, row: Document, *, no_other: bool
) -> str:
    """The document of the same paper that the person may know of, or ""."""
    same = [
        one
        for one in Eyes(desk, person).known(rows.held(session, [row.activity_id]))
        if (one.kind, one.part) == (row.kind, row.part)
        and (one.lang == row.lang or not no_other)
        and same_person(one.person) == same_person(row.person)
        and (row.person or same_person(one.branch) == same_person(row.branch))
    ]
    found = furthest(same)
    return found.id if found else ""


def _nobody() -> Problem:
    return problem(
        "not_due",
        "活动档案或名册里已经没有这一项；请刷新页面再看。",
        "the profile or the roster does not have this any more; load the page again.",
    )
