"""Numbers of what is filed: each stands in the register, and for this paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from service.core.filing.numbers import parse_number
from service.desk.filing.preflight import date_of, number_of, own_title
from service.desk.filing.register import Wanted, take
from service.desk.filing.request import Request, Sheet
from service.errors import ConflictError, Problem, problem
from service.store import register as rows
from service.store.database import Session


def enter_numbers(session: Session, asked: Request, sheets: Sequence[Sheet]) -> None:
    """Enters every number that the papers bear and that the register does not hold yet.

    Raises:
        ConflictError: each that is void, or another paper's.
    """
    problems: list[Problem] = []
    for text, title, dated, document, path in _numbered(asked, sheets):
        number = parse_number(text, path=path)
        entry = rows.by_number(session, number.word, number.year, number.no)
        if entry is None or entry.state == "gap":
            wanted = Wanted(
                word=number.word,
                year=number.year,
                no=number.no,
                title=title,
                dated=dated,
                given_on=dated,
                reason={"zh": "报送时登记", "en": "entered when it was filed"}[asked.plan.lang],
            )
            entry = take(session, asked.person, wanted, asked.day)
            entry.document_id = document or None
        elif entry.state == "void":
            problems.append(_void(text, title, path))
        elif not _same_paper(entry.document_id, entry.title, document, title):
            problems.append(_taken(text, title, entry.title, path))
    if problems:
        raise ConflictError(problems)


def _numbered(
    asked: Request, sheets: Sequence[Sheet]
) -> Iterator[tuple[str, str, date | None, str, str]]:
    for part in asked.plan.parts:
        if text := number_of(part):
            yield text, own_title(asked.plan, part), date_of(part), part.document, part.path
    for sheet in sheets:
        if sheet.number:
            yield sheet.number, sheet.title, asked.day, "", "letter"


def _same_paper(entered: str | None, entered_title: str, document: str, title: str) -> bool:
    if entered and document:
        return entered == document
    return "".join(entered_title.split()) == "".join(title.split())


def _void(text: str, title: str, path: str) -> Problem:
    return problem(
        "number_void",
        f"“{title}”的文号 {text} 已作废，请另取文号。",
        f"{text}, the number of “{title}”, is void; take another one.",
        path=path,
    )


def _taken(text: str, title: str, other: str, path: str) -> Problem:
    return problem(
        "number_taken",
        f"“{title}”的文号 {text} 在发文登记表里是“{other}”的，请核对。",
        f"{text}, the number of “{title}”, is that of “{other}” in the register; check it.",
        path=path,
    )
