from dataclasses import replace

import pytest

from service.bootstrap import assemble
from service.desk.templates import new_kind
from service.desk.tools import Desk
from service.errors import EngineError, problem
from service.settings import Settings
from service.web.app import create_app
from tests.web.leave import FORM
from tests.web.people import signed

WHY = problem(
    "pdf_unavailable", "本机不能生成 PDF：缺少某物。", "No PDF here: something is missing."
)


class NoConverter:
    """The only stand-in of these tests: a machine without LibreOffice."""

    def __init__(self, reason):
        self.reason = reason

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        raise EngineError(WHY)

    def close(self):
        pass


def desk_with(desk, **makers):
    return Desk(catalog=desk.catalog, samples=desk.samples, makers=replace(desk._makers, **makers))


@pytest.fixture(scope="session")
def own_templates(tmp_path_factory):
    """A unit's own folder with the kind `leave`, made as `gongwen new-kind` makes it."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "leave.yaml").write_text(FORM, encoding="utf-8")
    desk = assemble(Settings(data=folder / "data"))
    for path, data in new_kind(desk, "leave", folder / "leave.yaml", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def settings(own_templates, tmp_path_factory):
    """Every module has a store of its own: what one leaves behind is nothing to another."""
    return Settings(data=tmp_path_factory.mktemp("data"), templates=own_templates)


@pytest.fixture(scope="module")
def desk(settings):
    desk = assemble(settings)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def app(desk, settings):
    """Everything real; the converter only starts where a test needs a PDF."""
    return create_app(desk, settings)


@pytest.fixture
def client(app):
    return signed(app)


@pytest.fixture(scope="module")
def app_without_pdf(desk, settings):
    return create_app(desk_with(desk, converter=lambda: NoConverter(WHY)), settings)


@pytest.fixture(scope="module")
def app_failing(desk, settings):
    """A converter that seemed to be there and fails."""
    return create_app(desk_with(desk, converter=lambda: NoConverter(None)), settings)
