"""What the register says of a numbered paper: its own words, again each time it is settled."""

from __future__ import annotations

from datetime import date
from typing import Any

from service.core.people import Person
from service.core.wording import one_line
from service.desk.documents.kept import Paper, paper_of
from service.desk.tools import Desk
from service.store import register as rows
from service.store.database import Session
from service.store.models import Document

TEXT_MOST = 200
"""Characters of a text in the register."""


def described(paper: Paper) -> dict[str, str]:
    """What the paper says of itself, by the names of GB/T 33480 that forms share."""
    values = paper.whole.values
    title = _lines(values.get("title")) or paper.form.title.of(paper.lang)
    genre = paper.form.fields.get("genre")
    code = values.get("genre")
    labels = {one.value: one.label.of(paper.lang) for one in genre.choices} if genre else {}
    signers = values.get("signer")
    return {
        "title": title[:TEXT_MOST],
        "genre": labels.get(code, "") if isinstance(code, str) else "",
        "signer": "、".join(map(str, signers)) if isinstance(signers, list | tuple) else "",
    }


def dated(paper: Paper) -> date | None:
    """The paper's own date (成文日期), where it bears one."""
    found = paper.whole.values.get("issue_date")
    return found if isinstance(found, date) else None


def describe_again(desk: Desk, session: Session, person: Person, row: Document) -> None:
    """A paper that was changed after it got its number: its line says what the paper says now.

    In the caller's transaction. What the paper does not say stays as it was entered.
    """
    entry = rows.of_document(session, row.id)
    if entry is None:
        return
    paper = paper_of(desk, session, row)
    said: dict[str, Any] = {**described(paper), "dated": dated(paper)}
    changed = {name: one for name, one in said.items() if one and one != getattr(entry, name)}
    if not changed:
        return
    for name, one in changed.items():
        setattr(entry, name, one)
    rows.touch(session, entry)
    desk.store.trail.note(session, person.id, "number_described", "register", entry.id)


def _lines(value: Any) -> str:
    return one_line(value, "zh") if isinstance(value, list | tuple) else str(value or "")
