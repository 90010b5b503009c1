"""Core, layout rules 20 to 22: fonts, order and ends of headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.core.font_roles import bold, roles
from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.running import Paragraph
from service.core.sheet import Char

END_MARKS = "。；，：、！？"
WRONG = re.compile(
    r"\d{1,2}、|（[一二三四五六七八九十]{1,3}）[、.]|\(\d{1,2}\)|\([一二三四五六七八九十]"
)
DIGITS = "零一二三四五六七八九"
FONT_OF = {1: ("heiti", "黑体"), 2: ("kaiti", "楷体")}


def _flows(reading: Reading) -> list[Flow]:
    found = [flow for flow in reading.flows if any(p.level for p in flow.body)]
    if not found:
        raise DoesNotApply("没有层次标题", "no headings")
    return found


@rule(20, "一级黑体、二级楷体、三四级仿宋，均不加粗", "headings: 黑体, 楷体, 仿宋; none bold")
def heading_fonts(reading: Reading) -> Iterator[Fault]:
    """7.3.3: a run-in heading by its first sentence."""
    for flow in _flows(reading):
        for paragraph in flow.body:
            if paragraph.level:
                yield from _fonts(paragraph)


def _fonts(paragraph: Paragraph) -> Iterator[Fault]:
    chars = _wide(paragraph)[:4]
    place = paragraph.first
    if paragraph.level in FONT_OF:
        role, name = FONT_OF[paragraph.level]
        plain = [c for c in chars if "songti" not in roles(c.font)]
        if not plain or not all(role in roles(char.font) for char in plain):
            yield fault(f"{paragraph.level} 级标题应用{name}。",
                        f"A level {paragraph.level} heading is set in {name}.",
                        page=place.view.page, box=place.line.ink,
                        found=chars[0].font if chars else "", wanted=name)  # fmt: skip
    elif any({"heiti", "kaiti"} & roles(c.font) for c in chars) and not _fallback(paragraph):
        yield fault("三、四级标题应用仿宋。", "Headings of levels 3 and 4 are set in 仿宋.",
                    page=place.view.page, box=place.line.ink, found=chars[0].font,
                    wanted="仿宋")  # fmt: skip
    if any(char.bold or bold(char.font) for char in paragraph.first.line.chars[:6]):
        yield fault("标题不加粗。", "Headings are not bold.", page=place.view.page,
                    box=place.line.ink, found=paragraph.first.line.chars[0].font,
                    wanted="-")  # fmt: skip


def _fallback(paragraph: Paragraph) -> bool:
    """Whether 楷体 serves the whole text for want of a 仿宋."""
    fonts = {char.font for char in _wide(paragraph)}
    return len(fonts) == 1 and all("kaiti" in roles(font) for font in fonts) and (
        len(_wide(paragraph)) > 40
    )  # fmt: skip


def _wide(paragraph: Paragraph) -> list[Char]:
    """Its Chinese characters, marks left out: those that show the font."""
    return [
        char
        for placed in paragraph.lines
        for char in placed.line.chars
        if char.advance > 0.75 and char.text.isalpha()
    ]


@rule(21, "层次序数“一、（一）1.（1）”，不写“1、”", "heading numbers in order, no 1、")
def order(reading: Reading) -> Iterator[Fault]:
    """7.3.3: levels begin under their upper one (一、 then 1. is allowed), numbers run on."""
    for flow in reading.flows:
        for paragraph in flow.body:
            if WRONG.match(paragraph.text) and paragraph.indent < 50:
                place = paragraph.first
                yield fault("层次序数的写法不对。", "The heading number is badly formed.",
                            page=place.view.page, box=place.line.ink, found=paragraph.text[:4],
                            wanted="一、 （一） 1. （1）")  # fmt: skip
    for flow in _flows_or_wrong(reading):
        yield from _sequence([p for p in flow.body if p.level], flow)


def _flows_or_wrong(reading: Reading) -> list[Flow]:
    if any(WRONG.match(p.text) for flow in reading.flows for p in flow.body):
        return [flow for flow in reading.flows if any(p.level for p in flow.body)]
    return _flows(reading)


def _sequence(headings: Sequence[Paragraph], flow: Flow) -> Iterator[Fault]:
    last = [0, 0, 0, 0, 0]
    seen: set[int] = set()
    for paragraph in headings:
        level, count = paragraph.level, number_of(paragraph.text)
        parent = {1: True, 2: 1 in seen, 3: True, 4: 3 in seen or 2 in seen}[level]
        runs_on = count == last[level] + 1 or count == 1
        if not (parent and runs_on):
            place = paragraph.first
            yield fault("层次序数不连续或越级。", "The heading numbers do not run on.",
                        page=place.view.page, box=place.line.ink, found=paragraph.text[:4],
                        wanted=_wanted(level, last[level] + 1))  # fmt: skip
        last[level] = count
        seen.add(level)
        for lower in range(level + 1, 5):
            last[lower] = 0
            seen.discard(lower)
    del flow


def _wanted(level: int, count: int) -> str:
    return {1: f"一、 ({count})", 2: f"（一） ({count})", 3: f"{count}.", 4: f"（{count}）"}[level]


def number_of(text: str) -> int:
    """The number that a heading begins with: `（十二）` is 12."""
    found = re.match(r"（?(\d+|[一二三四五六七八九十]+)", text)
    if not found:
        return 0
    figure = found[1]
    if figure.isdigit():
        return int(figure)
    tens, _, ones = figure.rpartition("十")
    if "十" not in figure:
        return DIGITS.index(figure) if figure in DIGITS else 0
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)


@rule(
    22,
    "页末不留标题；段内标题句末用句号，独行标题无句末标点",
    "headings: never last, marks at ends",
)
def heading_ends(reading: Reading) -> Iterator[Fault]:
    """1.4 of layout-and-filing.md: own-line and run-in headings."""
    for flow in _flows(reading):
        for paragraph, after in pairwise((*flow.body, None)):
            if paragraph is not None and paragraph.level:
                yield from _last_on_page(paragraph, after)
                yield from _end_mark(paragraph)


def _own_line(paragraph: Paragraph) -> bool:
    """A heading alone on its paragraph: one font through, or short and without a mark."""
    chars = _wide(paragraph)
    if paragraph.level in FONT_OF:
        role = FONT_OF[paragraph.level][0]
        return sum(role in roles(char.font) for char in chars) > 0.9 * len(chars)
    return len(paragraph.lines) == 1 and paragraph.text[-1] not in END_MARKS


def _last_on_page(paragraph: Paragraph, after: Paragraph | None) -> Iterator[Fault]:
    if after is None or not _own_line(paragraph) or after.first.view is paragraph.last.view:
        return
    listed = paragraph.level > 2 and after.level >= paragraph.level
    last = paragraph.last
    foot = last.line.baseline + 1
    below = [t.box for t in last.view.tables if t.box.bottom > foot]
    below += [line.ink for line in last.view.prose if line.baseline > foot]
    if after.first.view.page.index == last.view.page.index + 1 and not (listed or below):
        yield fault("标题落在页末，与下文分开了。", "A heading is the last line of the page.",
                    page=last.view.page, box=last.line.ink, found=paragraph.text[:8],
                    wanted="-")  # fmt: skip


def _end_mark(paragraph: Paragraph) -> Iterator[Fault]:
    place, text = paragraph.last, paragraph.text
    if _own_line(paragraph):
        if text[-1] in END_MARKS and paragraph.level in FONT_OF:
            yield fault("独占一行的标题句末不加标点。", "An own-line heading has no end mark.",
                        page=place.view.page, box=place.line.ink, found=text[-1],
                        wanted="-")  # fmt: skip
    elif paragraph.level in FONT_OF:
        ending = _run_in_end(paragraph)
        if ending and not {"。", "："} & set(ending):
            yield fault("段内标题句末用句号。", "A run-in heading ends with 。.",
                        page=paragraph.first.view.page, box=paragraph.first.line.ink,
                        found=ending, wanted="。")  # fmt: skip


def _run_in_end(paragraph: Paragraph) -> str:
    """The marks between the heading's font and the 仿宋 that follows."""
    role = FONT_OF[paragraph.level][0]
    chars = [char for placed in paragraph.lines for char in placed.line.chars]
    headed = [at for at, c in enumerate(chars) if c.text.isalpha() and role in roles(c.font)]
    run = next((a for a, b in pairwise([*headed, 10**6]) if b - a > 3), 0)
    after = "".join(char.text for char in chars[run + 1 :])
    marks = re.match(r"\W*", after)
    return (marks[0] if marks else "") or after[:1]
