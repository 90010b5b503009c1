"""What a machine lacks is skipped aloud, not failed: `make test` installs all of it where it may."""

import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from service.cli import main
from service.engines.office.converter import why_no_pdf
from service.settings import Settings
from service.store import keep, migrate
from service.store.database import SQLITE_FILE
from tests.batch_tools import proved
from tests.servers import chromium_path, cluster, database_url, modules_database_url, s3_server  # noqa: F401
from tests.warm import _warm  # noqa: F401

SLOW = ("office", "browser", "slow", "long")


def pytest_configure():
    proved()  # before the other processes of this run begin


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    reasons = {}
    if (missing := why_no_pdf(Settings())) is not None:
        reasons["office"] = missing.text.en
    if chromium_path() is None:
        reasons["browser"] = "Chromium is missing: apt-get install chromium-headless-shell"
    for item in items:
        for mark, reason in reasons.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
    # What is fast is told first. Files of few tests have long ones: begun first, none is left to
    # one process at the end.
    of_file = Counter(item.path for item in items)
    slow = {item.path for item in items if any(map(item.get_closest_marker, SLOW))}
    items.sort(key=lambda item: (item.path in slow, of_file[item.path]))


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory):
    """New SQLite files are copies of one that the migrations made: they cost more than most tests.

    `tests/store/test_database.py` lets each be made anew, as processes of their own do anyway.
    """
    made = Settings(data=tmp_path_factory.mktemp("migrated"))
    keep.open_store(made).close()

    def copied_or_made(database, blobs):
        migrate._refuse_loss(database, blobs)
        if database.file is not None and not database.file.exists():
            database.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(made.data / SQLITE_FILE, database.file)
        migrate.bring_up_to_date(database, blobs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keep, "bring_up_to_date", copied_or_made)
        yield


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
