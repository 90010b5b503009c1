"""Document numbers, 发文字号: issuing word, year in 〔〕, number (GB/T 9704-2012, 7.2.5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from service.core.gbt9704 import DOCUMENT_NUMBER_PATTERN
from service.errors import InputError, Problem, problem

WORD_MOST = 20
"""Characters of an issuing word (发文代字), as in the activity's profile."""
FIRST_YEAR, LAST_YEAR = 1949, 2100
NO_MOST = 99_999
LEAP_MOST = 1000
"""How far a number may leap over the last one: a year typed in its place is no number."""
_RIGHT = re.compile(DOCUMENT_NUMBER_PATTERN, re.ASCII)
_PARTS = re.compile(r"(?P<word>[^〔〕]+)〔(?P<year>\d{4})〕(?P<no>[1-9]\d*)号", re.ASCII)
_NEARLY = re.compile(
    r"\s*(?P<word>[^〔〕()\[\]【】（）［］〈〉]+?)\s*[〔(\[【（［〈]\s*(?P<year>\d{4})\s*年?\s*"
    r"[〕)\]】）］〉]\s*第?\s*0*(?P<no>[1-9]\d{0,4})\s*号?\s*",
    re.ASCII,
)
_BRACKETS = re.compile(r"[〔〕()\[\]【】（）［］〈〉]")


@dataclass(frozen=True, kw_only=True, order=True)
class DocumentNumber:
    """A document number.

    Attributes:
        word: issuing word, e.g. 洪八馆党发.
        year: four digits.
        no: from 1 within word and year.
    """

    word: str
    year: int
    no: int

    def __str__(self) -> str:
        """As it is printed: six-corner brackets (U+3014, U+3015), no 第, no leading zero."""
        return f"{self.word}〔{self.year}〕{self.no}号"


def parse_number(text: str, *, path: str = "") -> DocumentNumber:
    """A number as it is printed.

    Raises:
        InputError: it is none; where it is nearly one, it is told how to write it.
    """
    found = _PARTS.fullmatch(text) if _RIGHT.match(text) else None
    if found is None:
        raise InputError(_not_a_number(_NEARLY.fullmatch(text[:100]), path))
    return made_number(found["word"], int(found["year"]), int(found["no"][:9]), path=path)


def made_number(word: str, year: int, no: int, *, path: str = "") -> DocumentNumber:
    """A number of its parts. Raises InputError with all that is wrong."""
    wrong = [*check_series(word, year)]
    if not 1 <= no <= NO_MOST:
        wrong.append(
            problem(
                "bad_no",
                f"序号应为 1 至 {NO_MOST} 的整数。",
                f"the number must be a whole number from 1 to {NO_MOST}.",
                path=path or "no",
            )
        )
    if wrong:
        raise InputError(wrong)
    return DocumentNumber(word=word, year=year, no=no)


def check_series(word: str, year: int) -> list[Problem]:
    """What is wrong with an issuing word and a year."""
    wrong = []
    if not word:
        wrong.append(
            problem(
                "no_word",
                "请填发文代字，例：洪八馆党发。",
                "give the issuing word, for example 洪八馆党发.",
                path="word",
            )
        )
    elif not _is_word(word):
        wrong.append(
            problem(
                "bad_word",
                f"发文代字最多 {WORD_MOST} 个字，不带括号、年份、空格和末尾的数字，"
                "例：洪八馆党发。",
                f"an issuing word has at most {WORD_MOST} characters, without brackets, year, "
                "blanks or a digit at its end, for example 洪八馆党发.",
                path="word",
            )
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        wrong.append(
            problem(
                "bad_year",
                f"年份应为 {FIRST_YEAR} 至 {LAST_YEAR}。",
                f"the year must be from {FIRST_YEAR} to {LAST_YEAR}.",
                path="year",
            )
        )
    return wrong


def gaps(taken: Iterable[int]) -> list[tuple[int, int]]:
    """Stretches of numbers below the last one of which there is nothing, first and last of each."""
    found, before = [], 0
    for no in sorted(set(taken)):
        if no > before + 1:
            found.append((before + 1, no - 1))
        before = no
    return found


def next_no(last: int) -> int:
    """The number that follows; a gap is never filled by itself."""
    return last + 1


def check_leap(no: int, last: int) -> list[Problem]:
    """What is wrong with a stated number, the last one being `last`."""
    if no <= last + LEAP_MOST:
        return []
    return [
        problem(
            "number_leaps",
            f"最后一个是 {last} 号，{no} 号跳过太多；请核对，是不是把年份填在了序号里。",
            f"the last number is {last}, and {no} leaps too far; check it: it may be a year.",
            path="no",
        )
    ]


def _is_word(word: str) -> bool:
    if len(word) > WORD_MOST or _BRACKETS.search(word) or word[-1].isdecimal():
        return False
    return not any(unicodedata.category(one)[0] in "CZ" for one in word)


def _not_a_number(nearly: re.Match[str] | None, path: str) -> Problem:
    zh = "发文字号的写法是：代字〔年份〕序号号，例：洪八馆党发〔2014〕3号。"
    en = "a document number is word〔year〕number号, for example 洪八馆党发〔2014〕3号."
    if nearly and _is_word(nearly["word"]):
        right = f"{nearly['word']}〔{nearly['year']}〕{nearly['no']}号"
        zh = f"发文字号用六角括号，不加“第”，序号前不补零；请写成：{right}"
        en = f"six-corner brackets, no 第, no leading zero; write it so: {right}"
    return problem("bad_number", zh, en, path=path)
