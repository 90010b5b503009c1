"""Engines: the body of a template while it is written: elements, sections, conditions, loops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from service.core.definition import Condition
from service.core.layout.scope import Scope, condition
from service.engines.builder.numbers import Numbers
from service.engines.builder.pen import Pen
from service.engines.builder.sections import Orientation, Running, section
from service.engines.builder.xml import Element, el, properties_of, tag_paragraph, text_of
from service.errors import DefinitionError, problem


@dataclass(kw_only=True)
class Body:
    """What is written so far, and where the pen stands.

    Attributes:
        pen: writes paragraphs.
        numbers: counts headings.
        running: footers and headers of the sections.
        elements: of `w:body`.
        orientation: of the section that is being written.
        wanted: orientation of what comes next.
        fresh_page: the next paragraph begins a new page.
        unfinished: a conditional landscape part is the last thing written.
    """

    pen: Pen
    numbers: Numbers
    running: Running
    elements: list[Element] = field(default_factory=list)
    orientation: Orientation = "portrait"
    wanted: Orientation = "portrait"
    fresh_page: bool = False
    unfinished: bool = False

    def add(self, *elements: Element) -> None:
        """Writes elements, beginning a new section first where the orientation changes."""
        self.turn()
        self.unfinished = False
        self.elements.extend(elements)

    def say(self, key: str, *parts: str | Element, properties: tuple[Element, ...] = ()) -> None:
        """Writes one paragraph in a named style; on a new page where one was asked for."""
        turned = self.turn()
        if self.fresh_page and not turned:
            properties = (*properties, el("w:pageBreakBefore"))
        self.fresh_page = False
        self.add(self.pen.paragraph(key, *parts, properties=properties))

    def tag(self, expression: str) -> None:
        """Writes a tag that stands between paragraphs."""
        self.add(tag_paragraph(expression))

    def filler(self) -> None:
        """A paragraph of next to no height: Word joins tables that nothing parts."""
        self.add(self.pen.paragraph("filler"))

    def turn(self) -> bool:
        """Ends the section where the orientation changes; True where it did."""
        if self.wanted == self.orientation:
            return False
        if self.elements:
            self.end_section()
        self.orientation = self.wanted
        return True

    def end_section(self) -> None:
        """What comes next begins on a new page."""
        mark = section(self.orientation, self.running)
        last = self.elements[-1] if self.elements else None
        if last is None or not _plain(last):
            self.elements.append(self.pen.paragraph("filler"))
        properties_of(self.elements[-1]).append(mark)

    @contextmanager
    def under(self, when: Condition | str | None) -> Iterator[None]:
        """What is written inside prints only under the condition."""
        if when is None:
            yield
            return
        expression = when if isinstance(when, str) else condition(when)
        before = self.wanted
        self.tag(f"if {expression}")
        self.numbers.conditions.append(expression)
        yield
        self.numbers.conditions.pop()
        if self.orientation != before:
            # A conditional section must end with its condition.
            self.wanted = before
            self.turn()
            self.unfinished = True
        self.elements.append(tag_paragraph("endif"))

    @contextmanager
    def loop(self, rows: str, row: str) -> Iterator[None]:
        """What is written inside is repeated for each row."""
        self.tag(f"for {row} in {rows}")
        self.numbers.enter(rows, row)
        yield
        self.numbers.leave()
        self.tag("endfor")

    def finish(self, file: str) -> list[Element]:
        """The whole body with its last section."""
        if self.unfinished:
            raise DefinitionError(
                problem("layout_landscape", "带条件的横排页不能是最后一个版块。",
                        "a landscape part with a condition must not be the last block.",
                        path="blocks", file=file)
            )  # fmt: skip
        return [*self.elements, section(self.orientation, self.running)]


def _plain(element: Element) -> bool:
    """A paragraph that always prints and ends no section yet."""
    text = text_of(element)
    return (
        element.tag.endswith("}p") and "{%p" not in text and not element.xpath("./w:pPr/w:sectPr")
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a block stands.

    Attributes:
        scope: fields and rows it can see.
        path: its key path, for messages.
        file: the layout's file, for messages.
        keep: nothing but the signature comes after it, so its end stays with what follows.
    """

    scope: Scope
    path: str
    file: str
    keep: bool = False

    def inside(self, number: int, *, keep: bool) -> Place:
        """The place of a block inside this one."""
        return replace(self, path=f"{self.path}.blocks.{number}", keep=keep)

    def wrong(self, code: str, zh: str, en: str, key: str = "") -> DefinitionError:
        """An error at this block or at one of its keys."""
        path = f"{self.path}.{key}" if key else self.path
        return DefinitionError(problem(code, zh, en, path=path, file=self.file))
