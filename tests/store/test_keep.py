"""Files and their rows: a file goes only where its row is surely not written."""

import pytest
from sqlalchemy import event

from service.settings import Settings
from service.store.keep import open_store

FILE = "filings/a/b/0"


@pytest.fixture
def store(tmp_path, database_url):
    store = open_store(Settings(data=tmp_path / "data", database_url=database_url))
    store.blobs.put(FILE, b"kept")
    yield store
    store.close()


def note(store, session):
    store.trail.note(session, "", "filed", "submission", "a")


def test_what_fails_before_the_end_takes_its_file_along(store):
    with pytest.raises(ZeroDivisionError), store.write_with([FILE]) as session:
        note(store, session)
        1 / 0  # noqa: B018
    assert not store.blobs.has(FILE)


def test_what_fails_at_the_end_leaves_its_file(store):
    """A connection that breaks at COMMIT does not say whether it was done."""
    with pytest.raises(ConnectionError), store.write_with([FILE]) as session:
        note(store, session)

        @event.listens_for(session, "after_commit")
        def breaks(_):
            raise ConnectionError

    assert store.blobs.get(FILE) == b"kept"


def test_what_succeeds_keeps_both(store):
    with store.write_with([FILE]) as session:
        note(store, session)
    assert store.blobs.get(FILE) == b"kept"
