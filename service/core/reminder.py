"""The text that an office pastes into its chat: who has not handed in what, until when, to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.core.due import days_left
from service.core.wording import short
from service.errors import Lang

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """What there is to say.

    Attributes:
        activity: its name, or "".
        paper: title of the paper.
        missing: names of those who have not handed it in.
        branches: the names are those of branches.
        day: by which it is to be there, or None.
        contact: to whom, in two parts, then how to reach them; "" for what is not known.
    """

    activity: str
    paper: str
    missing: Sequence[str]
    branches: bool
    day: date | None
    contact: Sequence[str]

    def text(self, lang: Lang, today: date) -> str:
        """Plain text, one line."""
        return self._chinese(today) if lang == "zh" else self._english(today)

    def _chinese(self, today: date) -> str:
        unit = "个支部" if self.branches else "人"
        head = f"【{self.activity}】" if self.activity else ""
        missing = f"《{self.paper}》还差{len(self.missing)}{unit}：{'、'.join(self.missing)}。"
        return f"{head}{missing}{self._until(self._to_whom(), today)}"

    def _to_whom(self) -> str:
        """`交党群工作部梅劲松（内线8106）`."""
        who = "".join(self.contact[:2])
        how = "，".join(one for one in self.contact[2:] if one)
        return f"交{who or '来'}" + (f"（{how}）" if how else "")

    def _until(self, hand: str, today: date) -> str:
        if self.day is None:
            return f"请尽快{hand}。"
        left = days_left(self.day, today)
        year = f"{self.day.year}年" if self.day.year != today.year else ""
        day = f"{year}{short(self.day, 'zh')}（星期{_WEEKDAYS[self.day.weekday()]}）"
        if left < 0:
            return f"应于{day}前交，现已逾期，请尽快{hand}。"
        near = {0: "，就是今天", 1: "，就是明天"}.get(left, f"，还有{left}天")
        return f"请于{day}前{hand}{near}。"

    def _english(self, today: date) -> str:
        head = f"{self.activity}: " if self.activity else ""
        names = ", ".join(self.missing)
        to = ", ".join(one for one in self.contact if one)
        hand = f"hand it to {to}" if to else "hand it in"
        count = len(self.missing)
        missing = f"“{self.paper}” is still missing from {count}: {names}."
        return f"{head}{missing} {self._by(hand, today)}"

    def _by(self, hand: str, today: date) -> str:
        if self.day is None:
            return f"Please {hand} soon."
        left = days_left(self.day, today)
        year = f" {self.day.year}" if self.day.year != today.year else ""
        day = f"{self.day:%A}, {short(self.day, 'en')}{year}"
        if left < 0:
            return f"It was due on {day}; please {hand} as soon as you can."
        near = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
        return f"Please {hand} by {day} ({near})."
