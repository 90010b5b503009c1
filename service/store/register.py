"""Rows of the register of document numbers: questions and changes, each one statement or two."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.columns import db_now
from service.store.models import RegisterEntry

_LOCK = 0x72656769  # "regi": one series of numbers is given out by one at a time on PostgreSQL


def hold(session: Session, word: str, year: int) -> None:
    """Makes others who want a number of this word and year wait until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":  # whose writers wait for each other anyway
        key = func.hashtext(f"{word}\n{year}")
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, key)))


def last_no(session: Session, word: str, year: int) -> int:
    """The highest number of a word and year that has an entry; 0 for none."""
    wanted = select(func.max(RegisterEntry.no)).where(
        RegisterEntry.word == word, RegisterEntry.year == year
    )
    return session.scalar(wanted) or 0


def find(session: Session, entry_id: str) -> RegisterEntry | None:
    """An entry by its id, as it is now."""
    return session.get(RegisterEntry, entry_id, populate_existing=True)


def by_number(session: Session, word: str, year: int, no: int) -> RegisterEntry | None:
    """The entry of a number, as it is now."""
    wanted = select(RegisterEntry).where(
        RegisterEntry.word == word, RegisterEntry.year == year, RegisterEntry.no == no
    )
    return session.scalar(wanted.execution_options(populate_existing=True))


def of_document(session: Session, document_id: str) -> RegisterEntry | None:
    """The entry of the number that a document bears."""
    wanted = select(RegisterEntry).where(
        RegisterEntry.document_id == document_id, RegisterEntry.state == "given"
    )
    return session.scalar(wanted)


def of_documents(session: Session, document_ids: Collection[str]) -> dict[str, RegisterEntry]:
    """The same for several documents, by their ids."""
    wanted = select(RegisterEntry).where(
        RegisterEntry.document_id.in_(document_ids), RegisterEntry.state == "given"
    )
    return {one.document_id: one for one in session.scalars(wanted) if one.document_id}


def entries(session: Session, word: str = "", year: int = 0) -> Sequence[RegisterEntry]:
    """Entries of a word and year, or of all, by word, the newest year first, by number."""
    wanted = select(RegisterEntry)
    if word:
        wanted = wanted.where(RegisterEntry.word == word)
    if year:
        wanted = wanted.where(RegisterEntry.year == year)
    order = (RegisterEntry.word, RegisterEntry.year.desc(), RegisterEntry.no)
    return session.scalars(wanted.order_by(*order)).all()


def series(session: Session) -> list[tuple[str, int]]:
    """Every word and year that has an entry, the newest year first."""
    wanted = select(RegisterEntry.word, RegisterEntry.year).distinct()
    found = session.execute(wanted.order_by(RegisterEntry.year.desc(), RegisterEntry.word))
    return [(word, year) for word, year in found]


def add(session: Session, entry: RegisterEntry) -> None:
    """A new entry."""
    session.add(entry)
    session.flush()


def touch(session: Session, entry: RegisterEntry) -> None:
    """Writes a change, with its moment."""
    entry.changed_at = db_now()
    session.flush()
    session.refresh(entry)


def stretch(
    session: Session, word: str, year: int, first: int, last: int
) -> Sequence[RegisterEntry]:
    """Entries of a word and year from one number to another."""
    wanted = select(RegisterEntry).where(
        RegisterEntry.word == word,
        RegisterEntry.year == year,
        RegisterEntry.no.between(first, last),
    )
    return session.scalars(wanted.execution_options(populate_existing=True)).all()
