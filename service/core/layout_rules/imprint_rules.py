"""Core, layout rule 31: the imprint (版记) at the foot of the last page."""

from __future__ import annotations

from collections.abc import Iterator

from service.core import gbt9704 as gb
from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import View
from service.core.sheet import Line, Rule

NEAR_MM = 12.0  # a line of the imprint lies no further from its text than this


@rule(
    31,
    "版记末条线与版心下边缘重合，线粗 1.0/0.7 磅，抄送用句号",
    "imprint: foot line, strokes, 抄送 ends 。",
)
def imprint(reading: Reading) -> Iterator[Fault]:
    """7.4."""
    found = [
        (flow, view, flow.imprint(view))
        for flow in reading.flows
        for view in flow.views
        if flow.imprint(view)
    ]
    if not found:
        raise DoesNotApply("没有版记", "no imprint")
    for flow, view, lines in found:
        yield from _last_page(flow, view, lines)
        yield from _lines(view, lines)
        yield from _copies(view, lines)


def _last_page(flow: Flow, view: View, lines: tuple[Line, ...]) -> Iterator[Fault]:
    if view is not flow.paper.views[-1]:
        yield fault("版记在最后一面。", "The imprint stands on the last page.", page=view.page,
                    box=lines[0].ink)  # fmt: skip


def _rules(view: View, lines: tuple[Line, ...]) -> list[Rule]:
    """The imprint's own lines, from the top."""
    top, bottom = lines[0].ink.top - NEAR_MM, lines[-1].ink.bottom + NEAR_MM
    return [r for r in view.loose_rules if not r.red and top <= r.box.centre <= bottom]


def _lines(view: View, lines: tuple[Line, ...]) -> Iterator[Fault]:
    rules = _rules(view, lines)
    if len(rules) < 2:
        yield fault("版记首末应有分隔线。", "The imprint has a line above and below.",
                    page=view.page, box=lines[0].ink, found=str(len(rules)),
                    wanted=">=2")  # fmt: skip
        return
    foot = rules[-1].box.bottom - view.area.bottom
    if abs(foot) > gb.IMPRINT_FOOT_TOLERANCE_MM:
        yield fault("版记末条线应与版心下边缘重合。",
                    "The imprint's last line lies on the foot of the type area.",
                    page=view.page, box=rules[-1].box, found=f"{foot:+.1f} mm",
                    wanted="0±1 mm")  # fmt: skip
    for at, one in enumerate(rules):
        outer = at in {0, len(rules) - 1}
        wanted = gb.IMPRINT_THICK_PT if outer else gb.IMPRINT_THIN_PT
        if abs(one.stroke - wanted) > gb.IMPRINT_STROKE_TOLERANCE_PT:
            yield fault("版记分隔线粗细不对。", "The imprint's line has the wrong thickness.",
                        page=view.page, box=one.box, found=f"{one.stroke:.2f} pt",
                        wanted=f"{wanted:g} pt")  # fmt: skip
        if abs(one.box.width - gb.IMPRINT_LINE_WIDTH_MM) > gb.TOLERANCE_MM:
            yield fault("版记分隔线与版心等宽。", "The imprint's lines are 156 mm wide.",
                        page=view.page, box=one.box, found=f"{one.box.width:.1f} mm",
                        wanted="156±0.5 mm")  # fmt: skip


def _copies(view: View, lines: tuple[Line, ...]) -> Iterator[Fault]:
    """抄送, which may wrap, ends with a full stop."""
    text, open_at = "", None
    for line in lines:
        if line.text.startswith(("抄送：", "抄送:")):
            text, open_at = line.text, line
        elif open_at is not None and not line.text.endswith("印发"):
            text += line.text
    if open_at is not None and not text.endswith("。"):
        yield fault("抄送机关后标句号。", "The list of copies ends with 。.", page=view.page,
                    box=open_at.ink, found=text[-1], wanted="。")  # fmt: skip
