"""Engine room, sheets: the last sheet of a roster template, which says how to fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from service.engines.sheets.pen import (
    BOX,
    GRID,
    HEADING,
    MIDDLE,
    Pen,
    Style,
    set_page,
    set_widths,
    text_width,
)
from service.errors import Lang, Text

_WIDTHS = (16, 24, 9, 52, 30)
_WIDE = sum(_WIDTHS)
_RULES = (
    Text(
        "每人一行，从第 2 行填起；第 1 行的列名不要改，带 * 的列必须填。",
        "One row for each person, from row 2 on; leave the headings of row 1 as they are, and fill "
        "in every column marked *.",
    ),
    Text(
        "不用的列可以空着或删去，列的先后可以调换；可以从别处复制，粘贴时选“只粘贴数值”。",
        "Columns that are not needed may stay empty or go, and their order does not matter; paste "
        "values only.",
    ),
    Text(
        "日期写成 2014-03-06 或 2014年3月6日，年月写成 1985-03（1985.1 分不清 1 月和 10 月）。",
        "Dates are written 2014-03-06, months 1985-03 (1985.1 may be January or October).",
    ),
    Text(
        "姓名相同的人，部门要不同；同一部门有同名的人，请在部门里写明区别。",
        "People of the same name need different departments; within one department say there how "
        "to tell them apart.",
    ),
    Text(
        "空行、合计行、说明行会跳过，不生成文书。",
        "Empty rows, totals and remarks are skipped; no form is made of them.",
    ),
)
_BLANK = Text(
    "本人要写的内容不在名册里填：生成的表留出空栏，由本人填写或手写，清点时记作“未填写”。",
    "What members write themselves is not asked here: their forms come out with ruled empty boxes, "
    "counted as not filled in.",
)
_OWN = Text(
    "如果已有本人写好的内容，也可以写在这个文件里（写了一部分的人，其余必填的也要写全）：",
    "A member's own words may stand in this file where they are at hand (whoever has some of them "
    "needs all that must be filled in):",
)
_OWN_COLUMNS = Text("　• 在名册上加列：{columns}。", "  • more columns of the roster: {columns}.")
_OWN_SHEET = Text(
    "　• 另加工作表“{name}”，列为：成员编号或姓名、{columns}。",
    "  • a sheet “{name}” with the columns: Member number or Name, {columns}.",
)
_EDGE, _NONE = GRID.left, Side()
_HEADS = (
    Text("工作表", "Sheet"),
    Text("列", "Column"),
    Text("必填", "Needed"),
    Text("说明", "What to write"),
    Text("可选内容", "Choices"),
)


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What the last sheet says.

    Attributes:
        title: of the kind.
        rows: sheet, heading, whether needed, help, choices; of each column.
        own_columns: headings of a member's own words that are one cell.
        own_sheets: tables of a member's own words: sheet name and headings.
    """

    title: str
    rows: tuple[tuple[str, str, bool, str, tuple[str, ...]], ...]
    own_columns: tuple[str, ...]
    own_sheets: tuple[tuple[str, tuple[str, ...]], ...]


def write_guide(sheet: Worksheet, pen: Pen, guide: Guide) -> Mapping[tuple[str, ...], str]:
    """Writes the sheet; returns where each list of choices stands, for drop-downs."""
    zh = pen.lang == "zh"
    title = f"{guide.title}名册填写说明" if zh else f"How to fill in the roster: {guide.title}"
    pen.text(sheet, 1, 1, title, style=Style(bold=True, size=14, wrap=False))
    sheet.row_dimensions[1].height = 28
    row = 2
    for text in _sentences(guide, zh=zh):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_WIDTHS))
        pen.text(sheet, row, 1, text)
        sheet.row_dimensions[row].height = 16 * (1 + int(text_width(text) // (_WIDE * 0.95)))
        row += 1
    places: dict[tuple[str, ...], str] = {}
    row += 1
    top = row
    for column, head in enumerate(_HEADS, 1):
        pen.text(sheet, row, column, head.of(pen.lang), style=HEADING)
    for name, label, needed, said, options in guide.rows:
        row += 1
        cells = (name, label, "*" if needed else "", said, options[0] if options else "")
        for column, text in enumerate(cells, 1):
            pen.text(sheet, row, column, text, style=MIDDLE if column == 3 else BOX)
        if options:
            row = _write_options(sheet, pen, row, options, places)
        else:
            lines = 1 + int(text_width(said) // (_WIDTHS[3] * 0.95))
            sheet.row_dimensions[row].height = max(18, 15 * lines + 3)
    set_widths(sheet, _WIDTHS)
    set_page(sheet, lang=pen.lang, title_rows=f"{top}:{top}")
    return places


def _sentences(guide: Guide, *, zh: bool) -> Sequence[str]:
    """The rules, numbered; below the last one what else may stand in the file."""
    lang: Lang = "zh" if zh else "en"
    own = guide.own_columns or guide.own_sheets
    rules = [*_RULES, *([_BLANK, _OWN] if own else [])]
    said = [f"{number}. {rule.of(lang)}" for number, rule in enumerate(rules, 1)]
    mark = "、" if zh else ", "
    if guide.own_columns:
        said.append(_OWN_COLUMNS.of(lang).format(columns=mark.join(guide.own_columns)))
    for name, columns in guide.own_sheets:
        said.append(_OWN_SHEET.of(lang).format(name=name, columns=mark.join(columns)))
    return said


def _write_options(
    sheet: Worksheet,
    pen: Pen,
    row: int,
    options: tuple[str, ...],
    places: dict[tuple[str, ...], str],
) -> int:
    """Choices one under the other, where a drop-down can point at them; the last row."""
    last = row + len(options) - 1
    for number, option in enumerate(options):
        line = row + number
        pen.text(sheet, line, 5, option, style=BOX)
        sheet.row_dimensions[line].height = 18
        for column in range(1, 5):
            # One box without merged cells: those are filled downwards where a roster is read.
            top, bottom = (_EDGE if line == row else _NONE), (_EDGE if line == last else _NONE)
            sheet.cell(line, column).border = Border(_EDGE, _EDGE, top, bottom)
    places[options] = f"$E${row}:$E${last}"
    return last
