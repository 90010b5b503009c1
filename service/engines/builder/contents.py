"""Engines: a table of contents without rules: number, title with dot leaders, page."""

from __future__ import annotations

from itertools import pairwise

from service.core import gbt9704 as gb
from service.core.layout.blocks import Contents
from service.core.layout.words import Loop
from service.engines.builder.body import Body, Place
from service.engines.builder.pen import Pen
from service.engines.builder.tables import looped, row_properties, write_table
from service.engines.builder.xml import Element, el, properties_of, val

_EDGES_MM = (14.0, 142.0, 156.0)


def contents(body: Body, block: Contents, place: Place) -> None:
    """A table of contents without rules: number, title with dot leaders, page."""
    pen = body.pen
    edges = [0, *(gb.twips(mm) for mm in _EDGES_MM)]
    widths = [right - left for left, right in pairwise(edges)]
    heads = pen.either("序号\t材料名称\t页码", "No.\tPaper\tPage").split("\t")
    head = [_plain_line(pen, "contents_head", text, at) for at, text in enumerate(heads)]
    leader = el("w:tab", {"w:val": "right", "w:leader": "dot", "w:pos": widths[1]})
    parts = [pen.say(block.number), f"{pen.say(block.title)}\t", pen.say(block.page)]
    line = [_plain_line(pen, "contents_line", text, at) for at, text in enumerate(parts)]
    properties_of(line[1]).insert_element_before(el("w:tabs", None, leader), "w:jc")
    rows = [
        _contents_row(head, widths, head=True),
        *looped(Loop(rows=block.rows, row=block.row), [_contents_row(line, widths)], 3),
    ]
    write_table(body, edges, rows, ruled=False)


def _plain_line(pen: Pen, style: str, text: str, at: int) -> Element:
    side = "right" if at == 2 else "left"
    return pen.paragraph(style, text, properties=(val("w:jc", side),))


def _contents_row(lines: list[Element], widths: list[int], *, head: bool = False) -> Element:
    cells = [
        el("w:tc", None,
           el("w:tcPr", None, el("w:tcW", {"w:w": width, "w:type": "dxa"}),
              val("w:vAlign", "bottom" if at else "top")), line)
        for at, (line, width) in enumerate(zip(lines, widths, strict=True))
    ]  # fmt: skip
    return el("w:tr", None, row_properties(whole=True, height=None, head=head), *cells)
