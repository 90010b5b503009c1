"""How values are written on paper in each language: dates, times, numerals, joined lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from service.errors import Lang

_DIGITS = "零一二三四五六七八九"
_WEEKDAYS = "一二三四五六日"
FULL_SPACE = "　"


def chinese_number(number: int) -> str:
    """1 to 99 as 一 to 九十九 (headings, GB/T 9704-2012 7.3.3)."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def roman_number(number: int) -> str:
    """1 to 99 as i to xcix."""
    signs = ((90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    found = ""
    for value, sign in signs:
        while number >= value:
            found, number = found + sign, number - value
    return found


def letter(number: int) -> str:
    """1 to 702 as a to zz."""
    first, last = divmod(number - 1, 26)
    return (chr(96 + first) if first else "") + chr(97 + last)


ZH = ["", *(chinese_number(n) for n in range(1, 100))]
LETTERS = ["", *(letter(n) for n in range(1, 100))]
ROMAN = ["", *(roman_number(n) for n in range(1, 100))]


def day(value: date, lang: Lang) -> str:
    """`2014年2月28日` (7.3.5: full year, no leading zeros) / `28 February 2014`."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_english_month(value)} {value.year}"


def day_gap(year: int | None, lang: Lang) -> str:
    """A date that is not yet known, to be written by hand."""
    if lang == "zh":
        return f"{year or FULL_SPACE * 2}年{FULL_SPACE}月{FULL_SPACE}日"
    return f"____ ____________ {year or '____'}"


def month(value: date, lang: Lang) -> str:
    """`1985年3月` / `March 1985`."""
    if lang == "zh":
        return f"{value.year}年{value.month}月"
    return f"{_english_month(value)} {value.year}"


def moment(value: datetime, lang: Lang) -> str:
    """`2014年3月6日（星期四）上午9时` / `9 a.m. on Thursday, 6 March 2014`."""
    if lang == "zh":
        return f"{value.year}年{short(value, lang)}"
    return f"{_english_clock(value)} on {value:%A}, {day(value.date(), lang)}"


def short(value: date, lang: Lang) -> str:
    """A date or time without its year, the weekday computed where there is a time."""
    if lang == "en":
        plain = f"{value.day} {_english_month(value)}"
        if not isinstance(value, datetime):
            return plain
        return f"{_english_clock(value)} on {value:%A}, {plain}"
    plain = f"{value.month}月{value.day}日"
    if not isinstance(value, datetime):
        return plain
    return f"{plain}（星期{_WEEKDAYS[value.weekday()]}）{_chinese_clock(value)}"


def _chinese_clock(value: datetime) -> str:
    parts = ((12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))
    part = next(name for end, name in parts if value.hour < end)
    hour = value.hour - 12 if value.hour > 12 else value.hour
    return f"{part}{hour}时" + (f"{value.minute}分" if value.minute else "")


def _english_clock(value: datetime) -> str:
    if (value.hour, value.minute) == (12, 0):
        return "12 noon"
    hour = value.hour % 12 or 12
    clock = f"{hour}:{value.minute:02d}" if value.minute else str(hour)
    return f"{clock} {'a.m.' if value.hour < 12 else 'p.m.'}"


def _english_month(value: date) -> str:
    # strftime follows the machine's locale; paper does not.
    names = "January February March April May June July August September October November December"
    return names.split()[value.month - 1]


def yes_no(value: bool, lang: Lang) -> str:
    """是 否 / Yes No."""
    if lang == "zh":
        return "是" if value else "否"
    return "Yes" if value else "No"


def joined(parts: Sequence[str], lang: Lang) -> str:
    """A list within a sentence: 、 or commas and “and”; semicolons where an item has a comma."""
    if lang == "zh":
        return "、".join(parts)
    heavy = any("," in part or ";" in part for part in parts)
    mark = ";" if heavy else ","
    last = f"{mark} and " if heavy or any(" and " in part for part in parts) else " and "
    return last.join([*([f"{mark} ".join(parts[:-1])] if parts[1:] else []), *parts[-1:]])


def one_line(lines: Sequence[str], lang: Lang) -> str:
    """Title lines in one line: Chinese without a space between, English with one."""
    return ("" if lang == "zh" else " ").join(line.strip() for line in lines)
