"""Batch folder: made where it is not there, for one run at a time, swept of what a kill left."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.desk.files import PART, not_written
from service.errors import ConflictError, InputError, problem

MOST_CHARACTERS = 200
"""Of a whole path, as Windows counts them: programs stumble from 260 on, and folders move."""
_SHORTEST = 24
"""Characters of a name without ending, the least that tells forms apart."""
_ENDINGS = len("_2.docx")


@contextmanager
def opened(folder: Path) -> Iterator[None]:
    """The folder, writable and ours alone while the run lasts.

    Raises:
        ConflictError: `not_a_folder`, `batch_running`.
        EngineError: it cannot be made or read.
    """
    if folder.exists() and not folder.is_dir():
        zh, en = (
            "这里是一个文件，不是文件夹；请换一个位置。",
            "is a file, not a folder; take another.",
        )
        raise ConflictError(problem("not_a_folder", zh, en, file=str(folder)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise not_written(folder, error) from None
    try:
        _lock(descriptor, folder)
        _sweep(folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    """One run at a time; the lock ends with the process, however that ends (flock(2))."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
            return  # a file system without locks
        zh = "另一个命令正在往这个文件夹里生成；请等它结束。"
        en = "another command is making forms in this folder; wait until it has ended."
        raise ConflictError(problem("batch_running", zh, en, file=str(folder))) from None


def _sweep(folder: Path) -> None:
    try:
        for part in folder.glob(f"{PART}*"):
            part.unlink()
    except OSError as error:
        raise not_written(folder, error) from None


def longest_name(folder: Path) -> int:
    """Characters that a file's name without ending may have, so that the path stays short enough.

    Raises:
        InputError: `path_too_long`: the folder's own path leaves no room.
    """
    taken = len(str(folder.resolve()).encode("utf-16-le", "surrogatepass")) // 2
    longest = MOST_CHARACTERS - 1 - taken - len("/") - _ENDINGS
    if longest < _SHORTEST:
        zh = (
            f"文件夹的路径太长，文件的完整路径会超过 {MOST_CHARACTERS} 个字符；"
            "请换一个层次浅一些的文件夹。"
        )
        en = (
            f"the folder's path is so long that the files' paths would pass {MOST_CHARACTERS} "
            "characters; take a folder nearer to the top."
        )
        raise InputError(problem("path_too_long", zh, en, file=str(folder)))
    return longest
