"""The edge, Word: the one Jinja environment, and how a value becomes WordprocessingML."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
"""What docxtpl makes of a newline in a value."""

# Taken out of Jinja's own filters: raw output, attribute access, output that differs from run to
# run, and padding to any width (a gigabyte from ten characters).
UNWANTED_FILTERS = frozenset(
    {"attr", "center", "filesizeformat", "format", "indent", "pprint", "random", "safe"}
    | {"striptags", "tojson", "urlize", "wordwrap", "xmlattr"}
)

_PLAIN = frozenset({str, int, bool, float, Markup})
_record: ContextVar[list[str] | None] = ContextVar("word_values", default=None)


class NotPrintableError(TypeError):
    """A template tries to print a list, a mapping or a method."""


def finalize(value: Any) -> Markup:
    """A value as it stands between <w:t> and </w:t>; noted, so that it can be read back.

    None prints nothing: `None` on an official paper is always a mistake.
    """
    if value is None:
        return Markup()
    if type(value) not in _PLAIN:
        return _finalize_other(value)
    text = str(escape(value))
    if "<" in text:
        # What a macro or a block of the template made: its values are noted and escaped already.
        return Markup(text)
    if "\n" in text:
        text = text.replace("\n", BREAK)
    noted = _record.get()
    if noted is not None:
        noted.append(text)
    return Markup(text)


def _finalize_other(value: Any) -> Markup:
    """Pictures and rich text bring their own XML; an undefined name raises here."""
    if hasattr(value, "__html__"):
        return escape(value)
    str(value)
    raise NotPrintableError(type(value).__name__)


class Recording:
    """`with Recording() as values:` collects, in order, what templates print meanwhile."""

    def __enter__(self) -> list[str]:
        values: list[str] = []
        self._token = _record.set(values)
        return values

    def __exit__(self, *_: object) -> None:
        _record.reset(self._token)


def new_environment() -> ImmutableSandboxedEnvironment:
    """Sandboxed, immutable, autoescaping, strict; no globals, no filters but Jinja's harmless.

    Trimming is docxtpl's (Jinja's defaults).
    """
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=finalize
    )
    environment.globals.clear()
    for name in UNWANTED_FILTERS:
        environment.filters.pop(name, None)
    return environment


ENVIRONMENT = new_environment()
