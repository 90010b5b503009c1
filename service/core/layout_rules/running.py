"""Core, layout rules: the values that running text is taken apart into."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.layout_rules.views import View
from service.core.sheet import Line


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A line and the page that it stands on."""

    view: View
    line: Line

    @property
    def text(self) -> str:
        """Its characters."""
        return self.line.text


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Lines that belong together.

    Attributes:
        lines: at least one, over pages.
        indent: of its first line from the left edge of the text, points.
        level: 1 to 4 where it begins like a heading of that level, else 0.
    """

    lines: tuple[Placed, ...]
    indent: float
    level: int

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(placed.text for placed in self.lines)

    @property
    def first(self) -> Placed:
        """Its first line."""
        return self.lines[0]

    @property
    def last(self) -> Placed:
        """Its last line."""
        return self.lines[-1]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Name and date at the end of a text.

    Attributes:
        view: their page.
        names: lines of the name or names, from the top.
        date: the date's line.
        above: the last line above them on the page, None where there is none.
    """

    view: View
    names: tuple[Line, ...]
    date: Line
    above: Line | None
