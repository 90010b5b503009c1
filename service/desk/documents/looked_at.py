"""A Word file that came back is looked at: what the form says and it does not, what is left in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from service.core.answers import check
from service.core.definition import FieldDefinition, Label
from service.core.present import present
from service.desk.documents.kept import Paper
from service.desk.documents.versions import fill_paper
from service.desk.tools import Desk
from service.errors import GongwenError, Problem, problem

_MOST = 20
"""Missing values that are told of one by one."""
_PAGE_NUMBER = re.compile(r"[—-]\d+[—-]")
_SPACE = re.compile(r"\s+")


def look_at_word(
    desk: Desk, paper: Paper, data: bytes, pdf: bytes, ending: str
) -> tuple[Problem, ...]:
    """What deserves a look in a file that was edited by hand; nothing in it is changed.

    Args:
        desk: the engines.
        paper: the document whose text it is to be.
        data: the file.
        pdf: its pages; b"" where there are none.
        ending: `.docx` or `.doc`.
    """
    ours = _as_generated(desk, paper)
    if ending == ".docx":
        text, left = desk.text_of(data), list(_left_in(desk, data, ours))
        return (*left, *_missing(desk, paper, _plain(text), ours))
    # On a page the lines of neighbouring cells stand in turn, so no table can be read back.
    text = _text_of_pages(desk, pdf)
    return (_cannot_tell(), *_missing(desk, paper, text, ours, tables=False))


def _text_of_pages(desk: Desk, pdf: bytes) -> str:
    """All that stands on the pages, without the numbers at their feet."""
    return _PAGE_NUMBER.sub("", _plain(desk.measurer.measure(pdf, name="").text)) if pdf else ""


def _left_in(desk: Desk, data: bytes, ours: bytes | None) -> Iterator[Problem]:
    left = desk.leftovers_of(data)
    if left.changes:
        yield problem(
            "tracked_changes",
            f"有 {left.changes} 段还留着修订标记；请在 Word 里“接受所有修订”后再传一次。",
            f"{left.changes} paragraphs still hold tracked changes; accept them all in Word, then "
            "send it again.",
        )
    if left.comments:
        yield problem(
            "comments_left",
            f"还留着 {left.comments} 条批注；请在 Word 里删掉后再传一次。",
            f"{left.comments} comments are still in it; delete them in Word, then send it again.",
        )
    own = _plain("".join(desk.leftovers_of(ours).heads)) if ours else ""
    if ours and left.heads and _plain("".join(left.heads)) != own:
        yield problem(
            "other_head",
            "页眉和本单位模板的不一样，可能用了别的模板；请核对。",
            "its running head is not that of the template; it may come from another one.",
        )


def _missing(
    desk: Desk, paper: Paper, text: str, ours: bytes | None, *, tables: bool = True
) -> Iterator[Problem]:
    """What the form prints and this text does not hold."""
    if ours is None:
        return
    printed = _plain(desk.text_of(ours))
    values = [
        (label, value, row)
        for label, value, row in _values(paper)
        if _plain(value) in printed and (tables or not row)
    ]
    like = _plain if tables else _letters
    gone = [(label, row) for label, value, row in values if like(value) not in like(text)]
    found = list(dict.fromkeys(gone))
    if len(gone) * 2 > len(values):
        yield _other_paper(len(gone), len(values))
    for label, row in found[:_MOST]:
        yield _gone(label, row)
    if len(found) > _MOST:
        more = len(found) - _MOST
        zh, en = f"另有 {more} 项也找不到。", f"{more} more are missing."
        yield problem("more_missing", zh, en)


def _as_generated(desk: Desk, paper: Paper) -> bytes | None:
    """What the form makes now; None where the draft cannot be made, so nobody knows."""
    try:
        return fill_paper(desk, paper).docx
    except GongwenError:
        return None


def _values(paper: Paper) -> Iterator[tuple[Label, str, int]]:
    """Label, printed text and row (from 1; 0 for none) of all that the form prints."""
    raw, origins = paper.full()
    answers = check(paper.form, raw, activity=paper.facts, filled_in=origins)
    context = present(answers, lang=paper.lang, activity=paper.facts)
    for name, field in paper.form.fields.items():
        yield from _texts(field, context.get(name), 0)


def _texts(field: FieldDefinition, shown: Any, row: int) -> Iterator[tuple[Label, str, int]]:
    if isinstance(shown, str):
        if _plain(shown):
            yield field.label, shown, row
    elif field.type == "table":
        for number, one in enumerate(shown or (), 1):
            yield from _row(field, one, row or number)
    else:
        for one in shown or ():
            yield from _texts(field, one, row)


def _row(
    table: FieldDefinition, shown: Mapping[str, Any], row: int
) -> Iterator[tuple[Label, str, int]]:
    for column in table.fields:
        for _, text, _ in _texts(column, shown.get(column.name), row):
            label = Label(
                zh=f"{table.label.zh}·{column.label.zh}", en=f"{table.label.en}, {column.label.en}"
            )
            yield label, text, row


def _plain(text: str) -> str:
    """Letter width and blanks count for nothing."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _letters(text: str) -> str:
    """The same without punctuation: a rare character from another font may stand behind it."""
    return "".join(one for one in _plain(text) if one.isalnum())


def _gone(label: Label, row: int) -> Problem:
    at_zh, at_en = (f"第 {row} 行的", f" of row {row}") if row else ("", "")
    return problem(
        "value_gone",
        f"表单里填的{at_zh}“{label.zh}”，传回的文件里找不到。",
        f"what the form says as “{label.en}”{at_en} is not in the file.",
    )


def _other_paper(gone: int, of: int) -> Problem:
    return problem(
        "other_paper",
        f"表单里的 {of} 项内容，有 {gone} 项在传回的文件里找不到；请看看是不是传错了文件。",
        f"{gone} of the {of} things that the form says are not in the file; see whether it is the "
        "right one.",
    )


def _cannot_tell() -> Problem:
    return problem(
        "old_word",
        "旧格式（.doc、.wps）看不出是否还留着修订和批注；请打开确认，最好另存为 .docx 再传。",
        "in the old format (.doc, .wps) it cannot be told whether tracked changes or comments are "
        "left; open it to see, or better save it as .docx.",
    )
