"""Files on disk: written whole or not at all, and what to say when they cannot be."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.errors import EngineError, problem

PART = ".gongwen-part-"
"""How names of files begin that are not finished; what a killed run leaves is swept by this."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(file: Path, data: bytes) -> None:
    """Writes a file whole or not at all: a temporary file beside it, flushed, then renamed.

    Raises:
        EngineError: it cannot be written; it names the file asked for, not the temporary one.
    """
    with unfinished(file) as part:
        part.write_bytes(data)


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """A new empty file beside `file`, to be written; takes its place at the end, flushed to disk.

    Raises:
        EngineError: `storage_full`, `storage`, naming the file asked for.
    """
    part = file.with_name(f"{PART}{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # 0o666: the kernel takes away what this person's new files do not have (umask).
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        yield part
        _flush(part)
        part.replace(file)
    except OSError as error:
        raise not_written(file, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def not_written(file: Path, error: OSError) -> EngineError:
    """Why a file or folder could not be written, and what to do."""
    if error.errno in _FULL:
        zh = "磁盘已满，写不进去；请腾出空间后再运行同一命令。"
        en = "the disk is full; make room and run the same command again."
        return EngineError(problem("storage_full", zh, en, file=str(file)))
    why = error.strerror or type(error).__name__
    zh = f"写不进去（{why}）；请检查文件夹的权限、磁盘空间和文件名长度，或换一个位置。"
    en = (
        f"cannot be written ({why}); look at the rights of the folder, the free space and the "
        "length of the name, or take another place."
    )
    return EngineError(problem("storage", zh, en, file=str(file)))


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's content, hex."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb+") as written:
        os.fsync(written.fileno())
