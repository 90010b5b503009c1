"""Engine room, uploads: drawings that forget to restore what they changed are closed properly."""

from __future__ import annotations

import re

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from service.engines.pdf.copy import new_stream, wrap_contents
from service.engines.pdf.values import items_of, plain, value_of

# Strings, comments and pictures within the drawing may hold the letters q and Q.
_TOKENS = re.compile(
    rb"""\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)
    |<[0-9A-Fa-f\s]*>
    |%[^\r\n]*
    |(?<![^\s\[\]<>()])BI(?=\s).*?\sEI(?=\s|$)
    |(?<![^\s\[\]<>()])(?P<state>[qQ])(?![^\s\[\]<>()/%])""",
    re.VERBOSE | re.DOTALL,
)


def balance(writer: PdfWriter, page: DictionaryObject) -> None:
    """Adds the missing `q` before and `Q` after a page's drawing; what is added draws nothing."""
    missing, left = depths(drawing_of(page))
    if missing or left:
        before = [new_stream(writer, b"q " * missing)] if missing else []
        after = [new_stream(writer, b"\n" + b"Q " * left)] if left else []
        wrap_contents(page, before, after)


def depths(drawing: bytes) -> tuple[int, int]:
    """How many saved states a drawing takes too many, and how many are left open then."""
    depth = lowest = 0
    for token in _TOKENS.finditer(drawing):
        if token["state"]:
            depth += 1 if token["state"] == b"q" else -1
            lowest = min(lowest, depth)
    return -lowest, depth - lowest


def drawing_of(page: DictionaryObject) -> bytes:
    """The whole drawing of a page, unpacked."""
    held = value_of(page, "/Contents")
    streams = map(plain, items_of(held)) if isinstance(held, ArrayObject) else [held]
    return b"\n".join(one.get_data() for one in streams if isinstance(one, StreamObject))
