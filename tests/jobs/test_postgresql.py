"""Workers on PostgreSQL: what `make test` holds of the matrix; test_worker.py has all of it."""

import pytest

from tests.batch_tools import begin, wait_ended, wait_for
from tests.jobs.crew import chunks_left, done, living, made_once, under_way

pytestmark = pytest.mark.slow


@pytest.fixture
def database_url(cluster):
    return cluster.database()


def test_a_killed_workers_chunk_is_made_by_the_other(desk, start):
    first = start()
    batch = begin(desk, 600)
    wait_for(lambda: done(desk, batch) > 0)
    start()
    wait_for(lambda: len(living(desk)) == 2)
    held = wait_for(lambda: under_way(desk, batch, first))
    first.kill()
    wait_for(lambda: not set(held) & set(chunks_left(desk, batch)), 30)
    assert wait_ended(desk, batch, 120).state == "done"
    made_once(desk, batch, 600)
