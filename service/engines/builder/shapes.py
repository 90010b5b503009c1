"""Engines: the few drawings of a template: imprint rules, and the cell of a turned page number."""

from __future__ import annotations

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.core import gbt9704 as gb
from service.engines.builder.xml import Element, el, val

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


def number_box(content: Element) -> Element:
    """A cell over the height of a landscape page's type area at its left, turned clockwise.

    The page is bound with its top at the portrait page's left, so that the portrait foot is its
    left edge (chapter 8). A floating table: LibreOffice 7.4 leaves the text of a drawing's text
    box at the edge of some pages (seen), never that of a cell.
    """
    width, height = gb.twips(_BOX_DEPTH_MM), gb.twips(gb.LANDSCAPE_TYPE_HEIGHT_MM)
    place = {
        "w:leftFromText": 0, "w:rightFromText": 0, "w:vertAnchor": "page", "w:horzAnchor": "page",
        "w:tblpX": gb.twips(_NUMBER_FROM_EDGE_MM - _BOX_DEPTH_MM / 2),
        "w:tblpY": gb.LANDSCAPE_TOP_TW,
    }  # fmt: skip
    wide = {"w:w": width, "w:type": "dxa"}
    none = {"w:w": 0, "w:type": "dxa"}
    sides = ("top", "left", "bottom", "right")
    properties = el(
        "w:tblPr", None, el("w:tblpPr", place), el("w:tblW", wide),
        el("w:tblLayout", {"w:type": "fixed"}),
        el("w:tblCellMar", None, *(el(f"w:{side}", none) for side in sides)),
    )  # fmt: skip
    cell = el(
        "w:tc", None,
        el("w:tcPr", None, el("w:tcW", wide), val("w:textDirection", "tbRl"),
           val("w:vAlign", "center")),
        content,
    )  # fmt: skip
    high = el("w:trPr", None, el("w:trHeight", {"w:val": height, "w:hRule": "exact"}))
    grid = el("w:tblGrid", None, el("w:gridCol", {"w:w": width}))
    return el("w:tbl", None, properties, grid, el("w:tr", None, high, cell))


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
