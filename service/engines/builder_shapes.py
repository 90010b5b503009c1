"""Engines: the few drawings of a template: imprint rules, and the box of a turned page number."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.core import gbt9704 as gb
from service.engines.builder_xml import Element

_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    f' xmlns:wps="{_SHAPE}" {nsdecls("w", "wp", "a")}'
)
_BOX_DEPTH_MM = 8.0
_NUMBER_FROM_EDGE_MM = gb.BOTTOM_MM - gb.PAGE_NUMBER_BELOW_MM  # dash centre over the paper's edge


def rule_shape(thick_mm: float, number: int, colour: str = gb.BLACK) -> Element:
    """A filled bar over the type area's width, standing in the line like a character.

    A paragraph's border would do, but LibreOffice 7.4 takes a framed paragraph out of its frame
    where its borders differ from its neighbours' (tried).

    Args:
        thick_mm: mm.
        number: unique in the file.
        colour: RRGGBB.
    """
    width, height = gb.emu(gb.TYPE_WIDTH_MM), gb.emu(thick_mm)
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    return _choice(
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="rule {number}"/>'
        "<wp:cNvGraphicFramePr/>",
        f"<wps:cNvSpPr/><wps:spPr>{_rectangle(width, height)}{fill}<a:ln><a:noFill/></a:ln>"
        "</wps:spPr><wps:bodyPr/>",
        "</wp:inline>",
    )


def number_box(number: int, content: Element) -> Element:
    """A text box over the height of a landscape page's type area at its left, turned clockwise.

    The page is bound with its top at the portrait page's left, so that the portrait foot is its
    left edge (chapter 8).
    """
    width, height = gb.emu(_BOX_DEPTH_MM), gb.emu(gb.LANDSCAPE_TYPE_HEIGHT_MM)
    left = gb.emu(_NUMBER_FROM_EDGE_MM - _BOX_DEPTH_MM / 2)
    box = _choice(
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" behindDoc="0"'
        f' relativeHeight="{number}" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="page">'
        f"<wp:posOffset>{gb.emu(gb.LANDSCAPE_TOP_MM)}</wp:posOffset></wp:positionV>"
        f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:wrapNone/><wp:docPr id="{number}" name="page number {number}"/>'
        "<wp:cNvGraphicFramePr/>",
        f'<wps:cNvSpPr txBox="1"/><wps:spPr>{_rectangle(width, height)}<a:noFill/>'
        "<a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx><w:txbxContent/></wps:txbx>"
        '<wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
        "<a:noAutofit/></wps:bodyPr>",
        "</wp:anchor>",
    )
    box.xpath(".//*[local-name()='txbxContent']")[0].append(content)
    return box


def _rectangle(width: int, height: int) -> str:
    return (
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _choice(place: str, shape: str, end: str) -> Element:
    return parse_xml(
        f'<mc:AlternateContent {_NAMESPACES}><mc:Choice Requires="wps"><w:drawing>{place}'
        f'<a:graphic><a:graphicData uri="{_SHAPE}"><wps:wsp>{shape}</wps:wsp></a:graphicData>'
        f"</a:graphic>{end}</w:drawing></mc:Choice></mc:AlternateContent>"
    )
