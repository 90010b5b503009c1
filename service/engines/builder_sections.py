"""Engines: paper, margins and page numbers: `w:sectPr`, footers, the landscape page's header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.core import gbt9704 as gb
from service.engines.builder_pen import Pen
from service.engines.builder_xml import Element, el, indent, val

Orientation = Literal["portrait", "landscape"]
_BOX_DEPTH_MM = 8.0  # of the text box that holds a landscape page's number
_NUMBER_FROM_EDGE_MM = gb.BOTTOM_MM - gb.PAGE_NUMBER_BELOW_MM  # dash centre over the paper's edge


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
    content = el("w:p") if odd is None else number_paragraph(pen, odd=odd)
    return el("w:ftr", None, content)


def landscape_header(pen: Pen, *, odd: bool | None) -> Element:
    """`w:hdr` with the page number turned by 90 degrees, at the portrait foot's place.

    The page is bound with its top at the portrait page's left, so the portrait foot is its left
    edge, and right on an odd page is its bottom (chapter 8).
    """
    if odd is None:
        return el("w:hdr", None, el("w:p"))
    box = _text_box(1 if odd else 2)
    content = box.xpath(".//*[local-name()='txbxContent']")[0]
    content.append(number_paragraph(pen, odd=odd))
    return el("w:hdr", None, el("w:p", None, el("w:r", None, box)))


def _text_box(number: int) -> Element:
    """A text box over the height of the type area at the left edge, its text turned clockwise."""
    width, height = gb.emu(_BOX_DEPTH_MM), gb.emu(gb.LANDSCAPE_TYPE_HEIGHT_MM)
    left = gb.emu(_NUMBER_FROM_EDGE_MM - _BOX_DEPTH_MM / 2)
    top = gb.emu(gb.LANDSCAPE_TOP_MM)
    return cast(
        Element,
        parse_xml(
            f"""<mc:AlternateContent
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 {nsdecls("w", "wp", "a")}><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{number}"
 behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>
<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
<wp:docPr id="{number}" name="page number {number}"/><wp:cNvGraphicFramePr/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/>
</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>
</wps:spPr><wps:txbx><w:txbxContent/></wps:txbx><wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0"
 bIns="0" anchor="ctr"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic>
</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>""".replace("\n", "")
        ),
    )
