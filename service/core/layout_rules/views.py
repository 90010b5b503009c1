"""Core, layout rules: one page as a typographer reads it: its kind, number, stamp and tables.

The same checker meets official text, table forms, landscape ledgers, English versions, front
matter, stamped bundle pages and scans, and tells them apart by geometry and fonts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.layout_rules.tables import Table, find_tables
from service.core.sheet import Box, Char, Line, Page, Rule, around, lines_of
from service.errors import Lang

ROMAN = re.compile(r"[ivxlc]+")
NUMBER = re.compile(r"[—–\-－―·.]*(\d{1,4})[—–\-－―·.]*")
STAMP_BAND_MM = 32.0  # a stamp stands above this
LONG_MM = 120.0  # a line of running text that shows an edge
INDENT_TOLERANCE_MM = 1.5
FOOT_BAND_MM = 50.0  # a page number stands in this much of the foot


class Kind(StrEnum):
    """What a page is, as far as the rules care."""

    TEXT = "text"
    LANDSCAPE = "landscape"
    FRONT = "front"
    SCAN = "scan"
    BLANK = "blank"
    FOREIGN = "foreign"


@dataclass(frozen=True, kw_only=True)
class View:
    """One page as read.

    Attributes:
        page: as measured.
        kind: what it is.
        lang: language of its paper.
        number: its printed page number, None without.
        foot: the characters of that number.
        stamp: the bundle's number at the upper corner, None without.
        odd: a right-hand page.
        area: the type area, mm.
        tables: from the top.
        prose: lines outside tables, number and stamp.
    """

    page: Page
    kind: Kind
    lang: Lang
    number: int | None
    foot: tuple[Char, ...]
    stamp: Line | None
    odd: bool
    area: Box
    tables: tuple[Table, ...]
    prose: tuple[Line, ...]

    @property
    def ours(self) -> bool:
        """Set by this project's layout: not a scan, not somebody else's paper, not empty."""
        return self.kind in {Kind.TEXT, Kind.LANDSCAPE, Kind.FRONT}

    @cached_property
    def table_rules(self) -> frozenset[Rule]:
        """The lines that belong to tables."""
        return frozenset(one for table in self.tables for one in table.rules)

    @cached_property
    def loose_rules(self) -> tuple[Rule, ...]:
        """Visible lines from left to right that belong to no table, from the top."""
        loose = [r for r in self.page.rules if r.across and not r.white]
        kept = {(round(r.box.top, 1), round(r.box.left, 1)): r for r in loose
                if r not in self.table_rules}  # fmt: skip
        return tuple(sorted(kept.values(), key=lambda one: one.box.top))


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document: the whole file, or one part of a bundle.

    Attributes:
        title: its bookmark in a bundle, else "".
        lang: its language.
        views: its pages.
    """

    title: str
    lang: Lang
    views: tuple[View, ...]


def view_of(page: Page, lang: Lang, bundle: bool) -> View:
    """Reads one page; `bundle` says that it may bear a stamp and a Roman label."""
    stamp = _stamp(page) if bundle else None
    stamped = set(stamp.chars) if stamp else set()
    kind = _kind(page, stamped, bundle)
    foot = _landscape_foot(page, stamped) if page.landscape else _foot(page, stamped)
    number = _number(foot)
    label = int(page.label) if page.label.isdigit() else page.index + 1
    odd = (number if number is not None else label) % 2 == 1
    tables = find_tables(page.rules, page.chars)
    apart = stamped | set(foot)
    rest = [c for c in page.chars if c not in apart and not _in_table(c, tables)]
    return View(
        page=page, kind=kind, lang=lang, number=number, foot=foot, stamp=stamp, odd=odd,
        area=type_area(odd=odd, landscape=page.landscape), tables=tables,
        prose=lines_of(rest),
    )  # fmt: skip


def type_area(*, odd: bool, landscape: bool) -> Box:
    """The type area on a shown A4 page, mm; a lone left page has its binding at the right."""
    if landscape:
        left, top = gb.LANDSCAPE_SIDE_MM, gb.LANDSCAPE_TOP_MM
        return Box(left, top, left + gb.LANDSCAPE_TYPE_WIDTH_MM, top + gb.LANDSCAPE_TYPE_HEIGHT_MM)
    left = gb.BINDING_MM if odd else gb.OUTER_MM
    return Box(left, gb.TOP_MM, left + gb.TYPE_WIDTH_MM, gb.TOP_MM + gb.TYPE_HEIGHT_MM)


def _in_table(char: Char, tables: Sequence[Table]) -> bool:
    return any(
        table.box.left <= char.ink.middle <= table.box.right
        and table.box.top <= char.ink.centre <= table.box.bottom
        for table in tables
    )


def _kind(page: Page, stamped: set[Char], bundle: bool) -> Kind:
    text = [char for char in page.chars if char not in stamped]
    if not text and not page.pictures and not any(not r.white for r in page.rules):
        return Kind.BLANK
    covered = sum(box.width * box.height for box in page.pictures)
    if page.pictures and (not text or covered > 0.5 * page.width * page.height):
        return Kind.SCAN
    if bundle and ROMAN.fullmatch(page.label):
        return Kind.FRONT
    return Kind.LANDSCAPE if page.landscape else Kind.TEXT


def _foot(page: Page, stamped: set[Char]) -> tuple[Char, ...]:
    """The characters of a page number: the lowest line, when it is nothing else."""
    low = [line for line in page.lines if not stamped.issuperset(line.chars)]
    if not low:
        return ()
    last = low[-1]
    below = last.baseline > page.height - FOOT_BAND_MM
    return last.chars if below and NUMBER.fullmatch(last.text) else ()


def _landscape_foot(page: Page, stamped: set[Char]) -> tuple[Char, ...]:
    """On a landscape page the number stands upright for the portrait sheet: turned by 90."""
    turned = [char for char in page.chars if char.angle == 90 and char not in stamped]
    turned.sort(key=lambda char: char.ink.top)
    text = "".join(char.text for char in turned)
    return tuple(turned) if NUMBER.fullmatch(text) else _foot(page, stamped)


def continuations(lines: Sequence[Line]) -> list[Line]:
    """Short lines that go on flush left after a long one: they show the edge of the text too."""
    return [
        line
        for before, line in pairwise(lines)
        if before.end - before.x > LONG_MM
        and abs(before.x - line.x - gb.millimetres(gb.INDENT_PT)) < INDENT_TOLERANCE_MM
        and abs(before.size - line.size) < 1
    ]


def _number(foot: Sequence[Char]) -> int | None:
    found = NUMBER.fullmatch("".join(char.text for char in foot))
    return int(found[1]) if found else None


def _stamp(page: Page) -> Line | None:
    """The bundle's number: digits alone at the upper outer corner of the sheet as it is bound."""
    upright = page.rotation not in {90, 270}
    angle = {90: 90, 270: 270}.get(page.rotation, 0)
    digits = [c for c in page.chars if c.angle == angle and c.text.isdigit()]
    if upright:
        found = [c for c in digits if c.baseline < STAMP_BAND_MM]
    elif page.rotation == 90:
        found = [c for c in digits if c.ink.left > page.width - STAMP_BAND_MM]
    else:
        found = [c for c in digits if c.ink.right < STAMP_BAND_MM]
    if not found:
        return None
    found.sort(key=lambda char: (char.ink.left, char.ink.top) if upright else (char.ink.top,))
    line = Line(chars=tuple(found))
    apart = around(char.ink for char in found)
    return line if apart.width < 20 and apart.height < 20 else None


def at_its_place(view: View) -> bool:
    """Whether the printed number stands where our layout puts it."""
    if not view.foot:
        return False
    box = around(char.ink for char in view.foot)
    if view.page.landscape:
        return 20 < box.middle < 36
    return abs(box.centre - (view.area.bottom + gb.PAGE_NUMBER_BELOW_MM)) < 3


def foreign(view: View) -> View:
    """The same page as somebody else's paper; front matter stays ours."""
    if view.kind in {Kind.SCAN, Kind.BLANK, Kind.FRONT}:
        return view
    return replace(view, kind=Kind.FOREIGN, number=None, foot=())


def separators_apart(views: Sequence[View]) -> list[View]:
    """A part's pages, those before its first numbered one known as front matter (separators)."""
    first = next((at for at, view in enumerate(views) if view.foot), 0)
    return [
        replace(view, kind=Kind.FRONT) if at < first and view.kind is Kind.TEXT else view
        for at, view in enumerate(views)
    ]
