"""The database: made, migrated, opened by two at once, refused where it is not ours."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect, select, text

from service.errors import EngineError
from service.settings import Settings
from service.store import database as store_database
from service.store import keep, migrate, rosters
from service.store.columns import db_now, from_json, to_json
from service.store.database import Database, database_url
from service.store.keep import open_store
from service.store.models import Base, Profile

TABLES = {"activity", "roster", "member", "batch", "item", "worker"}


def code_of(error):
    [found] = error.value.problems
    assert found.text.zh and found.text.en
    return found.code


@pytest.fixture(autouse=True)
def _made_by_the_migrations(monkeypatch):
    monkeypatch.setattr(keep, "bring_up_to_date", migrate.bring_up_to_date)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return (
        "" if request.param == "sqlite" else request.getfixturevalue("cluster").database(empty=True)
    )


@pytest.fixture
def settings(tmp_path, url):
    return Settings(data=tmp_path / "data", database_url=url)


def test_a_new_database_has_the_tables_of_the_models(settings):
    store = open_store(settings)
    with store.database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) >= TABLES
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_server_default": False,
                "include_object": lambda _, name, kind, reflected, __: (
                    not (kind == "table" and reflected and name not in Base.metadata.tables)
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    assert migrate.version(store.database) == migrate.NEWEST
    store.close()


def test_the_newest_migration_is_the_one_that_the_program_knows():
    names = [file.name for file in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py")]
    assert max(names).partition("_")[0] == migrate.NEWEST


def in_processes(count, work):
    """Exit codes of processes that begin the same work at the same moment."""
    forks = multiprocessing.get_context("fork")  # the imports are there already
    together = forks.Barrier(count)

    def run():
        together.wait(30)
        work()

    started = [forks.Process(target=run) for _ in range(count)]
    for one in started:
        one.start()
    for one in started:
        one.join(60)
    return [one.exitcode for one in started]


def test_processes_that_start_together_make_the_tables_once(settings):
    assert in_processes(4, lambda: open_store(settings).close()) == [0, 0, 0, 0]
    database = Database(database_url(settings))
    assert migrate.version(database) == migrate.NEWEST
    database.close()


def test_a_new_file_that_another_is_writing_is_waited_for(tmp_path):
    """SQLite refuses to change the journal of such a file at once, whatever its timeout."""
    other = sqlite3.connect(tmp_path / "new.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(0.5, other.execute, ["COMMIT"])
    ends.start()
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with database.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    database.close()
    ends.join()
    other.close()


def test_a_migration_that_is_killed_leaves_nothing_half_done(settings, monkeypatch):
    """SIGKILL while the tables are being made: the next start makes them all."""

    def killed():
        made = store_database._engine

        def engine(url):
            found = made(url)

            @event.listens_for(found, "after_cursor_execute")
            def after(connection, cursor, statement, *rest):
                if "CREATE TABLE item" in statement:
                    os.kill(os.getpid(), signal.SIGKILL)

            return found

        monkeypatch.setattr(store_database, "_engine", engine)
        open_store(settings)

    assert in_processes(1, killed) == [-9]
    database = Database(database_url(settings))
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()
    store = open_store(settings)
    assert migrate.version(store.database) == migrate.NEWEST
    store.close()


def test_a_newer_database_is_refused_and_left_as_it_is(settings):
    store = open_store(settings)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(EngineError) as error:
        open_store(settings)
    assert code_of(error) == "database_newer"


def test_a_database_of_another_program_is_refused(settings):
    settings.data.mkdir(parents=True)
    database = Database(database_url(settings))
    with database.write() as session:
        session.execute(text("CREATE TABLE theirs (number INTEGER)"))
    with pytest.raises(EngineError) as error:
        open_store(settings)
    assert code_of(error) == "database_foreign"
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["theirs"]
    database.close()


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path):
    file = tmp_path / "gongwen.sqlite"
    content = b"not a database at all, but somebody's only copy" * 100
    file.write_bytes(content)
    with pytest.raises(EngineError) as error:
        open_store(Settings(data=tmp_path))
    assert code_of(error) == "database_corrupt"
    assert file.read_bytes() == content


def test_broken_pages_are_told_not_traced(tmp_path):
    settings = Settings(data=tmp_path)
    open_store(settings).close()
    file = tmp_path / "gongwen.sqlite"
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)
    with pytest.raises(EngineError) as error:
        open_store(settings)
    assert code_of(error) == "database_corrupt"


def test_a_database_that_is_gone_is_not_begun_anew_over_results(tmp_path):
    settings = Settings(data=tmp_path)
    store = open_store(settings)
    store.blobs.put("batches/one/items/two.docx", b"a form")
    store.close()
    for file in tmp_path.glob("gongwen.sqlite*"):
        file.unlink()
    with pytest.raises(EngineError) as error:
        open_store(settings)
    assert code_of(error) == "database_missing"
    assert not (tmp_path / "gongwen.sqlite").exists()


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle://host/x", "postgresql+psycopg2://host/x", "sqlite:////proc/none/x"]
)
def test_an_address_that_cannot_be_is_told(tmp_path, url):
    with pytest.raises(EngineError) as error:
        open_store(Settings(data=tmp_path, database_url=url))
    assert code_of(error) in {"bad_setting", "database_unopened"}


def test_a_server_that_is_not_there_is_told(tmp_path):
    url = "postgresql://gongwen@127.0.0.1:1/gongwen"
    with pytest.raises(EngineError) as error:
        open_store(Settings(data=tmp_path, database_url=url))
    assert code_of(error) == "database_unreachable"


def test_a_server_that_is_started_again_costs_one_answer(tmp_path, cluster):
    store = open_store(Settings(data=tmp_path, database_url=cluster.database()))
    cluster.stop("immediate")
    try:
        with pytest.raises(EngineError) as error, store.read() as session:
            session.execute(text("SELECT 1"))
        assert code_of(error) == "database_unreachable"
        threading.Timer(1.0, cluster.start).start()
        # Work that bears being repeated does not even notice.
        assert store.written(lambda session: session.execute(text("SELECT 1")).scalar()) == 1
    finally:
        if threading.active_count() > 1:
            time.sleep(1.5)
        store.close()


def test_a_lock_that_is_not_given_back_is_told_and_nothing_is_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("service.store.database.WAIT_SECONDS", 1)
    store = open_store(Settings(data=tmp_path))
    other = sqlite3.connect(tmp_path / "gongwen.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(EngineError) as error, store.write() as session:
        rosters.keep_profile(session, "zh", {"unit": "某馆"})
    assert code_of(error) == "database_busy"
    with store.read() as session:  # readers never wait
        assert session.query(Profile).count() == 0
    other.execute("ROLLBACK")
    other.close()
    with store.write() as session:
        rosters.keep_profile(session, "zh", {"unit": "某馆"})
    store.close()


def test_what_fails_inside_a_transaction_leaves_nothing(settings):
    store = open_store(settings)
    with pytest.raises(ZeroDivisionError), store.write() as session:
        rosters.keep_profile(session, "zh", {"unit": "某馆"})
        1 / 0  # noqa: B018
    with store.read() as session:
        assert session.query(Profile).count() == 0
    store.close()


def test_instants_are_utc_on_the_databases_clock(settings):
    store = open_store(settings)
    with store.write() as session:
        kept = rosters.keep_profile(session, "zh", {"unit": "某馆"})
    with store.read() as session:
        found = session.get_one(Profile, kept.id)
    assert found.created_at.utcoffset().total_seconds() == 0
    assert abs(found.created_at.timestamp() - time.time()) < 60
    store.close()


def test_values_come_back_as_they_were():
    from datetime import date, datetime

    values = {
        "d": date(2014, 6, 13), "t": datetime(2014, 6, 13, 9, 30), "rows": [{"a": "𠮷", "n": None}],
        "odd": "\ud800\x00", "$date": "not a date", "n": 3, "b": True,
    }  # fmt: skip
    assert from_json(to_json(values)) == values
    with pytest.raises(TypeError):
        to_json({"a": object()})


def test_equal_activities_are_kept_once(settings):
    store = open_store(settings)
    with store.write() as session:
        first = rosters.keep_profile(session, "zh", {"unit": "某馆", "leader": "某某"}).id
    with store.write() as session:
        assert rosters.keep_profile(session, "zh", {"unit": "某馆", "leader": "某某"}).id == first
        assert rosters.keep_profile(session, "en", {"unit": "某馆", "leader": "某某"}).id != first
    store.close()


def test_a_statement_with_the_databases_clock_is_compiled_once_for_all_shifts(settings):
    store = open_store(settings)
    keys = {select(db_now(shift))._generate_cache_key().key for shift in (-5, 300)}
    with store.read() as session:
        now, later = (session.scalar(select(db_now(shift))) for shift in (0, 300))
    store.close()
    assert len(keys) == 1
    assert 299 < (later - now).total_seconds() < 330
