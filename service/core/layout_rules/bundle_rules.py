"""Core, layout rules 38 and 39: numbers of a joined file, and where its stamps stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.core import gbt9704 as gb
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.views import ROMAN, Kind, View
from service.core.sheet import Bookmark, Box, around

CONTENTS = re.compile(r"^(?:目录|contents|tableofcontents)", re.IGNORECASE)
OUTER_MM = 45.0  # the corner: no further from the outer and the upper edge than this
UPPER_MM = 32.0


def _bundle(reading: Reading) -> None:
    if not reading.bundle:
        raise DoesNotApply("不是合并的材料包", "not a joined bundle")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the contents: what it says, its number, where it stands."""

    text: str
    number: str
    view: View
    box: Box


@rule(
    38,
    "目录页码＝盖印页码＝页标签＝书签，双面印的材料从单页起",
    "contents = stamp = label = bookmark",
)
def numbers(reading: Reading) -> Iterator[Fault]:
    """Of every part; inserted blanks bear nothing."""
    _bundle(reading)
    listed = entries(reading)
    contents = _contents(reading)
    if contents and not listed:
        yield fault("目录里没有页码。", "The contents bear no page numbers.", page=contents.page,
                    box=contents.area, found="", wanted="1, 2, 3")  # fmt: skip
    for mark in reading.sheet.outline:
        if mark.level == 1 and 0 <= mark.page < len(reading.views):
            yield from _part(reading.views[mark.page], mark, listed)
    for view in reading.views:
        yield from _page(view)
    yield from _labels(reading)


def _contents(reading: Reading) -> View | None:
    """The first page of the contents."""
    for view in reading.views:
        if view.kind is Kind.FRONT and any(CONTENTS.match(line.text) for line in view.prose):
            return view
    return None


def entries(reading: Reading) -> list[Entry]:
    """The contents, entry by entry; a title that wraps is put together."""
    out: list[Entry] = []
    start = _contents(reading)
    first = start.page.index if start else len(reading.views)
    for view in (v for v in reading.views[first:] if ROMAN.fullmatch(v.page.label)):
        lines = view.prose
        rows = [cell.lines for t in view.tables for r in range(t.row_count) for cell in t.row(r)]
        flat = [*lines, *(line for row in rows for line in row)]
        text = ""
        for line in sorted(flat, key=lambda line: (round(line.baseline), line.x)):
            text += line.text
            number = re.search(r"(\d+)$", line.text)
            if number and line.end > view.area.middle + 30:
                out.append(Entry(text=_plain(text), number=number[1], view=view, box=line.ink))
                text = ""
    return out


def _plain(text: str) -> str:
    return re.sub(r"[\s.．…·⋯。、，]+", "", text).lower()


def _part(view: View, mark: Bookmark, listed: list[Entry]) -> Iterator[Fault]:
    label = view.page.label
    if ROMAN.fullmatch(label):
        return
    found = [entry for entry in listed if _plain(mark.title) in entry.text]
    if listed and not found:
        yield fault("目录里没有这份材料。", "The contents do not list this part.", page=view.page,
                    box=view.area, found="", wanted=f"{mark.title} {label}")  # fmt: skip
    if found and not any(entry.number == label for entry in found):
        entry = found[0]
        yield fault("目录页码与页标签不一致。", "The contents and the page label differ.",
                    page=entry.view.page, box=entry.box, found=entry.number,
                    wanted=label)  # fmt: skip


def _page(view: View) -> Iterator[Fault]:
    label = view.page.label
    if view.kind is Kind.BLANK and view.stamp:
        yield fault("插入的空白页不印任何内容。", "An inserted blank bears nothing.",
                    page=view.page, box=view.stamp.ink, found=view.stamp.text,
                    wanted="")  # fmt: skip
    elif view.stamp and view.stamp.text != label:
        yield fault("盖印页码与页标签不一致。", "The stamped number and the page label differ.",
                    page=view.page, box=view.stamp.ink, found=view.stamp.text,
                    wanted=label)  # fmt: skip


def _labels(reading: Reading) -> Iterator[Fault]:
    """Duplex parts begin on odd pages, and stamps are on every numbered page or on none."""
    for paper in reading.papers:
        first = paper.views[0]
        label = first.page.label
        if first.number == 1 and label.isdigit() and int(label) % 2 == 0:
            yield fault("双面印的材料应从单页开始。", "A duplex part begins on an odd page.",
                        page=first.page, box=first.area, found=label, wanted="1, 3, 5")  # fmt: skip
    numbered = [v for v in reading.views if v.page.label.isdigit() and v.kind is not Kind.BLANK]
    stamped = [v for v in numbered if v.stamp]
    if stamped and len(stamped) < len(numbered):
        bare = next(view for view in numbered if not view.stamp)
        yield fault("这一页没有盖印页码。", "This page bears no stamped number.", page=bare.page,
                    box=bare.area, wanted=bare.page.label)  # fmt: skip


@rule(
    39,
    "盖印在上方外侧角，距其他墨迹至少 3 毫米；归档章只在归档时用",
    "stamp: outer corner, 3 mm clear",
)
def stamps(reading: Reading) -> Iterator[Fault]:
    """Every stamped page, uploads too."""
    _bundle(reading)
    archive = [(v, box) for v in reading.views for box in _archive_stamps(v)]
    for view, box in archive:
        if not reading.hints.archive:
            yield fault("归档章只在归档时加盖。", "The archive stamp belongs in the archive only.",
                        page=view.page, box=box, found="45x16 mm", wanted="-")  # fmt: skip
    stamped = [view for view in reading.views if view.stamp]
    if not stamped and not archive:
        raise DoesNotApply("没有盖印页码", "no stamped numbers")
    for view in stamped:
        yield from _corner(view)
        yield from _clear(view)


def _archive_stamps(view: View) -> list[Box]:
    reds = [one.box for one in view.page.rules if one.red and one.box.top < gb.TOP_MM]
    if len(reds) < 4:
        return []
    box = around(reds)
    wide = abs(box.width - gb.ARCHIVE_STAMP_WIDTH_MM) < 1
    return [box] if wide and abs(box.height - gb.ARCHIVE_STAMP_HEIGHT_MM) < 1 else []


def _corner(view: View) -> Iterator[Fault]:
    """The upper outer corner of the sheet as it is bound, seen on the page as shown."""
    if view.stamp is None or not view.page.label.isdigit():
        return
    odd = int(view.page.label) % 2 == 1
    box, page = view.stamp.ink, view.page
    if page.rotation == 90:
        outer = page.height - box.bottom if odd else box.top
        upper = page.width - box.right
    elif page.rotation == 270:
        outer = box.top if odd else page.height - box.bottom
        upper = box.left
    else:
        outer = page.width - box.right if odd else box.left
        upper = box.top
    if outer > OUTER_MM or upper > UPPER_MM:
        yield fault("盖印页码应在上方外侧角。", "The stamp stands at the upper outer corner.",
                    page=page, box=box, found=f"{outer:.0f}, {upper:.0f} mm",
                    wanted=f"<{OUTER_MM:.0f}, <{UPPER_MM:.0f} mm")  # fmt: skip


def _clear(view: View) -> Iterator[Fault]:
    if view.stamp is None or view.kind is Kind.SCAN:
        return
    own, box = set(view.stamp.chars), view.stamp.ink
    others = [char.ink for char in view.page.chars if char not in own]
    others += [one.box for one in view.page.rules if not one.white]
    near = min((box.gap(other) for other in others), default=gb.STAMP_CLEAR_MM)
    if near < gb.STAMP_CLEAR_MM:
        yield fault("盖印页码与其他内容靠得太近。", "The stamp is too near to other ink.",
                    page=view.page, box=box, found=f"{near:.1f} mm", wanted=">=3 mm")  # fmt: skip
