"""Conversion: Word to PDF, the fonts that served, uploads made safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from service.errors import Problem, Text


@dataclass(frozen=True, kw_only=True)
class FontUse:
    """One font that a document asks for and what served it.

    Attributes:
        wanted: the family named in the Word file, e.g. `仿宋_GB2312`.
        served: the families found embedded in the PDF in its place, e.g. `FandolFang R`.
        stand_in: True where `served` is not the wanted font itself.
    """

    wanted: str
    served: tuple[str, ...]
    stand_in: bool


@dataclass(frozen=True, kw_only=True)
class Converted:
    """A PDF made by the converter, checked to be one.

    Attributes:
        pdf: the file, PDF/A-2b.
        pages: number of pages, at least 1.
        fonts: wanted against embedded fonts.
    """

    pdf: bytes
    pages: int
    fonts: tuple[FontUse, ...] = ()


class Converter(Protocol):
    """Word to PDF.

    Raises:
        EngineError: `pdf_unavailable`, `convert_crashed`, `convert_timeout`, `convert_empty`.
        InputError: `convert_refused`, the file is no sound Word file.
    """

    @property
    def reason(self) -> Problem | None:
        """Why there is no PDF on this machine and how to mend it; None where there is."""

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """Converts one document.

        Args:
            source: the document.
            name: for messages.
            suffix: what it is.
            urgent: before others in the line; previews are, batches are not.
            fonts: compare wanted with embedded fonts (a tenth of a form's time); None where
                urgent only.
        """

    def twin(self, docx: bytes, *, name: str) -> bytes:
        """A Word file saved as ODT by LibreOffice itself; `name` is for messages."""

    def world(self) -> str:
        """A hash of what pages depend on beside the document: LibreOffice's version, the fonts."""

    def close(self) -> None:
        """Ends every process that it started."""


class Coverage(Protocol):
    """What the body font at hand can draw."""

    def lacking(self, text: str) -> frozenset[str]:
        """Characters of a text that it has no glyph for."""


@dataclass(frozen=True, kw_only=True)
class CleanUpload:
    """An upload made safe.

    Attributes:
        pdf: its pages as PDF.
        pages: how many.
        removed: what was taken out (scripts, actions, embedded files), for the clerk to read.
    """

    pdf: bytes
    pages: int
    removed: tuple[Text, ...] = ()


class UploadReader(Protocol):
    """PDF, PNG, JPEG, .docx, .doc from outside to safe pages. Raises InputError naming the file."""

    def read(self, data: bytes, *, name: str, title: str = "") -> CleanUpload:
        """Looks at the content, never at the name's ending alone."""
