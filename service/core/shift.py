"""Dates moved on for a copy of an activity: by years or days, the weekday kept where it matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Unit = Literal["years", "days"]
MOST: dict[Unit, int] = {"years": 50, "days": 20_000}
_FIRST, _LAST = 1900, 9998
"""Years; beyond them a date was typed wrongly and stays as it is."""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How far.

    Attributes:
        amount: so many of the unit, back where it is less than 0.
        unit: whole years, or days.
        same_weekday: to the nearest day that falls on the same day of the week.
    """

    amount: int = 1
    unit: Unit = "years"
    same_weekday: bool = False

    def day(self, value: date) -> date:
        """The day moved on; 29 February falls on the 28th where the year has none."""
        moved = self._moved(value)
        if not self.same_weekday:
            return moved
        # At most three days either way.
        off = (value.weekday() - moved.weekday() + 3) % 7 - 3
        return moved + timedelta(days=off)

    def month(self, value: date) -> date:
        """A month moved on, as its first day; the weekday does not matter."""
        return self._moved(value).replace(day=1)

    def moment(self, value: datetime) -> datetime:
        """A day with a time."""
        return datetime.combine(self.day(value.date()), value.time())

    def year(self, value: int) -> int:
        """A year; one that is moved by days goes on where its middle does."""
        if self.unit == "years":
            return value + self.amount
        return self._moved(date(value, 7, 1)).year if _FIRST <= value <= _LAST else value

    def _moved(self, value: date) -> date:
        try:
            moved = self._by_years(value) if self.unit == "years" else self._by_days(value)
        except (ValueError, OverflowError):
            return value
        return moved if _FIRST <= moved.year <= _LAST else value

    def _by_days(self, value: date) -> date:
        return value + timedelta(days=self.amount)

    def _by_years(self, value: date) -> date:
        year = value.year + self.amount
        if (value.month, value.day) == (2, 29):
            try:
                return value.replace(year=year)
            except ValueError:
                return value.replace(year=year, day=28)
        return value.replace(year=year)


def read_shift(amount: str, unit: str, *, same_weekday: bool) -> Shift | None:
    """What was asked for on the page; None where it cannot be read."""
    known: Unit = "days" if unit == "days" else "years"
    try:
        number = int(amount.strip())
    except ValueError:
        return None
    if abs(number) > MOST[known]:
        return None
    return Shift(amount=number, unit=known, same_weekday=same_weekday)
