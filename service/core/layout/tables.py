"""Core: the blocks of a layout that are ruled: forms (label and value cells) and tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from service.core.layout.words import (
    NAME,
    Align,
    Conditional,
    LayoutPart,
    Loop,
    Path,
    Words,
    WrongValueError,
    one_of,
)
from service.errors import Lang

_WIDEST_MM = 225.0
_Millimetres = Annotated[float, Field(gt=0, le=_WIDEST_MM)]


def _same_width(value: Any) -> Any:
    """One number stands for both languages (decimals come as text from the YAML of definitions)."""
    if isinstance(value, (dict, Widths)):
        return value
    try:
        width = float(value)
    except (TypeError, ValueError):
        width = 0.0
    if not 0 < width <= _WIDEST_MM:
        raise WrongValueError(
            "宽度是 0 到 225 之间的毫米数。", "a width is a number of mm, at most 225."
        )
    return {"zh": width, "en": width}


class Widths(LayoutPart):
    """A width in mm, in each language: English words need other columns."""

    zh: _Millimetres
    en: _Millimetres

    def of(self, lang: Lang) -> float:
        """The width in one language."""
        return self.zh if lang == "zh" else self.en


Width = Annotated[Widths, BeforeValidator(_same_width)]
"""mm: one number, or `{zh, en}`."""


class Content(Conditional):
    """What stands in a cell: one text, a field's paragraphs, or several lines.

    Attributes:
        text: one paragraph.
        field: a paragraph for each item of a list or paragraphs field.
        lines: several things below each other.
        numbered: `1.` before each paragraph of `field`.
        align: of all of it; labels are centred, values begin at the left.
    """

    text: Words | None = None
    field: Path | None = None
    numbered: bool = False
    lines: tuple[CellLine, ...] = ()
    align: Align | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Content:
        names = [name for name in ("label", "text", "field", "ruled") if hasattr(self, name)]
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) + bool(self.lines) != 1:
            raise one_of(*names, "lines")
        return self


class CellLine(Content):
    """One thing among several in a cell.

    Attributes:
        ruled: so many empty ruled lines, for handwriting.
        each: repeat `lines` for these rows.
        bold: set in the heading's font (黑体).
        code: in a font whose digits and letters are all as wide (a checksum).
        indent: first line in by two characters.
    """

    ruled: Annotated[int, Field(ge=1, le=30)] | None = None
    each: Loop | None = None
    bold: bool = False
    code: bool = False
    indent: bool = False

    @model_validator(mode="after")
    def _repeats_lines(self) -> CellLine:
        if self.each and not self.lines:
            raise WrongValueError("each 用来重复 lines。", "`each` repeats `lines`.")
        return self


class Cell(Content):
    """A cell of a form.

    Attributes:
        width: mm.
        label: words in the heading's font, centred.
        valign: labels and short values stand in the middle, long ones at the top.
        once: one cell merged down the repeats of the row.
    """

    width: Width
    label: Words | None = None
    valign: Literal["top", "center", "bottom"] = "center"
    once: bool = False


class FormRow(Conditional):
    """A row of a form.

    Attributes:
        each: repeat the row.
        then: repeat it inside each of those too (groups and their rows).
        min_height: mm.
        split: may break over a page; only for rows longer than a page.
    """

    cells: tuple[Cell, ...] = Field(min_length=1)
    each: Loop | None = None
    then: Loop | None = None
    min_height: Annotated[float, Field(gt=0, le=200)] | None = None
    split: bool = False

    @model_validator(mode="after")
    def _inner_loop(self) -> FormRow:
        if self.then and not self.each:
            raise WrongValueError("then 须与 each 同用。", "`then` needs `each`.")
        return self


class Form(Conditional):
    """Rows of label and value cells; the widths of each row fill the type area.

    Attributes:
        keep: all its rows on one page (a receipt and its signatures).
    """

    block: Literal["form"]
    keep: bool = False
    rows: tuple[FormRow, ...] = Field(min_length=1)


class Column(Content):
    """A column of a table.

    Attributes:
        head: words of the head row, which repeats on each page.
        width: mm.
        once: one cell merged down the rows of one outer row.
    """

    head: Words
    width: Width
    once: bool = False


class Table(Conditional):
    """A head row, then a row for each row of a field.

    Attributes:
        outer: rows around the rows (phases and their tasks, groups and their rows).
        span: a row over the whole width before the rows of each outer row.
        blank_rows: empty rows where nothing is given, for handwriting.
        min_height: of a row, mm.
        small: 10.5 pt instead of 12.
    """

    block: Literal["table"]
    rows: Path
    row: Annotated[str, Field(alias="as", pattern=NAME)]
    outer: Loop | None = None
    span: Words | None = None
    columns: tuple[Column, ...] = Field(min_length=1)
    blank_rows: Annotated[int, Field(ge=0, le=30)] = 0
    min_height: Annotated[float, Field(gt=0, le=100)] | None = None
    small: bool = False

    @model_validator(mode="after")
    def _span_needs_outer(self) -> Table:
        if self.outer is None and (self.span or any(column.once for column in self.columns)):
            raise WrongValueError(
                "span 和 once 须与 outer 同用。", "`span` and `once` need `outer`."
            )
        return self
