"""Engine room, sheets: a batch's tally, to be read, printed and put beside the forms."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from service.core.tally import OUTCOMES, Outcome, RowOutcome, Tally
from service.engines.sheets.pen import (
    HEADING,
    Pen,
    Style,
    new_book,
    saved,
    set_page,
    set_widths,
    text_width,
)
from service.errors import Lang, Text

_TITLE = Text("清点表", "Tally")
_NAMES: dict[Outcome, Text] = {
    "made": Text("已生成", "Made"),
    "skipped": Text("跳过", "Skipped"),
    "failed": Text("失败", "Failed"),
    "duplicate": Text("重复", "Repeated"),
}
_FILLS: dict[Outcome, str] = {"failed": "F8D7DA", "duplicate": "FFF3CD", "skipped": "EDEDED"}
_READ = Text("名册行数", "Rows read")
_BLANK = Text("其中未填写", "Of these not filled in")
_NOT_FILLED = Text("未填写", "Not filled in")
_FILLED = Text("已填写", "Filled in")
_HEADS = (
    (Text("名册行号", "Row"), 9),
    (Text("结果", "Outcome"), 10),
    (Text("姓名", "Name"), 13),
    (Text("部门", "Department"), 20),
    (Text("本人填写", "Own words"), 12),
    (Text("文件", "File"), 38),
    (Text("页数", "Pages"), 7),
    (Text("原因、提示", "Reasons and notes"), 56),
)
_LAST = len(_HEADS)


def tally_sheet(tally: Tally, *, title: str, lang: Lang) -> bytes:
    """.xlsx: the counts on top, then a line for each row of the roster."""
    book, sheet = new_book(f"{title} {_TITLE.of(lang)}")
    pen = Pen(lang)
    sheet.title = _TITLE.of(lang)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=_LAST)
    heading = f"{title}{_TITLE.zh}" if lang == "zh" else f"{_TITLE.en}: {title}"
    pen.text(sheet, 1, 1, heading, style=Style(bold=True, size=16, across="center"))
    sheet.row_dimensions[1].height = 32
    _write_counts(sheet, pen, tally)
    top = 5
    for column, (head, _) in enumerate(_HEADS, 1):
        pen.text(sheet, top, column, head.of(lang), style=HEADING)
    sheet.row_dimensions[top].height = 24
    for row, one in enumerate(tally.rows, top + 1):
        _write_row(sheet, pen, row, one)
    set_widths(sheet, [width for _, width in _HEADS])
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:H{max(top, top + len(tally.rows))}"
    set_page(sheet, lang=lang, title_rows=f"{top}:{top}")
    return saved(book)


def _write_counts(sheet: Worksheet, pen: Pen, tally: Tally) -> None:
    """Rows read, and what they came to; one sentence says that it adds up."""
    counts = [(_READ.of(pen.lang), len(tally.rows))]
    counts += [(_NAMES[one].of(pen.lang), tally.count(one)) for one in OUTCOMES]
    counts.append((_BLANK.of(pen.lang), tally.blank))
    zh = pen.lang == "zh"
    parts = [f"{name} {count}" for name, count in counts[1:-1]]
    said = f"{counts[0][0]} {counts[0][1]} = {' + '.join(parts)}"
    blank = f"{counts[-1][0]} {counts[-1][1]}"
    for row, text in ((2, said), (3, f"{blank}{'。' if zh else '.'}")):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=_LAST)
        pen.text(sheet, row, 1, text, style=Style(size=12, across="center"))
        sheet.row_dimensions[row].height = 20


def _write_row(sheet: Worksheet, pen: Pen, row: int, one: RowOutcome) -> None:
    lang = pen.lang
    fill = _FILLS.get(one.outcome, "")
    made = one.outcome == "made"
    there = made or bool(one.file)  # kept from an earlier run
    own = (_FILLED if one.filled else _NOT_FILLED).of(lang) if there else ""
    why = ("；" if lang == "zh" else "; ").join(
        reason.text.of(lang).rstrip("。.") for reason in one.reasons
    )
    box = Style(fill=fill, boxed=True)
    middle = Style(fill=fill, boxed=True, across="center")
    loud = Style(fill=fill, boxed=True, across="center", bold=True)
    pen.number(sheet, row, 1, one.row, style=middle)
    pen.text(sheet, row, 2, _NAMES[one.outcome].of(lang), style=middle if made else loud)
    pen.text(sheet, row, 3, one.name, style=middle)
    pen.text(sheet, row, 4, one.department, style=box)
    pen.text(sheet, row, 5, own, style=middle)
    pen.text(sheet, row, 6, one.file, style=box)
    pen.number(sheet, row, 7, one.pages, style=middle)
    pen.text(sheet, row, 8, why, style=box)
    widths = ((why, 56), (one.file, 38), (one.department, 20))
    lines = max(1 + int(text_width(text) // (width * 0.95)) for text, width in widths)
    sheet.row_dimensions[row].height = max(18, 14 * lines + 4)
