"""Core, layout rule 40: the English version of a paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.font_roles import chinese
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import Kind, Paper, View
from service.core.sheet import Line

SIZE_TOLERANCE_PT = 0.3
LONG_MM = 110.0
SPACE_EM = 0.15
NOTE_LINES = 8
NAME_REACH = 8  # a full-width mark no further from a Chinese character belongs to a name
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff01-\uff5e]")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
SECTION = re.compile(r"\d{1,2}\.?(?=[A-Z])")


@rule(
    40,
    "英文本：12 磅，每行 55–95 字符，不夹中文字体",
    "English: 12 pt, 55-95 characters, no full-width",
)
def english(reading: Reading) -> Iterator[Fault]:
    """1.9 of layout-and-filing.md; Chinese characters stand in names only, with their marks."""
    papers = reading.english
    if not papers:
        raise DoesNotApply("没有英文本", "no English version")
    for paper in papers:
        for view in paper.views:
            yield from _lines(view)
            yield from _foreign_marks(view)
        yield from _sections(reading, paper)


def _lines(view: View) -> Iterator[Fault]:
    """Running text: long lines outside tables; a note under a form is no running text."""
    long = [line for line in view.prose if line.end - line.x > LONG_MM and line.size < 16]
    if view.kind is not Kind.TEXT or (view.tables and len(long) < NOTE_LINES):
        return
    for line in long:
        if abs(line.size - gb.ENGLISH_PT) > SIZE_TOLERANCE_PT:
            yield fault("英文正文为 12 磅。", "English text is set in 12 pt.", page=view.page,
                        box=line.ink, found=f"{line.size:g} pt", wanted="12 pt")  # fmt: skip
    for line in long:
        count = length(line)
        full = line.end > view.area.right - 12
        low = count < gb.ENGLISH_LINE_MIN and full
        if low or count > gb.ENGLISH_LINE_MAX:
            yield fault("英文每行应为 55–95 个字符。", "An English line has 55 to 95 characters.",
                        page=view.page, box=line.ink, found=str(count), wanted="55-95")  # fmt: skip


def length(line: Line) -> int:
    """Characters of a line with its spaces, which are seen as gaps."""
    gaps = 0
    for before, after in pairwise(line.chars):
        gaps += gb.points(after.x - before.end) > SPACE_EM * after.size
    return len(line.chars) + gaps


def _foreign_marks(view: View) -> Iterator[Fault]:
    foot = set(view.foot)
    cells = [line for t in view.tables for c in t.cells for line in c.lines]
    for line in (*view.prose, *cells):
        for at, char in enumerate(line.chars):
            if char in foot or HAN.match(char.text):
                continue
            near = "".join(
                c.text for c in line.chars[max(at - NAME_REACH, 0) : at + NAME_REACH + 1]
            )
            if FULL_WIDTH.match(char.text) and not HAN.search(near):
                yield fault("英文本中不用全角标点。", "No full-width mark in English.",
                            page=view.page, box=char.ink, found=char.text, wanted="-")  # fmt: skip
            elif char.text.isascii() and char.text.isalnum() and chinese(char.font):
                yield fault("英文字母和数字不用中文字体。", "No Latin letter in a Chinese font.",
                            page=view.page, box=char.ink, found=f"{char.text} {char.font}",
                            wanted="Times New Roman")  # fmt: skip


def _sections(reading: Reading, paper: Paper) -> Iterator[Fault]:
    wanted = reading.hints.sections
    if wanted is None:
        return
    found = sum(
        bool(SECTION.match(line.text)) and line.chars[-1].text != "."
        for view in paper.views
        for line in view.prose
    )
    if found != wanted:
        yield fault("英文本的节数与中文本不同。", "The English has other sections than the text.",
                    found=str(found), wanted=str(wanted))  # fmt: skip
