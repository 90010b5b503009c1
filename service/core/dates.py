"""Dates as clerks write them: ISO and the usual Chinese ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

_Made = TypeVar("_Made")


def wrong(code: str, **numbers: Any) -> PydanticCustomError:
    """An error that `service.core.messages` puts into words."""
    return PydanticCustomError(code, code, numbers)


def _made(make: Callable[..., _Made], found: re.Match[str] | None, code: str) -> _Made:
    """The value of the numbers found; no such day is the same mistake as no date at all."""
    try:
        if found:
            return make(*(int(part or 0) for part in found.groups()))
    except ValueError:
        pass
    raise wrong(code)


_DAY = r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*日?"
_TIME = r"(?:[T\s]\s*|(?<=日))(\d{1,2})(?:[:：时](\d{1,2})?分?)(?::00)?"


def parse_date(value: Any) -> date:
    """ISO, 2014年2月28日, 2014.2.28, 2014/2/28 or 20140228; raises the `bad_date` error."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(_DAY, text) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    return _made(date, found, "bad_date")


def parse_month(value: Any) -> date:
    """`1985-03`, 1985.03, 1985/3 or 1985年3月, as its first day; raises `bad_month`."""
    if isinstance(value, date):
        return value.replace(day=1)
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(r"(\d{4})\s*[-./年]\s*(\d{1,2})月?", text)
    return _made(lambda year, month: date(year, month, 1), found, "bad_month")


def parse_datetime(value: Any) -> datetime:
    """A date and a time to the minute, `2014-03-06T09:00` or 2014年3月6日 9:00; `bad_datetime`."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(second=0, microsecond=0)
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    found = re.fullmatch(_DAY + _TIME, text)
    return _made(datetime, found, "bad_datetime")
