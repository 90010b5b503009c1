"""What differs from the version before: fields by their label, paragraphs of Word files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from service.core.definition import FormDefinition, Label
from service.core.typed import typed
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store.models import Version

_MOST = 60
"""Changed places that a page shows."""


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """Paragraphs that stand in the place of others; either may be empty."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def changed_fields(
    form: FormDefinition,
    before: tuple[Mapping[str, Any], Mapping[str, Any]],
    after: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> tuple[Label, ...]:
    """Labels of the fields that print something else; both sides are raw answers and facts."""
    (old, _), (new, _) = typed(form, *before), typed(form, *after)
    return tuple(
        field.label for name, field in form.fields.items() if old.get(name) != new.get(name)
    )


def changed_text(desk: Desk, before: Version, after: Version) -> tuple[TextChange, ...] | None:
    """Changed paragraphs of two Word files; None where they cannot be compared."""
    if not (before.blob.endswith(".docx") and after.blob.endswith(".docx")):
        return None
    try:
        return compared(_text(desk, before), _text(desk, after))
    except GongwenError:  # a file that cannot be read is told of where it is opened
        return None


def _text(desk: Desk, version: Version) -> str:
    return desk.text_of(desk.store.blobs.get(version.blob))


@lru_cache(maxsize=64)
def compared(before: str, after: str) -> tuple[TextChange, ...]:
    """Places in which two texts differ, a line for each paragraph; blank ones count for nothing."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        TextChange(before=old[a:b], after=new[c:d])
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )[:_MOST]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
