"""The edge, Word: how a value becomes text of an ODT: newlines, tabs and blanks are elements."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from service.engines.word.environment import PLAIN, finalize_other, new_environment, note

# Blanks that a reader of ODT drops or folds: several, and those beside an end or a break.
_BLANKS = re.compile(r"(?:\A|(?<=[\n\t])) +| +(?:\Z|(?=[\n\t]))| {2,}")
_BREAK, _TAB = "<text:line-break/>", "<text:tab/>"
_ELEMENT = re.compile(r"<[^<>]*>")


def finalize(value: Any) -> Markup:
    """A value as it stands in a paragraph of an ODT; noted, so that it can be read back."""
    if value is None:
        return Markup()
    if type(value) is not str and type(value) not in PLAIN:
        return finalize_other(value)
    text = str(escape(value))
    if "<" in text:  # a macro of the template made it: its values are noted already
        return Markup(text)
    if " " in text:
        text = _BLANKS.sub(_counted, text)
    if "\n" in text or "\t" in text:
        text = text.replace("\n", _BREAK).replace("\t", _TAB)
    note(text)
    return Markup(text)


def _counted(hit: re.Match[str]) -> str:
    count = len(hit[0])
    return "<text:s/>" if count == 1 else f'<text:s text:c="{count}"/>'


def words_of(text: str) -> str:
    """A noted value as it was handed in, less its breaks, tabs and counted blanks."""
    return str(Markup(_ELEMENT.sub("", text)).unescape())


ENVIRONMENT = new_environment(finalize)
"""The sandbox of Word templates, with ODT's way of writing values."""
