"""Engines: builds a kind's Word templates from its layout and form definition (python-docx)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from service.core.definition import FormDefinition
from service.core.layout.blocks import (
    Addressees,
    Annex,
    AnnexNote,
    Block,
    Contents,
    Covering,
    Each,
    Foot,
    Group,
    Heading,
    Imprint,
    Landscape,
    Layout,
    Letterhead,
    Line,
    Numbered,
    PageBreak,
    Paragraphs,
    RunIn,
    Section,
    Sheet,
    Signature,
    Spacer,
    Title,
    walk,
)  # fmt: skip
from service.core.layout.check import check_layout
from service.core.layout.scope import Scope
from service.core.layout.starter import propose_layout
from service.core.layout.tables import Form, Table
from service.engines.builder import blocks as text
from service.engines.builder import parts
from service.engines.builder import tables as ruled
from service.engines.builder.body import Body, Place
from service.engines.builder.contents import contents
from service.engines.builder.numbers import Numbers
from service.engines.builder.package import Package
from service.engines.builder.pen import Pen
from service.engines.builder.sections import Running, footer, landscape_header
from service.engines.builder.styles import fonts_of, styles_xml
from service.errors import Lang

_Writer = Callable[[Body, Any, Place], object]
_SIMPLE: dict[type, _Writer] = {
    Letterhead: text.letterhead, Title: text.title, Addressees: text.addressees, Line: text.line,
    Paragraphs: text.paragraphs, Heading: text.heading, Numbered: text.numbered,
    Spacer: text.spacer, Contents: contents, Signature: parts.signature,
    Imprint: parts.imprint, Form: ruled.form, Table: ruled.table,
}  # fmt: skip


class WordBuilder:
    """Word templates from layouts, and starter layouts from forms."""

    def build(
        self, layout: Layout, form: FormDefinition, lang: Lang, *, file: str = "layout.yaml"
    ) -> dict[str, bytes]:
        """The template under "", and each part that can be produced alone under its name.

        Args:
            layout: how it looks.
            form: what its tags may name.
            lang: of the templates; equal layouts give equal bytes.
            file: the layout's file, for messages.

        Raises:
            DefinitionError: a block names what is not there or cannot be built; with its path.
        """
        check_layout(layout, form, file=file)
        return {
            part: _Builder(layout, form, lang, file).build(part) for part in ("", *layout.parts)
        }

    def propose(self, form: FormDefinition) -> dict[str, Any]:
        """A starter layout for a new kind: every printing field is used."""
        return propose_layout(form)


class _Builder:
    """Writes one template."""

    def __init__(self, layout: Layout, definition: FormDefinition, lang: Lang, file: str) -> None:
        self._layout, self._definition, self._lang, self._file = layout, definition, lang, file
        self._pen = Pen(lang=lang)
        self._package = Package()
        self._annexes = parts.AnnexList(
            annexes=[
                (block, parts.applies_when(block))
                for _, block in walk(layout.blocks)
                if isinstance(block, Annex) and lang in block.lang
            ]
        )
        self._alone = False

    def build(self, part: str) -> bytes:
        """Body, then what the body turned out to need."""
        self._alone = part != ""
        blocks = (self._layout.parts[part],) if part else self._layout.blocks
        running = self._running(blocks)
        body = Body(pen=self._pen, numbers=Numbers(lang=self._lang), running=running)
        place = Place(scope=Scope(form=self._definition), path="", file=self._file)
        if part and _turned(blocks[0]):
            body.wanted = "landscape"
        if self._lang == "en" and self._layout.english_mark:
            body.say("note", "English version")
        self._write_all(body, blocks, place)
        elements = body.finish(self._file)
        title = self._definition.title.of(self._lang)
        styles = styles_xml(self._pen.used, self._lang)
        fonts = fonts_of(self._pen.used, self._lang)
        self._package.add_fixed(styles, fonts, title, self._lang)
        return self._package.save(elements)

    def _running(self, blocks: Sequence[Block]) -> Running:
        if not self._layout.page_numbers:
            return Running()
        pen, add = self._pen, self._package.running
        made = Running(odd_footer=add("footer1", footer(pen, odd=True)),
                       even_footer=add("footer2", footer(pen, odd=False)))  # fmt: skip
        if not any(_turned(block) for _, block in walk(tuple(blocks))):
            return made
        return replace(
            made,
            empty_footer=add("footer3", footer(pen, odd=None)),
            empty_header=add("header3", landscape_header(pen, odd=None)),
            odd_header=add("header1", landscape_header(pen, odd=True)),
            even_header=add("header2", landscape_header(pen, odd=False)),
        )

    def _write_all(self, body: Body, blocks: Sequence[Block], place: Place) -> None:
        for number, block in enumerate(blocks):
            keep = place.keep if _nothing_after(blocks, number) else _signed(blocks, number)
            self._write(body, block, self._inside(place, number, keep=keep))

    def _inside(self, place: Place, number: int, *, keep: bool) -> Place:
        return (
            place.inside(number, keep=keep)
            if place.path
            else replace(place, path=f"blocks.{number}", keep=keep)
        )

    def _write(self, body: Body, block: Block, place: Place) -> None:
        if self._lang not in block.lang:
            return
        with body.under(None if self._alone and isinstance(block, (Annex, Sheet)) else block.when):
            writer = _SIMPLE.get(type(block))
            if writer is not None:
                writer(body, block, place)
            else:
                self._write_container(body, block, place)

    def _write_container(self, body: Body, block: Block, place: Place) -> None:
        match block:
            case AnnexNote():
                parts.annex_note(body, block, place, self._annexes)
            case PageBreak():
                body.fresh_page = True
            case Group():
                self._write_all(body, block.blocks, place)
            case Foot():
                at = len(body.elements)
                self._write_all(body, block.blocks, place)
                parts.to_foot(body.elements[at:])
                body.filler()
            case Section():
                text.heading(
                    body, Heading(block="heading", level=block.level, text=block.text), place
                )
                self._write_all(body, block.blocks, place)
            case Covering():
                self._write_all(body, block.blocks, place)
                body.end_section()
                body.numbers.restart()
            case Each() | RunIn():
                self._write_loop(body, block, place)
            case Annex() | Sheet() | Landscape():
                self._write_pages(body, block, place)

    def _write_loop(self, body: Body, block: Each | RunIn, place: Place) -> None:
        inner = place.scope.enter(block.rows, block.row)
        if inner is None:
            raise place.wrong("layout_rows", f"“{block.rows}”不是表格。",
                              f"{block.rows} is no table.", key="rows")  # fmt: skip
        with body.loop(block.rows, block.row):
            if isinstance(block, RunIn):
                text.run_in(body, block, replace(place, scope=inner))
            self._write_all(body, block.blocks, replace(place, scope=inner, keep=False))

    def _write_pages(self, body: Body, block: Annex | Sheet | Landscape, place: Place) -> None:
        """Pages of their own, landscape where asked for."""
        before = body.wanted
        if _turned(block):
            body.wanted = "landscape"
        if isinstance(block, Annex):
            parts.annex_head(body, block, self._annexes, alone=self._alone)
        elif isinstance(block, Sheet):
            parts.sheet_head(body, block, alone=self._alone)
        self._write_all(body, block.blocks, replace(place, keep=False))
        body.wanted = before


def _turned(block: Block) -> bool:
    return isinstance(block, Landscape) or bool(getattr(block, "landscape", False))


def _nothing_after(blocks: Sequence[Block], number: int) -> bool:
    return number == len(blocks) - 1


def _signed(blocks: Sequence[Block], number: int) -> bool:
    """True where what follows the block may be the signature at once."""
    for block in blocks[number + 1 :]:
        if isinstance(block, Signature):
            return True
        if not isinstance(block, (AnnexNote, Spacer)) and block.when is None:
            return False
    return False
