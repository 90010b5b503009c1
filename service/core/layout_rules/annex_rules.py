"""Core, layout rules 24 and 25: the annex note, and annexes that agree with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.layout_rules.flow import ANNEX_NOTE, Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.running import Placed
from service.core.sheet import Char

END_MARKS = "。；，、：."
_ITEM = re.compile(r"\d{1,2}[.．]")
LINE_SLACK_MM = 3.5  # of a title's line: it may be set on 28.95, 32 or 36 pt


@dataclass(frozen=True, kw_only=True)
class Item:
    """One annex of the note: its number (0 where it bears none), name and lines."""

    number: int
    name: str
    lines: tuple[Placed, ...]
    name_at: float


def items(lines: Sequence[Placed]) -> list[Item]:
    """The annexes that a note names."""
    out: list[Item] = []
    for placed in lines:
        chars = list(placed.line.chars)
        head = ANNEX_NOTE.match(placed.text)
        rest = chars[head.end() :] if head else chars
        number = _ITEM.match("".join(char.text for char in rest))
        if head or number:
            out.append(_item(placed, rest[number.end() :] if number else rest, number))
        elif out:
            before = out[-1]
            out[-1] = Item(number=before.number, name=before.name + placed.text,
                           lines=(*before.lines, placed), name_at=before.name_at)  # fmt: skip
    return out


def _item(placed: Placed, name: Sequence[Char], number: re.Match[str] | None) -> Item:
    return Item(
        number=int(number[0][:-1]) if number else 0,
        name="".join(char.text for char in name),
        lines=(placed,),
        name_at=name[0].x if name else placed.line.end,
    )


@rule(
    24, "附件说明：上空一行、名称后无标点、回行对齐", "annex note: blank line, no end mark, aligned"
)
def annex_note(reading: Reading) -> Iterator[Fault]:
    """7.3.4."""
    flows = [flow for flow in reading.flows if flow.note]
    if not flows:
        raise DoesNotApply("没有附件说明", "no annex note")
    for flow in flows:
        yield from _blank_before(flow)
        for item in items(flow.note):
            yield from _item_faults(item)


def _blank_before(flow: Flow) -> Iterator[Fault]:
    first = flow.note[0]
    above = [p for p in flow.grid if p.view is first.view and p.line.baseline < first.line.baseline]
    if above:
        pitches = gb.points(first.line.baseline - above[-1].line.baseline) / gb.LINE_PITCH_PT
        if abs(pitches - 1 - gb.ANNEX_NOTE_BLANK_LINES) > 0.2:
            yield fault("附件说明在正文下空一行。", "One blank line stands above the annex note.",
                        page=first.view.page, box=first.line.ink, found=f"{pitches - 1:.1f}",
                        wanted="1")  # fmt: skip
    indent = gb.points(first.line.x - flow.left(first.view))
    if abs(indent - gb.INDENT_PT) > gb.INDENT_TOLERANCE_PT:
        yield fault("附件说明左空二字。", "The annex note is indented by two characters.",
                    page=first.view.page, box=first.line.ink, found=f"{indent:.1f} pt",
                    wanted="31.5±1 pt")  # fmt: skip


def _item_faults(item: Item) -> Iterator[Fault]:
    last = item.lines[-1]
    if item.name and item.name[-1] in END_MARKS:
        yield fault("附件名称后不加标点。", "No mark follows an annex's name.", page=last.view.page,
                    box=last.line.ink, found=item.name[-1], wanted="-")  # fmt: skip
    for placed in item.lines[1:]:
        off = placed.line.x - item.name_at
        if abs(off) > 2 * gb.TOLERANCE_MM:
            yield fault("附件名称回行应与首字对齐。",
                        "A wrapped annex name aligns with its first character.",
                        page=placed.view.page, box=placed.line.ink, found=f"{off:+.1f} mm",
                        wanted="0±1 mm")  # fmt: skip


@rule(
    25,
    "附件另面编排，附件n 第一行、标题第三行，与说明一致",
    "annexes: new page, line 1 and 3, as noted",
)
def annexes(reading: Reading) -> Iterator[Fault]:
    """7.3.7; annexes of the note that are kept as files of their own are not missed."""
    flows = [flow for flow in reading.flows if flow.marks]
    if not flows:
        raise DoesNotApply("文件中没有附件", "no annex in this file")
    for flow in flows:
        noted = {item.number: item for item in items(flow.note)}
        for placed in flow.marks:
            yield from _place(placed)
            yield from _title(flow, placed, noted)
        for before, after in pairwise(flow.marks):
            if _number(after) != _number(before) + 1:
                yield fault("附件序号不连续。", "The annex numbers do not run on.",
                            page=after.view.page, box=after.line.ink, found=after.text,
                            wanted=f"附件{_number(before) + 1}")  # fmt: skip


def _number(placed: Placed) -> int:
    digits = placed.text.removeprefix("附件")
    return int(digits) if digits else 0


def _place(placed: Placed) -> Iterator[Fault]:
    view, line = placed.view, placed.line
    above = [other for other in view.prose if other.baseline < line.baseline - 1]
    top = view.area.top + gb.millimetres(gb.LINE_PITCH_PT)
    tables = [table for table in view.tables if table.box.top < line.baseline]
    if above or tables or line.baseline > top:
        yield fault("附件应另面编排，“附件”二字在版心第一行。",
                    "An annex begins on a new page, its mark on the first line.",
                    page=view.page, box=line.ink, found=f"{line.baseline:.1f} mm",
                    wanted=f"<{top:.1f} mm")  # fmt: skip
    if abs(line.x - view.area.left) > 1.5:
        yield fault("“附件”二字顶格。", "The annex mark stands flush left.", page=view.page,
                    box=line.ink, found=f"{line.x - view.area.left:+.1f} mm",
                    wanted="0 mm")  # fmt: skip


def _title(flow: Flow, placed: Placed, noted: dict[int, Item]) -> Iterator[Fault]:
    titles = [lines for lines in flow.titles if lines[0].view is placed.view]
    if not titles:
        yield fault("附件没有标题。", "The annex has no title.", page=placed.view.page,
                    box=placed.line.ink, wanted="3")  # fmt: skip
        return
    first = titles[0][0].line
    wanted = gb.millimetres(2 * gb.LINE_PITCH_PT)
    down = first.baseline - placed.line.baseline
    if abs(down - wanted) > LINE_SLACK_MM:
        yield fault("附件标题在版心第三行。", "The annex title stands on the third line.",
                    page=placed.view.page, box=first.ink,
                    found=f"{1 + gb.points(down) / gb.LINE_PITCH_PT:.1f}", wanted="3")  # fmt: skip
    if not noted:
        return
    item = noted.get(_number(placed))
    text = "".join(line.text for line in titles[0])
    if item is None or _plain(item.name) != _plain(text):
        yield fault("附件的序号或标题与附件说明不一致。",
                    "Number or title of the annex differ from the annex note.",
                    page=placed.view.page, box=first.ink, found=f"{placed.text} {text}",
                    wanted=item.name if item else "")  # fmt: skip


def _plain(name: str) -> str:
    return name.removeprefix("《").removesuffix("》")
