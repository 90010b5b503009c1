"""What pages depend on beside the document: LibreOffice's version and the fonts, as one hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from service.engines.fonts.config import SHIPPED, all_faces
from service.engines.office.process import PROFILE
from service.engines.office.sandbox import Surroundings, office_version


@lru_cache(maxsize=4)
def world_of(around: Surroundings) -> str:
    """SHA-256, hex. Asks LibreOffice and fontconfig once: half a second."""
    digest = hashlib.sha256(office_version(around.soffice).encode())
    for shipped in (SHIPPED, PROFILE, around.worker):
        digest.update(shipped.read_bytes())
    files = {face.file for face in all_faces(around.fonts)} if around.fonts else set()
    for file in sorted(files):
        state = file.stat()
        digest.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()
