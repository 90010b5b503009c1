"""Core, layout rules 3, 6 to 10, 12, 23: the grid of 22 lines of 28 characters, and line ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from service.core import gbt9704 as gb
from service.core.font_roles import chinese
from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import Kind, View
from service.core.sheet import Char, Line

STEP_SLACK_PT = 0.12
CLOSING = "，。、；：？！）》”’…〕"
QUOTES = "“”‘’…—"
LOW_MARKS = "，。、"
CENTRED = 0.42  # of the width: the middle of a mark that is not at the lower left


def _flows(reading: Reading) -> list[Flow]:
    """Papers with running text; tables alone and English are not measured on the grid."""
    found = [flow for flow in reading.flows if len(flow.body) >= 2]
    if not found:
        raise DoesNotApply("没有按 22 行 28 字排的正文", "no text on the grid of 22 x 28")
    return found


@rule(3, "每面 22 行，每行 28 字", "22 lines a page, 28 characters a line")
def grid(reading: Reading) -> Iterator[Fault]:
    """5.2.3: size of the text, room for lines, room for characters."""
    for flow in _text_flows(reading):
        yield from _size(flow)
        yield from _lines(flow)
        yield from _characters(flow)


def _text_flows(reading: Reading) -> list[Flow]:
    """As `_flows`, and papers whose text has the wrong size, which hold no grid line at all."""
    found = [f for f in reading.flows if len(f.body) >= 2 or len(list(_other_size(f))) >= 4]
    if not found:
        raise DoesNotApply("没有按 22 行 28 字排的正文", "no text on the grid of 22 x 28")
    return found


def _other_size(flow: Flow) -> Iterator[tuple[View, Line]]:
    """Long lines of running text that are not 16 pt."""
    for view in flow.views:
        imprint = flow.imprint(view)
        for line in view.prose:
            long = line.end - line.x > 120 and line not in imprint
            if long and abs(line.size - gb.BODY_PT) > 0.6 and line.size < 20:
                yield view, line


def _size(flow: Flow) -> Iterator[Fault]:
    other = list(_other_size(flow))
    if len(other) >= 4 and len(other) > len(flow.grid):
        view, line = other[0]
        yield fault("正文应为 3 号（16 磅）。", "The text is set in 16 pt.", page=view.page,
                    box=line.ink, found=f"{line.size:g} pt", wanted="16 pt")  # fmt: skip


def _lines(flow: Flow) -> Iterator[Fault]:
    for view in flow.views:
        lines = [p.line for p in flow.grid if p.view is view]
        if len(lines) > gb.LINES_PER_PAGE:
            yield fault("一面超过 22 行。", "More than 22 lines on a page.", page=view.page,
                        box=lines[0].ink, found=str(len(lines)), wanted="22")  # fmt: skip
    pitch = _pitch(flow)
    if pitch and int(gb.points(gb.TYPE_HEIGHT_MM) / (pitch - 0.03)) < gb.LINES_PER_PAGE:
        room = int(gb.points(gb.TYPE_HEIGHT_MM) / (pitch - 0.03))
        first = flow.grid[0]
        yield fault("这样的行距一面排不下 22 行。", "This pitch leaves no room for 22 lines.",
                    page=first.view.page, box=first.line.ink, found=str(room),
                    wanted="22")  # fmt: skip


def _characters(flow: Flow) -> Iterator[Fault]:
    steps = [step for p in flow.body for step in _steps(p.last.line)]
    for paragraph in flow.body:
        for placed in paragraph.lines:
            count = sum(char.advance > 0.75 for char in placed.line.chars)
            if count > gb.CHARS_PER_LINE:
                yield fault("一行超过 28 字。", "More than 28 characters on a line.",
                            page=placed.view.page, box=placed.line.ink, found=str(count),
                            wanted="28")  # fmt: skip
    if steps and abs(median(steps) - gb.ZI_PT) > STEP_SLACK_PT:
        first = flow.body[0].first
        room = int(gb.points(gb.TYPE_WIDTH_MM) / median(steps))
        yield fault("字距不能使一行恰好 28 字。", "The character pitch does not give 28 a line.",
                    page=first.view.page, box=first.line.ink,
                    found=f"{median(steps):.2f} pt ({room})", wanted="15.75 pt (28)")  # fmt: skip


def _steps(line: Line) -> Iterator[float]:
    """Distances between neighbouring Chinese characters of a line that is not stretched, pt."""
    for before, after in pairwise(line.chars):
        if before.advance > 0.75 and after.advance > 0.75 and before.size == after.size:
            yield gb.points(after.x - before.x)


def _gaps(flow: Flow) -> list[tuple[View, Line, float]]:
    """Distances in points of neighbouring lines within paragraphs on one page."""
    return [
        (after.view, after.line, gb.points(after.line.baseline - before.line.baseline))
        for paragraph in flow.body
        for before, after in pairwise(paragraph.lines)
        if before.view is after.view
    ]


def _pitch(flow: Flow) -> float:
    gaps = [gap for *_, gap in _gaps(flow)]
    return sum(gaps) / len(gaps) if gaps else 0.0


@rule(6, "正文行距 28.95±0.1 磅", "body pitch 28.95±0.1 pt")
def pitch(reading: Reading) -> Iterator[Fault]:
    """Of all body lines together, and of each to the next within 0.5 pt."""
    flows = [flow for flow in _flows(reading) if _gaps(flow)]
    if not flows:
        raise DoesNotApply("没有两行以上的段落", "no paragraph of two lines")
    for flow in flows:
        gaps = _gaps(flow)
        found = _pitch(flow)
        odd = [gap for gap in gaps if abs(gap[2] - gb.LINE_PITCH_PT) > 0.5]
        if abs(found - gb.LINE_PITCH_PT) > gb.PITCH_TOLERANCE_PT or odd:
            view, line, gap = odd[0] if odd else gaps[0]
            yield fault("正文行距不是 28.95 磅。", "The body pitch is not 28.95 pt.",
                        page=view.page, box=line.ink,
                        found=f"{gap if odd else found:.2f} pt", wanted="28.95±0.1 pt")  # fmt: skip


@rule(7, "满行右端齐版心（0.5 毫米内）", "full lines end at the edge within 0.5 mm")
def full_lines(reading: Reading) -> Iterator[Fault]:
    """Every line that goes on in the next."""
    flows = _flows(reading)
    full = [p for f in flows for par in f.body for p in par.lines[:-1]]
    if not full:
        raise DoesNotApply("没有满行", "no full line")
    for placed in full:
        off = placed.view.area.right - placed.line.end
        if abs(off) > gb.TOLERANCE_MM:
            yield fault("满行没有排到版心右边。", "A full line does not end at the edge.",
                        page=placed.view.page, box=placed.line.ink, found=f"{off:+.2f} mm",
                        wanted="0±0.5 mm")  # fmt: skip


@rule(8, "行首无句读和后括号，行末无前括号", "no mark at a line's wrong end")
def line_ends(reading: Reading) -> Iterator[Fault]:
    """GB/T 15834: text, titles and cells of Chinese papers."""
    papers = reading.chinese
    if not papers:
        raise DoesNotApply("没有中文页", "no Chinese page")
    for view in (view for paper in papers for view in paper.views):
        cells = [line for t in view.tables for c in t.cells for line in c.lines]
        for line in (*view.prose, *cells):
            if len(line.chars) > 1 and line.text[0] in gb.NO_LINE_START:
                yield fault("行首不能是这个标点。", "No line begins with this mark.",
                            page=view.page, box=line.ink, found=line.text[0],
                            wanted="-")  # fmt: skip
            if len(line.chars) > 1 and line.text[-1] in gb.NO_LINE_END:
                yield fault("行末不能是这个标点。", "No line ends with this mark.",
                            page=view.page, box=line.chars[-1].ink, found=line.text[-1],
                            wanted="-")  # fmt: skip


@rule(9, "段首空二字（31.5±1 磅）", "first-line indent 31.5±1 pt")
def indent(reading: Reading) -> Iterator[Fault]:
    """7.3.3: paragraphs of several lines, and headings."""
    flows = _flows(reading)
    checked = [p for f in flows for p in f.body if p.level or len(p.lines) > 1]
    if not checked:
        raise DoesNotApply("没有可测的段落", "no paragraph to measure")
    for paragraph in checked:
        if abs(paragraph.indent - gb.INDENT_PT) > gb.INDENT_TOLERANCE_PT:
            first = paragraph.first
            yield fault("段首没有空二字。", "The paragraph is not indented by two characters.",
                        page=first.view.page, box=first.line.ink,
                        found=f"{paragraph.indent:.1f} pt", wanted="31.5±1 pt")  # fmt: skip


@rule(10, "标点用中文字体且在左下角，数字占半字", "marks in the Chinese font, digits half wide")
def marks_and_digits(reading: Reading) -> Iterator[Fault]:
    """Text and tables of Chinese papers; page numbers and letterheads are apart."""
    if not reading.chinese:
        raise DoesNotApply("没有中文页", "no Chinese page")
    for paper in reading.chinese:
        for view in paper.views:
            foot = set(view.foot) | set(view.stamp.chars if view.stamp else ())
            for char in view.page.chars:
                if char not in foot and char.size < 20:
                    yield from _mark_or_digit(view, char)
                    yield from _centred(view, char)


def _mark_or_digit(view: View, char: Char) -> Iterator[Fault]:
    if char.text in QUOTES and not chinese(char.font):
        yield fault("引号、省略号、破折号应用中文字体。", "This mark belongs in the Chinese font.",
                    page=view.page, box=char.ink, found=f"{char.text} {char.font}",
                    wanted="仿宋")  # fmt: skip
    if char.text in "0123456789" and char.angle == 0 and abs(char.advance - 0.5) > 0.04:
        yield fault("数字应占半个字。", "A digit takes half a character.", page=view.page,
                    box=char.ink, found=f"{char.advance:.2f}", wanted="0.50")  # fmt: skip


def _centred(view: View, char: Char) -> Iterator[Fault]:
    """A comma in the middle of its square comes from a Traditional font or a missing language."""
    middle = gb.points(char.ink.middle - char.x) / char.size
    if char.text in LOW_MARKS and char.angle == 0 and middle > CENTRED:
        yield fault("句读应在左下角，不居中。", "The mark belongs in the corner.", page=view.page,
                    box=char.ink, found=f"{char.text} {char.font}", wanted="<0.42")  # fmt: skip


@rule(12, "首页显示正文", "page 1 shows body text")
def first_page(reading: Reading) -> Iterator[Fault]:
    """7.3.3: at least one line of it."""
    flows = [flow for flow in _flows(reading) if flow.paper.views[0].kind is Kind.TEXT]
    flows = [flow for flow in flows if not flow.views[0].tables]
    if not flows:
        raise DoesNotApply("首页是表格或横排页", "page 1 is a table or lies on its side")
    for flow in flows:
        first = flow.views[0]
        if not any(p.view is first for par in flow.body for p in par.lines):
            yield fault("首页没有正文。请缩短标题，或把主送机关移到版记。",
                        "Page 1 shows no body text. Shorten the title or move the addressees.",
                        page=first.page, wanted="1")  # fmt: skip


@rule(23, "段末不单字成行", "no paragraph ends with a line of one character")
def lone_character(reading: Reading) -> Iterator[Fault]:
    """The mark after it is not counted."""
    flows = _flows(reading)
    for paragraph in (p for flow in flows for p in flow.body if len(p.lines) > 1):
        rest = paragraph.last.text.rstrip(CLOSING)
        if len(rest) <= 1:
            last = paragraph.last
            yield fault("段末一行只有一个字，请增删几个字或微调字距。",
                        "The last line holds one character; add or cut a few words.",
                        page=last.view.page, box=last.line.ink, found=last.text,
                        wanted="2")  # fmt: skip
