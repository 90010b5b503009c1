"""docxtpl as everyone uses it: a new DocxTemplate for each document, autoescape on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate


def fill(template: bytes, context: Mapping[str, Any]) -> bytes:
    """The document."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(context), autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
