"""SIGKILL at each stage of a form's making: what is left is made once, by another."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from service.desk.batch import chunk as batch_chunk
from service.desk.batch import work as batch_work
from service.desk.batch.batches import list_batches, start_batch, view_batch
from service.desk.batch.work import do_chunk, do_join
from service.store import batches as rows
from service.store import blobs
from tests.batch_tools import begin, desk_at, keep_roster
from tests.jobs.crew import made_once

pytestmark = pytest.mark.slow

FORMS = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


def strike(target, name, *, after, time=1):
    """The process ends itself when a function is passed, before or after what it does."""
    real, passed = getattr(target, name), []

    def struck(*args, **more):
        passed.append(1)
        if len(passed) == time and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **more)
        if len(passed) == time:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(target, name, struck)


# Forked by a process that has the imports and nothing else: obstore's threads outlive no fork.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["tests.jobs.test_stages", "service.jobs.worker", "service.desk.roster.read"]
)


def killed(work, *args):
    """Runs work in a process of its own; it must not come back."""
    process = FORKS.Process(target=work, args=args)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


STAGES = {
    "taken up": (batch_chunk.rows, "try_items", False),
    "attempt noted, not kept": (batch_chunk.rows, "try_items", True),
    "filled": (blobs, "_write_all", False),
    "written, not synced": (blobs, "_write", True),
    "synced, not named": (Path, "replace", False),
    "named, not counted": (batch_chunk.rows, "settle", False),
    "counted, not kept": (batch_chunk.rows, "settle", True),
    "counted and kept": (batch_chunk.ChunkWork, "_count", True),
}


def make_a_chunk(stage, batch, data, database_url):
    batch_chunk._GROUP = 1
    with desk_at(data, database_url=database_url) as own:
        own.templates  # noqa: B018
        target, name, after = STAGES[stage]
        strike(target, name, after=after, time=3)  # something is made before
        for number in (0, 1):
            do_chunk(own, batch, 1, number, stop=lambda: False)


def end_a_batch(after, batch, data, database_url):
    with desk_at(data, database_url=database_url) as own:
        strike(batch_work, "_finish", after=after)
        do_chunk(own, batch, 1, 0, stop=lambda: False)


def start_a_batch(roster, data, database_url):
    with desk_at(data, database_url=database_url) as own:
        strike(type(own.line), "add_chunks", after=True)
        start_batch(own, roster, pdf="none", odd_start=False)


@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_killed_there_leaves_nothing_half_done(desk, data, database_url, stage):
    batch = begin(desk, FORMS)
    killed(make_a_chunk, stage, batch, data, database_url)
    view = view_batch(desk, batch)
    assert view.state == "running"
    assert 0 < view.counts["queued"] < FORMS
    for one in view.items:
        there = desk.store.blobs.has(f"batches/{batch}/items/{one.id}.docx")
        assert there or one.state != "made", "counted without its file"
    for number in (0, 1):
        do_chunk(desk, batch, 1, number, stop=lambda: False)
    assert view_batch(desk, batch).state == "done"
    made_once(desk, batch, FORMS)
    with desk.store.read() as session:
        assert sum(one.attempts for one in rows.items(session, batch)) <= FORMS + 1


@pytest.mark.parametrize("after", [False, True])
def test_the_end_of_a_batch_comes_once(desk, data, database_url, after):
    """Killed before or after the last chunk's closing words, not yet kept: another says them."""
    batch = begin(desk, 1)
    killed(end_a_batch, after, batch, data, database_url)
    assert view_batch(desk, batch).state == "running"
    do_chunk(desk, batch, 1, 0, stop=lambda: False)
    do_chunk(desk, batch, 1, 0, stop=lambda: False)
    assert view_batch(desk, batch).state == "done"
    assert do_join(desk, batch, 1, stop=lambda: False) is False


def test_a_web_process_killed_while_it_starts_a_batch_leaves_none(desk, data, database_url):
    """Batch, items and chunks are one transaction: all of it, or nothing."""
    roster = keep_roster(desk, FORMS)
    before = len(desk.line.client.list_workflows())
    killed(start_a_batch, roster, data, database_url)
    assert [one for one in list_batches(desk) if one.roster == roster] == []
    assert len(desk.line.client.list_workflows()) == before
    batch = start_batch(desk, roster, pdf="none", odd_start=False)
    assert view_batch(desk, batch).total == FORMS
