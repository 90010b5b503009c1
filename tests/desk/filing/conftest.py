"""A clerk, and an activity of that clerk's that is ready to be filed."""

import pytest

from tests.document_tools import somebody
from tests.filing_papers import sample_activity, settle


@pytest.fixture(scope="module")
def mei(desk):
    return somebody(desk, "mei")


@pytest.fixture
def settled(desk, mei):
    which = sample_activity(desk, mei)
    settle(desk, mei, which)
    return which
