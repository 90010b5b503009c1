"""What a package was made with: LibreOffice's version, and the digest of each font that served."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from service import __version__
from service.core.filing.manifest import MadeWith
from service.engines.fonts.config import all_faces, prepare_fonts
from service.engines.office.sandbox import find_soffice, office_version
from service.settings import Settings


def made_with(settings: Settings, families: Iterable[str]) -> MadeWith:
    """What this machine makes PDFs with.

    Args:
        settings: the unit's fonts and LibreOffice.
        families: that were found embedded in what was made.
    """
    soffice = find_soffice(settings)
    wanted = {one.casefold() for one in families}
    found = {
        face.file
        for face in all_faces(prepare_fonts(settings))
        if wanted & {name.casefold() for name in face.families}
    }
    return MadeWith(
        gongwen=__version__,
        office=office_version(soffice) if soffice else "",
        fonts={file.name: _digest(file, file.stat().st_mtime_ns) for file in sorted(found)},
    )


@lru_cache(maxsize=64)
def _digest(file: Path, _changed: int) -> str:
    """SHA-256; a font of 20 MB takes 50 ms, so each is read once."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
