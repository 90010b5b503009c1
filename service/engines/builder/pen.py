"""Engines: writes paragraphs in named styles of one language and remembers which it used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.core.definition import Label
from service.engines.builder.styles import style_id
from service.engines.builder.xml import Element, el, paragraph, run, val
from service.errors import Lang


def bind(values: Mapping[str, str]) -> str:
    """The comment by which the filler puts computed values into attributes (docs/layouts.md)."""
    listed = " ".join(f"{attribute}={name}" for attribute, name in values.items())
    return f"{{# bind {listed} #}}"


@dataclass(kw_only=True)
class Pen:
    """Writes in one language.

    Attributes:
        lang: of the template.
        used: keys of the styles used so far.
    """

    lang: Lang
    used: set[str] = field(default_factory=lambda: {"body"})

    def say(self, words: Label) -> str:
        """The words in the template's language."""
        return words.of(self.lang)

    def either(self, zh: str, en: str) -> str:
        """Fixed words of the builder's own."""
        return zh if self.lang == "zh" else en

    def style(self, key: str) -> Element:
        """`w:rStyle` of a character style."""
        self.used.add(key)
        return val("w:rStyle", style_id(key))

    def run(self, text: str, *properties: Element) -> Element:
        """A run; in Chinese its quotes, dashes and dots take the Chinese font."""
        hint = [el("w:rFonts", {"w:hint": "eastAsia"})] if self.lang == "zh" else []
        return run(text, *hint, *properties)

    def paragraph(
        self, key: str, *parts: str | Element, properties: Iterable[Element] = ()
    ) -> Element:
        """A paragraph in a named style from texts and runs; an item is plain body in Chinese."""
        key = "body" if key == "item" and self.lang == "zh" else key
        self.used.add(key)
        runs = [self.run(part) if isinstance(part, str) else part for part in parts]
        return paragraph(style_id(key), *runs, properties=properties)
