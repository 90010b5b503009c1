"""File names that every system can hold, made from titles and names."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
MAX_BYTES = 180


def file_name(*parts: str, suffix: str, most: int = MAX_BYTES) -> str:
    """Parts joined by `_`, readable on Windows, at most 200 bytes of UTF-8 with the suffix.

    Args:
        parts: titles and names; empty ones are left out.
        suffix: with its dot, e.g. `.docx`.
        most: bytes of UTF-8 before the suffix.
    """
    clean = [_FORBIDDEN.sub("", unicodedata.normalize("NFC", part)).strip() for part in parts]
    name = "_".join(part for part in clean if part).rstrip(". ") or "document"
    if _RESERVED.match(name):
        name = f"_{name}"
    while len(name.encode("utf-8", "ignore")) > most:
        name = name[:-1].rstrip(". ")
    return name + suffix
