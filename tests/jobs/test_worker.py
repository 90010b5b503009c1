"""Workers as real processes: killed at any moment, nothing is lost and nothing made twice."""

import random
import shutil
import signal
import time

import pytest

from service.desk.batch.batches import cancel_batch, view_batch
from service.store import batches as rows
from service.store import workers
from service.store.columns import db_now
from service.store.models import Worker
from tests.batch_tools import begin, desk_at, files_of, wait_ended, wait_for
from tests.jobs.crew import (
    chunks_left,
    done,
    living,
    made_once,
    takeover_beside_a_chunk,
    times,
    under_way,
)

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_url(request):
    """PostgreSQL's share of `make test` is in test_postgresql.py."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


def test_two_workers_share_a_batch(desk, start):
    first, second = start(), start()
    wait_for(lambda: len(living(desk)) == 2)
    batch = begin(desk, 200)
    assert wait_ended(desk, batch).state == "done"
    made_once(desk, batch, 200)
    with desk.store.read() as session:
        assert {one.attempts for one in rows.items(session, batch)} == {1}
    # SIGTERM: both end by themselves within ten seconds, and leave no name behind.
    for one in (first, second):
        one.process.terminate()
    began = time.monotonic()
    assert [one.process.wait(timeout=20) for one in (first, second)] == [0, 0]
    assert time.monotonic() - began < 10
    assert living(desk) == []


@pytest.mark.parametrize("most", [3, pytest.param(15, marks=pytest.mark.long)])
def test_killed_at_random_moments_again_and_again(desk, start, most):
    """SIGKILL, over and over; the survivor's results are exactly those that were asked for."""
    chance = random.Random(20261123)
    batch = begin(desk, 500)
    kills = 0
    while not view_batch(desk, batch, items=False).ended and kills < most:
        worker = start()
        seen = done(desk, batch)
        wait_for(
            lambda seen=seen: (
                done(desk, batch) > seen or view_batch(desk, batch, items=False).ended
            ),
            60,
        )
        time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        kills += 1
    start()
    assert wait_ended(desk, batch, 120).state == "done"
    made_once(desk, batch, 500)
    assert kills >= 3


@pytest.mark.long
def test_another_takes_over_within_thirty_seconds(desk, start, tmp_path):
    first = start()
    batch = begin(desk, 800)
    wait_for(lambda: done(desk, batch) > 0)
    start()
    wait_for(lambda: len(living(desk)) == 2)
    [held] = wait_for(lambda: under_way(desk, batch, first))
    first.kill()
    died = time.monotonic()
    wait_for(lambda: held not in chunks_left(desk, batch), 30)
    print(f"taken over after {time.monotonic() - died:.1f} s")
    assert wait_ended(desk, batch, 120).state == "done"
    made_once(desk, batch, 800)
    assert "is dead" in (tmp_path / "log").read_text("utf-8")


@pytest.mark.long  # test_postgresql.py has it in `make test`
def test_a_takeover_does_not_wait_for_the_chunk_under_way(desk, start):
    takeover_beside_a_chunk(desk, start)


def test_sigterm_hands_on_and_what_is_made_is_not_made_again(desk, start):
    worker = start()
    batch = begin(desk, 600)
    wait_for(lambda: done(desk, batch) > 0)
    began = time.monotonic()
    assert worker.kill(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert living(desk) == []
    view = view_batch(desk, batch)
    assert not view.ended
    before = times(desk, batch)
    assert len(before) == view.counts["made"]
    start()
    assert wait_ended(desk, batch, 120).state == "done"
    made_once(desk, batch, 600)
    after = times(desk, batch)
    assert {name: after[name] for name in before} == before


def test_cancel_is_heard_by_a_worker(desk, start):
    start()
    batch = begin(desk, 800)
    wait_for(lambda: done(desk, batch) > 0)
    cancel_batch(desk, batch)
    time.sleep(1)
    stopped = view_batch(desk, batch, items=False)
    assert stopped.state == "cancelled"
    assert stopped.done < 800
    time.sleep(1.5)
    assert done(desk, batch) == stopped.done, "it goes on after it was cancelled"
    again = begin(desk, 20)
    assert wait_ended(desk, again).state == "done"


def test_a_template_replaced_meanwhile_changes_nothing(desk, start, tmp_path):
    """All forms of a batch come from the template that it was started with."""
    own = tmp_path / "own"
    source = desk.catalog.kind("self_examination").folder
    shutil.copytree(source, own / "docx" / "self_examination")
    shutil.copytree(source.parent.parent / "shared", own / "shared")
    with desk_at(
        tmp_path / "data",
        templates=own,
        database_url=desk.store.database.engine.url.render_as_string(False),
    ) as unit:
        batch = begin(unit, 300)
        start(GONGWEN_TEMPLATES=str(own))
        wait_for(lambda: done(unit, batch) > 0)
        template = own / "docx" / "self_examination" / "template.zh.docx"
        template.write_bytes((source / "template.en.docx").read_bytes())
        view = wait_ended(unit, batch)
        assert (view.state, view.counts) == ("done", {"made": 300})
        for one in (view.items[0], view.items[-1]):
            data = unit.store.blobs.get(f"batches/{batch}/items/{one.id}.docx")
            assert "English version" not in unit.text_of(data)
        later = begin(unit, 2)
        assert wait_ended(unit, later).counts == {"made": 2}
        data = unit.store.blobs.get(files_of(unit, later)[0])
        assert "English version" in unit.text_of(data)


@pytest.mark.long
def test_work_that_was_lost_from_the_line_is_found_again(desk, start):
    batch = begin(desk, 10)
    client = desk.line.client
    client.delete_workflows([one.workflow_id for one in client.list_workflows()])
    start()
    assert wait_ended(desk, batch, 60).state == "done"
    made_once(desk, batch, 10)


def test_a_worker_taken_for_dead_begins_anew(desk, start):
    worker = start()
    wait_for(lambda: living(desk))
    with desk.store.write() as session:
        session.query(Worker).delete()
    assert worker.process.wait(timeout=30) == 1


def test_the_dead_are_told_from_the_living_by_the_databases_clock(desk):
    with desk.store.write() as session:
        for name in ("me", "old", "future", "young"):
            workers.enrol(session, name, "host", 1)
        session.flush()
        for name, shift in {"old": -11, "future": 3600, "young": -5}.items():
            session.query(Worker).filter_by(id=name).update({"beat": db_now(shift)})
    with desk.store.write() as session:
        assert sorted(workers.take_over(session, "me")) == ["future", "old"]
    with desk.store.write() as session:
        assert workers.take_over(session, "me") == [], "each is taken over once"
        assert sorted(workers.alive(session)) == ["me", "young"]
        session.query(Worker).filter_by(id="me").update({"beat": db_now(-60)})
    with desk.store.write() as session:
        session.query(Worker).filter_by(id="young").update({"beat": db_now(-60)})
    with desk.store.write() as session:
        assert workers.take_over(session, "me") == [], "the clock has jumped, nobody is dead"
