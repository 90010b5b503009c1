"""Core, layout rules 1, 2, 5, 11, 30: paper, type area, margins, fonts, page number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from service.core import gbt9704 as gb
from service.core.font_roles import roles
from service.core.layout_rules.flow import is_title
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import LONG_MM, Kind, View, continuations
from service.core.sheet import Box, Line, around

PAPER_TOLERANCE_MM = 0.5
ASCENT = 0.8  # LibreOffice puts the baseline at four fifths of an exact line (measured)
TEXT_PITCHES_PT = (gb.LINE_PITCH_PT, *(tw / 20 for tw in gb.TITLE_PITCHES_TW))
SMALL_PITCHES_PT = tuple(range(gb.TABLE_PITCH_MIN_TW // 20, gb.TABLE_PITCH_MAX_TW // 20 + 1))


@rule(1, "纸张 A4（210×297 毫米）", "paper A4 (210x297 mm)")
def paper(reading: Reading) -> Iterator[Fault]:
    """5.1: every page, blanks and scans too."""
    for view in reading.views:
        page = view.page
        sides = sorted((page.width, page.height))
        sizes = [(gb.PAGE_WIDTH_MM, gb.PAGE_HEIGHT_MM)]
        sizes += [(gb.A3_WIDTH_MM, gb.A3_HEIGHT_MM)] if reading.hints.a3 else []
        if not any(
            abs(sides[0] - short) <= PAPER_TOLERANCE_MM
            and abs(sides[1] - long) <= PAPER_TOLERANCE_MM
            for short, long in sizes
        ):
            yield fault(
                "纸张不是 A4。", "The paper is not A4.", page=page,
                found=f"{page.width:.1f}x{page.height:.1f} mm", wanted="210x297 mm",
            )  # fmt: skip


@rule(2, "除页码外都在版心内", "all ink inside the type area but the page number")
def inside(reading: Reading) -> Iterator[Fault]:
    """5.2.1: characters, lines and pictures of our own pages, 0.5 mm of tolerance."""
    views = reading.ours
    if not views:
        raise DoesNotApply("没有本系统排版的页", "no page of our own layout")
    for view in views:
        area = _area(view)
        apart = set(view.foot) | set(view.stamp.chars if view.stamp else ())
        boxes = [char.ink for char in view.page.chars if char not in apart]
        boxes += [one.box for one in view.page.rules if not one.white]
        boxes += view.page.pictures
        out = [box for box in boxes if not area.holds(box, gb.TOLERANCE_MM)]
        if out:
            over = max(_over(area, box) for box in out)
            yield fault(
                f"有 {len(out)} 处墨迹在版心外。", f"{len(out)} marks lie outside the type area.",
                page=view.page, box=around(out), found=f"{over:.1f} mm", wanted="0 mm",
            )  # fmt: skip


def _area(view: View) -> Box:
    """The type area; front matter has no side of its own, so both sides are allowed for."""
    if view.kind is Kind.FRONT:
        return Box(gb.OUTER_MM, gb.TOP_MM, gb.PAGE_WIDTH_MM - gb.OUTER_MM, view.area.bottom)
    return view.area


def _over(area: Box, box: Box) -> float:
    return max(
        area.left - box.left, box.right - area.right, area.top - box.top, box.bottom - area.bottom
    )


@rule(5, "订口 28±1 毫米（单页左、双页右），天头 37±1 毫米", "binding 28±1 mm, top 37±1 mm")
def margins(reading: Reading) -> Iterator[Fault]:
    """5.2.1: from flush lines and tables; from the first line of pages that begin with text."""
    measured = False
    for paper in reading.papers:
        for view in paper.views:
            if view.kind is not Kind.TEXT:
                continue
            for found in (_binding(view), _top(view, first=view is paper.views[0])):
                measured = measured or found is not None
                yield from found or ()
    if not measured:
        raise DoesNotApply("没有可测边距的页", "no page to measure margins on")


def _binding(view: View) -> list[Fault] | None:
    lefts = [table.box.left for table in view.tables if abs(table.box.width - 156) < 3]
    long = [line.x for line in view.prose if _running(line) and line.end - line.x > LONG_MM]
    flush = [line.x for line in continuations(view.prose) if _running(line)]
    lefts += [min(long + flush)] if long else []
    if not lefts:
        return None
    left = min(lefts)
    if not view.tables and left == min(long) and _indented(left, view):
        return None
    binding = left if view.odd else view.page.width - left - gb.TYPE_WIDTH_MM
    if abs(binding - gb.BINDING_MM) <= gb.MARGIN_TOLERANCE_MM:
        return []
    side = ("左", "left") if view.odd else ("右", "right")
    return [fault(
        f"订口（{side[0]}）不是 28±1 毫米。", f"The binding margin ({side[1]}) is not 28±1 mm.",
        page=view.page, box=Box(left, gb.TOP_MM, left, gb.TOP_MM),
        found=f"{binding:.1f} mm", wanted="28±1 mm",
    )]  # fmt: skip


def _running(line: Line) -> bool:
    """A line of text: no title, and no imprint, which stands one character in."""
    return not is_title(line) and abs(line.size - gb.IMPRINT_PT) > 1


def _indented(left: float, view: View) -> bool:
    """Whether all long lines of a page are the first of their paragraphs."""
    return abs(left - view.area.left - gb.millimetres(gb.INDENT_PT)) < 1.5


def _top(view: View, *, first: bool) -> list[Fault] | None:
    """Top margin by the first line; a page that begins lower for a reason is only held upwards."""
    if view.tables and (not view.prose or view.tables[0].box.top < view.prose[0].baseline):
        tops = [view.tables[0].box.top]
    elif view.prose:
        line = view.prose[0]
        pitches = TEXT_PITCHES_PT if line.size > 15 else SMALL_PITCHES_PT
        tops = [line.baseline - gb.millimetres(ASCENT * pitch) for pitch in pitches]
    else:
        return None
    best = min(tops, key=lambda top: abs(top - gb.TOP_MM))
    low = best > gb.TOP_MM + gb.MARGIN_TOLERANCE_MM
    if abs(best - gb.TOP_MM) <= gb.MARGIN_TOLERANCE_MM or (low and (first or _begins(view))):
        return []
    return [fault(
        "天头不是 37±1 毫米。", "The top margin is not 37±1 mm.",
        page=view.page, box=Box(view.area.left, best, view.area.left, best),
        found=f"{best:.1f} mm", wanted="37±1 mm",
    )]  # fmt: skip


def _begins(view: View) -> bool:
    """Whether the page begins with something that may stand lower: title, red head, small type."""
    first = view.prose[0] if view.prose else None
    return first is None or abs(first.size - gb.BODY_PT) > 1.1


@rule(11, "字体全部嵌入，替代字体在册，无 DejaVu", "fonts embedded, known stand-ins, no DejaVu")
def fonts(reading: Reading) -> Iterator[Fault]:
    """Characters of our own pages; one fault for each font, at its first character."""
    embedded = {entry.name: entry.embedded for entry in reading.sheet.fonts}
    seen: set[str] = set()
    for view in reading.ours:
        for char in view.page.chars:
            if char.font in seen:
                continue
            seen.add(char.font)
            if not roles(char.font):
                yield fault(
                    "字体不在替代字体表内，请检查字体安装（gongwen doctor）。",
                    "The font is none of the known stand-ins; see gongwen doctor.",
                    page=view.page, box=char.ink, found=char.font, wanted="gongwen doctor",
                )  # fmt: skip
            elif not embedded.get(char.font, False):
                yield fault(
                    "字体没有嵌入文件。", "The font is not embedded.",
                    page=view.page, box=char.ink, found=char.font, wanted="embedded",
                )  # fmt: skip
    if not seen:
        raise DoesNotApply("没有本系统排版的文字", "no text of our own layout")


@rule(30, "页码：— n —，4 号，版心下 7 毫米，单右双左空一字", "page number: place, size, side")
def page_number(reading: Reading) -> Iterator[Fault]:
    """7.5: every upright page of a paper; landscape pages are rule 36."""
    views = [v for paper in reading.papers for v in paper.views if v.kind is Kind.TEXT]
    if not views:
        raise DoesNotApply("没有需要页码的页", "no page that needs a number")
    for view in views:
        yield from _number(view)
    for paper in reading.papers:
        yield from _order(paper.views)
    for view in reading.views:
        if view.kind is Kind.BLANK and view.foot:
            yield fault("空白页不印页码。", "A blank page bears no number.", page=view.page)


def _order(views: tuple[View, ...]) -> Iterator[Fault]:
    numbers = [(view, view.number) for view in views if view.number is not None]
    for (before, last), (view, number) in pairwise(numbers):
        wanted = (last or 0) + view.page.index - before.page.index
        if number != wanted:
            yield fault(
                "页码不连续。", "The page numbers do not run on.", page=view.page,
                found=str(number), wanted=str(wanted),
            )  # fmt: skip


def _number(view: View) -> Iterator[Fault]:
    if not view.foot:
        yield fault("没有页码。", "There is no page number.", page=view.page, wanted="— n —")
        return
    line = Line(chars=view.foot)
    box, area = line.ink, view.area
    if line.text != f"—{view.number}—":
        yield fault("页码左右应各有一条一字线。", "The number stands between two dashes.",
                    page=view.page, box=box, found=line.text,
                    wanted=f"— {view.number} —")  # fmt: skip
    if abs(line.size - gb.PAGE_NUMBER_PT) > 0.3:
        yield fault("页码应为 4 号（14 磅）。", "The page number is set in 14 pt.",
                    page=view.page, box=box, found=f"{line.size:g} pt", wanted="14 pt")  # fmt: skip
    yield from _number_place(view, line, box, area)


def _number_place(view: View, line: Line, box: Box, area: Box) -> Iterator[Fault]:
    dashes = [char.ink.centre for char in line.chars if not char.text.isdigit()]
    centre = median(dashes) if dashes else box.centre
    below = centre - area.bottom
    if abs(below - gb.PAGE_NUMBER_BELOW_MM) > gb.PAGE_NUMBER_TOLERANCE_MM:
        yield fault(
            "页码的一字线应在版心下边缘之下 7±1 毫米。",
            "The dash stands 7±1 mm under the type area.",
            page=view.page, box=box, found=f"{below:.1f} mm", wanted="7±1 mm",
        )  # fmt: skip
    inset = area.right - line.end if view.odd else line.x - area.left
    wanted = gb.millimetres(gb.PAGE_NUMBER_INDENT_PT)
    if abs(inset - wanted) > gb.PAGE_NUMBER_TOLERANCE_MM:
        side = ("右", "right") if view.odd else ("左", "left")
        yield fault(
            f"页码应靠{side[0]}空一字。", f"The number stands one character in from the {side[1]}.",
            page=view.page, box=box, found=f"{inset:.1f} mm", wanted=f"{wanted:.1f} mm",
        )  # fmt: skip
