import pytest

from tests.web.api.caller import Caller, caller


@pytest.fixture
def api(app):
    return caller(app)


@pytest.fixture
def reader(app):
    return caller(app, scopes=("read",))


@pytest.fixture
def nobody(app):
    return Caller(app, "")
