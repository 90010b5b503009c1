"""Core, layout rule 36: the ledger on a sheet turned on its side."""

from __future__ import annotations

from collections.abc import Iterator

from service.core import gbt9704 as gb
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import Kind, View
from service.core.sheet import around

PLACE_TOLERANCE_MM = 1.5


@rule(
    36,
    "横排台账 225 毫米宽，/Rotate 90，页码在竖排页脚处",
    "ledger 225 mm, /Rotate 90, number at foot",
)
def ledger(reading: Reading) -> Iterator[Fault]:
    """Chapter 8 of the standard; the turn of the page is asked of bundles only.

    The head of the table lies towards the left of the portrait sheet, so the portrait sheet's
    foot is the left of the page as it is shown, and its number reads downwards there.
    """
    views = [v for paper in reading.papers for v in paper.views if v.kind is Kind.LANDSCAPE]
    if not views:
        raise DoesNotApply("没有横排页", "no landscape page")
    for view in views:
        yield from _turned(view, bundle=reading.bundle)
        yield from _wide(view)
        yield from _number(view)


def _turned(view: View, *, bundle: bool) -> Iterator[Fault]:
    if view.page.rotation == 270 or (bundle and view.page.rotation != 90):
        yield fault("横排页应为竖放纸张加 /Rotate 90，表头朝订口一侧。",
                    "A landscape page is a portrait sheet with /Rotate 90.", page=view.page,
                    found=str(view.page.rotation), wanted="90")  # fmt: skip


def _wide(view: View) -> Iterator[Fault]:
    for table in view.tables:
        if abs(table.box.width - gb.LEDGER_WIDTH_MM) > gb.TABLE_WIDTH_TOLERANCE_MM:
            yield fault("横排台账应宽 225 毫米。", "The ledger is 225 mm wide.", page=view.page,
                        box=table.box, found=f"{table.box.width:.1f} mm",
                        wanted="225±0.5 mm")  # fmt: skip


def _number(view: View) -> Iterator[Fault]:
    if not view.foot:
        yield fault("横排页没有页码。", "The landscape page has no number.", page=view.page,
                    wanted="— n —")  # fmt: skip
        return
    box = around(char.ink for char in view.foot)
    if any(char.angle != 90 for char in view.foot):
        yield fault("页码应随竖放纸张的方向。", "The number reads as on a portrait sheet.",
                    page=view.page, box=box, wanted="90")  # fmt: skip
        return
    wanted = gb.BOTTOM_MM - gb.PAGE_NUMBER_BELOW_MM
    if abs(box.middle - wanted) > PLACE_TOLERANCE_MM:
        yield fault("页码的一字线距纸张下边 28 毫米。", "The dash stands 28 mm above the edge.",
                    page=view.page, box=box, found=f"{box.middle:.1f} mm",
                    wanted=f"{wanted:g}±1.5 mm")  # fmt: skip
    yield from _side(view)


def _side(view: View) -> Iterator[Fault]:
    """One character in from the outer edge of the portrait type area."""
    box = around(char.ink for char in view.foot)
    inset = gb.millimetres(gb.PAGE_NUMBER_INDENT_PT)
    outer = gb.OUTER_MM + inset
    found = view.page.height - box.bottom if view.odd else box.top
    if abs(found - outer) > 2 * PLACE_TOLERANCE_MM:
        yield fault("页码应在竖放纸张的外侧空一字。",
                    "The number stands one character in from the sheet's outer side.",
                    page=view.page, box=box, found=f"{found:.1f} mm",
                    wanted=f"{outer:.1f} mm")  # fmt: skip
