"""The tables brought up to date at start; safe when two processes start at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from service.errors import EngineError, Problem, problem
from service.store import faults
from service.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0007"
"""The last migration; a test compares it with the folder, so that looking costs no import."""
_LOCK = 0x676F6E67  # "gong": serializes migrations on PostgreSQL
_VERSION = "alembic_version"
_ENGINE_TABLES = "dbos_migrations"  # the job engine's mark; its tables share SQLite's file


def bring_up_to_date(database: Database, blobs: Path | None) -> None:
    """Makes or migrates the tables, whole or not at all.

    Args:
        database: the database.
        blobs: the local blob folder, to see whether a missing database is a loss.

    Raises:
        EngineError: `database_newer`, `database_foreign`, `database_missing`,
            `database_corrupt`, ….
    """
    _refuse_loss(database, blobs)
    if database.file is not None:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise faults.of_disk(error) from error
    with faults.in_our_words(), database.engine.connect() as connection:
        if _current(connection) == NEWEST:
            return
        connection.rollback()
        with connection.begin():
            _migrate(connection, sqlite=database.sqlite)


def version(database: Database) -> str:
    """The last migration that the database has seen, "" for none; EngineError for a newer one."""
    with database.read() as session:
        found = _current(session.connection())
    _refuse_newer(found)
    return found


def _migrate(connection: Connection, *, sqlite: bool) -> None:
    if not sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = _current(connection)
    if found == NEWEST:
        return  # another process was faster
    _refuse_foreign(connection, found)
    # Only here: the import costs half a second.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table(_VERSION):
        return ""
    return str(connection.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar() or "")


def _refuse_foreign(connection: Connection, found: str) -> None:
    _refuse_newer(found)
    tables = set(inspect(connection).get_table_names())
    if not found and tables and _ENGINE_TABLES not in tables:
        raise EngineError(_foreign())


def _refuse_newer(found: str) -> None:
    known = {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}
    if found and found not in known:
        raise EngineError(_newer())


def _refuse_loss(database: Database, blobs: Path | None) -> None:
    """A database that is gone while its files are there is never begun anew in silence."""
    if database.file is None or database.file.exists() or blobs is None:
        return
    if any((blobs / name).exists() for name in ("rosters", "batches")):
        raise EngineError(_missing(database.file, blobs))


def _newer() -> Problem:
    return problem(
        "database_newer",
        "数据库是更新版本的程序建的；请改用那个版本的程序，或恢复升级前的备份。",
        "the database was made by a newer version of the program; run that version, or restore the "
        "backup from before the upgrade.",
    )


def _foreign() -> Problem:
    return problem(
        "database_foreign",
        "这个数据库里已有别的程序的表，没有改动它；请给公文服务一个空的数据库。",
        "this database holds tables of another program and was left as it is; give Gongwen an "
        "empty database.",
    )


def _missing(file: Path, blobs: Path) -> Problem:
    return problem(
        "database_missing",
        f"数据库文件不见了，而 {blobs} 里还有批量结果；请从备份恢复数据库文件。"
        "确要从头开始，请先移走这个文件夹。",
        f"the database's file is gone while results of batches lie in {blobs}; restore the file "
        "from a backup. To begin anew, move that folder away first.",
        file=str(file),
    )
