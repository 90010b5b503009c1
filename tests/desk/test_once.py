"""Asked twice by the same key: one batch, one answer, in SQLite and PostgreSQL, by eight at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.core.people import Person
from service.desk.batch.batches import list_batches, start_batch
from service.desk.once import Once, only_once
from service.errors import InputError, NotFoundError, problem
from service.store import once as rows
from service.store.columns import db_now
from service.store.models import Idempotency
from tests.batch_tools import desk_at, keep_roster

WHO = Person(id="a" * 32)


@pytest.fixture
def desk(tmp_path, database_url):
    with desk_at(tmp_path / "data", database_url=database_url) as desk:
        yield desk


def once(key="k", asked=b"{}", who=WHO, what="/batches"):
    return Once.of(who, key, what, asked)


def batches(desk):
    return {one.id for one in list_batches(desk)}


def test_eight_at_once_start_one_batch(desk):
    roster = keep_roster(desk, 3)
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda _: start_batch(desk, roster, pdf="none", odd_start=False, once=once()),
                range(8),
            )
        )
    assert len(set(made)) == 1
    assert batches(desk) == set(made)


def test_eight_keys_start_eight(desk):
    roster = keep_roster(desk, 1)
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda n: start_batch(desk, roster, pdf="none", odd_start=False, once=once(str(n))),
                range(8),
            )
        )
    assert batches(desk) == set(made)
    assert len(made) == len(set(made)) == 8


def test_the_same_key_for_something_else_is_refused(desk):
    roster = keep_roster(desk, 1)
    made = start_batch(desk, roster, pdf="none", odd_start=False, once=once())
    with pytest.raises(InputError) as told:
        start_batch(desk, roster, pdf="each", odd_start=False, once=once(asked=b'{"pdf": "each"}'))
    assert [one.code for one in told.value.problems] == ["key_used"]
    assert batches(desk) == {made}


def test_a_key_is_its_callers_and_its_addresss_own(desk):
    answers = [
        only_once(desk, asked, lambda keep, n=n: _kept(desk, keep, str(n)))
        for n, asked in enumerate(
            [once(), once(who=Person(id="b" * 32)), once(what="/other"), once()]
        )
    ]
    assert answers == ["0", "1", "2", "0"]


def test_work_that_fails_leaves_its_key_free(desk):
    with pytest.raises(ZeroDivisionError):
        only_once(desk, once(), lambda keep: _kept(desk, keep, "0", fail=True))
    assert only_once(desk, once(), lambda keep: _kept(desk, keep, "1")) == "1"


def test_whoever_comes_second_gets_the_answer_though_the_first_stands_in_the_way(desk):
    def second(keep):
        assert only_once(desk, once(), lambda keep: _kept(desk, keep, "0")) == "0"
        _gone(keep)

    assert only_once(desk, once(), second) == "0"
    with pytest.raises(NotFoundError):
        only_once(desk, once("other"), _gone)
    assert only_once(desk, once("other"), lambda keep: _kept(desk, keep, "1")) == "1"


def test_keys_are_forgotten_after_a_week(desk):
    assert only_once(desk, once(), lambda keep: _kept(desk, keep, "0")) == "0"
    with desk.store.write() as session:
        session.get_one(Idempotency, once().mark).created_at = db_now(-rows.KEPT_SECONDS - 1)
    assert only_once(desk, once("other"), lambda keep: _kept(desk, keep, "1")) == "1"
    assert only_once(desk, once(), lambda keep: _kept(desk, keep, "2")) == "2"


def _kept(desk, keep, answer, *, fail=False):
    with desk.store.write() as session:
        keep(session, answer)
        if fail:
            raise ZeroDivisionError
    return answer


def _gone(_keep):
    raise NotFoundError(problem("gone", "没有了。", "It is gone."))
