"""Which characters the 仿宋 at hand lacks: they come from the next font in line."""

from __future__ import annotations

import logging
from functools import cached_property
from threading import Lock

from service.engines.fonts.config import DrawnFont, candidates, prepare_fonts
from service.settings import Settings

LOG = logging.getLogger(__name__)
BODY = "仿宋_GB2312"


class FontCoverage:
    """Keeps the font open and remembers what it has looked up; a process needs one of these."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lacking: dict[str, bool] = {}
        self._lock = Lock()

    def lacking(self, text: str) -> frozenset[str]:
        """Characters of a text that the body font has no glyph for.

        None where nothing can be told: a note must never cost a document.
        """
        with self._lock:
            if new := set(text) - set(self._lacking):
                missing = self._missing("".join(new))
                self._lacking |= {char: char in missing for char in new}
            return frozenset(char for char in text if self._lacking[char])

    def _missing(self, text: str) -> frozenset[str]:
        try:
            return self._body.lacks(text) if self._body else frozenset()
        except OSError as error:
            LOG.warning("fonts could not be looked at: %s", error.strerror)
            return frozenset()

    @cached_property
    def _body(self) -> DrawnFont | None:
        """None without fontconfig: there is no PDF then whose fonts could lack anything."""
        files = prepare_fonts(self._settings)
        return DrawnFont(files, BODY) if candidates(files, BODY) else None
