"""An activity's bundle filed behind the page: submitted, sent back, archived, once or not at all."""

import hashlib
import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

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
from service.errors import ConflictError
from service.store import bundles as rows
from tests.batch_tools import desk_at
from tests.document_tools import somebody
from tests.filing_papers import (
    DAY,
    WANTED,
    WHY,
    settle,
    short_bundle,
    states,
    work_off,
)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
)
def modules_database_url(request):
    """What PostgreSQL does otherwise is in test_papers.py; here LibreOffice takes the time."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    folder = tmp_path_factory.mktemp("filed")
    own = short_bundle(folder / "own")
    with desk_at(folder / "data", database_url=modules_database_url, templates=own) as desk:
        yield desk


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
