"""The register as it is read: each number in its place, and gaps in theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Literal

from service.core.filing.numbers import DocumentNumber, gaps
from service.desk.tools import Desk
from service.store import documents
from service.store import register as rows
from service.store.models import RegisterEntry

Standing = Literal["given", "void", "gap", "missing"]
"""`gap`: not given here, with a reason; `missing`: nobody has said why."""


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """One line of the register.

    Attributes:
        id: of its entry; of a stretch, of the first; "" where nothing is entered.
        word: issuing word.
        year: of the number.
        first: the number, or the first of a stretch.
        last: the same, or the last of a stretch of which there is nothing, or one reason.
        standing: what became of it.
        title: of the paper.
        kind: of its document, or "".
        genre: 文种.
        signer: who signed it.
        handled_by: who had the number given out.
        copies: how many were printed; 0 where that is not known.
        dated: date of the paper.
        given_on: day of the entry.
        reason: why it was stated, why it is void, why there is none.
        document: id of the document that bears it, or "".
    """

    id: str = ""
    word: str
    year: int
    first: int
    last: int
    standing: Standing
    title: str = ""
    kind: str = ""
    genre: str = ""
    signer: str = ""
    handled_by: str = ""
    copies: int = 0
    dated: date | None = None
    given_on: date | None = None
    reason: str = ""
    document: str = ""

    @property
    def number(self) -> str:
        """As it is printed; of a stretch, from the first to the last."""
        first = DocumentNumber(word=self.word, year=self.year, no=self.first)
        if self.first == self.last:
            return str(first)
        return f"{self.word}〔{self.year}〕{self.first}至{self.last}号"

    def to_json(self) -> dict[str, Any]:
        """For programs: what is not known is null, texts that are not there are ""."""
        return {
            "id": self.id or None,
            "number": self.number,
            "word": self.word,
            "year": self.year,
            "first": self.first,
            "last": self.last,
            "state": self.standing,
            "title": self.title,
            "genre": self.genre,
            "signer": self.signer,
            "handled_by": self.handled_by,
            "copies": self.copies or None,
            "dated": self.dated.isoformat() if self.dated else None,
            "given_on": self.given_on.isoformat() if self.given_on else None,
            "reason": self.reason,
            "document": self.document or None,
        }

    @property
    def count(self) -> int:
        """Numbers in it."""
        return self.last - self.first + 1


def list_register(desk: Desk, word: str = "", year: int = 0, text: str = "") -> list[RegisterLine]:
    """Lines by word, the newest year first, by number.

    Args:
        desk: the store.
        word: of this issuing word alone, "" for all.
        year: of this year alone, 0 for all.
        text: only lines in which this stands; gaps are left out then.
    """
    with desk.store.read() as session:
        found = rows.entries(session, word, year)
    lines = list(lines_of(found))
    wanted = text.strip().casefold()
    return [one for one in lines if wanted in _said(one)] if wanted else lines


def find_line(desk: Desk, entry_id: str) -> RegisterLine | None:
    """An entry as its line; None where there is none."""
    with desk.store.read() as session:
        found = rows.find(session, entry_id)
    return _line(found) if found else None


def series_of(desk: Desk) -> list[tuple[str, int]]:
    """Every word and year that has an entry, the newest year first."""
    with desk.store.read() as session:
        return rows.series(session)


def known_words(desk: Desk) -> list[str]:
    """Issuing words to choose from: those of the open activities, then those used before."""
    with desk.store.read() as session:
        profiles = [one.profile.get("zh") or {} for one in documents.open_activities(session)]
        used = [word for word, _ in rows.series(session)]
    named = [str(one.get("doc_code") or "").strip() for one in profiles]
    return list(dict.fromkeys(filter(None, [*named, *used])))


def lines_of(entries: Iterable[RegisterEntry]) -> Iterator[RegisterLine]:
    """Entries in order as lines, with what is missing between them."""
    for (word, year), group in groupby(entries, lambda one: (one.word, one.year)):
        there = [_line(one) for one in group]
        missing = [
            RegisterLine(word=word, year=year, first=first, last=last, standing="missing")
            for first, last in gaps(one.first for one in there)
        ]
        yield from _joined(sorted([*there, *missing], key=lambda one: one.first))


def _joined(lines: Sequence[RegisterLine]) -> Iterator[RegisterLine]:
    """Neighbouring numbers that were not given for the same reason are one line."""
    before: RegisterLine | None = None
    for one in lines:
        if before and before.standing == one.standing == "gap" and before.reason == one.reason:
            before = replace(before, last=one.last)
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def _line(entry: RegisterEntry) -> RegisterLine:
    standing: Standing = "void" if entry.state == "void" else "given"
    return RegisterLine(
        id=entry.id,
        word=entry.word,
        year=entry.year,
        first=entry.no,
        last=entry.no,
        standing="gap" if entry.state == "gap" else standing,
        title=entry.title,
        kind=entry.kind,
        genre=entry.genre,
        signer=entry.signer,
        handled_by=entry.handled_by,
        copies=entry.copies or 0,
        dated=entry.dated,
        given_on=entry.given_on,
        reason=entry.reason,
        document=entry.document_id or "",
    )


def _said(line: RegisterLine) -> str:
    if line.standing == "missing":
        return ""
    words = (line.number, line.title, line.genre, line.signer, line.handled_by, line.reason)
    return "\n".join(words).casefold()
