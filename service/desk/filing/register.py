"""The register (发文登记表): numbers given out, made void, and gaps explained; none given twice.

What is written here is written in one transaction: a process that is killed leaves the register as
it was, and the next number is still the next.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from service.core.filing.numbers import (
    DocumentNumber,
    check_leap,
    check_series,
    made_number,
    next_no,
    parse_number,
)
from service.core.people import Person
from service.desk.documents.kept import to_be_changed
from service.desk.documents.registered import TEXT_MOST
from service.desk.filing import register_words as words
from service.desk.once import Keep
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, NotFoundError
from service.store import documents
from service.store import register as rows
from service.store.database import Session
from service.store.models import Document, RegisterEntry

NUMBER_FIELD = "doc_number"
"""Field of a form that holds the document's number (GB/T 33480: 发文字号)."""
_PRINTED_STATES = frozenset({"sealed", "scanned"})
"""States in which the paper is signed or sealed: what stands in its form is not changed."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be entered.

    Attributes:
        word: issuing word.
        year: 0 for the year of the paper, else this year.
        no: 0 for the next one; a stated one must be free, and asks for a reason.
        title: of the paper.
        genre: 文种.
        signer: who signed it.
        copies: how many were printed; 0 where that is not known.
        dated: date of the paper.
        given_on: day on which a stated one was given out, where it was not today.
        reason: why it is stated.
    """

    word: str = ""
    year: int = 0
    no: int = 0
    title: str = ""
    genre: str = ""
    signer: str = ""
    copies: int = 0
    dated: date | None = None
    given_on: date | None = None
    reason: str = ""


def give_number(
    desk: Desk,
    person: Person,
    wanted: Wanted,
    today: date,
    *,
    keep: Keep = lambda _session, _answer: None,
) -> str:
    """Gives out a number for a paper that is no document here; the id of its entry.

    Args:
        desk: the store.
        person: who has it given out.
        wanted: which, and for what.
        today: the day of the entry.
        keep: told the id, for `only_once`.

    Raises:
        InputError: every problem of what was typed.
        ConflictError: `number_taken`, `number_void`: the stated one is not free.
    """
    checked = clean(wanted, today)
    with desk.store.write() as session:
        entry = take(session, person, checked, today)
        desk.store.trail.note(session, person.id, "number_given", "register", entry.id)
        keep(session, entry.id)
    return entry.id


def clean(wanted: Wanted, today: date) -> Wanted:
    """The same, checked: texts in one line, a year, a reason where one is owed."""
    year = wanted.year or (wanted.dated or today).year
    wrong = check_series(wanted.word.strip(), year)
    lines = {}
    for name in ("title", "genre", "signer", "reason"):
        text = getattr(wanted, name)
        lines[name] = " ".join(text.split())
        wrong += [words.bad_text(name, TEXT_MOST)] if not _is_line(lines[name]) else []
    if wanted.no and not lines["reason"]:
        wrong.append(words.no_reason(stated=True))
    if not 0 <= wanted.copies <= 9999:
        wrong.append(words.bad_copies())
    if wanted.given_on and wanted.given_on > today:
        wrong.append(words.not_yet())
    if wrong:
        raise InputError(wrong)
    return Wanted(
        **{**vars(wanted), **lines, "word": wanted.word.strip(), "year": year},
    )


def take(session: Session, person: Person, wanted: Wanted, today: date) -> RegisterEntry:
    """Takes a number in the caller's transaction; a gap's entry becomes that of the number."""
    number, entry = free_number(session, wanted)
    if entry is None:
        entry = RegisterEntry(word=number.word, year=number.year, no=number.no)
    entry.state = "given"
    entry.title, entry.genre, entry.signer = wanted.title, wanted.genre, wanted.signer
    entry.copies, entry.dated, entry.reason = wanted.copies or None, wanted.dated, wanted.reason
    entry.handled_by, entry.given_by = (person.shown if person.id else ""), person.id
    entry.given_on = wanted.given_on or today
    rows.add(session, entry)
    rows.touch(session, entry)
    return entry


def free_number(session: Session, wanted: Wanted) -> tuple[DocumentNumber, RegisterEntry | None]:
    """The number that is to be taken, and what stands there of it as a gap; holds its series.

    Raises:
        InputError: it is out of bounds.
        ConflictError: `number_taken`, `number_void`.
    """
    rows.hold(session, wanted.word, wanted.year)
    last = rows.last_no(session, wanted.word, wanted.year)
    if not wanted.no:
        return made_number(wanted.word, wanted.year, next_no(last)), None
    number = made_number(wanted.word, wanted.year, wanted.no)
    found = rows.by_number(session, number.word, number.year, number.no)
    if found is not None and found.state != "gap":
        void = found.state == "void"
        raise ConflictError(
            words.is_void(str(number)) if void else words.taken(str(number), found.title)
        )
    if wrong := check_leap(number.no, last):
        raise InputError(wrong)
    return number, found


def void_number(desk: Desk, person: Person, entry_id: str, reason: str) -> None:
    """Makes a number void; it is never given again, and its document bears none any more.

    Raises:
        NotFoundError: there is no such entry.
        InputError: without a reason.
        ConflictError: it is void already; its document was submitted, or its activity closed.
    """
    line = reason_in(reason)
    with desk.store.write() as session:
        entry = found_entry(session, entry_id)
        document = to_be_changed(session, entry.document_id) if entry.document_id else None
        rows.hold(session, entry.word, entry.year)
        entry = found_entry(session, entry_id)
        if entry.state != "given":
            raise ConflictError(words.is_void(str(number_in(entry))))
        entry.state = "void"
        entry.reason = "；".join(one for one in (entry.reason, line) if one)
        rows.touch(session, entry)
        if document is not None:
            _take_off(session, person, document, str(number_in(entry)))
        desk.store.trail.note(session, person.id, "number_void", "register", entry.id)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Numbers of a word and year, from the first to the last, of which there is nothing."""

    word: str
    year: int
    first: int
    last: int


def explain_gap(desk: Desk, person: Person, gap: Gap, reason: str, today: date) -> str:
    """Says why some numbers of a word and year were not given out; the id of the first's entry.

    Raises:
        InputError: without a reason, or they are no gap: not below the last number given.
        ConflictError: one of them has an entry of its own.
    """
    word, year = gap.word, gap.year
    if wrong := check_series(word, year):
        raise InputError(wrong)
    line = reason_in(reason)
    with desk.store.write() as session:
        rows.hold(session, word, year)
        if not 1 <= gap.first <= gap.last < rows.last_no(session, word, year):
            raise InputError(words.no_gap())
        there = {one.no: one for one in rows.stretch(session, word, year, gap.first, gap.last)}
        for one in there.values():
            if one.state != "gap":
                raise ConflictError(words.taken(str(number_in(one)), one.title))
        for no in range(gap.first, gap.last + 1):
            entry = there.get(no) or RegisterEntry(word=word, year=year, no=no, given_on=today)
            entry.state, entry.reason, entry.given_by = "gap", line, person.id
            session.add(entry)
        session.flush()
        told = rows.by_number(session, word, year, gap.first)
        assert told is not None
        desk.store.trail.note(session, person.id, "gap_explained", "register", told.id)
        return told.id


def void_by_number(desk: Desk, person: Person, text: str, reason: str, today: date) -> str:
    """Makes a number void, or says why it was never given; the id of its entry.

    Raises:
        InputError: it is no number, or without a reason.
        NotFoundError: it was never given out, and is no gap.
        ConflictError: as for `void_number`.
    """
    number = parse_number(text.strip())
    reason_in(reason)
    with desk.store.read() as session:
        entry = rows.by_number(session, number.word, number.year, number.no)
        last = rows.last_no(session, number.word, number.year)
    if entry is None and number.no > last:
        raise NotFoundError(words.never_given(str(number)))
    if entry is None or entry.state == "gap":
        gap = Gap(word=number.word, year=number.year, first=number.no, last=number.no)
        return explain_gap(desk, person, gap, reason, today)
    void_number(desk, person, entry.id, reason)
    return entry.id


def found_entry(session: Session, entry_id: str) -> RegisterEntry:
    """The entry's row. Raises NotFoundError."""
    entry = rows.find(session, entry_id)
    if entry is None:
        raise NotFoundError(words.no_entry())
    return entry


def number_in(entry: RegisterEntry) -> DocumentNumber:
    """The number of an entry."""
    return DocumentNumber(word=entry.word, year=entry.year, no=entry.no)


def write_number(session: Session, person: Person, document: Document, number: str) -> None:
    """Into the document's answers, in the caller's transaction, which holds the row."""
    answers = dict(document.answers)
    if number:
        answers[NUMBER_FIELD] = number
    else:
        answers.pop(NUMBER_FIELD, None)
    document.answers, document.changed_by = answers, person.id
    document.revision += 1
    document.changed_at = documents.now(session)


def typed_number(document: Document) -> str:
    """What stands in the document's form as its number."""
    found = document.answers.get(NUMBER_FIELD)
    return found.strip() if isinstance(found, str) else ""


def is_printed(document: Document) -> bool:
    """Whether it is signed or sealed, so that its form stays as it is."""
    return document.state in _PRINTED_STATES


def reason_in(text: str) -> str:
    """A reason in one line. Raises InputError."""
    line = " ".join(text.split())
    if not line:
        raise InputError(words.no_reason(stated=False))
    if not _is_line(line):
        raise InputError(words.bad_text("reason", TEXT_MOST))
    return line


def _take_off(session: Session, person: Person, document: Document, number: str) -> None:
    if document.answers.get(NUMBER_FIELD) == number and not is_printed(document):
        write_number(session, person, document, "")


def _is_line(text: str) -> bool:
    plain = all(unicodedata.category(one) not in {"Cc", "Cs"} for one in text)
    return plain and len(text) <= TEXT_MOST
