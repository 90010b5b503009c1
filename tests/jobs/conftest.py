import pytest

from tests.batch_tools import Process, desk_at
from tests.filing_papers import short_bundle


@pytest.fixture
def database_url():
    """SQLite; test modules that run on PostgreSQL too say so themselves."""
    return ""


@pytest.fixture
def data(tmp_path):
    """A data folder in which a bundle is soon made."""
    data = tmp_path / "data"
    short_bundle(data / "templates")
    return data


@pytest.fixture
def desk(data, database_url):
    with desk_at(data, database_url=database_url) as desk:
        desk.line  # noqa: B018  (the line's tables, as `serve` makes them before its workers)
        yield desk


@pytest.fixture
def start(tmp_path, data, database_url, desk):
    """Starts worker processes; all are gone at the end, and none of them saw a mistake of ours."""
    started = []
    log = tmp_path / "log"

    def start(*words, **more):
        env = {"GONGWEN_DATABASE_URL": database_url} if database_url else {}
        words = words or ["worker", "--no-converter"]
        started.append(Process(*words, data=data, log=log, **env, **more))
        return started[-1]

    yield start
    for one in reversed(started):
        one.end()
    said = log.read_text("utf-8") if log.exists() else ""
    # The job engine logs each of its writes that fails, with the trace: a full disk's are its own.
    assert "Traceback" not in said or "disk is full" in said, said
