"""A bundle made by worker processes: killed at any moment, it is made all the same, and once."""

import signal
import time

import pytest

from service.core.people import COMMAND_LINE
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.activity.sample import add_sample_papers
from service.desk.bundle.making import open_bundle, start_making, view_making
from service.desk.bundle.slots import Which
from service.desk.people.users import add_user
from tests.batch_tools import wait_for

pytestmark = pytest.mark.office


@pytest.fixture
def asked(desk):
    """A bundle that waits in the line."""
    mei, _ = add_user(desk, COMMAND_LINE, name="mei", shown="梅劲松", role="clerk")
    activity = create_activity(desk, mei, sample_profile(desk))
    add_sample_papers(desk, mei, activity, "zh")
    which = Which(activity_id=activity, name="supervisory", lang="zh")
    start_making(desk, mei, which)
    return mei, which


@pytest.mark.long  # test_filings.py has it in `make test`: a bundle that is made, then filed
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_another_makes_what_a_dead_worker_had_begun(desk, start, asked, how):
    mei, which = asked
    converter = start("converter")
    first = start()
    wait_for(lambda: view_making(desk, mei, which).done >= 1)
    first.kill(how)
    assert view_making(desk, mei, which).open
    start()
    wait_for(lambda: not view_making(desk, mei, which).open, 120)
    made = view_making(desk, mei, which)
    assert (made.state, made.problems, made.round) == ("done", (), 1)
    assert open_bundle(desk, mei, which).startswith(b"%PDF-")
    names = list(desk.store.blobs.names("bundles"))
    assert len([one for one in names if one.endswith(".pdf")]) == 1
    converter.end()


@pytest.mark.long  # test_office.py has it for forms, test_serve.py for the desk
def test_a_killed_converter_is_waited_for(desk, start, asked):
    mei, which = asked
    converter = start("converter")
    start()
    wait_for(lambda: view_making(desk, mei, which).done >= 1)
    converter.kill()
    time.sleep(0.5)
    again = start("converter")
    wait_for(lambda: not view_making(desk, mei, which).open, 120)
    assert view_making(desk, mei, which).state == "done"
    again.end()
