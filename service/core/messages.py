"""Every problem with answers in Chinese and English, for web, API, CLI and roster alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.core.definition import FieldDefinition, Label
from service.errors import Problem, Text, problem

# code -> (Chinese, English); {…} are filled from the problem's own numbers, never from input.
_MESSAGES: dict[str, tuple[str, str]] = {
    "required": ("必须填写。", "must be filled in."),
    "unknown_field": ("没有这个填写项，请检查名称。", "there is no such field; check the name."),
    "not_text": (
        "应为文字；数字请加引号。",
        "must be text; put a number in quotation marks.",
    ),
    "one_line": ("只能填一行，请去掉换行。", "takes one line; take out the line breaks."),
    "too_long": ("最多 {limit} 字，请删减。", "takes at most {limit} characters; shorten it."),
    "bad_character": (
        "含有不能印出的字符 {point}，请删去后重新输入。",
        "holds the character {point}, which cannot be printed; delete it and type it again.",
    ),
    "hidden_character": (
        "含有看不见的方向控制或零宽字符 {point}，姓名和文件名中不能使用，请删去。",
        "holds the invisible character {point}, not allowed in names; delete it.",
    ),
    "pattern": ("格式不对。{help}", "is not in the right form. {help}"),
    "not_integer": ("应为整数，例如 12。", "must be a whole number, e.g. 12."),
    "too_small": ("不能小于 {limit}。", "must not be less than {limit}."),
    "too_large": ("不能大于 {limit}。", "must not be more than {limit}."),
    "bad_date": (
        "不是有效日期，请写成 2014-03-06 或 2014年3月6日。",
        "is not a date; write 2014-03-06 or 2014年3月6日.",
    ),
    "bad_month": (
        "不是有效年月，请写成 1985-03 或 1985年3月。",
        "is not a month; write 1985-03.",
    ),
    "bad_datetime": (
        "不是有效时间，请写成 2014-03-06 09:00。",
        "is not a date with a time; write 2014-03-06 09:00.",
    ),
    "bad_choice": ("不在可选范围内：{choices}。", "is not one of: {choices}."),
    "not_yes_no": ("请选“是”或“否”。", "must be yes or no."),
    "not_list": ("应为若干项，每行一项。", "must be a list, one item a line."),
    "not_table": ("应为若干行。", "must be a list of rows."),
    "not_row": ("这一行应为“列名: 值”。", "this row must be `column: value` pairs."),
    "too_few": ("至少 {limit} 项，现有 {count} 项。", "needs at least {limit}, has {count}."),
    "too_many": ("最多 {limit} 项，现有 {count} 项。", "takes at most {limit}, has {count}."),
    "not_mapping": (
        "内容应为“填写项: 值”的对照。",
        "must be a mapping of field names to values.",
    ),
    "does_not_apply": (
        "按其他填写项这里不适用，已填内容保留但不印出；请核对。",
        "does not apply with the other answers; it is kept but not printed; please check.",
    ),
    "personal_shared": (
        "属于个人填写的内容，不能放在共同答案里；请移到个人那一行。",
        "is a member's own words and cannot stand in shared answers; move it to the member's row.",
    ),
    "wrong": ("值不合要求。", "has a wrong value."),
}


def where(labels: Sequence[tuple[Label, int | None]]) -> Text:
    """`“会议议程”第3行“事项”：` / `Agenda, row 3, Item: ` from labels and row numbers (from 0)."""
    zh, en = [], []
    for label, row in labels:
        zh.append(f"“{label.zh}”" + (f"第{row + 1}行" if row is not None else ""))
        en.append(label.en + (f", row {row + 1}" if row is not None else ""))
    return Text("".join(zh) + "：" if zh else "", ", ".join(en) + ": " if en else "")


def answer_problem(
    code: str,
    *,
    path: str,
    labels: Sequence[tuple[Label, int | None]],
    numbers: dict[str, Any] | None = None,
) -> Problem:
    """A problem with an answer; `numbers` are limits, counts and code points only."""
    zh, en = _MESSAGES[code]
    head = where(labels)
    values = numbers or {}
    return problem(
        code,
        head.zh + zh.format_map(_Spoken(values, "zh")),
        head.en + en.format_map(_Spoken(values, "en")),
        path=path,
    )


class _Spoken(dict[str, Any]):
    """Values of a message in one language: a Label speaks that language."""

    def __init__(self, values: dict[str, Any], lang: Any) -> None:
        super().__init__(
            {k: v.of(lang) if isinstance(v, (Label, Text)) else v for k, v in values.items()}
        )

    def __missing__(self, key: str) -> str:
        return ""


def choice_names(field: FieldDefinition, values: Sequence[str]) -> Text:
    """The choices of a field as a clerk may write them."""
    labels = {choice.value: choice.label for choice in field.choices}
    zh = "、".join(f"{v}（{labels[v].zh}）" if v in labels else v for v in values)
    en = ", ".join(f"{v} ({labels[v].en})" if v in labels else v for v in values)
    return Text(zh, en)
