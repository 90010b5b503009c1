"""Engines: paper, margins and page numbers: `w:sectPr`, footers, the landscape page's header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.core import gbt9704 as gb
from service.engines.builder.pen import Pen
from service.engines.builder.shapes import number_box
from service.engines.builder.xml import Element, el, indent, val

Orientation = Literal["portrait", "landscape"]


@dataclass(frozen=True, kw_only=True)
class Running:
    """Relationship ids of the footers and headers, "" where a template has none."""

    odd_footer: str = ""
    even_footer: str = ""
    odd_header: str = ""
    even_header: str = ""
    empty_footer: str = ""
    empty_header: str = ""


def section(orientation: Orientation, running: Running) -> Element:
    """`w:sectPr`: A4 with the standard's margins; page numbers run on."""
    upright = orientation == "portrait"
    footers = (running.odd_footer, running.even_footer)
    headers = (running.empty_header, running.empty_header)
    if not upright:
        footers = (running.empty_footer, running.empty_footer)
        headers = (running.odd_header, running.even_header)
    references = [*_references("header", headers), *_references("footer", footers)]
    return el("w:sectPr", None, *references, val("w:type", "nextPage"), *_paper(upright))


def _references(kind: str, ids: tuple[str, str]) -> list[Element]:
    return [
        el(f"w:{kind}Reference", {"w:type": place, "r:id": one})
        for place, one in zip(("default", "even"), ids, strict=True)
        if one
    ]


def _paper(upright: bool) -> list[Element]:
    if upright:
        size: dict[str, int | str] = {"w:w": gb.PAGE_WIDTH_TW, "w:h": gb.PAGE_HEIGHT_TW}
        edges = (gb.TOP_TW, gb.OUTER_TW, gb.BOTTOM_TW, gb.BINDING_TW)
    else:
        size = {"w:w": gb.PAGE_HEIGHT_TW, "w:h": gb.PAGE_WIDTH_TW, "w:orient": "landscape"}
        side = gb.LANDSCAPE_SIDE_TW
        edges = (gb.LANDSCAPE_TOP_TW, side, gb.LANDSCAPE_BOTTOM_TW, side)
    names = ("w:top", "w:right", "w:bottom", "w:left")
    margins: dict[str, int | str] = dict(zip(names, edges, strict=True))
    margins |= {"w:header": gb.HEADER_TW, "w:footer": gb.FOOTER_TW, "w:gutter": 0}
    grid = {"w:type": "lines", "w:linePitch": gb.LINE_PITCH_TW}
    return [el("w:pgSz", size), el("w:pgMar", margins), el("w:docGrid", grid)]


def number_paragraph(pen: Pen, *, odd: bool) -> Element:
    """`— n —`, 4号宋体; odd pages right, even pages left, in by one character (7.5)."""
    dash = gb.PAGE_NUMBER_DASH
    side = gb.PAGE_NUMBER_INDENT_TW
    ind = indent(right=side) if odd else indent(left=side)
    parts = [
        pen.run(f"{dash} "),
        _field("begin"),
        el("w:r", None, _instruction()),
        _field("separate"),
        pen.run("1"),
        _field("end"),
        pen.run(f" {dash}"),
    ]
    return pen.paragraph("page_number", *parts,
                         properties=[val("w:jc", "right" if odd else "left"), ind])  # fmt: skip


def _field(kind: str) -> Element:
    return el("w:r", None, el("w:fldChar", {"w:fldCharType": kind}))


def _instruction() -> Element:
    made = el("w:instrText", {"xml:space": "preserve"})
    made.text = " PAGE "
    return made


def footer(pen: Pen, *, odd: bool | None) -> Element:
    """`w:ftr`; None is an empty one, for landscape pages."""
    content = pen.paragraph("filler") if odd is None else number_paragraph(pen, odd=odd)
    return el("w:ftr", None, content)


def landscape_header(pen: Pen, *, odd: bool | None) -> Element:
    """`w:hdr` with the page number turned by 90 degrees, at the portrait foot's place.

    What is right on an odd portrait page is the bottom of a landscape one (chapter 8).
    """
    if odd is None:
        return el("w:hdr", None, pen.paragraph("filler"))
    return el("w:hdr", None, number_box(number_paragraph(pen, odd=odd)), pen.paragraph("filler"))
