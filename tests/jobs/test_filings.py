"""A bundle filed by worker processes: killed at any moment, it is filed all the same, and once."""

import pytest

from service.desk.filing.asking import start_filing, view_filing
from service.desk.filing.filed import list_filed, open_filed
from tests.batch_tools import wait_for
from tests.document_tools import somebody
from tests.filing_papers import WANTED, sample_activity, settle

pytestmark = pytest.mark.office


def test_another_files_what_a_killed_worker_had_begun(desk, start):
    mei = somebody(desk, "mei")
    which = sample_activity(desk, mei)
    settle(desk, mei, which)
    start_filing(desk, mei, which, WANTED, profile="submission")
    converter, first = start("converter"), start()
    wait_for(lambda: view_filing(desk, mei, which, profile="submission").done >= 1, 120)
    first.kill()
    assert list_filed(desk, mei, which.activity_id) == []
    start()
    wait_for(lambda: not view_filing(desk, mei, which, profile="submission").open, 180)
    told = view_filing(desk, mei, which, profile="submission")
    assert (told.state, told.findings) == ("done", ())
    [line] = list_filed(desk, mei, which.activity_id)
    assert told.submission == line.id
    assert open_filed(desk, line.id, 1)[0].startswith(b"%PDF-")
    converter.end()
