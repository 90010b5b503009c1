"""Core, layout rules: a Chinese paper as running text: head, titles, paragraphs, signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.layout_rules.running import Paragraph, Placed, Signature
from service.core.layout_rules.views import LONG_MM, Kind, Paper, View, continuations
from service.core.sheet import Line

TITLE_FROM_PT = 17.5
MARK_FROM_PT = 25.0
NEXT_LINE_MM = gb.millimetres(gb.LINE_PITCH_PT * 1.35)
FLUSH_MM = 1.2
FULL_MM = 12.0  # a line that ends nearer to the edge than this may go on in the next
LEVELS = (
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"（[一二三四五六七八九十]{1,3}）"),
    re.compile(r"\d{1,2}[.．](?!\d)"),
    re.compile(r"（\d{1,2}）"),
)
DATE = re.compile(r"(?:\d{4}|〔?\d{4}〕?|[〇○一二三四五六七八九]{4})年\d{0,2}月\d{0,2}日")
ANNEX_NOTE = re.compile(r"附件[：:]")
ANNEX_MARK = re.compile(r"附件\d{0,2}")
IMPRINT = re.compile(r"(?:抄送|主送)[：:]|.*\d{1,2}日印发$")


def _long(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.end - line.x > LONG_MM]


class Flow:
    """One paper taken apart. Lines of a kind are found once and kept."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.views = tuple(view for view in paper.views if view.kind is Kind.TEXT)
        self._lefts = self._find_lefts()

    # --- edges ---------------------------------------------------------------------------
    def _find_lefts(self) -> dict[bool, float]:
        """Left edge of the running text, as set, for odd and even pages."""
        found: dict[bool, float] = {}
        for odd in (True, False):
            long = [
                line.x
                for view in self.views
                if view.odd is odd
                for line in (*_long(view.prose), *continuations(view.prose))
                if abs(line.size - gb.BODY_PT) < 3
            ]
            if long:
                found[odd] = min(long)
        return found

    def left(self, view: View) -> float:
        """Left edge of the text of a page as set, mm; the rule's own where nothing shows it."""
        return self._lefts.get(view.odd, view.area.left)

    # --- head ------------------------------------------------------------------------------
    @cached_property
    def mark(self) -> Placed | None:
        """The letterhead: large red characters on the first page."""
        for view in self.views[:1]:
            for line in view.prose:
                if line.red and line.size >= MARK_FROM_PT:
                    return Placed(view=view, line=line)
        return None

    @cached_property
    def red_line(self) -> float:
        """The y of the red line under the letterhead, mm; 0 without one."""
        if self.mark is None:
            return 0.0
        reds = [rule for rule in self.mark.view.loose_rules if rule.red]
        return reds[0].box.centre if reds else 0.0

    @cached_property
    def head(self) -> tuple[Placed, ...]:
        """Lines between letterhead and red line: number, signers."""
        if self.mark is None:
            return ()
        top, foot = self.mark.line.baseline, self.red_line
        return tuple(
            Placed(view=self.mark.view, line=line)
            for line in self.mark.view.prose
            if top < line.baseline and (line.baseline < foot or (not foot and "〔" in line.text))
        )

    # --- titles ----------------------------------------------------------------------------
    @cached_property
    def titles(self) -> tuple[tuple[Placed, ...], ...]:
        """Groups of title lines, each title from its first line to its last."""
        groups: list[list[Placed]] = []
        for view in self.paper.views:
            before: Line | None = None
            for line in view.prose:
                if not is_title(line):
                    continue
                if before is None or line.baseline - before.baseline > 17:
                    groups.append([])
                groups[-1].append(Placed(view=view, line=line))
                before = line
        return tuple(tuple(group) for group in groups)

    # --- imprint ---------------------------------------------------------------------------
    def imprint(self, view: View) -> tuple[Line, ...]:
        """Lines of the imprint on a page: 4号, from 抄送 (or the printer's line) on."""
        small = [line for line in view.prose if abs(line.size - gb.IMPRINT_PT) < 1.1]
        for at, line in enumerate(small):
            if IMPRINT.match(line.text):
                return tuple(small[at:])
        return ()

    # --- running text ------------------------------------------------------------------------
    @cached_property
    def grid(self) -> tuple[Placed, ...]:
        """Lines of 3号 text in reading order, head, titles, signature and imprint left out."""
        apart = {id(placed.line) for placed in self.head}
        for signature in self.signatures:
            apart |= {id(signature.date), *map(id, signature.names)}
        return tuple(p for p in self._body_size if id(p.line) not in apart)

    @cached_property
    def _body_size(self) -> tuple[Placed, ...]:
        out = []
        for view in self.views:
            imprint = {id(line) for line in self.imprint(view)}
            for line in view.prose:
                if abs(line.size - gb.BODY_PT) < 1.1 and not line.red and id(line) not in imprint:
                    out.append(Placed(view=view, line=line))
        return tuple(out)

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The running text by paragraphs."""
        groups: list[list[Placed]] = []
        for placed in self.grid:
            if groups and self._goes_on(groups[-1][-1], placed):
                groups[-1].append(placed)
            else:
                groups.append([placed])
        return tuple(self._paragraph(group) for group in groups)

    def _goes_on(self, before: Placed, placed: Placed) -> bool:
        if abs(placed.line.x - self.left(placed.view)) > FLUSH_MM:
            return False
        if before.line.end < before.view.area.right - FULL_MM or ANNEX_MARK.fullmatch(placed.text):
            return False
        if before.view is placed.view:
            return placed.line.baseline - before.line.baseline <= NEXT_LINE_MM
        top = placed.view.area.top + 2 * NEXT_LINE_MM
        return placed.line.baseline <= top and not before.view.tables

    def _paragraph(self, lines: Sequence[Placed]) -> Paragraph:
        first = lines[0]
        indent = gb.points(first.line.x - self.left(first.view))
        text = first.text
        level = next((n for n, shape in enumerate(LEVELS, 1) if shape.match(text)), 0)
        return Paragraph(lines=tuple(lines), indent=indent, level=level if indent < 50 else 0)

    @cached_property
    def body(self) -> tuple[Paragraph, ...]:
        """Paragraphs of the text proper: no addressees, notes, marks, centred lines."""
        return tuple(p for p in self.paragraphs if not self._special(p))

    def _special(self, paragraph: Paragraph) -> bool:
        text, line, view = paragraph.text, paragraph.first.line, paragraph.first.view
        if ANNEX_MARK.fullmatch(text) or ANNEX_NOTE.match(text) or paragraph.indent > 50:
            return True
        centred = abs(line.middle - view.area.middle) < 1.5 and paragraph.indent > 40
        return centred or (paragraph.indent < 3 and text.endswith(("：", ":")))

    # --- signature ---------------------------------------------------------------------------
    @cached_property
    def signatures(self) -> tuple[Signature, ...]:
        """Every name-and-date block: a date alone on its line, right of the middle."""
        return tuple(self._find_signatures())

    def _find_signatures(self) -> Iterator[Signature]:
        for view in self.views:
            lines = [p.line for p in self._body_size if p.view is view]
            for at, line in enumerate(lines):
                if DATE.fullmatch(line.text) and line.middle > view.area.middle:
                    names = self._names(view, lines[:at], line)
                    before = lines[: at - len(names)]
                    yield Signature(
                        view=view, names=names, date=line, above=before[-1] if before else None
                    )

    def _names(self, view: View, above: Sequence[Line], date: Line) -> tuple[Line, ...]:
        names: list[Line] = []
        below = date
        for line in reversed(above):
            near = below.baseline - line.baseline <= NEXT_LINE_MM
            indented = line.x - self.left(view) > gb.millimetres(gb.INDENT_PT) + 5
            if not (near and indented):
                break
            names.insert(0, line)
            below = line
        return tuple(names)

    # --- annexes -----------------------------------------------------------------------------
    @cached_property
    def note(self) -> tuple[Placed, ...]:
        """Lines of the annex note: from 附件： as long as they follow without a gap."""
        lines = self.grid
        for at, placed in enumerate(lines):
            if ANNEX_NOTE.match(placed.text):
                taken = [placed]
                for before, after in pairwise(lines[at:]):
                    if not self._note_goes_on(before, after):
                        break
                    taken.append(after)
                return tuple(taken)
        return ()

    def _note_goes_on(self, before: Placed, after: Placed) -> bool:
        deep = gb.points(after.line.x - self.left(after.view)) > 60
        near = after.view is before.view and (
            after.line.baseline - before.line.baseline <= NEXT_LINE_MM
        )
        return deep and (near or after.view is not before.view)

    @cached_property
    def marks(self) -> tuple[Placed, ...]:
        """Annex marks: 附件 or 附件n alone on a line."""
        return tuple(
            Placed(view=view, line=line)
            for view in self.paper.views
            for line in view.prose
            if ANNEX_MARK.fullmatch(line.text)
        )


def is_title(line: Line) -> bool:
    """Larger than text and not red."""
    return line.size >= TITLE_FROM_PT and not line.red


def wide_fonts(line: Line) -> list[str]:
    """Its Chinese characters' fonts, punctuation counted in."""
    return [char.font for char in line.chars if char.advance > 0.75]
