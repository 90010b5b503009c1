"""Engines: forms and tables: widths in mm, ruled, nothing clipped, rows whole on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import cast

from docx.oxml.ns import qn

from service.core import gbt9704 as gb
from service.core.layout.scope import condition, shown
from service.core.layout.tables import Cell, Column, Form, FormRow, Table
from service.core.layout.words import Loop
from service.engines.builder.body import Body, Place
from service.engines.builder.cells import cell_paragraph, content_of, merged
from service.engines.builder.pen import Pen
from service.engines.builder.xml import (
    Element,
    border,
    el,
    properties_of,
    tag_row,
    text_of,
    val,
)
from service.errors import Lang

_SIDE_TW = gb.twips(1.0)  # clear at the left and right of a cell's text; at least 0.8 mm
_TEXT_SIDE_TW = gb.twips(1.8)  # beside text that begins at the left: prose must not touch rules
_SMALL_SIDE_TW = gb.twips(1.3)  # the same in small tables
_ABOVE_TW = 40
_JUSTIFIED_MM = 65.0  # narrower columns are set flush left: justified, their gaps gape
_OUTER, _INNER = 8, 4  # eighths of a point
_GRID_MM = 1.0  # a form's rows have cells of many widths: the finest step of their common grid


def form(body: Body, block: Form, place: Place) -> None:
    """Rows of label and value cells."""
    edges = _edges(block.rows, body.pen.lang)
    rows: list[Element] = []
    for row in block.rows:
        if body.pen.lang in row.lang:
            made = _form_row(body.pen, row, edges, place)
            if block.keep and row is not block.rows[-1]:
                _keep_with_next(made)
            rows += _wrapped_rows(row, made, len(edges) - 1)
    write_table(body, edges, rows)


def _keep_with_next(row: Element) -> None:
    """Its paragraphs, but no tags, stay with the row after it (Word and LibreOffice read both)."""
    for paragraph in cast("list[Element]", list(row.iter(qn("w:p")))):
        if "{%p" not in text_of(paragraph):
            properties_of(paragraph).insert(1, el("w:keepNext"))


def _edges(rows: Iterable[FormRow], lang: Lang) -> list[int]:
    """Where any cell of the form begins or ends, twips from the left."""
    found = {0}
    for row in rows:
        place = 0.0
        for cell in row.cells:
            place += cell.width.of(lang)
            found.add(gb.twips(place))
    total = max(found)
    # Rows whose widths add up to nearly the same end at the same edge.
    return sorted(one for one in found if one == total or total - one > gb.twips(_GRID_MM))


def write_table(
    body: Body, edges: Sequence[int], rows: list[Element], *, ruled: bool = True
) -> None:
    """Writes a table with columns between the edges, and what keeps it from the next one."""
    widths = [right - left for left, right in pairwise(edges)]
    grid = el("w:tblGrid", None, *(el("w:gridCol", {"w:w": width}) for width in widths))
    body.add(el("w:tbl", None, _table_properties(edges[-1], ruled=ruled), grid, *rows))
    body.filler()


def _table_properties(width: int, *, ruled: bool) -> Element:
    sides = ("top", "left", "bottom", "right")
    lines = [border(side, _OUTER) for side in sides]
    lines += [border(side, _INNER) for side in ("insideH", "insideV")]
    clear = {"top": _ABOVE_TW, "left": _SIDE_TW, "bottom": _ABOVE_TW, "right": _SIDE_TW}
    if not ruled:
        lines, clear = [], dict.fromkeys(sides, 0)
    margins = [el(f"w:{side}", {"w:w": clear[side], "w:type": "dxa"}) for side in sides]
    return el(
        "w:tblPr",
        None,
        el("w:tblW", {"w:w": width, "w:type": "dxa"}),
        val("w:jc", "left"),
        el("w:tblInd", {"w:w": 0, "w:type": "dxa"}),
        *([el("w:tblBorders", None, *lines)] if lines else []),
        el("w:tblLayout", {"w:type": "fixed"}),
        el("w:tblCellMar", None, *margins),
    )


def _wrapped_rows(row: FormRow, made: Element, columns: int) -> list[Element]:
    """A row inside its loops and its condition."""
    rows = [made]
    for loop in (row.then, row.each):
        if loop is not None:
            rows = looped(loop, rows, columns)
    if row.when is not None:
        opening, closing = f"if {condition(row.when)}", "endif"
        rows = [tag_row(opening, columns), *rows, tag_row(closing, columns)]
    return rows


def looped(loop: Loop, rows: list[Element], columns: int) -> list[Element]:
    """Rows repeated for each row of a field."""
    opening = f"for {loop.row} in {loop.rows}"
    return [tag_row(opening, columns), *rows, tag_row("endfor", columns)]


def row_properties(*, whole: bool, height: float | None, head: bool = False) -> Element:
    """`w:trPr`: kept whole on a page, its least height in mm, repeated as a head."""
    parts = [el("w:cantSplit")] if whole else []
    if height is not None:
        parts.append(el("w:trHeight", {"w:val": gb.twips(height), "w:hRule": "atLeast"}))
    if head:
        parts.append(el("w:tblHeader"))
    return el("w:trPr", None, *parts)


def _form_row(pen: Pen, row: FormRow, edges: Sequence[int], place: Place) -> Element:
    cells, at, passed = [], 0, 0.0
    for cell in row.cells:
        passed += cell.width.of(pen.lang)
        end = min(range(len(edges)), key=lambda one: abs(edges[one] - gb.twips(passed)))
        cells.append(_cell(pen, cell, edges[end] - edges[at], end - at, place))
        at = end
    return el("w:tr", None, row_properties(whole=not row.split, height=row.min_height), *cells)


def _cell(pen: Pen, cell: Cell, width: int, span: int, place: Place) -> Element:
    parts = [el("w:tcW", {"w:w": width, "w:type": "dxa"}), val("w:vAlign", cell.valign)]
    if span > 1:
        parts.append(val("w:gridSpan", span))
    if cell.label is None and cell.align is None:
        parts.append(_clear_of_rules(_TEXT_SIDE_TW))
    content = content_of(pen, cell, small=False, align=cell.align)
    if cell.label is not None:
        text = merged(pen.say(cell.label)) if cell.once else pen.say(cell.label)
        content = [cell_paragraph(pen, "table_head", text, cell.align)]
    return el("w:tc", None, el("w:tcPr", None, *parts), *content)


def table(body: Body, block: Table, place: Place) -> None:
    """A head row that repeats, and a row for each row of the field."""
    pen = body.pen
    edges = [0]
    for width in (column.width.of(pen.lang) for column in block.columns):
        edges.append(edges[-1] + gb.twips(width))
    columns = len(block.columns)
    rows = [_head_row(pen, block)]
    rows += looped(Loop(rows=block.rows, row=block.row), [_body_row(pen, block)], columns)
    if block.outer is not None:
        span = [_span_row(pen, block, edges[-1])] if block.span else []
        rows = [rows[0], *looped(block.outer, [*span, *rows[1:]], columns)]
    if block.blank_rows:
        given = shown((block.outer or Loop(rows=block.rows, row=block.row)).rows, "given")
        blank = [_blank_row(pen, block) for _ in range(block.blank_rows)]
        rows += [tag_row(f"if not {given}", columns), *blank, tag_row("endif", columns)]
    write_table(body, edges, rows)


def _head_row(pen: Pen, block: Table) -> Element:
    style = "small_head" if block.small else "table_head"
    cells = [
        _plain_cell(pen, column, [cell_paragraph(pen, style, pen.say(column.head), None)])
        for column in block.columns
    ]
    return el("w:tr", None, row_properties(whole=True, height=None, head=True), *cells)


def _body_row(pen: Pen, block: Table) -> Element:
    cells = [_body_cell(pen, block, column) for column in block.columns]
    return el("w:tr", None, row_properties(whole=True, height=block.min_height), *cells)


def _body_cell(pen: Pen, block: Table, column: Column) -> Element:
    content = content_of(pen, column, small=block.small, align=_align(pen, column))
    return _plain_cell(pen, column, content, small=block.small)


def _align(pen: Pen, column: Column) -> str | None:
    narrow = column.width.of(pen.lang) < _JUSTIFIED_MM
    return column.align or ("left" if narrow else None)


def _clear_of_rules(side_tw: int) -> Element:
    wide = {"w:w": side_tw, "w:type": "dxa"}
    return el("w:tcMar", None, *(el(f"w:{side}", wide) for side in ("left", "right")))


def _blank_row(pen: Pen, block: Table) -> Element:
    style = "small_text" if block.small else "table_text"
    cells = [
        _plain_cell(pen, column, [cell_paragraph(pen, style, "", None)]) for column in block.columns
    ]
    return el("w:tr", None, row_properties(whole=True, height=block.min_height), *cells)


def _span_row(pen: Pen, block: Table, width: int) -> Element:
    style = "small_head" if block.small else "table_head"
    text = pen.say(block.span) if block.span else ""
    paragraph = pen.paragraph(style, text, properties=(val("w:jc", "left"), el("w:keepNext")))
    properties = el("w:tcPr", None, el("w:tcW", {"w:w": width, "w:type": "dxa"}),
                    val("w:gridSpan", len(block.columns)), val("w:vAlign", "center"))  # fmt: skip
    cell = el("w:tc", None, properties, paragraph)
    return el("w:tr", None, row_properties(whole=True, height=None), cell)


def _plain_cell(
    pen: Pen, column: Column, content: list[Element], *, small: bool = False
) -> Element:
    width = el("w:tcW", {"w:w": gb.twips(column.width.of(pen.lang)), "w:type": "dxa"})
    clear = [] if column.align else [_clear_of_rules(_SMALL_SIDE_TW if small else _TEXT_SIDE_TW)]
    properties = el("w:tcPr", None, width, *clear, val("w:vAlign", "center"))
    return el("w:tc", None, properties, *content)
