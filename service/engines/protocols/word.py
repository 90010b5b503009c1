"""Word: templates built, proved, filled, and many of them in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from service.core.definition import FormDefinition
from service.core.layout.blocks import Layout
from service.engines.protocols.office import Converter
from service.errors import Lang


@dataclass(frozen=True, kw_only=True)
class Composite:
    """Many documents of one template in one file, for the converter only.

    Attributes:
        source: the file.
        suffix: what it is.
        marks: for each document the named destination that its first page has in the PDF.
        ends: for each document the one of its last page; may be empty, and some may be missing
            from the PDF. They only prove the others: no page has the end of one and the next.
    """

    source: bytes
    suffix: Literal[".docx", ".odt"]
    marks: tuple[str, ...]
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Leftovers:
    """What a Word file edited by hand still holds.

    Attributes:
        changes: paragraphs with tracked changes that nobody has accepted.
        comments: comments in the margin.
        heads: lines of its running heads.
    """

    changes: int
    comments: int
    heads: tuple[str, ...]


class FillTemplate(Protocol):
    """A Word template, proved and compiled."""

    @property
    def version(self) -> str:
        """SHA-256 of the template file, hex."""

    def fill(self, context: Mapping[str, Any]) -> bytes:
        """The document as .docx, every printing value read back; same context, same bytes."""

    def composite(self, contexts: Sequence[Mapping[str, Any]]) -> Composite:
        """Many documents as one, each beginning a section of its own, pages counted from 1 anew.

        Raises what `fill` raises, and DefinitionError `not_composable` where a template holds what
        cannot stand in a composite; then each document is converted alone.
        """


class Twins(Protocol):
    """ODT twins of Word templates: composites that LibreOffice reads three times faster."""

    def composer(
        self,
        docx: bytes,
        *,
        converter: Converter,
        file: str,
        probes: Callable[[], Sequence[Mapping[str, Any]]] | None = None,
    ) -> Callable[[Sequence[Mapping[str, Any]]], Composite] | None:
        """Makes composites of the template's twin; None where the Word composite has to serve.

        The twin serves only where its pages are the Word composite's over the probes; where that
        was not judged yet and probes are given, it is judged now, which takes some seconds.
        Composites raise EngineError where a document cannot be filled.
        """


class TemplateLoader(Protocol):
    """Word templates from bytes."""

    def load(self, docx: bytes, *, file: str) -> FillTemplate:
        """Proves and compiles; cached by content. Raises DefinitionError naming `file`."""

    def tags(self, docx: bytes, *, file: str) -> frozenset[str]:
        """Every dotted name the template may look up (`tasks.problem`, `shown.issue_date`)."""


class TemplateBuilder(Protocol):
    """Word templates from a layout."""

    def build(self, layout: Layout, form: FormDefinition, lang: Lang) -> Mapping[str, bytes]:
        """The template under "", and each annex that can be produced alone under its name."""

    def propose(self, form: FormDefinition) -> Mapping[str, Any]:
        """A starter layout for a new kind: every printing field is used."""
