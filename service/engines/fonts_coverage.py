"""Which characters the 仿宋 at hand lacks: they come from the next font in line."""

from __future__ import annotations

import logging
from functools import cached_property
from threading import Lock

from service.engines.fonts import FontFiles, candidates, covers, prepare_fonts
from service.settings import Settings

LOG = logging.getLogger(__name__)
BODY = "仿宋_GB2312"


class FontCoverage:
    """Remembers what it has looked up: opening a font costs 70 ms, a name nothing."""

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
            # Without fontconfig there is no PDF whose fonts could lack anything.
            return covers(self._files, BODY, text) if candidates(self._files, BODY) else frozenset()
        except OSError as error:
            LOG.warning("fonts could not be looked at: %s", error.strerror)
            return frozenset()

    @cached_property
    def _files(self) -> FontFiles:
        return prepare_fonts(self._settings)
