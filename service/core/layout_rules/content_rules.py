"""Core, layout rules 4 and 37: nothing lost on the way to the PDF, nothing left over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from service.core import gbt9704 as gb
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import View
from service.core.sheet import Line

LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|某某|×{2,}|(?<![A-Za-z])[Xx]{2,}(?![A-Za-z])|[〇○]{3,}"
)
EMPTY = re.compile(
    r"\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）|[•●·\-–]"
)
PAGE_LINE = re.compile(r"\s*[—–-]\s*\d*\s*[—–-]\s*")


@rule(4, "输入的字符与 PDF 中的字符一致", "characters typed are characters extracted")
def characters(reading: Reading) -> Iterator[Fault]:
    """As a multiset; what repeats on every page (header rows, page numbers) may come more often."""
    if reading.hints.typed is None:
        raise DoesNotApply("需要 Word 文件才能核对", "needs the Word file")
    lines = [line for line in reading.hints.typed.splitlines() if not PAGE_LINE.fullmatch(line)]
    typed = Counter("".join("".join(lines).split()))
    drawn = Counter(reading.sheet.text)
    drawn -= Counter(char.text for view in reading.views for char in view.foot)
    lost = {char: n - drawn[char] for char, n in typed.items() if n > drawn[char]}
    new = {char: n for char, n in drawn.items() if char not in typed}
    for char, count in sorted(lost.items()):
        yield fault(f"字符“{char}”在 PDF 中少了 {count} 个。",
                    f"The character “{char}” is {count} times missing from the PDF.",
                    found=str(drawn[char]), wanted=str(typed[char]))  # fmt: skip
    for char, count in sorted(new.items()):
        yield fault(f"PDF 中多出字符“{char}”（U+{ord(char):04X}）。",
                    f"The PDF holds “{char}” (U+{ord(char):04X}), which was not typed.",
                    found=str(count), wanted="0")  # fmt: skip


@rule(
    37, "勾选只用 □■√；无模板残留、某某、XX、空序号", "ticks □ ■ √; no {{, 某某, XX, empty number"
)
def leftovers(reading: Reading) -> Iterator[Fault]:
    """Every page of our own, both languages."""
    if not reading.ours:
        raise DoesNotApply("没有本系统排版的页", "no page of our own layout")
    for view in reading.ours:
        for line in _all_lines(view):
            for match in LEFTOVER.finditer(line.text):
                yield fault("有没填的内容或模板残留。", "Something was left unfilled.",
                            page=view.page, box=line.ink, found=match[0], wanted="-")  # fmt: skip
            if EMPTY.fullmatch(line.text) and not _beside(view, line):
                yield fault("序号后没有内容。", "Nothing follows the number.", page=view.page,
                            box=line.ink, found=line.text, wanted="-")  # fmt: skip
        for char in view.page.chars:
            if char.text in gb.WRONG_TICKS:
                yield fault("勾选符号只用 □ ■ √。", "Ticks are □, ■ or √ only.", page=view.page,
                            box=char.ink, found=f"U+{ord(char.text):04X}",
                            wanted=gb.TICKS)  # fmt: skip


def _all_lines(view: View) -> Iterator[Line]:
    yield from view.prose
    for table in view.tables:
        for cell in table.cells:
            yield from cell.lines


def _beside(view: View, line: Line) -> bool:
    """A number in a column of its own: the cell's whole text, with other cells beside it."""
    return any(
        len(cell.lines) == 1 and cell.text == line.text
        for table in view.tables
        for cell in table.cells
    )
