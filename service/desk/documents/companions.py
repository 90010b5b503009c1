"""Papers that go with a document, begun from its page: the dispatch slip, the print list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from service.core.companions import TITLE, answers_beside
from service.core.definition import FormDefinition, Label
from service.core.papers import State
from service.core.people import Person
from service.desk.documents.drafts import begin_document
from service.desk.documents.kept import Paper, open_paper
from service.desk.once import Keep, unkept
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, NotFoundError, problem
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Document


@dataclass(frozen=True, kw_only=True)
class There:
    """One that was begun already."""

    id: str
    state: State


@dataclass(frozen=True, kw_only=True)
class Companion:
    """A kind of paper that goes with the document.

    Attributes:
        kind: its name.
        title: as pages say it.
        there: those that name this document's title already.
    """

    kind: str
    title: Label
    there: tuple[There, ...]


def companions_of(desk: Desk, person: Person, paper: Paper) -> list[Companion]:
    """What can go with a document; nothing goes with a person's own words."""
    if not _may_have(paper):
        return []
    forms = list(_forms(desk))
    values = _values(paper)
    with desk.store.read() as session:
        kept = rows.of_kinds(session, paper.activity.id, [form.name for form in forms])
        return [
            Companion(
                kind=form.name,
                title=form.title,
                there=tuple(
                    There(id=one.id, state=cast(State, one.state))
                    for one in kept
                    if one.kind == form.name
                    and _is_about(form, one, answers_beside(form, paper.form, values, paper.lang))
                    and ties_to_document(desk, person, one)
                ),
            )
            for form in forms
        ]


def begin_companion(
    desk: Desk, person: Person, document_id: str, kind: str, *, keep: Keep = unkept
) -> str:
    """Begins one, filled from the document as far as it goes; its id, told to `keep` too.

    Raises:
        NotFoundError: no such document; no such paper goes with it.
        ConflictError: the activity is closed.
    """
    with desk.store.write() as session:
        paper = open_paper(desk, session, document_id)
        form = next((one for one in _forms(desk) if one.name == kind), None)
        if form is None or not _may_have(paper):
            raise NotFoundError(
                problem("no_companion", "这份文书不附这种纸。", "no such paper goes with it.")
            )
        made = _begin(desk, session, person, paper, form)
        keep(session, made)
        return made


def _begin(desk: Desk, session: Session, person: Person, paper: Paper, form: FormDefinition) -> str:
    row = Document(
        activity_id=paper.activity.id,
        kind=form.name,
        lang=paper.lang,
        part="",
        person="",
        branch="",
        due=None,
        answers=answers_beside(form, paper.form, _values(paper), paper.lang),
    )
    return begin_document(desk, session, person, row)


def _forms(desk: Desk) -> Iterator[FormDefinition]:
    for name in desk.catalog.kinds():
        with suppress(GongwenError):  # a broken kind stops no other
            form = desk.catalog.kind(name).form
            if form.accompanies:
                yield form


def _may_have(paper: Paper) -> bool:
    """A paper of the unit, and none that goes with others itself."""
    return not paper.row.confidential and not paper.form.accompanies


def _values(paper: Paper) -> dict[str, Any]:
    """What stands in it, as typed; what is wrong or does not apply stays out."""
    raw, _ = paper.full()
    return {name: raw[name] for name in paper.whole.values if name in raw}


def _is_about(form: FormDefinition, row: Document, filled: Mapping[str, Any]) -> bool:
    """Whether what it says of the other paper's title is this one's."""
    for path, source in form.accompanies.items():
        name, _, column = path.partition(".")
        if source != TITLE or name not in filled:
            continue
        if not column:
            return _same(row.answers.get(name), filled[name])
        lines = row.answers.get(name)
        return isinstance(lines, list) and any(
            isinstance(one, Mapping) and _same(one.get(column), filled[name][0][column])
            for one in lines
        )
    return False


def _same(one: Any, other: Any) -> bool:
    """Line breaks of a title do not matter."""
    return "".join(str(one or "").split()) == "".join(str(other).split())
