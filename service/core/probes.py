"""Answers that try a template's layout: empty, full, long, sparse, with every odd character.

Two ways of making pages are compared on them. They prove nothing, so they are made most unlike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from service.core.answers import Answers
from service.core.definition import FieldDefinition, FormDefinition
from service.core.fields import choices_of
from service.core.specimen import specimen

_COUNT = 9
"""Answers made by lot, beside the three that are not."""
_COMMON = (
    "党的群众路线教育实践活动学习讲解观众服务意识问题整改措施时限部门支部书记同志检查会议研究"
    "决定工作认真落实要求情况说明反映今年三月没有联系岗位练兵背熟"
)
_MARKS = "，。；：、“”‘’（）《》—…！？·〔〕"
_LATIN = (
    *("A区", "2014年", "No. 5", "3.5%", "GB/T 9704-2012", "“A1”", "1972”错", "5—6", "a…b", "x·y"),
    *("http://www.example.com/long/path/index.html", "e-mail", "3 × 4 = 12", "WPS", "(1)", "½"),
)
_ODD = (
    *("　　", "  ", " ", "\u00a0", "𠮷", "喆", "䶮", "①", "℃", "㎡", "&", "<>", '"', "'", "é", "α"),
    *("☆", "〇", "한", "か", "\u2011", "\u00ad", "　", "🙂"),
)
_LENGTHS = (2, 6, 15, 30, 45, 70, 120, 200, 420)  # characters; a line of body text has 28
_DAY = date(2014, 1, 1)


def probes(definition: FormDefinition, activity: Mapping[str, Any]) -> list[Answers]:
    """Typed answers for one form; the same for the same form and activity."""
    whole = specimen(definition, activity)
    fields = definition.fields
    shared = {name: value for name, value in whole.values.items() if not fields[name].personal}
    by_lot = [_Lot(number, activity).answers(definition) for number in range(_COUNT)]
    return [
        Answers(definition=definition, values={}),
        Answers(definition=definition, values=shared),
        whole,
        *by_lot,
    ]


class _Lot:
    """Answers by lot; the higher the number, the fuller and the longer."""

    def __init__(self, number: int, activity: Mapping[str, Any]) -> None:
        self._lot = Random(number)  # nothing is secret
        self._gaps = 0.4 * (_COUNT - number) / _COUNT
        self._longest = min(len(_LENGTHS), 3 + number)
        self._activity = activity

    def answers(self, definition: FormDefinition) -> Answers:
        """A value or a gap for each field."""
        values = {
            name: self._value(field)
            for name, field in definition.fields.items()
            if self._lot.random() >= self._gaps
        }
        return Answers(definition=definition, values=values)

    def _value(self, field: FieldDefinition) -> Any:
        if field.type == "table":
            return [self._row(field) for _ in range(self._lot.choice((1, 2, 3, 7)))]
        if field.type in {"choice", "choices"}:
            allowed = choices_of(field, self._activity) or (self._words(6),)
            return self._lot.choice(allowed) if field.type == "choice" else list(allowed[:3])
        day = _DAY + timedelta(days=self._lot.randrange(700))
        known: dict[str, Any] = {
            "integer": max(field.min or 0, self._lot.randrange(1200)),
            "date": day,
            "month": day,
            "datetime": datetime(day.year, day.month, day.day, 9, 30),
            "yes_no": self._lot.random() < 0.5,
        }
        if field.type in known:
            return known[field.type]
        if field.type in {"paragraphs", "list", "lines"}:
            return [self._text(field) for _ in range(self._lot.choice((1, 1, 2, 5)))]
        return self._text(field)

    def _row(self, field: FieldDefinition) -> dict[str, Any]:
        return {
            cell.name: self._value(cell)
            for cell in field.fields
            if cell.required or self._lot.random() >= self._gaps
        }

    def _text(self, field: FieldDefinition) -> str:
        short = {"person": 4, "lines": 30, "text": 70}.get(field.type, max(_LENGTHS))
        wanted = self._lot.choice(_LENGTHS[: self._longest])
        return self._words(min(wanted, short, field.max_length or short))

    def _words(self, length: int) -> str:
        pieces = [self._lot.choice(_COMMON)]
        while sum(map(len, pieces)) < length:
            kind = self._lot.choices((_COMMON, _MARKS, _LATIN, _ODD), (40, 6, 4, 2))[0]
            pieces.append(self._lot.choice(kind))
        return "".join(pieces)[: max(length, 1)]
