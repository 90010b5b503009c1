"""Core: a measured PDF as plain values; the layout rules read this and never the file.

Millimetres run from the top left of the page as it is shown (after /Rotate), y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from service.core.gbt9704 import PT_PER_MM


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the shown page, mm from its top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Millimetres across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Millimetres down."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The x of its centre, mm."""
        return (self.left + self.right) / 2

    @property
    def centre(self) -> float:
        """The y of its centre, mm."""
        return (self.top + self.bottom) / 2

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """Whether the other lies inside, `slack` mm over the edge allowed."""
        return (
            other.left >= self.left - slack
            and other.right <= self.right + slack
            and other.top >= self.top - slack
            and other.bottom <= self.bottom + slack
        )

    def gap(self, other: Box) -> float:
        """Clear distance in mm, 0 where they touch or overlap."""
        across = max(self.left - other.right, other.left - self.right, 0.0)
        down = max(self.top - other.bottom, other.top - self.bottom, 0.0)
        return float((across**2 + down**2) ** 0.5)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around others; at least one is needed."""
    lefts, tops, rights, bottoms = zip(
        *((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True
    )
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True, slots=True, kw_only=True)
class Char:
    """One drawn character.

    Attributes:
        text: the character, never white space.
        font: PostScript name without the subset's prefix, e.g. `FandolFang-Regular`.
        size: type size as drawn, points.
        ink: box of what is drawn, mm.
        x: where its width begins, mm (for text that runs to the right).
        end: where its width ends, mm, without character spacing.
        baseline: mm from the top.
        angle: degrees clockwise on the shown page: 0, 90, 180 or 270.
        colour: RRGGBB of the fill.
        bold: drawn with an outline, the way a program makes a bold that the font lacks.
    """

    text: str
    font: str
    size: float
    ink: Box
    x: float
    end: float
    baseline: float
    angle: int = 0
    colour: str = "000000"
    bold: bool = False

    @property
    def advance(self) -> float:
        """Its width in shares of its size: 1 for a Chinese character, 0.5 for a digit."""
        return (self.end - self.x) * PT_PER_MM / self.size if self.size else 0.0

    @property
    def red(self) -> bool:
        """Whether it is printed red."""
        return is_red(self.colour)


def is_red(colour: str) -> bool:
    """Whether RRGGBB is a red: much red, little of the rest."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return red > 150 and green < 90 and blue < 90


@dataclass(frozen=True, kw_only=True)
class Line:
    """Characters on one baseline, from left to right; never empty."""

    chars: tuple[Char, ...]

    @cached_property
    def text(self) -> str:
        """Its characters, white space left out."""
        return "".join(char.text for char in self.chars)

    @cached_property
    def ink(self) -> Box:
        """Box of what is drawn."""
        return around(char.ink for char in self.chars)

    @property
    def x(self) -> float:
        """Where its first character's width begins, mm."""
        return self.chars[0].x

    @property
    def end(self) -> float:
        """Where its last character's width ends, mm."""
        return self.chars[-1].end

    @property
    def middle(self) -> float:
        """Half-way between `x` and `end`, mm."""
        return (self.x + self.end) / 2

    @cached_property
    def baseline(self) -> float:
        """Mm from the top: of its largest characters."""
        return max(self.chars, key=lambda char: char.size).baseline

    @cached_property
    def size(self) -> float:
        """The size that most of its characters have, points."""
        sizes = [round(char.size, 1) for char in self.chars]
        return max(dict.fromkeys(sizes), key=sizes.count)

    @property
    def red(self) -> bool:
        """Whether all of it is red."""
        return all(char.red for char in self.chars)

    def parts(self, gap_mm: float = 8.0) -> tuple[Line, ...]:
        """The line cut at every gap wider than `gap_mm`."""
        cut: list[list[Char]] = [[self.chars[0]]]
        for before, char in pairwise(self.chars):
            if char.x - before.end > gap_mm:
                cut.append([])
            cut[-1].append(char)
        return tuple(Line(chars=tuple(part)) for part in cut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A drawn line or filled box.

    Attributes:
        box: with its thickness, mm.
        stroke: thickness of a line in points; 0 for a filled box that is no line.
        colour: RRGGBB.
    """

    box: Box
    stroke: float
    colour: str = "000000"

    @property
    def across(self) -> bool:
        """A line from left to right."""
        return self.stroke > 0 and self.box.width >= self.box.height

    @property
    def down(self) -> bool:
        """A line from top to bottom."""
        return self.stroke > 0 and self.box.height > self.box.width

    @property
    def red(self) -> bool:
        """Whether it is printed red."""
        return is_red(self.colour)

    @property
    def white(self) -> bool:
        """Whether it cannot be seen on paper."""
        return self.colour == "FFFFFF"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as it is shown.

    Attributes:
        index: from 0.
        label: page label, e.g. `iii` or `12`; "" where the file has none.
        width, height: mm, shown.
        rotation: /Rotate in degrees, 0, 90, 180, 270.
        chars: in the order of the file.
        lines: characters that stand upright, by baseline from the top.
        rules: lines and filled boxes.
        pictures: boxes of images.
        annotations: how many comments, links or form fields lie on it.
    """

    index: int
    width: float
    height: float
    label: str = ""
    rotation: int = 0
    chars: tuple[Char, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    annotations: int = 0

    @property
    def landscape(self) -> bool:
        """Wider than high as shown."""
        return self.width > self.height

    @property
    def blank(self) -> bool:
        """Nothing at all is drawn."""
        return not (self.chars or self.pictures or any(not rule.white for rule in self.rules))


@dataclass(frozen=True, kw_only=True)
class FontEntry:
    """A font that characters are set in.

    Attributes:
        name: PostScript name without the subset's prefix.
        embedded: its outlines are in the file.
    """

    name: str
    embedded: bool


@dataclass(frozen=True, kw_only=True)
class Bookmark:
    """One line of the PDF's outline.

    Attributes:
        title: as shown.
        page: index from 0, -1 where it points nowhere.
        level: from 1.
    """

    title: str
    page: int
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A measured PDF.

    Attributes:
        pages: at least one.
        fonts: every font that draws a character.
        outline: bookmarks in their order.
    """

    pages: tuple[Page, ...]
    fonts: tuple[FontEntry, ...] = ()
    outline: tuple[Bookmark, ...] = ()

    @cached_property
    def text(self) -> str:
        """Every character of every page, white space left out."""
        return "".join(char.text for page in self.pages for char in page.chars)


def lines_of(chars: Iterable[Char], slack_mm: float = 0.6) -> tuple[Line, ...]:
    """Upright characters gathered by baseline (within `slack_mm`) and put from left to right."""
    upright = sorted((c for c in chars if c.angle == 0), key=lambda char: char.baseline)
    groups: list[list[Char]] = []
    for char in upright:
        if not groups or char.baseline - groups[-1][0].baseline > slack_mm:
            groups.append([])
        groups[-1].append(char)
    return tuple(Line(chars=tuple(sorted(group, key=lambda c: c.x))) for group in groups)
