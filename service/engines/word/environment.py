"""The edge, Word: the one Jinja environment, and how a value becomes WordprocessingML."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from jinja2 import StrictUndefined
from jinja2.runtime import LoopContext
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

PLAIN = frozenset({int, bool, float, Markup})
"""Types that print, beside text."""
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
_record: ContextVar[list[str] | None] = ContextVar("word_values", default=None)


class NotPrintableError(TypeError):
    """A template tries to print a list, a mapping or a method."""


def finalize(value: Any) -> Markup:
    """A value as it stands between <w:t> and </w:t>; noted, so that it can be read back.

    None prints nothing: `None` on an official paper is always a mistake.
    """
    if type(value) is str:
        # Five looks are cheaper than `escape`, which makes a Markup to be unmade.
        special = "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
        text = str(escape(value)) if special else value
    elif value is None:
        return Markup()
    elif type(value) in PLAIN:
        text = str(escape(value))
        if "<" in text:
            # Made by a macro or a block of the template: its values are noted and escaped already.
            return Markup(text)
    else:
        return finalize_other(value)
    if "\n" in text:
        text = text.replace("\n", BREAK)
    noted = _record.get()
    if noted is not None:
        noted.append(text)
    return Markup(text)


def finalize_other(value: Any) -> Markup:
    """Pictures and rich text bring their own XML; an undefined name raises here."""
    if hasattr(value, "__html__"):
        return escape(value)
    str(value)
    raise NotPrintableError(type(value).__name__)


def note(text: str) -> None:
    """Remembers what is printed, where somebody records."""
    noted = _record.get()
    if noted is not None:
        noted.append(text)


class Recording:
    """`with Recording() as values:` collects, in order, what templates print meanwhile."""

    def __enter__(self) -> list[str]:
        values: list[str] = []
        self._token = _record.set(values)
        return values

    def __exit__(self, *_: object) -> None:
        _record.reset(self._token)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's, which looks at every `loop.index` anew to find it harmless."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, where a template may have it."""
        if type(obj) is LoopContext and attribute in _LOOP:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def new_environment(
    finalized: Callable[[Any], Markup] = finalize,
) -> ImmutableSandboxedEnvironment:
    """Sandboxed, immutable, autoescaping, strict; no globals, no filters but Jinja's harmless.

    Trimming is docxtpl's (Jinja's defaults).
    """
    environment = _Sandbox(autoescape=True, undefined=StrictUndefined, finalize=finalized)
    environment.globals.clear()
    for name in UNWANTED_FILTERS:
        environment.filters.pop(name, None)
    return environment


ENVIRONMENT = new_environment()
