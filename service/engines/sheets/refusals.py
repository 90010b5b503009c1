"""Engine room, sheets: why a spreadsheet is not taken, and what to know of one that is."""

from __future__ import annotations

from typing import Any

from service.errors import Problem, problem

MAX_MEMBERS = 20_000
"""Rows with content on the first sheet."""
MAX_ROWS = 100_000
"""Rows with content on a further sheet."""
MAX_COLUMNS = 1_000
MAX_AREA = 2_000_000
"""Last row times last column: what a reader of cells sets aside memory for."""


class RefusedSheet(Exception):
    """A spreadsheet that is not taken; `code` is a key of the messages here."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


_SAVE_ZH = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再用。"
_SAVE_EN = "Open it in Excel or WPS and save it as .xlsx."

# code -> (code of the problem, Chinese, English)
_MESSAGES: dict[str, tuple[str, str, str]] = {
    "empty": (
        "sheet_empty",
        "文件是空的（0 字节）；请重新选择。",
        "The file is empty (0 bytes); choose it again.",
    ),
    "not_a_sheet": (
        "not_a_sheet",
        "文件内容不是表格；请选择 .xlsx、.xls、.ods 或 .csv 文件。",
        "The content is no spreadsheet; choose an .xlsx, .xls, .ods or .csv file.",
    ),
    "page": (
        "not_a_sheet",
        f"这是一个网页（有的系统导出的 .xls 其实是网页）。{_SAVE_ZH}",
        f"This is a web page (some systems export one as .xls). {_SAVE_EN}",
    ),
    "old_xml": (
        "not_a_sheet",
        f"这是 XML 表格（有的系统这样导出 .xls）。{_SAVE_ZH}",
        f"This is an XML spreadsheet (some systems export one as .xls). {_SAVE_EN}",
    ),
    "binary": (
        "not_a_sheet",
        f"这是二进制工作簿（.xlsb）。{_SAVE_ZH}",
        f"This is a binary workbook (.xlsb). {_SAVE_EN}",
    ),
    "locked": (
        "sheet_locked",
        "表格有打开密码，读不出来；请去掉密码，另存后再用。",
        "The spreadsheet has a password; take it off, save the file and try again.",
    ),
    "damaged": (
        "sheet_damaged",
        f"表格文件已损坏，读不出来。{_SAVE_ZH}",
        f"The spreadsheet is damaged and cannot be read. {_SAVE_EN}",
    ),
    "dtd": (
        "xml_dtd_forbidden",
        f"表格里有实体定义（DTD），正常的表格没有，为安全起见不读。{_SAVE_ZH}",
        f"The file declares entities (a DTD), as no proper spreadsheet does. {_SAVE_EN}",
    ),
    "megabytes": (
        "sheet_too_large",
        "文件超过 {megabytes} MB；请去掉图片和用不着的工作表。",
        "The file is larger than {megabytes} MB; take out pictures and sheets that are not needed.",
    ),
    "unpacked": (
        "sheet_too_large",
        "文件展开后过大；请把名册复制到一个新的工作簿里，另存后再用。",
        "The file is too large once unpacked; copy the roster into a new workbook and save that.",
    ),
    "far_cell": (
        "sheet_too_large",
        "工作表“{sheet}”的 {cell} 格还有内容，离名册太远；请删去，或把名册复制到新的工作簿。",
        "Sheet “{sheet}” has content as far away as {cell}; delete it, or copy the roster into a "
        "new workbook.",
    ),
    "too_long": (
        "sheet_too_long",
        "工作表“{sheet}”有 {count} 行内容，最多 {limit} 行；请按部门或支部分成几个文件。",
        "Sheet “{sheet}” has {count} rows with content, and {limit} is the most; split it by "
        "department or branch into several files.",
    ),
    "too_many_lines": (
        "sheet_too_long",
        "文件有 {count} 行，最多 {limit} 行；请按部门或支部分成几个文件。",
        "The file has {count} lines, and {limit} is the most; split it by department or branch.",
    ),
    "long_line": (
        "sheet_long_line",
        "第 {line} 行太长，不像名册的一行；请检查引号和换行。",
        "Line {line} is too long for a row of a roster; look at quotation marks and line breaks.",
    ),
    "quotes": (
        "sheet_quotes",
        "第 {line} 行的引号不配对，后面各行会连成一格；请改正，或另存为 .xlsx。",
        "The quotation marks of line {line} do not match, so that what follows would run together; "
        "mend them, or save the file as .xlsx.",
    ),
    "fullwidth_comma": (
        "sheet_comma",
        "第 {line} 行用了全角逗号“，”分列，其他行用半角；请统一成半角逗号。",
        "Line {line} has a full-width comma “，” between columns where others have “,”; use “,”.",
    ),
    "undecodable": (
        "sheet_encoding",
        "第 {line} 行认不出是什么编码（不是 UTF-8 或 GB18030）；请另存为 .xlsx。",
        "Line {line} is in no known encoding (neither UTF-8 nor GB18030); save the file as .xlsx.",
    ),
    "mixed": (
        "sheet_encoding",
        "第 {line} 行与第 {other} 行的编码不同（UTF-8 和 GBK）；请统一，或另存为 .xlsx。",
        "Lines {line} and {other} are in different encodings (UTF-8 and GBK); make them one, or "
        "save the file as .xlsx.",
    ),
    "utf32": (
        "sheet_encoding",
        "文件是 UTF-32 编码，不能识别；请另存为 .xlsx 或 UTF-8 的 .csv。",
        "The file is in UTF-32; save it as .xlsx, or as .csv in UTF-8.",
    ),
    "spoilt": (
        "sheet_encoding",
        "第 {line} 行有乱码（上次保存时编码已经弄错）；请找回原来的文件。",
        "Line {line} holds characters spoilt by an earlier saving; go back to the original file.",
    ),
    "control": (
        "sheet_encoding",
        "第 {line} 行有不能印出的控制字符；请删去，或另存为 .xlsx。",
        "Line {line} holds a control character; delete it, or save the file as .xlsx.",
    ),
}

_NOTES: dict[str, tuple[str, str]] = {
    "sheet_encoding_taken": (
        "按 {encoding} 编码读取，{separator}。",
        "read as {encoding}, {separator}.",
    ),
    "sheet_macros": (
        "文件带宏；宏没有运行，只读了格子里的内容。",
        "the file holds macros; none was run, only the cells were read.",
    ),
    "hidden_sheets": (
        "隐藏的工作表没有读：{names}。",
        "hidden sheets were not read: {names}.",
    ),
    "hidden_rows": (
        "工作表“{sheet}”有 {count} 行隐藏（或被筛选掉）的内容，也读入了；不要的请删去。",
        "sheet “{sheet}” has {count} hidden or filtered rows, and they were read too; delete those "
        "that are not wanted.",
    ),
    "merged_cells": (
        "工作表“{sheet}”有上下合并的格子，内容按合并的各行分别填入：{cells}。",
        "sheet “{sheet}” has cells merged downwards; each of their rows got the content: {cells}.",
    ),
}


def refusal(code: str, *, file: str, **values: Any) -> Problem:
    """The problem for a code of RefusedSheet, naming the file."""
    told, zh, en = _MESSAGES[code]
    line = values.get("line", 0)
    # The text names the line itself, for the web shows no place.
    return problem(told, zh.format_map(values), en.format_map(values), file=file, line=line)


def note(code: str, *, file: str, **values: Any) -> Problem:
    """What a clerk should know about the reading."""
    zh, en = _NOTES[code]
    spoken = [
        {name: one[n] if isinstance(one, (list, tuple)) else one for name, one in values.items()}
        for n in range(2)
    ]
    return problem(code, zh.format_map(spoken[0]), en.format_map(spoken[1]), file=file)
