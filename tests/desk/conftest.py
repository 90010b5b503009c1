"""A desk of a module's own, on SQLite and on PostgreSQL, with a clerk and an activity.

Modules that need another one say so themselves.
"""

import pytest

from tests.batch_tools import desk_at
from tests.document_tools import keep_activity, somebody


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    with desk_at(tmp_path_factory.mktemp("desk"), database_url=modules_database_url) as desk:
        yield desk


@pytest.fixture(scope="module")
def wan(desk):
    return somebody(desk)


@pytest.fixture
def activity(desk):
    return keep_activity(desk)
