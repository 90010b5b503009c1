"""A pool's private folder: profiles and documents under way, swept when its pool died."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO


class Home:
    """A pool's private folder, locked while it lives; folders of dead pools are swept away."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The parent's own lock keeps a second pool from sweeping a folder just made.
        with (parent / "lock").open("w") as sweeping:
            fcntl.flock(sweeping, fcntl.LOCK_EX)
            for old in parent.iterdir():
                if old.is_dir() and (lock := _locked(old)) is not None:
                    for job in old.iterdir():
                        remove_sockets(job)
                    shutil.rmtree(old, ignore_errors=True)
                    lock.close()
            self.path = Path(tempfile.mkdtemp(dir=parent))
            self._lock = _locked(self.path)

    def remove(self) -> None:
        """Empties and unlocks it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def pipe_of(job: Path) -> str:
    """The name of the pipe through which a process in this folder is spoken to."""
    return "gongwen" + hashlib.sha256(bytes(job)).hexdigest()[:16]


def remove_sockets(job: Path) -> None:
    """Outside bubblewrap a killed LibreOffice leaves two sockets in /tmp, named in its own way."""
    profile = (job / "profile").as_uri().encode("utf-16-le")
    digest = hashlib.md5(profile, usedforsecurity=False).digest()
    single = "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
    for name in (pipe_of(job), single):
        Path(f"/tmp/OSL_PIPE_{os.getuid()}_{name}").unlink(missing_ok=True)


def _locked(folder: Path) -> IO[str] | None:
    """The folder's lock file, locked for us; None where a living pool holds it."""
    try:
        lock = (folder / "lock").open("w")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock
