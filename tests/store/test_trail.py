"""The audit trail: what was changed, cut off or put in is found; on SQLite and PostgreSQL."""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.errors import EngineError
from service.settings import Settings
from service.store import trail
from service.store.keep import open_store
from service.store.models import Audit, AuditHead
from service.store.trail import Trail, Verdict

ROWS = 6
COLUMNS = ("at", "user_id", "action", "object_kind", "object_id", "mac")


@pytest.fixture(scope="module")
def store(tmp_path_factory, modules_database_url):
    """Six rows and their ends; what a test changes in it, it takes back."""
    with six_rows(tmp_path_factory.mktemp("trail"), modules_database_url) as store:
        yield store


@pytest.fixture
def own_store(tmp_path, database_url):
    """The same, for one test alone."""
    with six_rows(tmp_path, database_url) as store:
        yield store


@contextmanager
def six_rows(data, url):
    store = open_store(Settings(data=data / "data", database_url=url))
    for number in range(ROWS):
        note(store, f"step_{number}")
    yield store
    store.close()


def note(store, action="step", user="u1"):
    with store.write() as session:
        store.trail.note(session, user, action, "user", "o1")


def verify(store, expect=""):
    with store.read() as session:
        return store.trail.verify(session, expect)


@contextmanager
def tampered(store, *statements):
    """A look at the chain after somebody's changes, which are taken back at the end."""
    with store.database.engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        with Session(bind=connection) as session:
            yield session
        connection.rollback()


def broken(store, *statements, expect=""):
    with tampered(store, *statements) as session:
        return store.trail.verify(session, expect).broken


def head_at(store, seq):
    """Sets the end of the chain back, as a careful forger would."""
    with store.read() as session:
        mac = session.query(Audit.mac).filter_by(seq=seq).scalar() or ""
    return f"UPDATE audit_head SET seq = {seq}, mac = '{mac}'"


def test_an_untouched_trail_is_whole(store):
    found = verify(store)
    assert (found.rows, found.broken, found.kept) == (ROWS, 0, ROWS)
    assert len(found.head) == 64
    assert verify(store, expect=found.head) == found
    with store.read() as session:
        first = session.query(Audit).filter_by(seq=1).one()
    assert verify(store, expect=first.mac) == found


def test_an_empty_trail_is_whole(tmp_path, database_url):
    store = open_store(Settings(data=tmp_path / "data", database_url=database_url))
    assert verify(store) == Verdict(rows=0, head="")
    assert verify(store, expect="f" * 64).broken == 1
    store.close()


@pytest.mark.parametrize("row", [1, 3, ROWS])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_of_any_row_is_found(store, column, row):
    assert broken(store, f"UPDATE audit SET {column} = 'x' WHERE seq = {row}") == row


@pytest.mark.parametrize("row", [1, 3, ROWS])
@pytest.mark.parametrize("number", [0, -1, 99])
def test_a_row_that_was_given_another_number_is_found(store, row, number):
    found = broken(store, f"UPDATE audit SET seq = {number} WHERE seq = {row}")
    assert found == (1 if number < 1 else row)


@pytest.mark.parametrize("row", range(1, ROWS + 1))
def test_a_deleted_row_is_found(store, row):
    assert broken(store, f"DELETE FROM audit WHERE seq = {row}") == row


def test_all_rows_deleted_are_found(store):
    assert broken(store, "DELETE FROM audit") == 1
    assert broken(store, "DELETE FROM audit", head_at(store, 0)) == 1


def test_rows_that_changed_places_are_found(store):
    swap = ("UPDATE audit SET seq = 99 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 99")  # fmt: skip
    assert broken(store, *swap) == 2


@pytest.mark.parametrize("seq", [-3, 0, ROWS + 1, ROWS + 5])
def test_a_row_that_was_put_in_is_found(store, seq):
    put = (
        "INSERT INTO audit SELECT "
        f"{seq}, at, user_id, action, object_kind, object_id, mac FROM audit WHERE seq = 2"
    )
    assert broken(store, put) == (ROWS + 1 if seq > 0 else 1)


@pytest.mark.parametrize("left", range(ROWS))
def test_rows_cut_off_with_the_head_set_back_are_missed_by_the_file_of_ends(store, left):
    cut = (f"DELETE FROM audit WHERE seq > {left}", head_at(store, left))
    assert broken(store, *cut) == left + 1


@pytest.mark.parametrize("left", range(ROWS))
def test_without_that_file_an_end_that_was_printed_tells(store, tmp_path, left):
    printed = verify(store).head
    alone = Trail(store.trail._key, tmp_path / "gone")
    cut = (f"DELETE FROM audit WHERE seq > {left}", head_at(store, left))
    with tampered(store, *cut) as session:
        found = alone.verify(session)
        assert (found.broken, found.kept) == (0, 0)  # which is said, and what the file is for
        assert alone.verify(session, printed).broken == left + 1


def test_rows_written_after_a_cut_do_not_cover_it_up(own_store):
    with own_store.write() as session:
        session.execute(text("DELETE FROM audit WHERE seq > 3"))
        session.execute(text(head_at(own_store, 3)))
    for _ in range(5):
        note(own_store)
    assert verify(own_store).broken == 4


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM audit_head", "UPDATE audit_head SET mac = 'x'", "UPDATE audit_head SET seq = 2",
     "UPDATE audit_head SET seq = 9"],
)  # fmt: skip
def test_a_changed_end_of_the_chain_is_found(store, change):
    assert broken(store, change) == ROWS + 1


def test_a_file_of_ends_that_tells_otherwise_is_found(own_store):
    lines = own_store.trail._anchor.read_text("utf-8").splitlines()
    lines[2] = f"3 {'0' * 64}"
    own_store.trail._anchor.write_text("\n".join(lines), "utf-8")
    assert verify(own_store).broken == 3


def test_half_a_line_in_the_file_of_ends_does_no_harm(own_store):
    with own_store.trail._anchor.open("ab") as file:
        file.write(b"7 0123\n\xff\xfe rubbish\n\nx y\n")
    note(own_store)
    assert verify(own_store) == Verdict(rows=7, head=verify(own_store).head, kept=7)


def test_another_key_does_not_fit(store):
    other = Trail(b"x" * 32, store.trail._anchor)
    with store.read() as session:
        assert other.verify(session).broken == 1


def test_a_long_trail_is_looked_at_in_pieces(store, monkeypatch):
    for at_once in (1, 2, 3, ROWS, ROWS + 1):
        monkeypatch.setattr(trail, "_AT_ONCE", at_once)
        assert verify(store).rows == ROWS
        assert broken(store, "UPDATE audit SET action = 'x' WHERE seq = 5") == 5


def test_many_writers_make_one_chain_and_a_look_meanwhile_raises_no_alarm(own_store):
    verdicts, ended = [], threading.Event()

    def look():
        while not ended.is_set():
            verdicts.append(verify(own_store).broken)

    writers = [
        threading.Thread(target=lambda: [note(own_store) for _ in range(10)]) for _ in range(8)
    ]
    looker = threading.Thread(target=look)
    for one in (*writers, looker):
        one.start()
    for one in writers:
        one.join(120)
    ended.set()
    looker.join(60)
    found = verify(own_store)
    assert (found.rows, found.broken, found.kept) == (ROWS + 80, 0, ROWS + 80)
    assert len(verdicts) > 1
    assert set(verdicts) == {0}


def test_a_step_that_is_taken_back_leaves_no_row_and_no_end(own_store):
    with pytest.raises(ZeroDivisionError), own_store.write() as session:
        own_store.trail.note(session, "u1", "step", "user", "o1")
        raise ZeroDivisionError
    assert verify(own_store).rows == ROWS
    assert len(own_store.trail._anchor.read_text("utf-8").splitlines()) == ROWS
    note(own_store)
    assert verify(own_store).broken == 0


def test_two_steps_of_one_transaction_are_two_rows(own_store):
    with own_store.write() as session:
        own_store.trail.note(session, "u1", "one")
        own_store.trail.note(session, "u1", "two")
    found = verify(own_store)
    assert (found.rows, found.broken, found.kept) == (ROWS + 2, 0, ROWS + 2)


def test_without_the_end_of_the_chain_nothing_is_noted(own_store):
    with own_store.write() as session:
        session.query(AuditHead).delete()
    with pytest.raises(EngineError) as error:
        note(own_store)
    assert error.value.problems[0].code == "trail_headless"


def test_an_end_that_cannot_be_kept_is_logged_and_the_step_stands(own_store, caplog):
    own_store.trail._anchor.unlink()
    own_store.trail._anchor.mkdir()
    note(own_store)
    assert "could not be kept" in caplog.text
    assert verify(own_store).rows == ROWS + 1


def test_the_newest_come_first_and_of_one_object_only_its_own(own_store):
    with own_store.write() as session:
        own_store.trail.note(session, "u2", "opened", "roster", "r1")
    with own_store.read() as session:
        assert [one.seq for one in trail.every(session)] == list(range(ROWS + 1, 0, -1))
        assert [one.action for one in trail.every(session, "roster", "r1")] == ["opened"]
