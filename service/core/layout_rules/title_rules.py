"""Core, layout rules 13 to 15: size, place, shape and breaks of titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.core import gbt9704 as gb
from service.core.font_roles import serves
from service.core.layout_rules.flow import Flow, wide_fonts
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.running import Placed
from service.core.titles import TitleFault, title_faults

SIZE_TOLERANCE_PT = 0.3


def _flows(reading: Reading) -> list[Flow]:
    if not reading.flows:
        raise DoesNotApply("没有中文文书", "no Chinese paper")
    return list(reading.flows)


def _titles(reading: Reading) -> list[Sequence[Placed]]:
    titles: list[Sequence[Placed]] = [t for flow in _flows(reading) for t in flow.titles]
    if not titles:
        raise DoesNotApply("没有标题", "no title")
    return titles


@rule(13, "标题 2 号小标宋居中，每行至多 20 字、至多 4 行", "title 22 pt, centred, 4 lines of 20")
def title(reading: Reading) -> Iterator[Fault]:
    """7.3.1: every title of every paper; a paper of text without one is broken too."""
    for flow in _flows(reading):
        if not flow.titles and (flow.body or any(view.tables for view in flow.views)):
            first = flow.paper.views[0]
            yield fault("没有 2 号标题。", "There is no title of 22 pt.", page=first.page,
                        box=first.area, wanted="22 pt")  # fmt: skip
        for lines in flow.titles:
            yield from _of_lines(lines, _faults(reading, lines), 13)
            for placed in lines:
                yield from _line(placed)


def _line(placed: Placed) -> Iterator[Fault]:
    line, view = placed.line, placed.view
    if abs(line.size - gb.TITLE_PT) > SIZE_TOLERANCE_PT:
        yield fault("标题应为 2 号（22 磅）。", "The title is set in 22 pt.", page=view.page,
                    box=line.ink, found=f"{line.size:g} pt", wanted="22 pt")  # fmt: skip
    fonts = wide_fonts(line)
    right = sum(serves(font, "xiaobiaosong") for font in fonts)
    if right * 2 < len(fonts):
        yield fault("标题应用小标宋体。", "The title is set in 小标宋.", page=view.page,
                    box=line.ink, found=fonts[0], wanted="小标宋")  # fmt: skip
    off = line.middle - view.area.middle
    if abs(off) > gb.TITLE_CENTRE_TOLERANCE_MM:
        yield fault("标题没有居中。", "The title is not centred.", page=view.page, box=line.ink,
                    found=f"{off:+.1f} mm", wanted="0±1 mm")  # fmt: skip


def _faults(reading: Reading, lines: Sequence[Placed]) -> tuple[TitleFault, ...]:
    return title_faults([placed.text for placed in lines], reading.hints.keep)


def _of_lines(
    lines: Sequence[Placed], faults: Sequence[TitleFault], number: int
) -> Iterator[Fault]:
    for one in faults:
        if one.rule == number:
            placed = lines[max(one.line - 1, 0)]
            yield fault(one.text.zh, one.text.en, page=placed.view.page, box=placed.line.ink,
                        found=one.found, wanted=_WANTED[number])  # fmt: skip


_WANTED = {13: "4 x 20", 14: "▽ △ ◇", 15: "《》, 1234"}


@rule(14, "标题排成梯形或菱形", "title lines form a trapezium or a diamond")
def shape(reading: Reading) -> Iterator[Fault]:
    """Titles of several lines."""
    titles = [lines for lines in _titles(reading) if len(lines) > 1]
    if not titles:
        raise DoesNotApply("标题都只有一行", "every title is one line")
    for lines in titles:
        yield from _of_lines(lines, _faults(reading, lines), 14)


@rule(15, "标题不拆书名号、名称和数字", "no title breaks 《》, a name or a number")
def breaks(reading: Reading) -> Iterator[Fault]:
    """Titles of several lines; names are known from `LayoutHints.keep`."""
    titles = [lines for lines in _titles(reading) if len(lines) > 1]
    if not titles:
        raise DoesNotApply("标题都只有一行", "every title is one line")
    for lines in titles:
        yield from _of_lines(lines, _faults(reading, lines), 15)
