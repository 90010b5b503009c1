"""What a machine lacks is skipped aloud, not failed: `make test` installs all of it where it may."""

import shutil

import pytest

from service.engines.office.converter import why_no_pdf
from service.settings import Settings
from tests.servers import cluster, database_url, modules_database_url, s3_server  # noqa: F401


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
