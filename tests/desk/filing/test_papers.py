"""An activity's bundle filed behind the page: looked through, submitted, sent back, archived."""

import hashlib
import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from service.bootstrap import assemble
from service.desk.activity.profiles import create_activity, sample_profile, set_closed
from service.desk.bundle.slots import Which
from service.desk.bundle.work import do_bundle
from service.desk.documents.drafts import save_draft
from service.desk.documents.kept import open_paper
from service.desk.documents.lists import list_documents
from service.desk.documents.opinions import Said
from service.desk.documents.reviews import give_opinion
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate
from service.desk.filing import work as filing_work
from service.desk.filing.asking import start_filing, view_filing
from service.desk.filing.editions import send_back
from service.desk.filing.filed import filed_with, list_filed, open_filed, view_filed
from service.desk.filing.known import register_of
from service.desk.filing.look import look_at_filing
from service.desk.filing.verify import verify_bytes
from service.desk.people.ties import ties
from service.errors import ConflictError, EngineError, InputError, problem
from service.settings import Settings
from service.store import bundles as rows
from service.store import submissions
from tests.document_tools import somebody
from tests.filing_papers import (
    DAY,
    WANTED,
    WHY,
    keep_submission,
    sample_activity,
    settle,
    work_off,
)


@pytest.fixture(scope="module")
def desk(modules_database_url, tmp_path_factory):
    data = tmp_path_factory.mktemp("filing")
    desk = assemble(Settings(data=data, database_url=modules_database_url))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def mei(desk):
    return somebody(desk, "mei")


@pytest.fixture(scope="module")
def drafted(desk, mei):
    return sample_activity(desk, mei)


@pytest.fixture
def settled(desk, mei):
    which = sample_activity(desk, mei)
    settle(desk, mei, which)
    return which


def states(desk, person, which):
    return {one.state for one in list_documents(desk, person, which.activity_id)}


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


@pytest.mark.office
def test_submitted_sent_back_and_submitted_again(desk, mei, settled):
    look = look_at_filing(desk, mei, settled, WANTED, profile="submission")
    assert [one.problem for one in look.findings] == []
    assert look.rules == {"one_each": WHY}
    start_filing(desk, mei, settled, WANTED, profile="submission")
    start_filing(desk, mei, settled, WANTED, profile="submission")  # a second click
    work_off(desk, settled)
    told = view_filing(desk, mei, settled, profile="submission")
    assert (told.state, told.findings) == ("done", ())
    view = view_filed(desk, mei, told.submission)
    assert (view.line.edition, view.line.filed_on, view.line.filed_by) == (1, DAY, "李四")
    assert states(desk, mei, settled) == {"submitted"}
    pdf, name = open_filed(desk, told.submission, 1)
    assert name.endswith(".pdf")
    assert hashlib.sha256(pdf).hexdigest() == view.line.sha256
    assert len(PdfReader(io.BytesIO(pdf)).pages) == view.line.pages
    roles = [one.role for one in view.files]
    assert (roles.count("letter"), roles.count("list"), roles.count("package")) == (2, 4, 1)
    lists = "".join(
        page.extract_text()
        for one in view.files
        if one.role == "list" and one.name.endswith(".pdf")
        for page in PdfReader(io.BytesIO(open_filed(desk, told.submission, one.no)[0])).pages
    )
    assert WHY[:4] in "".join(lists.split())
    _locked(desk, mei, settled, told.submission)
    _sent_back(desk, mei, settled, told.submission)
    _archived(desk, mei, settled)


def _locked(desk, mei, which, submission):
    document = list_documents(desk, mei, which.activity_id)[0].id
    assert filed_with(desk, mei, document).id == submission
    said = Said(version=1, result="revise", step="supervisors", by="督导组", on="2014-07-22")
    with pytest.raises(ConflictError) as error:
        give_opinion(desk, mei, document, said, date.today())
    assert "登记退回" in error.value.problems[0].text.zh
    with pytest.raises(ConflictError) as error:
        start_filing(desk, mei, which, WANTED, profile="submission")
    assert error.value.problems[0].code == "filed_already"


def _sent_back(desk, mei, which, first):
    send_back(desk, mei, first, "整改时限不明确", date(2014, 7, 25))
    assert states(desk, mei, which) == {"to_revise"}
    for one in list_documents(desk, mei, which.activity_id):
        move_document(desk, mei, one.id, "draft")
        if one.kind == "mobilization_notice":
            with desk.store.read() as session:
                paper = open_paper(desk, session, one.id)
            answers = {**paper.row.answers, "contact_phone": "0791-87654321"}
            save_draft(desk, mei, one.id, paper.row.revision, answers)
        generate(desk, mei, one.id)
    settle(desk, mei, which)
    again = replace(WANTED, day=date(2014, 7, 28))
    start_filing(desk, mei, which, again, profile="submission")
    work_off(desk, which)
    told = view_filing(desk, mei, which, profile="submission")
    assert told.state == "done", told
    view = view_filed(desk, mei, told.submission)
    assert view.line.edition == 2
    assert [(one.edition, one.state) for one in view.editions] == [(2, "filed"), (1, "sent_back")]
    assert view.manifest.replaces == view.editions[1].sha256
    assert open_filed(desk, first, 1)[0].startswith(b"%PDF-")  # edition 1 stays
    data, name = open_filed(desk, told.submission, len(view.files))
    verdict = verify_bytes(desk, data, name=name, known_hashes=register_of(desk))
    assert verdict.whole, verdict


def _archived(desk, mei, which):
    start_filing(desk, mei, which, WANTED, profile="archive")
    work_off(desk, which)
    told = view_filing(desk, mei, which, profile="archive")
    assert told.state == "done", told
    view = view_filed(desk, mei, told.submission)
    assert view.line.profile == "archive"
    assert {"item", "catalogue", "closing", "package"} <= {one.role for one in view.files}
    assert [one.profile for one in list_filed(desk, mei, which.activity_id)] == [
        "archive", "submission", "submission",
    ]  # fmt: skip
    send_back(desk, mei, told.submission, "件号编错", date(2014, 8, 1))
    assert states(desk, mei, which) == {"submitted"}  # the papers stay locked
    look = look_at_filing(desk, mei, which, WANTED, profile="archive")
    assert (look.edition, look.filed, look.findings) == (2, "", ())
    assert view_filed(desk, mei, list_filed(desk, mei, which.activity_id)[1].id).archive == ""
    # Its papers are leaders' own words: nobody but the clerk and the filer sees it.
    other = somebody(desk, "shu")
    assert ties(desk, other, "submission", told.submission) == frozenset()
    assert list_filed(desk, other, which.activity_id) == []


@pytest.mark.office
def test_a_worker_that_dies_files_once_or_not_at_all(desk, mei, settled, monkeypatch):
    """Before it is kept nothing is there; after that the same work finds what it has filed."""

    def dies(*_, **__):
        raise KeyboardInterrupt

    start_filing(desk, mei, settled, WANTED, profile="submission")
    with desk.store.read() as session:
        [row] = [o for o in rows.every_open(session) if o.activity_id == settled.activity_id]
    told = []
    with monkeypatch.context() as patch:
        patch.setattr("service.desk.filing.submit.keep_filing", dies)
        with pytest.raises(KeyboardInterrupt):
            do_bundle(desk, row.id, row.round, stop=lambda: False)
    assert list_filed(desk, mei, settled.activity_id) == []
    assert states(desk, mei, settled) == {"final"}
    with monkeypatch.context() as patch:
        patch.setattr(filing_work, "_done", dies)
        with pytest.raises(KeyboardInterrupt):
            do_bundle(desk, row.id, row.round, stop=lambda: False)
    with monkeypatch.context() as patch:
        patch.setattr(filing_work, "submit", lambda *_, **__: told.append("made again"))
        assert not do_bundle(desk, row.id, row.round, stop=lambda: False)
    assert told == []
    [line] = list_filed(desk, mei, settled.activity_id)
    found = view_filing(desk, mei, settled, profile="submission")
    assert (found.state, found.submission) == ("done", line.id)


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
