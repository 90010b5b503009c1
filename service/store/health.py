"""How the database and the file store are, found out without making or changing anything."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from service.errors import EngineError, Problem
from service.settings import Settings
from service.store import faults, workers
from service.store.blobs import Blobs, blobs_url
from service.store.database import Database, database_url
from service.store.migrate import NEWEST, version


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found.

    Attributes:
        engine: `sqlite`, `postgresql`.
        made: the tables are there.
        version: the last migration that they have seen, "" for none.
        newest: that version is this program's own.
        workers: worker processes that live.
        problem: why the database cannot be used.
        blobs: where files lie, without secrets.
        blobs_problem: why files cannot be kept.
    """

    engine: str
    made: bool = False
    version: str = ""
    newest: bool = False
    workers: int = 0
    problem: Problem | None = None
    blobs: str = ""
    blobs_problem: Problem | None = None


def examine(settings: Settings) -> Health:
    """Looks at both; SQLite's pages are checked too (PRAGMA quick_check)."""
    blobs, blobs_problem = _blobs(settings)
    try:
        database = Database(database_url(settings))
    except EngineError as error:
        return Health(
            engine="?", problem=error.problems[0], blobs=blobs, blobs_problem=blobs_problem
        )
    engine = database.engine.dialect.name
    try:
        if database.file is not None and not database.file.exists():
            return Health(engine=engine, blobs=blobs, blobs_problem=blobs_problem)
        return _database(database, blobs, blobs_problem)
    except EngineError as error:
        problem = error.problems[0]
        return Health(engine=engine, problem=problem, blobs=blobs, blobs_problem=blobs_problem)
    finally:
        database.close()


def _database(database: Database, blobs: str, blobs_problem: Problem | None) -> Health:
    found = version(database)
    alive: int = 0
    with database.read() as session:
        if database.sqlite and session.scalar(text("PRAGMA quick_check(1)")) != "ok":
            raise EngineError(faults.corrupt())
        if found == NEWEST:
            alive = len(workers.alive(session))
    return Health(
        engine=database.engine.dialect.name,
        made=bool(found),
        version=found,
        newest=found == NEWEST,
        workers=alive,
        blobs=blobs,
        blobs_problem=blobs_problem,
    )


def _blobs(settings: Settings) -> tuple[str, Problem | None]:
    url = blobs_url(settings)
    try:
        if url.startswith("file:") and not settings.blobs_url and not settings.data.exists():
            return url, None  # made at first use; the data folder has a line of its own
        Blobs(url).try_writing()
    except EngineError as error:
        return url, error.problems[0]
    return url, None
