"""Engines: heading numbers, counted while building; what prints only sometimes counts only then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.errors import Lang

_ZH_DIGITS = "零一二三四五六七八九"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
          "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx")  # fmt: skip
# How each level reads: the list of `shown` that holds its numerals ("" is digits), and the form.
_FORMS: dict[Lang, tuple[tuple[str, str], ...]] = {
    "zh": (("zh", "{}、"), ("zh", "（{}）"), ("", "{}."), ("", "（{}）")),
    "en": (("", "{}  "), ("", "{}  "), ("letters", "({}) "), ("roman", "({}) ")),
}


class CountError(Exception):
    """A number that cannot be told in advance."""


@dataclass
class Count:
    """So many surely, and one more for each term (an expression that is 0 or more)."""

    sure: int = 0
    terms: list[str] = field(default_factory=list)

    def expression(self) -> str:
        """The sum as an expression of the template."""
        parts = ([str(self.sure)] if self.sure or not self.terms else []) + self.terms
        return " + ".join(parts)

    def numeral(self, numerals: str) -> str:
        """The number in its numerals: plain text where it is sure, else a tag."""
        if not self.terms:
            return _plain(self.sure, numerals)
        sum_ = self.expression()
        return f"{{{{ shown.{numerals}[{sum_}] }}}}" if numerals else f"{{{{ {sum_} }}}}"


def _plain(number: int, numerals: str) -> str:
    if numerals == "zh":
        tens, ones = divmod(number, 10)
        head = "" if tens == 0 else "十" if tens == 1 else f"{_ZH_DIGITS[tens]}十"
        return head + (_ZH_DIGITS[ones] if ones or not tens else "")
    if numerals == "letters":
        return chr(ord("a") + number - 1)
    return _ROMAN[number - 1] if numerals == "roman" else str(number)


@dataclass
class _Loop:
    """A loop that is being written: which levels were counted by it, and its least level."""

    rows: str
    row: str
    depth: int
    counted: dict[int, Count] = field(default_factory=dict)
    least: int = 9


@dataclass
class Numbers:
    """Counts the headings of one template in the order in which they are written.

    Attributes:
        lang: decides the form of the numbers.
        conditions: expressions under which the present block prints.
    """

    lang: Lang
    conditions: list[str] = field(default_factory=list)
    _counts: list[Count] = field(default_factory=lambda: [Count() for _ in range(4)])
    _loops: list[_Loop] = field(default_factory=list)
    _written: list[str] = field(default_factory=lambda: ["", "", "", ""])

    def restart(self) -> None:
        """A new text begins: an annex, a plan after its covering notice."""
        self._counts = [Count() for _ in range(4)]

    def enter(self, rows: str, row: str) -> None:
        """A loop begins; headings directly in it are counted by it."""
        self._loops.append(_Loop(rows=rows, row=row, depth=len(self.conditions)))

    def leave(self) -> None:
        """The loop ends; what follows counts on from its rows."""
        loop = self._loops.pop()
        for level, before in loop.counted.items():
            self._counts[level] = Count(before.sure, [*before.terms, f"({loop.rows}|length)"])

    def heading(self, level: int) -> str:
        """The number of the next heading of a level (1-4) with its marks, e.g. `（二）`."""
        here = level - 1
        loop = self._loops[-1] if self._loops else None
        if loop is not None and here <= loop.least:
            count = self._in_loop(loop, here)
        else:
            count = self._next(here, self.conditions[loop.depth if loop else 0 :])
        for deeper in range(level, 4):
            self._counts[deeper] = Count()
        numerals, form = _FORMS[self.lang][here]
        text = count.numeral(numerals)
        if self.lang == "en" and here == 1 and self._written[0]:
            text = f"{self._written[0]}.{text}"
        self._written[here] = self._from_outside(count, here, text)
        return form.replace("{}", text)

    def _next(self, here: int, conditions: Sequence[str]) -> Count:
        """One more; the number itself is sure of its own condition, later ones are not."""
        before = self._counts[here]
        now = Count(before.sure + 1, list(before.terms))
        if conditions:
            term = f"(1 if {' and '.join(conditions)} else 0)"
            self._counts[here] = Count(before.sure, [*before.terms, term])
        else:
            self._counts[here] = now
        return now

    def _in_loop(self, loop: _Loop, here: int) -> Count:
        if here in loop.counted or len(self.conditions) > loop.depth:
            raise CountError
        loop.counted[here] = self._counts[here]
        loop.least = here
        before = self._counts[here]
        return Count(before.sure, [*before.terms, "loop.index"])

    def _from_outside(self, count: Count, here: int, text: str) -> str:
        """The number as an inner loop sees it, where `loop` is another."""
        if "loop.index" in count.terms:
            return f"{{{{ {self._loops[-1].row}.shown.n }}}}" if here == 0 else text
        return text
