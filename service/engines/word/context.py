"""The edge, Word: what may be handed to a template, plain values only, and what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docxtpl import InlineImage, Listing, RichText, RichTextParagraph

from service.core.present import Printed
from service.errors import DefinitionError, InputError, Problem, problem

try:  # sub-documents need docxcompose, which docxtpl does not require
    from docxtpl import Subdoc
except ImportError:  # pragma: no cover - depends on what is installed
    Subdoc = None

RICH: tuple[type, ...] = tuple(
    kind for kind in (InlineImage, Listing, RichText, RichTextParagraph, Subdoc) if kind
)
_PLAIN = frozenset({str, int, bool, type(None)})
_HOLDERS = frozenset({dict, list})
_MAX_DEPTH = 20
# Tab and newline print; carriage return would be turned into a newline by every XML reader.
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_rich(context: Mapping[str, Any]) -> bool:
    """True where a picture, sub-document or rich text is among the values.

    What `present` made is known to be plain and is not looked at.

    Raises:
        DefinitionError: `template_value_not_plain` for anything else that is not plain data.
    """
    if type(context) is Printed:
        return False
    rich = False
    level = list(context.values())
    for _ in range(_MAX_DEPTH):
        kinds = set(map(type, level))
        if others := kinds - _PLAIN - _HOLDERS:
            rich = True
            if not all(issubclass(kind, RICH) for kind in others):
                raise DefinitionError([_not_plain(path) for path in _odd(context, "", 0)])
        if kinds.isdisjoint(_HOLDERS):
            return rich
        level = [
            inner
            for value in level
            if type(value) in _HOLDERS
            for inner in (value.values() if type(value) is dict else value)
        ]
    raise DefinitionError(_not_plain("…"))


def _odd(value: Any, path: str, depth: int) -> Iterator[str]:
    """Paths of what is not plain."""
    if depth < _MAX_DEPTH and (type(value) is dict or depth == 0):
        for key, item in value.items():
            yield from _odd(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif depth < _MAX_DEPTH and type(value) is list:
        for row, item in enumerate(value):
            yield from _odd(item, f"{path}.{row}", depth + 1)
    elif type(value) not in _PLAIN and not isinstance(value, RICH):
        yield path


def _not_plain(path: str) -> Problem:
    return problem(
        "template_value_not_plain",
        f"“{path}”不是文字、数字、是否、列表或字典，不能交给模板。",
        f"“{path}” is not text, number, yes/no, list or mapping and cannot go to a template.",
        path=path,
    )


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every printing value of a context as text, with its dotted path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for row, item in enumerate(value):
            yield from strings(item, f"{path}.{row}" if path else str(row))
    elif value is not None and not isinstance(value, RICH):
        yield path, str(value)


def refuse_bad_characters(context: Mapping[str, Any]) -> None:
    """Names every value that holds a character that Word cannot keep.

    Raises:
        InputError: `bad_character`, one for each value, with its path and the code point.
    """
    found = [
        _bad_character(path, ord(hit.group()))
        for path, text in strings(context)
        if (hit := _FORBIDDEN.search(text))
    ]
    if found:
        raise InputError(found)


def _bad_character(path: str, code: int) -> Problem:
    return problem(
        "bad_character",
        f"“{path}”中有无法写入 Word 的字符 U+{code:04X}；请删去后重试。",
        f"“{path}” holds the character U+{code:04X}, which Word cannot keep; remove it.",
        path=path,
    )
