"""The text that an office pastes into its chat: which tasks are overdue, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.core.ledger import Entry, late_by_department
from service.core.wording import short
from service.errors import Lang


def late_text(entries: Sequence[Entry], *, activity: str, lang: Lang, today: date) -> str:
    """Plain text, a line for each overdue task, by department; "" where none is.

    Args:
        entries: the tasks.
        activity: its name, or "".
        lang: of the text.
        today: the day that it is written on.
    """
    late = [one for _, found in late_by_department(entries, today) for one in found]
    if not late:
        return ""
    lines = [_line(no, one, lang, today) for no, one in enumerate(late, 1)]
    day, many = short(today, lang), len(late)
    if lang == "zh":
        head = f"【{activity}】" if activity else ""
        lead = f"{head}截至{day}，有{many}项整改任务已过完成时限："
        return "\n".join([lead, *lines, "请牵头部门抓紧办理，办好后报完成日期和佐证材料。"])
    lead = f"{activity}: " if activity else ""
    tasks = "1 task is" if many == 1 else f"{many} tasks are"
    tail = "Please see to them, and report the day of completion with the evidence."
    return "\n".join([f"{lead}{tasks} overdue as of {day}:", *lines, tail])


def _line(no: int, one: Entry, lang: Lang, today: date) -> str:
    days, due = one.days_late(today), one.deadline
    assert due is not None
    other = due.year != today.year
    if lang == "zh":
        who = f"{one.department}（{'、'.join(one.persons)}）" if one.persons else one.department
        year = f"{due.year}年" if other else ""
        return f"{no}. {who}：{one.title}，应于{year}{short(due, 'zh')}前完成，已逾期{days}天；"
    who = f"{one.department} ({', '.join(one.persons)})" if one.persons else one.department
    year = f" {due.year}" if other else ""
    plural = "" if days == 1 else "s"
    return f"{no}. {who}: {one.title}; due {short(due, 'en')}{year}, {days} day{plural} late."
