"""Core, layout rules 16 to 19: letterhead, red line, document number, signer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core import gbt9704 as gb
from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.running import Placed

# Any document number, the right form and the wrong ones; the year may still be empty in a draft.
ANY_NUMBER = re.compile(
    r"[\u3400-\u9fff]{1,20}(?P<open>[〔\[【（(［〈])(?P<year>\d{2,4})(?P<close>[〕\]】）)］〉])"
    r"(?P<rest>第?\d{0,5})号"
)
DESCENT = 0.12  # of the size: how far a character's square reaches under the baseline
INK_TOLERANCE_MM = 0.6
UPWARD = ("报告", "请示")


def _heads(reading: Reading) -> list[tuple[Flow, Placed]]:
    found = [(flow, flow.mark) for flow in reading.flows if flow.mark is not None]
    if not found:
        raise DoesNotApply("没有红色发文机关标志", "no red letterhead")
    return found


@rule(
    16, "发文机关标志上边缘距版心上边缘 35±1 毫米", "letterhead top 35±1 mm under the type area's"
)
def mark(reading: Reading) -> Iterator[Fault]:
    """7.2.4: the upper end of its highest character."""
    for _, placed in _heads(reading):
        below = placed.line.ink.top - placed.view.area.top
        if abs(below - gb.MARK_TOP_MM) > gb.MARK_TOP_TOLERANCE_MM:
            yield fault("发文机关标志的位置不对。", "The letterhead is not at its place.",
                        page=placed.view.page, box=placed.line.ink, found=f"{below:.1f} mm",
                        wanted="35±1 mm")  # fmt: skip


@rule(17, "红线 156 毫米，在发文字号下 4 毫米", "red line 156 mm, 4 mm under the number")
def red_line(reading: Reading) -> Iterator[Fault]:
    """7.2.7: under the squares of the number's characters (its ink ends a little higher)."""
    for flow, placed in _heads(reading):
        view = placed.view
        reds = [one for one in view.loose_rules if one.red]
        if not reds:
            yield fault("版头没有红线。", "There is no red line.", page=view.page,
                        box=placed.line.ink, wanted="156 mm")  # fmt: skip
            continue
        box = reds[0].box
        if abs(box.width - gb.RED_LINE_WIDTH_MM) > gb.TOLERANCE_MM:
            yield fault("红线应与版心等宽。", "The red line is as wide as the type area.",
                        page=view.page, box=box, found=f"{box.width:.1f} mm",
                        wanted="156±0.5 mm")  # fmt: skip
        if flow.head:
            last = flow.head[-1].line
            square = last.baseline + gb.millimetres(DESCENT * last.size)
            gap = box.top - square
            if not -gb.TOLERANCE_MM <= gap - gb.RED_LINE_GAP_MM <= INK_TOLERANCE_MM:
                yield fault("红线应在字号下 4 毫米。", "The red line lies 4 mm under the number.",
                            page=view.page, box=box, found=f"{gap:.1f} mm",
                            wanted="4±0.5 mm")  # fmt: skip


@rule(18, "发文字号用〔〕，不加“第”，不编虚位", "document numbers: 〔〕, no 第, no leading zero")
def number(reading: Reading) -> Iterator[Fault]:
    """7.2.5: the paper's own number and every number that it names."""
    seen = False
    for paper in reading.chinese:
        for view in paper.views:
            cells = [line for t in view.tables for c in t.cells for line in c.lines]
            for line in (*view.prose, *cells):
                for match in ANY_NUMBER.finditer(line.text):
                    seen = True
                    if not _good(match):
                        yield fault("发文字号写法不对。", "The document number is badly formed.",
                                    page=view.page, box=line.ink, found=match[0][-14:],
                                    wanted="〔2014〕5号")  # fmt: skip
    if not seen:
        raise DoesNotApply("没有发文字号", "no document number")


def _good(match: re.Match[str]) -> bool:
    brackets = match["open"] == "〔" and match["close"] == "〕"
    return brackets and len(match["year"]) == 4 and bool(re.fullmatch(r"(?:[1-9]\d*)?",
                                                                      match["rest"]))  # fmt: skip


@rule(19, "签发人只用于上行文，字号居左空一字", "签发人 on reports only, the number then left")
def signer(reading: Reading) -> Iterator[Fault]:
    """7.2.6: papers with a letterhead."""
    for flow, placed in _heads(reading):
        title = "".join(line.text for line in flow.titles[0]) if flow.titles else ""
        upward = title.endswith(UPWARD)
        named = [one for one in flow.head if "签发人" in one.text]
        page = placed.view.page
        if named and not upward:
            yield fault("只有上行文标注签发人。", "Only a report names its signer.", page=page,
                        box=named[0].line.ink, found="签发人", wanted="-")  # fmt: skip
        if upward and not named:
            yield fault("上行文应标注签发人。", "A report names its signer.", page=page,
                        box=placed.line.ink, wanted="签发人")  # fmt: skip
        if named and upward:
            yield from _left(flow)


def _left(flow: Flow) -> Iterator[Fault]:
    for placed in flow.head:
        if ANY_NUMBER.search(placed.text) or "〔" in placed.text:
            zi = gb.points(placed.line.x - flow.left(placed.view)) / gb.ZI_PT
            if abs(zi - gb.SIGNER_INDENT_ZI) > 0.2:
                yield fault("上行文的发文字号居左空一字。",
                            "A report's number stands one character from the left.",
                            page=placed.view.page, box=placed.line.ink, found=f"{zi:.1f} 字",
                            wanted="1 字")  # fmt: skip
