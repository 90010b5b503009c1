"""Rosters: everything that a clerk is told about sheets, columns, rows and cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.core.roster.model import Column
from service.errors import Problem, Text, problem

_SHOWN = 5
"""So many places are listed in one note; further ones are counted."""

# code -> (Chinese, English); {…} are filled from counts, places and heads, never from cells.
_MESSAGES: dict[str, tuple[str, str]] = {
    # the file as a whole
    "no_header": (
        "没有找到表头。第一行应写各列的名称，例如：{names}。",
        "no row with column headings was found; the first row should name the columns, "
        "for example: {names}.",
    ),
    "empty_sheet": (
        "表格里没有内容；请检查是不是选错了文件。",
        "the spreadsheet is empty; perhaps it is the wrong file.",
    ),
    "no_members": (
        "表头下面一行也没有；请填入成员后再读。",
        "there is no row below the headings; fill in the members first.",
    ),
    "bad_column_choice": (
        "指定的列“{column}”对不上：没有这一列，或者没有这个填写项；请重新指定。",
        "the choice for column {column} does not fit: no such column, or no such field.",
    ),
    "column_chosen_twice": (
        "“{label}”指定了不止一列（{columns}）；请只留一列。",
        "{label} was chosen for more than one column ({columns}); keep one.",
    ),
    # columns
    "missing_column": (
        "缺少“{label}”一列；请补上，或指定哪一列是它；全体相同的也可以写在共用内容里。",
        "there is no column for {label}; add it, or say which column holds it, or put it into the "
        "shared answers where it is the same for all.",
    ),
    "column_twice": (
        "有不止一列像是“{label}”（{columns}），用的是{used}列；如不对请更正。",
        "more than one column looks like {label} ({columns}); column {used} is used; "
        "correct it where that is wrong.",
    ),
    "column_ambiguous": (
        "{column}列“{header}”可能是{labels}，没有使用；请指定。",
        "column {column} ({header}) may be {labels}; it is not used until you say which.",
    ),
    "unknown_columns": ("没有用上的列：{columns}。", "columns that are not used: {columns}."),
    "column_without_header": (
        "{columns}列有内容而没有列名，没有使用。",
        "columns with content and no heading are not used: {columns}.",
    ),
    "bad_header": (
        "{columns}列的列名是出错的公式，没有使用。",
        "the heading of these columns is a broken formula; they are not used: {columns}.",
    ),
    # sheets
    "members_elsewhere": (
        "成员取自工作表“{sheet}”，不是第一张工作表。",
        "the members are taken from sheet “{sheet}”, which is not the first one.",
    ),
    "unknown_sheet": (
        "工作表“{sheet}”没有用上；要用的话，请改名为：{names}。",
        "sheet “{sheet}” is not used; to be used it must be named: {names}.",
    ),
    "unused_sheet": (
        "工作表“{sheet}”没有用上；这种文书的名册只有一张表。",
        "sheet “{sheet}” is not used; a roster of this kind has one sheet only.",
    ),
    "sheet_twice": (
        "工作表“{sheet}”与前面一张同名或同义，没有使用；请合成一张。",
        "sheet “{sheet}” means the same as one before it and is not used; make one of them.",
    ),
    "table_on_first_sheet": (
        "{column}列“{header}”没有使用：它是一张表，要另用一张名为“{label}”的工作表，每行写成员编号。",
        "column {column} ({header}) is not used: it is a table and needs a sheet of its own named "
        "{label}, with the member number in each row.",
    ),
    "sheet_without_key": (
        "工作表“{sheet}”没有“成员编号”或“姓名”列，不知道各行属于谁，没有使用。",
        "sheet “{sheet}” has neither member number nor name, so nobody knows whose its rows are; "
        "it is not used.",
    ),
    "sheet_without_header": (
        "工作表“{sheet}”没有找到表头，没有使用。",
        "no headings were found on sheet “{sheet}”; it is not used.",
    ),
    "key_unknown": (
        "工作表“{sheet}”按成员编号对应，但名册上没有“成员编号”列，也没有姓名可以对应。",
        "sheet “{sheet}” goes by member number, but the roster has no such column, nor can it go "
        "by name.",
    ),
    # rows
    "title_rows": (
        "第{rows}行在表头之前，作为标题，不当作成员。",
        "rows above the headings are taken for a title, not for members: {rows}.",
    ),
    "empty_row": ("空行，跳过。", "the row is empty; skipped."),
    "number_only": ("只有序号，没有内容，跳过。", "only a running number; skipped."),
    "repeated_header": ("重复的表头，跳过。", "the headings again; skipped."),
    "remark_row": (
        "合计、说明、签名一类的行，不是成员，跳过。",
        "a total, a remark or a signature, not a member; skipped.",
    ),
    "duplicate_number": (
        "成员编号与第{row}行相同，是同一个人，不重复生成。",
        "has the member number of row {row}: the same person, not made twice.",
    ),
    "duplicate_person": (
        "与第{row}行姓名、部门相同，作为同一个人，不重复生成{differs}",
        "has the name and department of row {row}: taken for the same person, not made "
        "twice{differs}",
    ),
    "number_taken": (
        "成员编号与第{row}行相同而姓名不同；请改正编号。",
        "has the member number of row {row} but another name; correct the number.",
    ),
    "same_name": (
        "与第{rows}行同名，部门不同，按不同的人处理；请核对。",
        "has the name of row {rows} in another department and is taken for another person; "
        "please check.",
    ),
    "row_of_nobody": (
        "没有读入：名册上没有这个人（成员编号或姓名对不上）；请改正。",
        "was not read: nobody on the roster has this number or name; correct it.",
    ),
    "row_of_several": (
        "没有读入：名册上不止一人叫这个名字，请在名册和这张表里都填成员编号。",
        "was not read: several people have this name; give member numbers on both sheets.",
    ),
    "row_without_key": (
        "没有读入：没有写是谁的（成员编号或姓名）；请补上。",
        "was not read: it does not say whose it is; fill in the member number or the name.",
    ),
    "row_without_parent": (
        "没有读入：写的上级行号在“{label}”里没有；请改正。",
        "was not read: {label} has no row of that number; correct it.",
    ),
    "ragged_row": (
        "比表头多出内容；可能有没加引号的逗号，后面各格都会错位，请检查。",
        "holds more than there are headings, perhaps for a comma without quotation marks, so that "
        "what follows stands in the wrong column; please check.",
    ),
    # cells
    "cell_error": (
        "公式出错（#REF!、#N/A 一类）；请改正公式，或直接填值。",
        "holds a broken formula (#REF!, #N/A and the like); mend it or type the value.",
    ),
    "cell_no_result": (
        "公式没有存下结果；请用 Excel 或 WPS 打开后重新保存，或直接填值。",
        "holds a formula without a stored result; open and save the file in Excel or WPS, or type "
        "the value.",
    ),
    "number_cut": (
        "数字有 15 位以上，Excel 只留前 15 位，后面已不可靠；请把这一列设成文本格式后重新填写。",
        "is a number of 15 or more digits, and Excel keeps only the first 15; format the column as "
        "text and type it again.",
    ),
    "month_cut": (
        "是数字 ××××.1，不知是 1 月还是 10 月（末尾的 0 会丢）；请写成 1985-01 或 1985-10。",
        "is the number ….1, January or perhaps October (Excel drops a last 0); write 1985-01 or "
        "1985-10.",
    ),
    "number_not_date": (
        "是一个数字，不是日期；请把单元格设成日期格式，或写成 2014-03-06。",
        "is a number and not a date; format the cell as a date, or write 2014-03-06.",
    ),
    "date_in_text": (
        "Excel 已把它当成日期；请把这一列设成文本格式后重新填写。",
        "was turned into a date by Excel; format the column as text and type it again.",
    ),
    "name_lost": (
        "姓名里有问号，多半是生僻字在另存时丢失了；请改正，并用 .xlsx 保存名册。",
        "holds a question mark, as rare characters become that were lost in saving; correct it "
        "and keep the roster as .xlsx.",
    ),
    "logical_in_text": (
        "是逻辑值 TRUE/FALSE，不是文字；请把单元格设成文本格式后重新填写。",
        "is TRUE or FALSE and not text; format the cell as text and type it again.",
    ),
    # what was done to cells; each lists its places
    "name_spaces": (
        "姓名中间用来对齐的空格已去掉：{cells}。",
        "spaces that only align a name were taken out: {cells}.",
    ),
    "outer_spaces": (
        "首尾的空格已去掉：{cells}。",
        "spaces at the beginning or end were taken off: {cells}.",
    ),
    "text_marks": (
        "用来保持文本格式的符号（开头的撇号，或 =\"…\"）已去掉：{cells}。",
        "marks that keep a cell text (a leading apostrophe, or =\"…\") were taken off: {cells}.",
    ),
    "day_dropped": (
        "只用年月，日没有用：{cells}。",
        "only year and month are used, the day is not: {cells}.",
    ),
    "month_one": (
        "“××××.1”按 1 月读：{cells}；如是 10 月，请写成 1985-10。",
        "“….1” was read as January: {cells}; for October write 1985-10.",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the file something is.

    Attributes:
        file: the file's name.
        sheet: the sheet's name, "" for CSV.
        row: counted from 1; 0 where it is about a whole column or sheet.
        letter: the column's, or "".
        label: what the column asks for, or None.
        path: dotted path of the field.
    """

    file: str
    sheet: str = ""
    row: int = 0
    letter: str = ""
    label: Text | None = None
    path: str = ""

    @property
    def cell(self) -> str:
        """`C12`, with the sheet where it is named."""
        return f"{self.letter}{self.row}"

    def said(self) -> Text:
        """`工作表“党员名册”第12行C列“出生年月”：`."""
        zh = f"工作表“{self.sheet}”" if self.sheet else ""
        en = [f"sheet “{self.sheet}”"] if self.sheet else []
        if self.row:
            zh += f"第{self.row}行"
            en.append(f"row {self.row}")
        if self.letter:
            zh += f"{self.letter}列"
            en.append(f"column {self.letter}")
        if self.label:
            zh += f"“{self.label.zh}”"
            en.append(self.label.en)
        return Text(f"{zh}：" if zh else "", f"{', '.join(en)}: " if en else "")


def about(code: str, place: Place, **values: Any) -> Problem:
    """What is wrong at a place; Text values speak the language of the message."""
    head = place.said()
    zh, en = _MESSAGES[code]
    return problem(
        code,
        head.zh + zh.format_map(_spoken(values, zh=True)),
        head.en + en.format_map(_spoken(values, zh=False)),
        path=place.path,
        file=place.file,
    )


def _spoken(values: dict[str, Any], *, zh: bool) -> dict[str, Any]:
    return {
        name: (one.zh if zh else one.en) if isinstance(one, Text) else one
        for name, one in values.items()
    }


def listed(places: Sequence[str]) -> Text:
    """Places for a note: the first few, and how many there are."""
    shown = places[:_SHOWN]
    if len(places) <= _SHOWN:
        return Text("、".join(shown), ", ".join(shown))
    count = len(places)
    return Text(f"{'、'.join(shown)} 等 {count} 处", f"{', '.join(shown)}, … ({count} in all)")


def headed(columns: Sequence[Column]) -> Text:
    """Columns with their heads: `H“备注”、J“手机”`."""
    zh = "、".join(f"{one.letter}“{clipped(one.header)}”" for one in columns)
    en = ", ".join(f"{one.letter} ({clipped(one.header)})" for one in columns)
    return Text(zh, en)


def clipped(text: str) -> str:
    """A head or a sheet's name as it may stand in a message."""
    return "".join(char for char in text if char.isprintable())[:40]
