"""What goes wrong with the database, in our words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import EngineError, Problem, problem

PASSING = {"database_busy", "database_unreachable"}
"""Codes of what is over when the other writer, or the server, is ready again."""
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
_DISK_FULL = "53100"  # PostgreSQL's SQLSTATE disk_full


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns the driver's failures into EngineError; a mistake of ours stays as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise EngineError(busy()) from error
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        raise EngineError(told) from error


def of_disk(error: OSError) -> EngineError:
    """A file that could not be written."""
    return EngineError(storage_full() if error.errno in NO_ROOM else cannot_open())


def _told(error: DBAPIError) -> Problem | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    if getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return storage_full()
    gone = error.connection_invalidated or isinstance(error, OperationalError)
    return unreachable() if gone else None


def _of_sqlite(error: sqlite3.Error) -> Problem | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    words: dict[int, Callable[[], Problem]] = {
        sqlite3.SQLITE_BUSY: busy,
        sqlite3.SQLITE_LOCKED: busy,
        sqlite3.SQLITE_FULL: storage_full,
        sqlite3.SQLITE_IOERR: storage_full,
        sqlite3.SQLITE_READONLY: readonly,
        sqlite3.SQLITE_PERM: readonly,
        sqlite3.SQLITE_CANTOPEN: cannot_open,
        sqlite3.SQLITE_CORRUPT: corrupt,
        sqlite3.SQLITE_NOTADB: corrupt,
    }
    return words[code]() if code in words else None


def busy() -> Problem:
    """Another process writes for longer than we wait."""
    return problem(
        "database_busy",
        "数据库正忙，这一步没有保存；请稍后再试。",
        "the database is busy and nothing was saved; try again in a moment.",
    )


def unreachable() -> Problem:
    """PostgreSQL does not answer."""
    return problem(
        "database_unreachable",
        "连不上数据库，这一步没有保存；请检查数据库服务和 GONGWEN_DATABASE_URL，再试。",
        "the database does not answer and nothing was saved; look at its server and at "
        "GONGWEN_DATABASE_URL, and try again.",
    )


def storage_full() -> Problem:
    """No room, or the disk fails."""
    return problem(
        "storage_full",
        "磁盘已满或写入失败，没有留下半成品；请腾出空间后重试。",
        "the disk is full or cannot be written, and nothing half-made was left; make room and "
        "try again.",
    )


def readonly() -> Problem:
    """The file or its folder cannot be written."""
    return problem(
        "database_readonly",
        "数据库文件不可写；请改正数据文件夹（GONGWEN_DATA）及其中文件的属主和权限。",
        "the database's file cannot be written; mend owner and rights of the data folder "
        "(GONGWEN_DATA) and what is in it.",
    )


def cannot_open() -> Problem:
    """The folder is missing, or the file cannot be opened."""
    return problem(
        "database_unopened",
        "数据库文件打不开；请检查数据文件夹（GONGWEN_DATA）是否存在、可写。",
        "the database's file cannot be opened; see whether the data folder (GONGWEN_DATA) is there "
        "and can be written.",
    )


def corrupt() -> Problem:
    """The file is no database, or pages of it are broken."""
    return problem(
        "database_corrupt",
        "数据库文件已损坏，程序没有改动它；请停止服务，从备份恢复这个文件。",
        "the database's file is damaged and was left as it is; stop the service and restore the "
        "file from a backup.",
    )
