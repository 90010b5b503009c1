"""The database: SQLite in the data folder, or PostgreSQL by address; failures in our words."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from service.errors import EngineError, Problem, problem
from service.settings import Settings
from service.store import faults

LOG = logging.getLogger(__name__)
WAIT_SECONDS = 30  # for another writer of SQLite
RETRY_SECONDS = 600  # for a database that is being started again; workers can wait
SQLITE_FILE = "gongwen.sqlite"
_Made = TypeVar("_Made")


def database_url(settings: Settings) -> str:
    """The address asked for, else SQLite's in the data folder."""
    return settings.database_url or f"sqlite:///{settings.data.resolve() / SQLITE_FILE}"


class Database:
    """Reading and writing transactions.

    Attributes:
        engine: SQLAlchemy's; the job engine works on it too.
        file: SQLite's file; None elsewhere.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = _engine(url)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
            raise EngineError(_bad_address()) from None
        name = self.engine.url.database
        self.file = Path(name) if self.sqlite and name else None

    @property
    def sqlite(self) -> bool:
        """True where it is a file of ours."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view; neither waits for a writer nor makes one wait.

        Raises:
            EngineError: `database_unreachable`, `database_corrupt`, ….
        """
        with faults.in_our_words(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, kept whole at the end or not at all.

        Raises:
            EngineError: `database_busy`, `storage_full`, `database_readonly`, ….
        """
        with (
            faults.in_our_words(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def written(self, work: Callable[[Session], _Made], seconds: float = RETRY_SECONDS) -> _Made:
        """As `write`, again and again while the database is away; work must bear being repeated."""
        deadline, pause = monotonic() + seconds, 0.1
        while True:
            try:
                with self.write() as session:
                    return work(session)
            except EngineError as error:
                passing = {one.code for one in error.problems} <= faults.PASSING
                if not passing or monotonic() + pause > deadline:
                    raise
                LOG.warning("the database is away; trying again")
                sleep(pause)
                pause = min(2 * pause, 2.0)

    def close(self) -> None:
        """Ends every connection."""
        self.engine.dispose()

    @property
    def _reader(self) -> Engine:
        return self.engine.execution_options(gongwen_reads=True)


def _engine(url: str) -> Engine:
    """Never a value in a log: statements hide their parameters."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS}, pool_timeout=60
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # libpq's own scheme, as operators write it, means psycopg 3 here.
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=60,
        connect_args={"connect_timeout": 10, "application_name": "gongwen"},
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=FULL")  # a batch that was promised outlives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Of two that change a new file's journal at once SQLite refuses one without any waiting."""
    deadline = monotonic() + WAIT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.02)


def _begin_sqlite(connection: Any) -> None:
    """A writer takes its place in the line at once: it could not move up from reading later."""
    reads = connection.get_execution_options().get("gongwen_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _bad_address() -> Problem:
    return problem(
        "bad_setting",
        "GONGWEN_DATABASE_URL 不是可用的数据库地址；例如 postgresql+psycopg://用户@主机/库名。",
        "GONGWEN_DATABASE_URL is no address of a database that can be used; an example: "
        "postgresql+psycopg://user@host/name.",
    )


__all__ = ["DBAPIError", "Database", "Session", "database_url"]
