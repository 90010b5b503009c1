"""Rosters: the words that may stand at the head of a column, and what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.core.definition import FieldDefinition
from service.core.roster.model import MEMBER_NO, How
from service.errors import Lang

NAME, DEPARTMENT = "person_name", "department"
"""The fields that tell people apart; templates/shared/person.yaml asks them."""
PARENT_ROW = "#row"
"""Stands for a field name where a column says to which row of the table above a row belongs."""
_NUMBER = (
    "编号", "成员编号", "会员编号", "党员编号", "人员编号", "人员代码", "工号", "职工号",
    "职工编号", "员工号", "员工编号", "Member number", "Member no", "Member ID", "Employee no",
    "Employee number", "Staff no", "Staff ID", "No", "ID",
)  # fmt: skip
_SERIAL = ("序号", "序", "行号", "Serial", "Serial no", "S/N", "#")
_PARENT = ("所属行", "所属行号", "上级行号", "上级序号", "Parent row", "Row of the parent")
_SPACE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_REQUIRED = re.compile(r"^[*※]+|[*※:.]+$|\((?:必填|必填项|选填|required|optional)\)$")
_BRACKETS = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$|【[^【】]*】$|<[^<>]*>$")


def plain(text: str) -> str:
    """A head without what clerks add to it: spaces, full width, case, `*`, （必填）."""
    kept = _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    while kept and (less := _REQUIRED.sub("", kept)) and less != kept:
        kept = less
    return kept


def same_person(text: str) -> str:
    """A name or department for comparing: width and spaces do not count (`张　三` is 张三)."""
    if text.isalpha() and unicodedata.is_normalized("NFKC", text):
        return text.casefold()
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def letter(index: int) -> str:
    """The letter of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column of a letter, counted from 0; -1 where it is none."""
    index = 0
    for one in letters.upper():
        if not "A" <= one <= "Z":
            return -1
        index = index * 26 + ord(one) - 64
    return index - 1


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a head may stand for; of several the lowest rank is meant."""

    field: str
    how: How
    rank: int


@dataclass
class Names:
    """Every word that is understood on one sheet."""

    _meanings: dict[str, list[Meaning]] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Mapping[str, FieldDefinition], lang: Lang) -> Names:
        """The names, labels and aliases of fields by their path."""
        names = cls()
        for path, asked in fields.items():
            zh, en = asked.label.zh, asked.label.en
            names.add(path, "name", 0, (path, asked.name))
            names.add(path, "label", 1, (asked.label.of(lang), zh + en, en + zh))
            names.add(path, "label", 2, (zh, en))
            names.add(path, "alias", 3, asked.aliases)
        return names

    def add(self, path: str, how: How, rank: int, words: Iterable[str]) -> None:
        """More words for one field."""
        for word in map(plain, words):
            known = self._meanings.setdefault(word, [])
            if not any(one.field == path for one in known):
                known.append(Meaning(field=path, how=how, rank=rank))

    def add_numbers(self, *, serial: bool) -> None:
        """The member number; a running number counts as one only where it is so used."""
        self.add(MEMBER_NO, "name", 4, _NUMBER)
        if serial:
            self.add(MEMBER_NO, "name", 5, _SERIAL)

    def add_parent(self, parent: FieldDefinition) -> None:
        """The row of the table above, in a table in a table."""
        labels = (parent.label.zh, parent.label.en, parent.name)
        more = [f"{one}{word}" for one in labels for word in ("行号", "序号", "row", "no")]
        self.add(PARENT_ROW, "name", 0, (*_PARENT, *more))

    def find(self, head: str) -> list[Meaning]:
        """What a head may mean: nothing, one thing, or several between which nobody can choose."""
        for text in _readings(head):
            known = self._meanings.get(text)
            if known:
                best = min(one.rank for one in known)
                return [one for one in known if one.rank == best]
        return self._of_parts(head)

    def _of_parts(self, head: str) -> list[Meaning]:
        """`姓名 / Name`: every part means the same field."""
        parts = [part for part in re.split(r"[/／|\n]", head) if part.strip()]
        known = [self._meanings.get(plain(part), []) for part in parts]
        if len(parts) < 2 or not all(len(one) == 1 for one in known):
            return []
        same = {one[0].field for one in known}
        return known[0] if len(same) == 1 else []


def is_serial(head: str) -> bool:
    """True for the head of a running number (序号)."""
    return plain(head) in {plain(word) for word in _SERIAL}


def _readings(head: str) -> Iterator[str]:
    """A head as it is, then without what stands in brackets at its end (`性别（男/女）`)."""
    text = plain(head)
    yield text
    while text and (shorter := _BRACKETS.sub("", text)) and shorter != text:
        text = plain(shorter)
        yield text
