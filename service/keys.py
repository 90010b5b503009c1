"""Keys of the data folder: made once, readable by the service alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def kept_key(file: Path) -> bytes:
    """32 random bytes, the same for every process of a data folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        half = file.with_name(f".{file.stem}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(32))
        # Several processes start at once: the first link wins, all read the same key.
        with contextlib.suppress(FileExistsError):
            os.link(half, file)
        half.unlink()
    return file.read_bytes()
