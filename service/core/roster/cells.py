"""Rosters: one cell to the raw value that `check` takes, or why it cannot be trusted."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from pydantic_core import PydanticCustomError

from service.core.dates import parse_date
from service.core.definition import FieldDefinition
from service.core.roster.model import BadCell, Cell
from service.core.roster.names import same_person

Mark = Callable[[str], None]
"""Remembers what was done to a cell, by a code of `roster_words`."""
Take = Callable[[Cell, Mark], Any]
_ALIGNED = re.compile(
    r"([\u3400-\u9fff\U00020000-\U0003ffff])\s+([\u3400-\u9fff\U00020000-\U0003ffff])"
)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_KEPT_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_MONTH = re.compile(r"\d{4}[-./年]\d{2}月?")
_YES = frozenset({"是", "√", "✓", "✔", "☑", "对", "有", "yes", "y", "true", "1"})
_NO = frozenset({"否", "×", "✗", "✘", "x", "错", "无", "没有", "no", "n", "false", "0"})
_NUMERALS = {**{char: n for n, char in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "Ｏ": 0}
_CHINESE_DATE = re.compile(
    r"([〇零○Ｏ一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})日)?"
)


class UntrustedError(Exception):
    """A cell that nobody should print; `code` is one of `roster_words`.

    `value` is what it says all the same, so that somebody can see and mend it.
    """

    def __init__(self, code: str, value: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


def taker(field: FieldDefinition, *, csv: bool) -> Take:
    """How cells of a field's column are read; empty ones give None.

    Args:
        field: what the column asks.
        csv: the cells are text, as a program has written it out.
    """
    kinds: dict[str, Take] = {
        "person": _person,
        "text": _line,
        "upload": _line,
        "integer": _integer,
        "date": _date,
        "month": lambda cell, mark: _month(cell, mark, csv=csv),
        "datetime": _datetime,
        "yes_no": _yes_no,
        "choice": _choice(_codes(field)),
        "choices": _choices(_codes(field)),
    }
    return _checked(kinds.get(field.type, _prose))


def key_text(cell: Cell) -> str:
    """A member number as text, "" where there is none; raises UntrustedError."""
    text = _checked(_line)(cell, lambda _: None)
    return unicodedata.normalize("NFKC", text or "")


def _checked(take: Take) -> Take:
    """Empty cells and those whose value cannot be had, before any other."""

    def checked(cell: Cell, mark: Mark) -> Any:
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if isinstance(cell, BadCell):
            raise UntrustedError("cell_error" if cell.why == "error" else "cell_no_result")
        return take(cell, mark)

    return checked


def _digits(number: float) -> str:
    """13800000000.0 as 13800000000; Excel has cut what is longer than 15 digits."""
    if not math.isfinite(number) or abs(number) >= 1e14:
        raise UntrustedError("number_cut")
    return str(int(number)) if number == int(number) else f"{number:.15g}"


def _prose(cell: Cell, mark: Mark) -> str:
    """Text as it stands, line breaks and leading full-width spaces too."""
    if isinstance(cell, bool):
        raise UntrustedError("logical_in_text")
    if isinstance(cell, (int, float)):
        return _digits(cell)
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if not isinstance(cell, str):
        raise UntrustedError("date_in_text")
    text = _unmarked(cell, mark)
    if "+" in text and _SCIENTIFIC.fullmatch(text.strip()):
        raise UntrustedError("number_cut")
    return text


def _unmarked(text: str, mark: Mark) -> str:
    """Without what keeps a cell text for Excel: `="001"` in CSV, a leading apostrophe."""
    if text[0] == "'" and len(text) > 1 and "'" not in text[1:]:
        mark("text_marks")
        return text[1:]
    if '="' in text and (kept := _KEPT_AS_TEXT.fullmatch(text.strip())) and '"' not in kept[1]:
        mark("text_marks")
        return kept[1]
    return text


def _line(cell: Cell, mark: Mark) -> str:
    text = _prose(cell, mark)
    if text != text.strip():
        mark("outer_spaces")
    return text.strip()


def _person(cell: Cell, mark: Mark) -> str:
    """A name; 张　三 is spread out to align with names of three characters in a list."""
    name = _line(cell, mark)
    if name.isalpha():
        return name
    if "?" in name or "？" in name:  # what becomes of 𠮷 where a program saves in GBK
        raise UntrustedError("name_lost", name)
    if aligned := _ALIGNED.fullmatch(name):
        mark("name_spaces")
        return aligned[1] + aligned[2]
    return name


def _integer(cell: Cell, mark: Mark) -> Any:
    if isinstance(cell, float) and cell.is_integer() and not isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str):
        return unicodedata.normalize("NFKC", _line(cell, mark))
    return cell.isoformat() if isinstance(cell, (date, time)) else cell


def _date(cell: Cell, mark: Mark) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return _western(_prose(cell, mark).strip())
    if isinstance(cell, (int, float)) and 10_000_000 <= cell <= 99_999_999 and cell == int(cell):
        return str(int(cell))
    raise UntrustedError("number_not_date")


def _month(cell: Cell, mark: Mark, *, csv: bool) -> str:
    if isinstance(cell, date):
        if cell.day != 1:
            mark("day_dropped")
        return f"{cell:%Y-%m}"
    if isinstance(cell, str):
        return _month_text(_western(_prose(cell, mark).strip()), mark, csv=csv)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise UntrustedError("number_not_date")
    return _month_number(f"{cell:.15g}", mark)


def _month_text(text: str, mark: Mark, *, csv: bool) -> str:
    """198503, 1985-03-12 and 1985.3 as text."""
    if _MONTH.fullmatch(text):
        return text
    if re.fullmatch(r"\d{4}\.1", text):
        if csv:  # Excel writes 1985.10 out as 1985.1
            raise UntrustedError("month_cut")
        mark("month_one")
    if found := re.fullmatch(r"(\d{4})(0[1-9]|1[0-2])", text):
        return f"{found[1]}-{found[2]}"
    return _without_day(text, mark) or text


def _month_number(text: str, mark: Mark) -> str:
    """1985.03, 198503 and 19850312 as numbers; 1985.1 may have been 1985.10."""
    if re.fullmatch(r"\d{4}\.1", text):
        raise UntrustedError("month_cut")
    if found := re.fullmatch(r"(\d{4})\.?(0[1-9]|1[0-2])", text):
        return f"{found[1]}-{found[2]}"
    if found := re.fullmatch(r"(\d{4})\.([2-9])", text):
        return f"{found[1]}-0{found[2]}"
    if day := _without_day(text, mark):
        return day
    raise UntrustedError("number_not_date")


def _without_day(text: str, mark: Mark) -> str:
    """The month of a whole date, or ""."""
    with suppress(PydanticCustomError):
        day = parse_date(text)
        mark("day_dropped")
        return f"{day:%Y-%m}"
    return ""


def _datetime(cell: Cell, mark: Mark) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return _western(_prose(cell, mark).strip())
    raise UntrustedError("number_not_date")


def _western(text: str) -> str:
    """二〇一四年三月六日 as 2014年3月6日; anything else as it is."""
    found = None if text.isascii() else _CHINESE_DATE.fullmatch(text)
    if not found:
        return text
    year = "".join(str(_NUMERALS[char]) for char in found[1])
    day = f"{_small(found[3])}日" if found[3] else ""
    return f"{year}年{_small(found[2])}月{day}"


def _small(numeral: str) -> int:
    """三十一 as 31."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int("".join(str(_NUMERALS[char]) for char in numeral))
    high = _small(tens) if tens else 1
    return high * 10 + (_small(ones) if ones else 0)


def _yes_no(cell: Cell, mark: Mark) -> Any:
    if isinstance(cell, bool):
        return cell
    word = same_person(_prose(cell, mark))
    return True if word in _YES else False if word in _NO else word


def _codes(field: FieldDefinition) -> dict[str, str]:
    """What may be written for a choice, to its code."""
    words: dict[str, str] = {}
    for choice in field.choices:
        for word in (choice.value, choice.label.zh, choice.label.en):
            words.setdefault(same_person(word), choice.value)
    return words


def _choice(codes: dict[str, str]) -> Take:
    def take(cell: Cell, mark: Mark) -> str:
        text = _line(cell, mark)
        return codes.get(same_person(text), text)

    return take


def _choices(codes: dict[str, str]) -> Take:
    def take(cell: Cell, mark: Mark) -> list[str]:
        parts = re.split(r"[、，,；;\n]", _line(cell, mark))
        return [codes.get(same_person(part), part.strip()) for part in parts if part.strip()]

    return take
