"""What a machine lacks is skipped aloud, not failed: `make test` installs all of it where it may."""

import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from service.cli import main
from service.engines.office.converter import why_no_pdf
from service.settings import Settings
from tests.servers import cluster, database_url, modules_database_url, s3_server  # noqa: F401


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    reasons = {}
    if (missing := why_no_pdf(Settings())) is not None:
        reasons["office"] = missing.text.en
    if shutil.which("chromium") is None:
        reasons["browser"] = "Chromium is missing: apt-get install chromium"
    for item in items:
        for mark, reason in reasons.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
    # Files of few tests have long ones: begun first, none is left to one process at the end.
    of_file = Counter(item.path for item in items)
    items.sort(key=lambda item: of_file[item.path])


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`gongwen` in this process, in English, with a data folder of its own; never a traceback."""
    monkeypatch.setenv("GONGWEN_LANG", "en")
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path / "var"))

    def call(*args):
        result = CliRunner().invoke(main, [str(arg) for arg in args])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert "Traceback" not in result.output
        return result

    return call
