"""A document gets its number: when it is final and signed for issue, once, and then in its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from service.core.answers import applies
from service.core.filing.numbers import DocumentNumber
from service.core.people import Person
from service.desk.documents.kept import Paper, paper_of, to_be_changed
from service.desk.documents.registered import dated, described
from service.desk.documents.states import set_state
from service.desk.filing import register_words as words
from service.desk.filing.number_print import insist_on_same, lacks, printable
from service.desk.filing.register import (
    NUMBER_FIELD,
    Wanted,
    clean,
    is_printed,
    number_in,
    take,
    typed_number,
    write_number,
)
from service.desk.once import Keep
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, Problem
from service.store import documents
from service.store import register as rows
from service.store.database import Session
from service.store.models import Document, RegisterEntry

_LETTERHEAD = "letterhead"
_NUMBERED_STATES = frozenset({"final", "issued", "sealed", "scanned"})


@dataclass(frozen=True, kw_only=True)
class NumberView:
    """What the document's page shows of its number.

    Attributes:
        bears: it is of a kind that bears one, with its letterhead.
        number: that it bears, or "".
        entry: id in the register, or "".
        typed: what its form says, or "".
        open: a number can be given now.
        word: issuing word of the activity's profile.
        year: of the paper, else of today.
        printable: the newest version lacks the number, and can be made anew with it.
        by_hand: the newest version was edited in Word: the number is to be written into it.
    """

    bears: bool
    number: str = ""
    entry: str = ""
    typed: str = ""
    open: bool = False
    word: str = ""
    year: int = 0
    printable: bool = False
    by_hand: bool = False


def view_number(desk: Desk, paper: Paper, today: date) -> NumberView:
    """What the page shows of a document's number."""
    row = paper.row
    with desk.store.read() as session:
        entry = rows.of_document(session, row.id)
        newest = documents.newest(session, [row.id]).get(row.id)
    if not bears_number(paper) and entry is None:
        return NumberView(bears=False)
    return NumberView(
        bears=True,
        number=str(number_in(entry)) if entry else "",
        entry=entry.id if entry else "",
        typed=typed_number(row),
        open=entry is None and row.state in _NUMBERED_STATES and not paper.activity.closed,
        word=str(paper.facts.get("doc_code") or ""),
        year=(dated(paper) or today).year,
        printable=not paper.activity.closed and printable(paper, newest, entry),
        by_hand=entry is not None and not is_printed(row) and lacks(desk, row, newest, entry),
    )


def bears_number(paper: Paper) -> bool:
    """Whether the paper is an official one of the unit with a letterhead, in Chinese."""
    fields = paper.form.fields
    if (
        paper.row.confidential
        or paper.lang != "zh"
        or not {NUMBER_FIELD, _LETTERHEAD} <= set(fields)
    ):
        return False
    values = paper.whole.values
    return applies(paper.form.applies_if[NUMBER_FIELD], values, values)


def number_document(
    desk: Desk,
    person: Person,
    document_id: str,
    wanted: Wanted,
    today: date,
    *,
    keep: Keep = lambda _session, _answer: None,
) -> str:
    """Gives a document its number, which goes into its form; a final one is issued with it.

    A stated number that stands in the register for no document is this document's then.

    Args:
        desk: the store and the catalog.
        person: who has it given out.
        document_id: for which document.
        wanted: word, year, number, reason; what the form says of the paper is not asked again.
        today: the day of the entry.
        keep: told the id of the entry, for `only_once`.

    Raises:
        NotFoundError: there is no such document.
        InputError: every problem of what was typed.
        ConflictError: `has_number`, `bears_no_number`, `not_final`, `number_typed`,
            `text_would_change`, `number_taken`, `number_void`; closed or submitted.
    """
    with desk.store.write() as session:
        row = to_be_changed(session, document_id)
        paper = paper_of(desk, session, row)
        _refuse(desk, session, paper)
        entry = _entered(session, person, paper, wanted, today)
        number = str(number_in(entry))
        _refuse_other(row, number, stated=bool(wanted.no))
        if not is_printed(row):
            write_number(session, person, row, number)
            if row.state == "final":
                set_state(desk, session, person, row, "issued")
        desk.store.trail.note(session, person.id, "number_given", "register", entry.id)
        keep(session, entry.id)
    return entry.id


def _refuse(desk: Desk, session: Session, paper: Paper) -> None:
    row = paper.row
    there = rows.of_document(session, row.id)
    if there is not None:
        raise ConflictError(words.has_number(str(number_in(there))))
    if not bears_number(paper):
        raise ConflictError(words.bears_none())
    if row.state not in _NUMBERED_STATES:
        raise ConflictError(words.not_final())
    newest = documents.newest(session, [row.id]).get(row.id)
    if not is_printed(row) and newest is not None and newest.way == "generated":
        insist_on_same(desk, paper, newest)


def _entered(
    session: Session, person: Person, paper: Paper, wanted: Wanted, today: date
) -> RegisterEntry:
    row = paper.row
    day = dated(paper)
    year = wanted.year or (day or today).year
    word = wanted.word.strip() or str(paper.facts.get("doc_code") or "")
    if wanted.no:
        rows.hold(session, word, year)
        found = rows.by_number(session, word, year, wanted.no)
        if found is not None and found.state == "given" and found.document_id is None:
            return _attached(session, found, paper)
    told = Wanted(**{**vars(wanted), "word": word, "year": year, "dated": day, **described(paper)})
    try:
        entry = take(session, person, clean(told, today), today)
    except InputError as error:
        raise InputError(_typed_here(error.problems)) from None
    entry.kind, entry.document_id = row.kind, row.id
    session.flush()
    return entry


def _attached(session: Session, entry: RegisterEntry, paper: Paper) -> RegisterEntry:
    """What the register says of the paper already stays; its gaps are filled."""
    entry.kind, entry.document_id = paper.row.kind, paper.row.id
    entry.dated = entry.dated or dated(paper)
    for name, text in described(paper).items():
        setattr(entry, name, getattr(entry, name) or text)
    rows.touch(session, entry)
    return entry


def _refuse_other(row: Document, number: str, *, stated: bool) -> None:
    """What a clerk has typed, or what is signed already, is the number, and no other one."""
    typed = typed_number(row)
    if typed and typed != number:
        printed = stated and is_printed(row)
        raise ConflictError(words.other_typed(typed) if printed else words.typed_already(typed))


def _typed_here(problems: tuple[Problem, ...]) -> list[Problem]:
    """The paper's own fields are mended in its draft, not where the number is asked for."""
    own = {"title", "genre", "signer", "dated"}
    return [replace(one, path="") if one.path in own else one for one in problems]


def number_of(session: Session, document_id: str) -> DocumentNumber | None:
    """The number that a document bears in the register."""
    entry = rows.of_document(session, document_id)
    return number_in(entry) if entry else None
