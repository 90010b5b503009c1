"""The order of the leaves of a bundle: blanks, sides, numbers and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Section:
    """What the order needs to know of a part: its pages, and how it wants to begin.

    Attributes:
        pages: how many.
        odd_start: begins on a right-hand page.
        numbered: counted in Arabic.
        odd_pages: pages inside it (from 0) that begin on a right-hand page too.
    """

    pages: int
    odd_start: bool = False
    numbered: bool = True
    odd_pages: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One side of the bundle.

    Attributes:
        section: which section it belongs to, or None for an inserted blank.
        page: page of that section, counted from 0.
        numbered: counted in Arabic (True) or Roman (False).
        number: its number in that count, from 1.
    """

    section: int | None
    page: int
    numbered: bool
    number: int

    @property
    def label(self) -> str:
        """The page label: `12`, or `iv` for front matter."""
        return str(self.number) if self.numbered else roman(self.number)


def roman(number: int) -> str:
    """Lower-case Roman numeral of a number from 1."""
    said = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        said += letters * count
    return said


def leaves(sections: Sequence[Section]) -> list[Leaf]:
    """All sides in order, blanks included.

    Where any section wants to begin on a right-hand page, the bundle is printed on both sides,
    and then two things must agree for every numbered page: odd side of the sheet and odd number.
    So the unnumbered pages before a numbered section are padded to an even count, with a blank
    that takes the next Roman label; a blank before a numbered section takes the next number.
    With no such wish nothing is inserted at all (single-sided printing).
    """
    order = Order(duplex=any(one.odd_start or one.odd_pages for one in sections))
    for index, section in enumerate(sections):
        order.add_section(index, section)
    return order.done


class Order:
    """The leaves so far and the two counts, for whoever meets the sections one by one.

    Args:
        duplex: whether any section, also of those to come, wants to begin on a right-hand page.
    """

    def __init__(self, *, duplex: bool) -> None:
        self.done: list[Leaf] = []
        self._duplex = duplex
        self._count = {True: 0, False: 0}

    def add_section(self, index: int, section: Section) -> list[Leaf]:
        """The sides that a section takes, blanks before and inside it included."""
        begin = len(self.done)
        if self._duplex and section.numbered and begin % 2 != self._count[True] % 2:
            self._add(None, 0, numbered=False)
        if section.odd_start and len(self.done) % 2:
            last = bool(self.done) and self.done[-1].numbered
            self._add(None, 0, numbered=section.numbered or last)
        for page in range(section.pages):
            if page in section.odd_pages and len(self.done) % 2:
                self._add(None, 0, numbered=section.numbered)
            self._add(index, page, numbered=section.numbered)
        return self.done[begin:]

    def _add(self, section: int | None, page: int, *, numbered: bool) -> None:
        self._count[numbered] += 1
        self.done.append(
            Leaf(section=section, page=page, numbered=numbered, number=self._count[numbered])
        )
