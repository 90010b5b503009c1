"""`gongwen doctor` on database and files: says what is wrong, makes and changes nothing."""

import pytest
from sqlalchemy import text

from service.desk.store_doctor import store_lines
from service.settings import Settings
from service.store import workers
from service.store.health import examine
from service.store.keep import open_store
from service.store.migrate import NEWEST


def lines(settings):
    found = {line.name: line for line in store_lines(lambda: examine(settings))}
    assert list(found) == ["database", "file store", "workers"]
    for line in found.values():
        assert line.found.zh and line.found.en
        assert line.ok or line.mend.zh
    return found


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings(data=tmp_path / "data", database_url=database_url)


def test_nothing_is_made_by_looking(settings):
    found = lines(settings)
    assert found["database"].ok
    assert found["file store"].ok
    assert not found["workers"].ok
    assert not found["workers"].needed
    assert not settings.data.exists()


def test_what_is_there_is_told(settings):
    store = open_store(settings)
    with store.write() as session:
        workers.enrol(session, "one", "host", 1)
    store.close()
    found = lines(settings)
    assert NEWEST in found["database"].found.en
    assert "1 running" in found["workers"].found.en


def test_a_newer_database_is_told(settings):
    store = open_store(settings)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    found = lines(settings)
    assert not found["database"].ok
    assert found["database"].needed


def test_a_broken_page_is_found(tmp_path):
    settings = Settings(data=tmp_path)
    store = open_store(settings)
    with store.write() as session:
        for number in range(200):
            workers.enrol(session, f"{number:080}", "host", number)
    store.close()
    file = tmp_path / "gongwen.sqlite"
    data = bytearray(file.read_bytes())
    at = data.index(f"{150:080}".encode())
    data[at - 1500 : at + 1500] = b"\xee" * 3000
    file.write_bytes(data)
    assert not lines(settings)["database"].ok


def test_addresses_that_lead_nowhere_are_told(tmp_path):
    settings = Settings(
        data=tmp_path,
        database_url="postgresql://gongwen@127.0.0.1:1/x",
        blobs_url="file:///proc/none/blobs",
    )
    found = lines(settings)
    assert not found["database"].ok
    assert not found["file store"].ok
