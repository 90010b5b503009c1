"""Engine room, sheets: the spreadsheet that a clerk fills with a roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.core.definition import FieldDefinition, FormDefinition
from service.core.fields import choices_of
from service.core.roster.fields import INSTRUCTIONS, LONG, SHORT, asked_fields, sheet_title
from service.engines.sheets.guide import Guide, write_guide
from service.engines.sheets.pen import (
    GRID,
    HEADING,
    NEEDED,
    TEXT_FORMAT,
    Pen,
    new_book,
    saved,
    set_page,
    set_widths,
    text_width,
)
from service.engines.sheets.refusals import MAX_MEMBERS
from service.errors import Lang, Text

MEMBERS = Text("名册", "Roster")
NUMBER = Text("成员编号", "Member number")
NAME_HERE = Text("姓名", "Name")
PARENT = Text("上级行号", "Parent row")
_NEEDED = replace(HEADING, fill=NEEDED)
_LISTED = 255
"""Characters of a drop-down written into its cell rule; longer ones stand on the last sheet."""
_FORMATS = {"date": Text('yyyy"年"m"月"d"日"', "yyyy-mm-dd"), "integer": Text("0", "0")}
_WIDTHS = {"person": 12, "date": 18, "month": 12, "datetime": 20, "integer": 10, "text": 18}
_CHOICE = Text("可选：{listed}。", "One of: {listed}.")
_CHOICES = Text("可选几项，用“、”隔开：{listed}。", "Several may be given, with commas: {listed}.")
_CENTRED = frozenset({"person", "choice", "yes_no", "month", "date", "datetime", "integer"})
_YES_NO = Text("是,否", "Yes,No")


@dataclass(frozen=True, kw_only=True)
class Head:
    """One column of the template.

    Attributes:
        label: its heading without the mark.
        help: what to write, or "".
        needed: nobody can do without it.
        field: what it asks; None for a key.
        options: the drop-down; empty for none.
    """

    label: str
    help: str = ""
    needed: bool = False
    field: FieldDefinition | None = None
    options: tuple[str, ...] = ()


def roster_template(form: FormDefinition, lang: Lang, activity: Mapping[str, Any]) -> bytes:
    """The file: the members, a sheet for each table, and how to fill them in."""
    title = (form.short_title or form.title).of(lang)
    book, first = new_book(f"{title} {MEMBERS.of(lang)}")
    pen = Pen(lang)
    asked = [_head(one, lang, activity) for one in asked_fields(form).values()]
    tables = [(path, one) for path, one in _tables(form)]
    key = Head(label=NUMBER.of(lang), help=_KEY_HELP.of(lang), needed=bool(tables))
    grids = [(first, MEMBERS.of(lang), [key, *asked] if tables else asked)]
    for path, table in tables:
        heads = [
            Head(label=NUMBER.of(lang), help=_SAME_KEY_HELP.of(lang), needed=True),
            Head(label=NAME_HERE.of(lang), help=_NAME_HELP.of(lang)),
        ]
        if "." in path:
            parent = form.field(path.rpartition(".")[0])
            above = parent.label.of(lang) if parent else ""
            heads.append(Head(label=PARENT.of(lang), needed=True, help=_ROW_HELP.of(lang) + above))
        heads += [_head(c, lang, activity) for c in table.fields if c.type in SHORT | LONG]
        name = sheet_title(table.label.of(lang))
        name = sheet_title(path) if any(name == other for _, other, _ in grids) else name
        grids.append((book.create_sheet(), name, heads))
    guide = book.create_sheet()
    guide.title = INSTRUCTIONS.of(lang)
    places = write_guide(guide, pen, _guide(form, title, grids, lang))
    for sheet, name, heads in grids:
        sheet.title = name
        _write_grid(sheet, pen, heads, places)
    return saved(book)


_KEY_HELP = Text(
    "每人一个，不重复；其他工作表用它对应到人。",
    "One for each person, none twice; the other sheets go by it.",
)
_SAME_KEY_HELP = Text(
    "与名册上的成员编号相同；一个人有几行就写几遍。",
    "As on the roster; once in each of the person's rows.",
)
_NAME_HELP = Text("方便核对，可以不填。", "To make checking easier; may be left empty.")
_ROW_HELP = Text("这一行属于该成员的第几行：", "To which of the member's rows it belongs: ")


def _tables(form: FormDefinition) -> Iterator[tuple[str, FieldDefinition]]:
    """Tables that are not a member's own words, and the tables in them."""
    personal = {name for name, one in form.fields.items() if one.personal}
    for path, one in form.walk():
        if one.type == "table" and path.split(".")[0] not in personal:
            yield path, one


def _head(field: FieldDefinition, lang: Lang, activity: Mapping[str, Any]) -> Head:
    options: tuple[str, ...] = ()
    if field.type in {"choice", "choices"}:
        labels = {one.value: one.label.of(lang) for one in field.choices}
        options = tuple(labels.get(one, one) for one in choices_of(field, activity) or ())
    elif field.type == "yes_no":
        options = tuple(_YES_NO.of(lang).split(","))
    return Head(
        label=field.label.of(lang),
        help=field.help.of(lang) if field.help else "",
        needed=field.needed_at == "draft",
        field=field,
        options=options,
    )


def _guide(
    form: FormDefinition, title: str, grids: Sequence[tuple[Any, str, list[Head]]], lang: Lang
) -> Guide:
    """What the last sheet says."""
    rows = [
        (name, head.label, head.needed, head.help, head.options)
        for _, name, heads in grids
        for head in heads
    ]
    own = [one for one in form.fields.values() if one.personal and one.type != "upload"]
    own_sheets = [
        (sheet_title(one.label.of(lang)), tuple(column.label.of(lang) for column in one.fields))
        for one in own
        if one.type == "table"
    ]
    return Guide(
        title=title,
        rows=tuple(rows),
        own_columns=tuple(one.label.of(lang) for one in own if one.type != "table" and one.print),
        own_sheets=tuple(own_sheets),
    )


def _write_grid(
    sheet: Worksheet, pen: Pen, heads: Sequence[Head], places: Mapping[tuple[str, ...], str]
) -> None:
    """Headings, formats and drop-downs of one sheet."""
    for number, head in enumerate(heads, 1):
        _write_head(sheet, pen, number, head)
        if rule := _drop_down(head, places, pen.lang):
            letter = get_column_letter(number)
            rule.add(f"{letter}2:{letter}{MAX_MEMBERS + 1}")
            sheet.add_data_validation(rule)
    last = get_column_letter(len(heads))
    # A grid grows with what is typed: no page of empty boxes is printed.
    look = DifferentialStyle(border=GRID)
    filled = Rule(type="expression", dxf=look, formula=[f"COUNTA($A2:${last}2)>0"])
    sheet.conditional_formatting.add(f"A2:{last}{MAX_MEMBERS + 1}", filled)
    set_widths(sheet, [_width(head) for head in heads])
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "B2" if heads[0].needed else "A2"
    set_page(sheet, lang=pen.lang, title_rows="1:1")


def _write_head(sheet: Worksheet, pen: Pen, number: int, head: Head) -> None:
    """A heading with its help, and how the cells below it take what is typed."""
    text = f"{head.label} *" if head.needed else head.label
    pen.text(sheet, 1, number, text, style=_NEEDED if head.needed else HEADING)
    if said := _comment(head, pen.lang):
        lines = 2 + len(said) // 22
        sheet.cell(1, number).comment = Comment(said, "Gongwen", width=300, height=6 + 18 * lines)
    kind = head.field.type if head.field else "text"
    column = sheet.column_dimensions[get_column_letter(number)]
    column.number_format = _FORMATS[kind].of(pen.lang) if kind in _FORMATS else TEXT_FORMAT
    across: Literal["center", "left"] = "center" if kind in _CENTRED else "left"
    column.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)


def _comment(head: Head, lang: Lang) -> str:
    said = [head.help] if head.help else []
    if head.options:
        listed = "、".join(head.options) if lang == "zh" else ", ".join(head.options)
        several = head.field is not None and head.field.type == "choices"
        words = _CHOICES if several else _CHOICE
        said.append(words.of(lang).format(listed=listed))
    if head.field and not head.field.from_ and head.field.needed_at == "draft":
        said.append(
            "全体相同的不必逐行填，写在共用内容里。"
            if lang == "zh"
            else "Where it is the same for all, put it into the shared answers instead."
        )
    return "\n".join(said)


def _drop_down(
    head: Head, places: Mapping[tuple[str, ...], str], lang: Lang
) -> DataValidation | None:
    if not head.options or (head.field and head.field.type == "choices"):
        return None
    inline = ",".join(head.options)
    plain = len(inline) <= _LISTED and not any(mark in one for one in head.options for mark in ',"')
    sheet = quote_sheetname(INSTRUCTIONS.of(lang))
    rule = DataValidation(
        type="list",
        formula1=f'"{inline}"' if plain else f"{sheet}!{places[head.options]}",
        allow_blank=True,
        showErrorMessage=True,
    )
    rule.errorTitle = head.label[:32]
    rule.error = "请从下拉列表中选择。" if lang == "zh" else "Choose from the list."
    return rule


def _width(head: Head) -> float:
    kind = head.field.type if head.field else "person"
    widest = max((text_width(one) for one in head.options), default=0)
    base = 40 if kind in LONG else _WIDTHS.get(kind, 10)
    return min(60, max(base, text_width(head.label) + 5, widest + 5))
