"""One opinion: as it is kept, as it was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from service.core.papers import Result
from service.core.people import NAME_MOST
from service.core.reviews import LONGEST, Opinion, day_of, prints, result_of
from service.errors import InputError, Problem, problem
from service.store.models import Review


@dataclass(frozen=True, kw_only=True)
class Said:
    """An opinion as it came from a page, nothing of it checked.

    Attributes:
        version: number of the text that was on the page.
        result: `agree`, `revise` or `rewrite`.
        opinion: the words.
        step: whose turn it was; only a clerk says so.
        by: name of the reviewer; only a clerk types it.
        on: day of the opinion; only a clerk types it.
    """

    version: int
    result: str
    opinion: str = ""
    step: str = ""
    by: str = ""
    on: str = ""


def opinion_of(row: Review) -> Opinion:
    """A row as a plain value."""
    return Opinion(
        round=row.round,
        step=row.step,
        version_no=row.version_no,
        by=row.by,
        result=cast(Result, row.result),
        opinion=row.opinion,
        given_on=row.given_on,
    )


def checked(said: Said, steps: Sequence[str], today: date) -> Opinion:
    """The opinion, its round still open. Raises InputError with every problem."""
    result, day = result_of(said.result), day_of(said.on)
    found = [*_of_place(said, steps, day, today), *_of_words(said, result)]
    if found or result is None or day is None:
        raise InputError(found)
    return Opinion(
        round=0,
        step=said.step,
        version_no=said.version,
        by=said.by.strip(),
        result=result,
        opinion=said.opinion.replace("\r\n", "\n").strip("\n"),
        given_on=day,
    )


def _of_place(said: Said, steps: Sequence[str], day: date | None, today: date) -> Iterator[Problem]:
    """Whose opinion it is, and of which day."""
    if said.step not in steps:
        zh, en = "请选是谁的意见。", "Say whose opinion it is."
        yield problem("no_step", zh, en, path="step")
    if not said.by.strip():
        zh, en = "请填审阅人姓名。", "Give the reviewer's name."
        yield problem("no_reviewer", zh, en, path="by")
    elif len(said.by) > NAME_MOST or "\n" in said.by or not prints(said.by):
        yield problem(
            "bad_reviewer",
            f"审阅人姓名不超过 {NAME_MOST} 个字，写在一行里。",
            f"The reviewer's name has {NAME_MOST} characters at most, on one line.",
            path="by",
        )
    if day is None:
        yield problem(
            "bad_date",
            "请填意见的日期，例：2014年6月3日。",
            "Give the day of the opinion, for example 2014-06-03.",
            path="on",
        )
    elif day > today:
        zh, en = "意见的日期还没有到，请核对。", "The day of the opinion is still to come."
        yield problem("day_to_come", zh, en, path="on")


def _of_words(said: Said, result: Result | None) -> Iterator[Problem]:
    """What was said."""
    if result is None:
        yield problem(
            "no_result",
            "请选结论：同意、修改或重写。",
            "Choose the result: agree, revise or rewrite.",
            path="result",
        )
    elif result != "agree" and not said.opinion.strip():
        yield problem(
            "no_opinion",
            "要修改或重写的，请写明意见，起草人才知道改什么。",
            "Say what is to be changed, or the writer cannot know.",
            path="opinion",
        )
    if len(said.opinion) > LONGEST:
        yield problem(
            "opinion_too_long",
            f"意见不超过 {LONGEST} 字。",
            f"An opinion has {LONGEST} characters at most.",
            path="opinion",
        )
    if not prints(said.opinion):
        yield problem(
            "bad_character",
            "意见里有印不出来的控制符，请删掉后重写。",
            "The opinion holds control characters that cannot be printed; take them out.",
            path="opinion",
        )


def not_theirs() -> Problem:
    """Nobody asks for this person's opinion; it looks like a paper that is not there."""
    return problem("no_document", "没有这份文书。", "there is no such document.")


def not_in_review() -> Problem:
    """An opinion where the paper is not out for one."""
    return problem(
        "not_in_review",
        "这份文书现在不在审阅中，意见没有登记；经办人送审以后才能写。",
        "this document is not in review now and nothing was recorded; its clerk has to send it "
        "to review first.",
    )


def other_version(no: int) -> Problem:
    """Another text than the one on the page."""
    return problem(
        "other_version",
        f"您看的那一稿之后又有了第{no}稿，意见没有登记；请看过第{no}稿再写。",
        f"version {no} has come after the one that you looked at, and nothing was recorded; look "
        "at it, then write your opinion.",
    )
