"""Keys of the data folder: made once, readable by the service alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from service.errors import EngineError, Problem, problem

_BYTES = 32


def kept_key(file: Path) -> bytes:
    """32 random bytes, the same for every process of a data folder.

    Raises:
        EngineError: the file is there and holds something else; nothing is made over it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        half = file.with_name(f".{file.stem}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(_BYTES))
            out.flush()
            os.fsync(out.fileno())  # after a power cut it is whole, or not there
        # Several processes start at once: the first link wins, all read the same key.
        with contextlib.suppress(FileExistsError):
            os.link(half, file)
        half.unlink()
    key = file.read_bytes()
    if len(key) != _BYTES:
        raise EngineError(_damaged(file.name))
    return key


def _damaged(name: str) -> Problem:
    return problem(
        "key_damaged",
        f"数据文件夹中的密钥文件 {name} 已损坏；请从备份恢复它。",
        f"the key {name} in the data folder is damaged; restore it from a backup.",
    )
