"""Fonts asked for by a Word file against fonts embedded in its PDF."""

from __future__ import annotations

from service.engines.fonts import FontFiles
from service.engines.protocols import FontUse


def fonts_used(files: FontFiles, docx: bytes, pdf: bytes) -> tuple[FontUse, ...]:
    """One line for each family that bears text in the Word file."""
    return ()
