"""Core: the closed list of blocks of layout.yaml, parsed from a plain mapping (docs/layouts.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from service.core.definition import Label
from service.core.layout.tables import Form, Table
from service.core.layout.words import (
    NAME,
    Conditional,
    LayoutPart,
    Path,
    Words,
    layout_problems,
    one_of,
)
from service.errors import DefinitionError

LineStyle = Literal[
    "body", "item", "subtitle", "addressee", "note", "annex_note", "annex_title", "signature",
    "date", "table_line", "cover_title", "cover_line", "cover_small", "separator_number",
]  # fmt: skip
_Blocks = Annotated[tuple["Block", ...], Field(min_length=1)]
_RowName = Annotated[str, Field(alias="as", pattern=NAME)]
_FileName = Annotated[str, Field(pattern=NAME)]


def _same(text: str) -> Label:
    return Label(zh=text, en=text)


class Letterhead(Conditional):
    """发文机关标志, 发文字号, red line; `signer` makes it that of an upward paper (7.2)."""

    block: Literal["letterhead"]
    mark: Words = _same("{{ issuer_mark }}")
    number: Words = _same("{{ doc_number }}")
    signer: Path | None = None
    corner: tuple[Path, ...] = ()


class Title(Conditional):
    """The paper's title; its lines are the clerk's own (7.3.1)."""

    block: Literal["title"]
    text: Words = _same("{{ title }}")


class Addressees(Conditional):
    """主送机关: flush left, ending with a full-width colon (7.3.2)."""

    block: Literal["addressees"]
    field: Path = "addressees"


class Line(Conditional):
    """One paragraph in a named style; `right` is its indent from the right, in 字.

    A tab in the text takes what follows it to the right edge.
    """

    block: Literal["line"]
    text: Words
    style: LineStyle = "body"
    align: Literal["left", "center", "right"] | None = None
    right: Annotated[float, Field(ge=0, le=20)] | None = None


class Paragraphs(Conditional):
    """The paragraphs of a field, or one paragraph of text."""

    block: Literal["paragraphs"]
    field: Path | None = None
    text: Words | None = None
    style: LineStyle = "body"

    @model_validator(mode="after")
    def _one_source(self) -> Paragraphs:
        if (self.field is None) == (self.text is None):
            raise one_of("field", "text")
        return self


class Heading(Conditional):
    """A heading; the builder numbers it."""

    block: Literal["heading"]
    level: Annotated[int, Field(ge=1, le=4)] = 1
    text: Words


class Section(Conditional):
    """A heading with what belongs to it: printed, or left out, together."""

    block: Literal["section"]
    level: Annotated[int, Field(ge=1, le=4)] = 1
    text: Words
    blocks: _Blocks


class RunIn(Conditional):
    """Rows as paragraphs that begin with a heading in a character style of its own."""

    block: Literal["run_in"]
    rows: Path
    row: _RowName
    level: Literal[2, 3, 4] = 2
    heading: Words
    text: Path | None = None
    after: Words | None = None
    blocks: tuple[Block, ...] = ()


class Numbered(Conditional):
    """The items of a list, one paragraph each, `1.` or `（1）` before them."""

    block: Literal["numbered"]
    field: Path
    form: Literal["arabic", "bracket"] = "arabic"
    style: LineStyle = "body"


class Each(Conditional):
    """Blocks repeated for each row of a field or group of rows."""

    block: Literal["each"]
    rows: Path
    row: _RowName
    blocks: _Blocks


class Group(Conditional):
    """Blocks under one condition."""

    block: Literal["group"]
    blocks: _Blocks


class Foot(Conditional):
    """Lines at the foot of the type area, whatever stands above them (a cover)."""

    block: Literal["foot"]
    blocks: _Blocks


class Landscape(Conditional):
    """Landscape pages: type area 225 x 156 mm, page number at the portrait foot's place."""

    block: Literal["landscape"]
    blocks: _Blocks


class Signature(Conditional):
    """署名 and 成文日期; sealed where the field `mode` has the code `sealed` (7.3.5)."""

    block: Literal["signature"]
    name: Words = _same("{{ signature_org }}")
    date: Words = _same("{{ issue_date }}")
    mode: Path = "seal_mode"
    sealed: str = "sealed"


class AnnexNote(Conditional):
    """附件说明, made from the annexes of the layout, so that the two always agree (7.3.4)."""

    block: Literal["annex_note"]


class Annex(Conditional):
    """附件: a new page, 附件n on line 1, title on line 3; `name` lets it be produced alone."""

    block: Literal["annex"]
    title: Words
    name: _FileName | None = None
    landscape: bool = False
    blocks: _Blocks


class Sheet(Conditional):
    """Pages of their own under a title that are no annex (a review sheet); `name` as above."""

    block: Literal["sheet"]
    title: Words
    name: _FileName | None = None
    landscape: bool = False
    blocks: _Blocks


class Imprint(Conditional):
    """版记, at the foot of the last page's type area (7.4)."""

    block: Literal["imprint"]
    copy_to: Path = "copy_to"
    printed_by: Path = "printed_by"
    printed_date: Path = "printed_date"


class Covering(Conditional):
    """A covering notice; what comes after it begins on a new page, page numbers run on."""

    block: Literal["covering"]
    blocks: _Blocks


class PageBreak(Conditional):
    """What comes after it begins on a new page."""

    block: Literal["page_break"]


class Spacer(Conditional):
    """Empty lines of the body's pitch, or a share of one."""

    block: Literal["spacer"]
    lines: Annotated[float, Field(ge=0.1, le=22)] = 1


class Contents(Conditional):
    """Lines of a table of contents: number, title, dot leaders, page."""

    block: Literal["contents"]
    rows: Path
    row: _RowName
    number: Words
    title: Words
    page: Words


Block = Annotated[
    Letterhead | Title | Addressees | Line | Paragraphs | Heading | Section | RunIn | Numbered
    | Each | Group | Foot | Form | Table | Landscape | Signature | AnnexNote | Annex | Sheet
    | Imprint | Covering | PageBreak | Spacer | Contents,
    Field(discriminator="block"),
]  # fmt: skip


class Layout(LayoutPart):
    """How the Word templates of one kind are built.

    Attributes:
        english_mark: "English version" stands over the title of the English template.
        page_numbers: at the foot of each page; front matter has none of its own.
        blocks: from the top of the first page to the foot of the last.
    """

    english_mark: bool = True
    page_numbers: bool = True
    blocks: _Blocks

    @property
    def parts(self) -> dict[str, Annex | Sheet]:
        """Annexes and sheets that can be produced as files of their own, by name."""
        found = (block for _, block in walk(self.blocks) if isinstance(block, (Annex, Sheet)))
        return {block.name: block for block in found if block.name}


def walk(blocks: tuple[Block, ...], prefix: str = "blocks") -> Iterator[tuple[str, Block]]:
    """Every block with its key path, outer ones first."""
    for number, block in enumerate(blocks):
        path = f"{prefix}.{number}"
        yield path, block
        yield from walk(getattr(block, "blocks", ()), f"{path}.blocks")


def parse_layout(mapping: Mapping[str, Any] | None, *, file: str) -> Layout:
    """Parses layout.yaml's plain mapping.

    Raises:
        DefinitionError: every wrong key, each with its path (`blocks.3.columns.1.width`).
    """
    try:
        return Layout.model_validate(mapping if mapping is not None else {})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise DefinitionError(layout_problems(found, file)) from None
