"""A little disk space held back, so that a full disk can still be told of in the database."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SIZE = 1 << 20  # bytes: a few pages of SQLite's log


class Reserve:
    """A file that only takes room, beside SQLite's; elsewhere there is none."""

    def __init__(self, beside: Path | None) -> None:
        self._file = beside.with_name(beside.name + ".reserve") if beside else None

    def fill(self) -> None:
        """Takes the room, where there is plenty left."""
        if self._file is None or self._file.exists():
            return
        with suppress(OSError):
            free = os.statvfs(self._file.parent)
            if free.f_bavail * free.f_frsize > 4 * SIZE:
                with self._file.open("xb") as out:
                    os.posix_fallocate(out.fileno(), 0, SIZE)

    def give_up(self) -> None:
        """Gives the room to whoever writes next."""
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()
