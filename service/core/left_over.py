"""What last year's paper, or an empty one, has left behind: looked for before a paper is filed.

Nothing here is guessed: a placeholder is one of a closed list, a weekday is computed, and a name is
only looked at where the form says that a person stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition
from service.core.left_over_days import Days
from service.core.messages import where
from service.core.roster.names import same_person
from service.core.typed import labels_at
from service.errors import Problem, Text, problem

_WRITTEN = frozenset({"text", "lines", "paragraphs", "list", "person"})
Location = tuple[int | str, ...]
_PLACEHOLDERS = re.compile(
    r"""
    (?<![A-Za-z0-9])[Xx]{2,}(?![A-Za-z0-9])      # XX, xxx, XXXX
    | [Xx×][年月日号时]                            # X月X日
    | ×{2,} | \*{3,} | △{2,} | □{2,} | ■{2,}
    | (?<![0-9一二三四五六七八九零〇○])○{2,}(?![0-9一二三四五六七八九零〇○])
    | 某某 | 某(?=[年月日](?!会))某?
    | _{2,}
    | 【\s*】 | 【[^】]*(?:请|填|输入|此处|待|某|[Xx×]{2}|姓名|名称|日期)[^】]*】
    | \{\{ | \}\} | \{% | %\} | <<[^<>]+>>
    | 待定(?!点) | 待填 | 待补[充写]?(?=[。，；）)]|$) | 此处填写 | 请填写 | 请在此
    | \bTO\ ?DO\b | \bTB[DCA]\b | \bFIXME\b | \b[Ll]orem\ ipsum\b
    | \bto\ be\ (?:determined|confirmed|filled\ in|completed\ later)\b(?=\s*(?:[.,;)。，；]|$))
    | \[\s*\] | \[(?:insert|name|date|unit|fill|your|to\ be)\b[^\]]*\]
    | \(\s*(?:name|date|unit)\s+here\s*\)
    """,
    re.VERBOSE | re.ASCII | re.MULTILINE,
)
_ROMAN = re.compile(
    r"\b(?:Chapter|CHAPTER|Part|PART|Article|ARTICLE|Section|SECTION|Volume|VOLUME|Appendix|APPENDIX"
    r"|Annex|ANNEX|Book|BOOK|Table|TABLE)\s+XX+\b",
    re.ASCII,
)
"""Where XX and XXX are numerals; "could not book XX" is not one, so the capital counts."""
_NUMBER = re.compile(r"〔(\d{4})〕")
_SEVERAL = re.compile(r"[、,，;；\n]+")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known of the activity that a paper belongs to.

    Attributes:
        days: its year and months.
        words: every short text of its profile, names among them, as `same_person` writes them.
        people: names on its rosters, the same way; where there are none no name is looked at.
    """

    days: Days
    words: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def left_over(
    form: FormDefinition, values: Mapping[str, Any], known: Surroundings
) -> tuple[Problem, ...]:
    """Everything that deserves a look before filing, each with the path of its field.

    Args:
        form: what was asked.
        values: checked values.
        known: of the activity.
    """
    return tuple(_Look(form, known).all(values))


@dataclass(frozen=True)
class _Look:
    form: FormDefinition
    known: Surroundings

    def all(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        for name, field in self.form.fields.items():
            if name in values:
                yield from self._field(field, values[name], (name,), personal=field.personal)

    def _field(
        self, field: FieldDefinition, value: Any, at: Location, *, personal: bool
    ) -> Iterator[Problem]:
        if field.type == "table":
            for number, row in enumerate(value):
                for column in field.fields:
                    if column.name in row:
                        here = (*at, number, column.name)
                        own = personal or column.personal
                        yield from self._field(column, row[column.name], here, personal=own)
        elif field.type in {"date", "datetime"}:
            yield from self._day(field, value, at)
        elif field.type in _WRITTEN:
            yield from self._written(field, value, at, personal=personal)

    def _written(
        self, field: FieldDefinition, value: Any, at: Location, *, personal: bool
    ) -> Iterator[Problem]:
        text = "\n".join(value) if isinstance(value, list) else str(value)
        text = unicodedata.normalize("NFKC", text)
        found = dict.fromkeys(self._placeholders(text))
        if found:
            listed = "、".join(found)
            yield self._say(
                "placeholder",
                at,
                f"还有没填的占位文字“{listed}”，请填上或删去。",
                f"still holds “{', '.join(found)}”; fill it in or take it out.",
            )
        if field.type == "person" and not found:
            yield from self._name(text, at)
        for told in self.known.days.in_prose(text, window=not personal):
            yield self._say(told.code, at, told.text.zh, told.text.en)
        yield from self._numbers(field, text, at)

    def _placeholders(self, text: str) -> Iterator[str]:
        plain = _ROMAN.sub("", text)
        for one in _PLACEHOLDERS.finditer(plain):
            yield one[0] if len(one[0]) <= 12 else f"{one[0][:11]}…"

    def _name(self, text: str, at: Location) -> Iterator[Problem]:
        """Names that stand on no roster and nowhere in the profile."""
        if not self.known.people:
            return
        names = [same_person(one) for one in _SEVERAL.split(text) if one.strip()]
        if all(one in self.known.people or one in self.known.words for one in names):
            return
        yield self._say(
            "unknown_name",
            at,
            "名册和活动档案里都没有这个人，请核对姓名，看是不是以前留下的。",
            "stands on no roster and nowhere in the activity profile; check the name, it may be "
            "left over.",
        )

    def _day(self, field: FieldDefinition, value: Any, at: Location) -> Iterator[Problem]:
        """A date outside the activity; a member's own dates (joining the Party) are not its."""
        if (field.from_ or "").startswith("member."):
            return
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(day, date) and (told := self.known.days.outside(day)):
            yield self._say("outside_activity", at, told.zh, told.en)

    def _numbers(self, field: FieldDefinition, text: str, at: Location) -> Iterator[Problem]:
        """The unit's own document numbers of another year; those of others are only quoted."""
        year = self.known.days.year
        if year is None:
            return
        own = len(at) == 1 and "〔" in (field.pattern or "")
        for one in _NUMBER.finditer(text):
            if self.known.days.has_year(int(one[1])):
                continue
            if own or self._ends_with_own_code(text[: one.start()]):
                yield self._say(
                    "other_years_number",
                    at,
                    f"本单位的发文字号写的是〔{one[1]}〕，活动是{year}年的，请核对。",
                    f"holds a number of one's own from 〔{one[1]}〕, the activity is of {year}; "
                    "check it.",
                )

    def _ends_with_own_code(self, before: str) -> bool:
        tail = same_person(before[-30:])
        return any(len(one) > 1 and tail.endswith(one) for one in self.known.words)

    def _say(self, code: str, at: Location, zh: str, en: str) -> Problem:
        head: Text = where(labels_at(self.form, at))
        return problem(code, head.zh + zh, head.en + en, path=".".join(map(str, at)))
