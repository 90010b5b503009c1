"""Documents at the desk: drafted, made, moved on; on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.desk.documents.drafts import create_document, open_draft, save_draft
from service.desk.documents.lists import list_documents
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.documents.views import view_document
from service.desk.people.trail import verify_trail
from service.errors import ConflictError, EngineError, InputError, NotFoundError
from service.store import documents as rows
from service.store.trail import every
from tests.document_tools import (
    EXAM,
    NOTICE,
    actions,
    begin,
    change_profile,
    close_activity,
    codes,
    keep_activity,
    paper,
    send_back,
    somebody,
    write,
)

CANARY = "金丝雀在第三展厅唱了一整天"


@pytest.fixture
def notice(desk, wan, activity):
    return begin(desk, wan, activity)


def revision(desk, document):
    return paper(desk, document).row.revision


def newest(desk, document):
    with desk.store.read() as session:
        return rows.newest(session, [document]).get(document)


def test_a_members_paper_is_confidential_and_the_units_is_not(desk, wan, activity):
    exam = begin(desk, wan, activity, EXAM, person_name="邹黎", branch="第一党支部")
    row = paper(desk, exam).row
    assert (row.confidential, row.handler_id, row.state, row.revision) == (True, wan.id, "draft", 1)
    assert not paper(desk, begin(desk, wan, activity)).row.confidential


def test_nothing_is_begun_that_cannot_be_made(desk, wan, activity):
    with pytest.raises(NotFoundError):
        create_document(desk, wan, activity, "no_such_kind", "zh")
    with pytest.raises(NotFoundError):
        create_document(desk, wan, "0" * 32, NOTICE, "zh")
    with pytest.raises(NotFoundError):
        create_document(desk, wan, activity, NOTICE, "zh", part="no_such_part")
    close_activity(desk, activity)
    with pytest.raises(ConflictError) as caught:
        create_document(desk, wan, activity, NOTICE, "zh")
    assert codes(caught) == ["activity_closed"]
    assert list_documents(desk, wan, activity) == []


def test_a_list_shows_nobody_what_is_not_theirs(desk, wan, activity):
    exam = begin(desk, wan, activity, EXAM, person_name="邹黎", branch="第一党支部", answers={})
    notice = begin(desk, wan, activity)

    def seen(name, role="clerk", **more):
        return [
            one.id for one in list_documents(desk, somebody(desk, name, role, **more), activity)
        ]

    assert seen("wan") == [exam, notice]
    assert seen("other") == [notice]
    assert seen("admin", "administrator") == [notice]
    assert seen("first", "reviewer", post="branch_secretary", branch="第一党支部") == [exam, notice]
    assert seen("second", "reviewer", post="branch_secretary", branch="第二党支部") == [notice]


def test_lists_follow_the_name_that_is_typed(desk, wan, activity):
    exam = begin(desk, wan, activity, EXAM, person_name="邹黎", branch="第一党支部", answers={})
    assert paper(desk, exam).full()[0]["person_name"] == "邹黎"
    write(desk, wan, exam, person_name="万　黎", branch="第二党支部")
    [line] = list_documents(desk, wan, activity)
    assert (line.person, line.branch) == ("万　黎", "第二党支部")


def test_a_draft_keeps_exactly_what_was_typed(desk, wan, notice):
    odd = "　　开头空两格\n\n  & <b> {{ x }} 𠮷\t\u200b末尾　"
    typed = {"body": odd, "things": [{"a": ""}, {"a": "　"}], "blank": "　"}
    saved = save_draft(desk, wan, notice, 1, typed)
    assert saved.revision == 2
    assert open_draft(desk, notice).row.answers == typed


def test_the_second_of_two_is_told_and_writes_over_nothing(desk, wan, notice):
    other = somebody(desk, "other")
    before = paper(desk, notice).row.answers
    save_draft(desk, wan, notice, 1, {**before, "title": "甲的标题"})
    with pytest.raises(ConflictError) as caught:
        save_draft(desk, other, notice, 1, {**before, "title": "乙的标题"})
    assert codes(caught) == ["draft_changed"]
    row = paper(desk, notice).row
    assert (row.answers["title"], row.revision, row.changed_by) == ("甲的标题", 2, wan.id)
    # A page whose answer was lost on the way may send the same again.
    assert save_draft(desk, other, notice, 1, row.answers).revision == 2


def test_of_two_who_save_all_the_time_no_save_is_lost(desk, wan, notice):
    other = somebody(desk, "other")
    accepted = {wan.id: [], other.id: []}
    start = threading.Barrier(2)

    def work(person):
        start.wait()
        for number in range(100):
            now = paper(desk, notice).row.revision
            text = f"{person.name} {number}"
            try:
                saved = save_draft(desk, person, notice, now, {"title": text})
            except ConflictError:
                continue
            accepted[person.id].append((saved.revision, text))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (wan, other)))
    both = sorted(accepted[wan.id] + accepted[other.id])
    assert [number for number, _ in both] == list(range(2, len(both) + 2)), "a revision twice"
    row = paper(desk, notice).row
    assert row.revision == 1 + len(both)
    assert row.answers == {"title": both[-1][1]}
    assert all(accepted.values()), "one of the two never came to its turn"


def test_the_trail_tells_of_writing_once_a_stretch_and_holds_no_text(desk, wan, notice):
    other = somebody(desk, "other")
    for number in range(5):
        write(desk, other, notice, title=f"{CANARY}{number}")
    assert actions(desk, notice) == ["draft_saved", "document_created"]
    with desk.store.read() as session:
        told = [vars(one) for one in every(session, "document", notice)]
    assert CANARY not in repr(told)
    assert not verify_trail(desk).broken


def test_a_version_is_made_once_of_the_same_draft(desk, wan, notice):
    assert generate(desk, wan, notice) == 1
    assert generate(desk, wan, notice) == 1
    version = newest(desk, notice)
    assert version.blob == f"documents/{notice}/{version.id}.docx"
    assert version.answers == paper(desk, notice).typed
    assert version.profile_id
    assert list(desk.store.blobs.names(f"documents/{notice}")) == [version.blob]
    found = open_version(desk, notice, 1)
    assert found.suffix == ".docx"
    assert "动员" in desk.text_of(found.data)
    with pytest.raises(NotFoundError):
        open_version(desk, notice, 2)


def test_many_clicks_at_once_make_one_version(desk, wan, notice):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: generate(desk, wan, notice), range(4)))
    assert made == [1, 1, 1, 1]
    assert len(list(desk.store.blobs.names(f"documents/{notice}"))) == 1


def test_a_version_is_stale_when_anything_it_is_made_from_has_changed(desk, wan, activity, notice):
    generate(desk, wan, notice)

    def stale():
        [line] = list_documents(desk, wan, activity)
        return line.stale

    assert not stale()
    change_profile(desk, activity, contact_phone="0791-86610000", issuer="中共某馆委员会")
    text = desk.text_of(open_version(desk, notice, 1).data)
    assert "某馆委员会" not in text
    assert stale()
    assert generate(desk, wan, notice) == 2
    assert not stale()
    write(desk, wan, notice, title="另一个标题")
    assert stale()


def test_a_fact_that_does_not_print_makes_nothing_stale(desk, wan, activity, notice):
    generate(desk, wan, notice)
    change_profile(desk, activity, cause_aspects=["理想信念"])
    assert not list_documents(desk, wan, activity)[0].stale


def test_wrong_answers_make_nothing_and_are_all_told(desk, wan, notice):
    write(desk, wan, notice, title="", issue_date="二月三十日")
    with pytest.raises(InputError) as caught:
        generate(desk, wan, notice)
    assert {one.path for one in caught.value.problems} >= {"issue_date"}
    assert newest(desk, notice) is None


def test_what_was_edited_by_hand_is_never_replaced_unasked(desk, wan, notice):
    generate(desk, wan, notice)
    docx = open_version(desk, notice, 1).data
    assert send_back(desk, wan, notice, docx) == 2
    write(desk, wan, notice, title="改过的标题")
    with pytest.raises(ConflictError) as caught:
        generate(desk, wan, notice)
    assert codes(caught) == ["hand_edited"]
    assert "退回草稿" in caught.value.problems[0].text.zh
    assert view_document(desk, notice).hand_edited == 2
    move_document(desk, wan, notice, "draft")
    assert view_document(desk, notice).hand_edited == 0
    assert generate(desk, wan, notice) == 3
    assert open_version(desk, notice, 2).data == docx


def test_what_differs_is_told_by_field_and_by_paragraph(desk, wan, notice):
    generate(desk, wan, notice)
    write(desk, wan, notice, title="另一个\n标题")
    generate(desk, wan, notice)
    write(desk, wan, notice, title="第三个标题")
    third = generate(desk, wan, notice)
    other = begin(
        desk,
        wan,
        keep_activity(desk),
        answers={**paper(desk, notice).row.answers, "title": "手改的标题"},
    )
    generate(desk, wan, other)
    send_back(desk, wan, notice, open_version(desk, other, 1).data)
    send_back(desk, wan, notice, b"%PDF-1.7 scan", way="scan")
    views = {one.no: one for one in view_document(desk, notice).versions}
    assert [label.zh for label in views[2].fields] == ["标题"]
    assert views[1].before == 0
    assert views[4].before == third
    changed = [(one.before, one.after) for one in views[4].paragraphs]
    assert (("第三个标题",), ("手改的标题",)) in changed
    assert (views[5].fields, views[5].paragraphs) == ((), None)


def test_a_document_goes_the_way_of_the_office(desk, wan, notice):
    with pytest.raises(InputError) as caught:
        move_document(desk, wan, notice, "final")
    assert codes(caught) == ["not_made_yet"]
    generate(desk, wan, notice)
    write(desk, wan, notice, title="又改了")
    with pytest.raises(InputError) as caught:
        move_document(desk, wan, notice, "final")
    assert codes(caught) == ["version_stale"]
    generate(desk, wan, notice)
    for state in ("in_review", "final", "final", "issued", "sealed"):
        move_document(desk, wan, notice, state)
    with pytest.raises(ConflictError) as caught:
        write(desk, wan, notice, title="定稿以后")
    assert codes(caught) == ["not_a_draft"]
    with pytest.raises(ConflictError):
        generate(desk, wan, begin_sealed(desk, wan, notice))
    with pytest.raises(ConflictError) as caught:
        move_document(desk, wan, notice, "in_review")
    assert codes(caught) == ["state_changed"]
    move_document(desk, wan, notice, "draft")
    write(desk, wan, notice, title="退回以后")
    assert actions(desk, notice).count("document_final") == 1
    assert "document_sealed" in actions(desk, notice)


def begin_sealed(desk, person, document):
    """Its answers changed behind the desk's back: making must refuse for the state alone."""
    with desk.store.write() as session:
        row = rows.find(session, document)
        row.answers = {**row.answers, "title": "悄悄改了"}
    return document


def test_a_review_stops_at_what_is_missing(desk, wan, activity):
    exam = begin(desk, wan, activity, EXAM, person_name="邹黎", branch="第一党支部")
    write(desk, wan, exam, cause_analysis="")
    row = paper(desk, exam).row
    save_draft(
        desk,
        wan,
        exam,
        row.revision,
        {k: v for k, v in row.answers.items() if k != "cause_analysis"},
    )
    generate(desk, wan, exam)
    with pytest.raises(InputError) as caught:
        move_document(desk, wan, exam, "in_review")
    assert [one.path for one in caught.value.problems] == ["cause_analysis"]
    checked = view_document(desk, exam).checked
    assert [one.path for one in checked.at("review")] == ["cause_analysis"]
    assert checked.at("draft") == ()


def test_a_failed_write_leaves_no_row(desk, wan, notice, monkeypatch):
    def refuse(*_):
        raise EngineError(())

    monkeypatch.setattr(desk.store.trail, "note", refuse)
    with pytest.raises(EngineError):
        generate(desk, wan, notice)
    monkeypatch.undo()
    assert newest(desk, notice) is None
    assert generate(desk, wan, notice) == 1
    assert open_version(desk, notice, 1).data


def test_the_file_is_there_before_its_row(desk, wan, notice, monkeypatch):
    """A process killed between the two leaves a file that nobody names, never a row without."""
    seen = []
    keep = rows.add

    def add(session, row):
        seen.append(desk.store.blobs.has(row.blob))
        keep(session, row)

    monkeypatch.setattr("service.desk.documents.versions.rows.add", add)
    generate(desk, wan, notice)
    assert seen == [True]


def test_answers_whose_question_is_gone_are_kept_and_told(desk, wan, notice):
    write(desk, wan, notice, asked_last_year="去年填的")
    checked = view_document(desk, notice).checked
    assert [one.code for one in checked.notes].count("not_asked_any_more") == 1
    generate(desk, wan, notice)
    assert paper(desk, notice).row.answers["asked_last_year"] == "去年填的"


@pytest.mark.office
def test_the_pdf_is_made_when_it_is_asked_for_and_kept(desk, wan, notice):
    generate(desk, wan, notice)
    version = newest(desk, notice)
    pdf = f"documents/{notice}/{version.id}.pdf"
    assert not desk.store.blobs.has(pdf)
    first = open_version(desk, notice, 1, "pdf")
    assert first.data.startswith(b"%PDF-")
    assert first.suffix == ".pdf"
    assert desk.store.blobs.get(pdf) == first.data
