"""An activity's bundle before it is filed: looked through, and what stops it."""

from dataclasses import replace
from datetime import date

import pytest

from service.desk.activity.profiles import create_activity, sample_profile, set_closed
from service.desk.bundle.slots import Which
from service.desk.documents.lists import list_documents
from service.desk.documents.states import move_document
from service.desk.filing.asking import start_filing, view_filing
from service.desk.filing.editions import send_back
from service.desk.filing.filed import view_filed
from service.desk.filing.look import look_at_filing
from service.errors import ConflictError, EngineError, InputError, problem
from service.store import submissions
from tests.filing_papers import (
    WANTED,
    keep_submission,
    sample_activity,
    states,
    work_off,
)


@pytest.fixture(scope="module")
def drafted(desk, mei):
    return sample_activity(desk, mei)


def test_everything_that_stops_it_is_told_at_once(desk, mei, drafted):
    unsaid = replace(WANTED, exceptions={}, by="")
    look = look_at_filing(desk, mei, drafted, unsaid, profile="submission")
    codes = {one.problem.code for one in look.findings}
    assert codes >= {"part_not_final", "not_reviewed", "one_each"}
    not_final = [one for one in look.findings if one.problem.code == "part_not_final"]
    mine = {one.id for one in list_documents(desk, mei, drafted.activity_id)}
    assert {one.document for one in not_final} == mine
    assert look.rules == {"one_each": ""}
    assert look.stopped
    assert look.by  # the activity's contact
    with pytest.raises(InputError) as error:
        start_filing(desk, mei, drafted, unsaid, profile="submission")
    assert {one.code for one in error.value.problems} == codes
    assert view_filing(desk, mei, drafted, profile="submission").state == "none"


def test_a_missing_part_is_told_beside_the_rest(desk, mei):
    activity = create_activity(desk, mei, sample_profile(desk))
    which = Which(activity_id=activity, name="supervisory", lang="zh")
    look = look_at_filing(desk, mei, which, WANTED, profile="submission")
    assert {one.slot for one in look.findings if one.problem.code == "part_missing"} == {
        "plan", "notice", "team", "leaders", "report", "rectification",
    }  # fmt: skip


def test_in_a_closed_activity_papers_are_neither_locked_nor_unlocked(desk, mei):
    activity = create_activity(desk, mei, sample_profile(desk))
    which = Which(activity_id=activity, name="supervisory", lang="zh")
    submission = keep_submission(desk, mei, activity, [])
    set_closed(desk, mei, activity, now_closed=True)
    for profile, stops in (("submission", True), ("archive", False)):
        look = look_at_filing(desk, mei, which, WANTED, profile=profile)
        assert ("activity_closed" in {one.problem.code for one in look.findings}) is stops
    with pytest.raises(ConflictError) as error:
        send_back(desk, mei, submission, "整改时限不明确", date(2014, 7, 25))
    assert error.value.problems[0].code == "activity_closed"
    assert view_filed(desk, mei, submission).line.state == "filed"


def test_a_filing_that_fails_says_why_where_it_is_mended(desk, mei, settled):
    start_filing(desk, mei, settled, WANTED, profile="submission")
    document = list_documents(desk, mei, settled.activity_id)[0].id
    move_document(desk, mei, document, "draft")  # after it was asked for
    work_off(desk, settled)
    told = view_filing(desk, mei, settled, profile="submission")
    assert told.state == "failed"
    assert {one.document for one in told.findings} >= {document}
    with desk.store.read() as session:
        assert submissions.of_activity(session, settled.activity_id) == []


def test_a_full_disk_fails_it_and_nothing_is_locked(desk, mei, settled, monkeypatch):
    def full(*_, **__):
        raise EngineError(problem("broken", "坏了。", "broken."))

    monkeypatch.setattr("service.desk.filing.submit.steadily", full)
    start_filing(desk, mei, settled, WANTED, profile="submission")
    work_off(desk, settled)
    assert view_filing(desk, mei, settled, profile="submission").state == "failed"
    assert states(desk, mei, settled) == {"final"}
