"""Web door: words of the activity: days, how near they are, who is missing, what is copied."""

from __future__ import annotations

from datetime import date

from flask import Flask

from service.core.due import OWING, days_left, is_overdue
from service.core.papers import SETTLED, State
from service.core.reminder import Reminder
from service.core.wording import short
from service.desk.activity.groups import TaskGroup
from service.desk.activity.tasks import Board
from service.errors import Text
from service.web.language import reader_lang

_WEEKDAYS = "一二三四五六日"
STAYS = {
    "hand_edited": Text(
        "在 Word 里改过，不会自动顶替；请自行核对",
        "edited in Word, left alone; look at it yourself",
    ),
    "settled": Text(
        "已经送审或定稿；需要更新的，请先在文书页退回草稿",
        "in review or final; go back to the draft on its page first",
    ),
}


def init_activity_words(app: Flask) -> None:
    """Hands tables and functions to the templates."""
    app.jinja_env.globals.update(
        STAYS=STAYS,
        OWING=OWING,
        SETTLED=SETTLED,
        today=date.today,
        day_words=day_words,
        nearness=nearness,
        reminder=reminder,
        text_rows=text_rows,
    )


def day_words(day: date) -> str:
    """`6月6日（星期五）` / `Fri 6 June`; with the year where it is not this one."""
    other = day.year != date.today().year
    if reader_lang() == "zh":
        year = f"{day.year}年" if other else ""
        return f"{year}{short(day, 'zh')}（星期{_WEEKDAYS[day.weekday()]}）"
    return f"{day:%a} {short(day, 'en')}" + (f" {day.year}" if other else "")


def nearness(state: State, day: date | None) -> tuple[str, str]:
    """How near a day is: a class for its colour, and the words; ("", "") where it does not matter.

    Args:
        state: of the paper.
        day: by which it is to be there.
    """
    if day is None or state in SETTLED:
        return "", ""
    left = days_left(day, date.today())
    if is_overdue(state, day, date.today()):
        return "late", _late(-left)
    if left == 0:
        return "soon", Text("今天到期", "due today").of(reader_lang())
    words = Text(f"还有 {left} 天", f"{left} day{'s' if left > 1 else ''} left")
    return "soon" if left <= 7 else "later", words.of(reader_lang())


def _late(days: int) -> str:
    if days > 365:
        return Text("已过期一年以上", "more than a year ago").of(reader_lang())
    plural = "s" if days > 1 else ""
    return Text(f"已逾期 {days} 天", f"{days} day{plural} late").of(reader_lang())


def reminder(board: Board, group: TaskGroup) -> str:
    """The text for the office's chat, in the reader's language."""
    told = Reminder(
        activity=board.title,
        paper=group.title.of(reader_lang()),
        missing=group.missing,
        branches=group.paper.who == "branch",
        day=group.day,
        contact=board.contact,
    )
    return told.text(reader_lang(), date.today())


def text_rows(text: str, width: int = 44) -> int:
    """How high a text area must be to show a text whole, up to twelve lines."""
    lines = sum(1 + len(line) // width for line in text.split("\n"))
    return min(12, max(1, lines))
