"""Workers on PostgreSQL: what `make test` holds of the matrix; test_worker.py has all of it."""

import pytest

from tests.jobs.crew import takeover_beside_a_chunk

pytestmark = pytest.mark.slow


@pytest.fixture
def database_url(cluster):
    return cluster.database()


def test_a_takeover_does_not_wait_for_the_chunk_under_way(desk, start):
    takeover_beside_a_chunk(desk, start)
