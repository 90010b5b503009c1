"""Days in a text that cannot be: no such day, another weekday, outside the activity."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service.core.wording import day as written
from service.core.wording import short
from service.errors import Text

_ZH = "一二三四五六日"
_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = tuple(calendar.month_name)[1:]
_MONTH = "|".join(_MONTHS)
_DAY_EN = "|".join(_EN)
_OTHER = r"(?<!去年)(?<!上年)(?<!前年)(?<!明年)(?<!次年)(?<!来年)(?<!每年)(?<!历年)(?<!当年)"
_CHINESE = re.compile(
    rf"{_OTHER}(?<!\d)(?:(?P<y>\d{{4}})年)?(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日"
    r"(?:\s*[((]?\s*(?:星期|周|礼拜)(?P<w>[一二三四五六日天]))?",
    re.ASCII,
)
_ENGLISH = re.compile(
    rf"(?:\b(?P<before>{_DAY_EN}),?\s+)?\b(?P<d>\d{{1,2}})\s+(?P<m>{_MONTH})\b"
    rf"(?:,?\s+(?P<y>\d{{4}})\b)?(?:,?\s*[((]?\s*(?P<after>{_DAY_EN})\b)?",
    re.ASCII,
)
_AMERICAN = re.compile(
    rf"(?:\b(?P<before>{_DAY_EN}),?\s+)?\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})\b(?!\s+(?:{_MONTH}))"
    rf"(?:,?\s+(?P<y>\d{{4}})\b)?(?:,?\s*[((]?\s*(?P<after>{_DAY_EN})\b)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Told:
    """What is said of a day in a text."""

    code: str
    text: Text


@dataclass(frozen=True)
class Found:
    """A day as it is written; year and weekday (0 is Monday) where they are said."""

    year: int | None
    month: int
    day: int
    weekday: int | None


@dataclass(frozen=True, kw_only=True)
class Days:
    """Year and months of an activity; None where they are not known.

    Attributes:
        year: the activity's.
        first: first day of its first month.
        last: last day of its last month.
    """

    year: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def _years(self) -> tuple[int, ...]:
        """Years that a day without one may be of."""
        if self.first and self.last:
            return tuple(range(self.first.year, self.last.year + 1))
        return (self.year,) if self.year else ()

    def has_year(self, year: int) -> bool:
        """Whether the activity runs in a year."""
        return year == self.year or year in self._years

    def outside(self, day: date) -> Text | None:
        """What is said of a day before or after the activity; None within it."""
        if self.first and day < self.first:
            return Text(
                f"{written(day, 'zh')}早于活动开始的月份，请核对是不是以前留下的。",
                f"{written(day, 'en')} is before the activity begins; check whether it is left "
                "over.",
            )
        if self.last and day > self.last:
            return Text(
                f"{written(day, 'zh')}晚于活动结束的月份，请核对。",
                f"{written(day, 'en')} is after the activity has ended; check it.",
            )
        return None

    def in_prose(self, text: str, *, window: bool) -> Iterator[Told]:
        """Days written in a text that cannot be.

        Args:
            text: the text, its digits in half width.
            window: days that name last year or the next are told too.
        """
        for one in dict.fromkeys(days_in(text)):
            years = (one.year,) if one.year else self._years
            days = [day for year in years if (day := _made(year, one))]
            if years and not days:
                yield Told("no_such_day", _no_such_day(one))
            elif days and _not_on(one, days):
                yield Told("wrong_weekday", _wrong_weekday(days[0], one.weekday or 0))
            if window and days and self._is_near(one) and (said := self.outside(days[0])):
                yield Told("outside_activity", said)

    def _is_near(self, one: Found) -> bool:
        """A day that names last year or the next; older ones are history and meant."""
        if one.year is None or self.year is None or self.has_year(one.year):
            return False
        return abs(one.year - self.year) <= 1


def _not_on(one: Found, days: list[date]) -> bool:
    return one.weekday is not None and all(day.weekday() != one.weekday for day in days)


def days_in(text: str) -> Iterator[Found]:
    """Every day in a text, in both languages."""
    for found in _CHINESE.finditer(text):
        weekday = found["w"]
        yield Found(
            year=int(found["y"]) if found["y"] else None,
            month=int(found["m"]),
            day=int(found["d"]),
            weekday=None if weekday is None else _ZH.index(weekday.replace("天", "日")),
        )
    for pattern in (_ENGLISH, _AMERICAN):
        for found in pattern.finditer(text):
            weekday = found["before"] or found["after"]
            yield Found(
                year=int(found["y"]) if found["y"] else None,
                month=_MONTHS.index(found["m"]) + 1,
                day=int(found["d"]),
                weekday=_EN.index(weekday) if weekday else None,
            )


def _made(year: int, one: Found) -> date | None:
    try:
        return date(year, one.month, one.day)
    except ValueError:
        return None


def _no_such_day(one: Found) -> Text:
    year = f"{one.year}年" if one.year else ""
    return Text(
        f"没有{year}{one.month}月{one.day}日这一天，请改正。",
        f"there is no day {one.day} of month {one.month}"
        + (f" in {one.year}" if one.year else "")
        + "; mend it.",
    )


def _wrong_weekday(day: date, said: int) -> Text:
    right = day.weekday()
    return Text(
        f"{written(day, 'zh')}是星期{_ZH[right]}，文中写成星期{_ZH[said]}，请核对日期。",
        f"{short(day, 'en')} {day.year} is a {_EN[right]}, the text says {_EN[said]}; check the "
        "date.",
    )
