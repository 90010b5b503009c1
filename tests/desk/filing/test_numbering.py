"""A document gets its number: once, when it is final, and then in its file; never over Word."""

from datetime import date

import pytest

from service.desk.documents.drafts import create_document, open_draft, save_draft
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.documents.views import view_document
from service.desk.filing.number_print import print_number
from service.desk.filing.numbering import number_document, number_of, view_number
from service.desk.filing.register import Wanted, give_number, void_number
from service.desk.filing.register_list import find_line
from service.desk.kinds import sample_answers
from service.errors import ConflictError, InputError, NotFoundError
from service.store.models import Audit
from tests.batch_tools import desk_at
from tests.document_tools import (
    EXAM,
    NOTICE,
    begin,
    change_profile,
    close_activity,
    keep_activity,
    send_back,
    somebody,
)

DAY = date(2026, 3, 3)
WORD = "赣八一馆党发"


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    with desk_at(tmp_path_factory.mktemp("numbers"), database_url=modules_database_url) as desk:
        yield desk


@pytest.fixture(scope="module")
def wan(desk):
    return somebody(desk)


@pytest.fixture
def activity(desk, request):
    # A word of its own for each test: the module shares one register.
    return keep_activity(desk, doc_code=word_of(request))


def word_of(request):
    return f"{WORD}第{abs(hash(request.node.name)) % 10**6}字"


@pytest.fixture
def word(request):
    return word_of(request)


def answers(desk, **more):
    return {**sample_answers(desk, NOTICE, "zh"), "letterhead": True, "doc_number": "", **more}


def final(desk, person, activity, kind=NOTICE, state="final", **more):
    """A document that was made, and is final."""
    given = {"answers": answers(desk), **more} if kind == NOTICE else more
    document = begin(desk, person, activity, kind, **given)
    generate(desk, person, document)
    move_document(desk, person, document, "final")
    if state != "final":
        move_document(desk, person, document, state)
    return document


def number(desk, person, document, **wanted):
    return number_document(desk, person, document, Wanted(**wanted), DAY)


def code_of(call, error=ConflictError):
    with pytest.raises(error) as told:
        call()
    return [one.code for one in told.value.problems]


def text(desk, document, no):
    return desk.text_of(open_version(desk, document, no).data)


def test_a_final_document_is_numbered_issued_and_printed(desk, wan, activity, word):
    document = final(desk, wan, activity)
    before = view_number(desk, open_draft(desk, document), DAY)
    assert (before.bears, before.open, before.number, before.word) == (True, True, "", word)
    entry = number(desk, wan, document)
    issued = open_draft(desk, document)
    year = issued.row.answers["issue_date"][:4]
    mine = f"{word}〔{year}〕1号"
    assert issued.row.state == "issued"
    assert issued.row.answers["doc_number"] == mine
    line = find_line(desk, entry)
    assert (line.number, line.document, line.kind, line.handled_by) == (
        mine,
        document,
        NOTICE,
        "wan",
    )
    assert line.title.endswith("的通知")
    assert line.genre == "通知"
    assert str(line.dated) == issued.row.answers["issue_date"]
    seen = view_number(desk, open_draft(desk, document), DAY)
    assert (seen.number, seen.open, seen.printable, seen.by_hand) == (mine, False, True, False)
    assert mine not in text(desk, document, 1)
    assert print_number(desk, wan, document) == 2
    assert mine in text(desk, document, 2)
    assert not view_number(desk, open_draft(desk, document), DAY).printable
    assert not view_document(desk, document).line.stale
    assert code_of(lambda: print_number(desk, wan, document)) == ["no_number_to_print"]
    with desk.store.read() as session:
        assert str(number_of(session, document)) == mine


def test_the_register_follows_a_paper_that_is_changed_after_it_got_its_number(desk, wan, activity):
    document = final(desk, wan, activity)
    entry = number(desk, wan, document)
    before = find_line(desk, entry)
    move_document(desk, wan, document, "draft")
    draft = open_draft(desk, document)
    new = {
        **draft.row.answers,
        "title": ["关于召开整改", "部署会的通知"],
        "issue_date": "2014-03-09",
    }
    save_draft(desk, wan, document, draft.row.revision, new)
    generate(desk, wan, document)
    assert find_line(desk, entry) == before, "a draft says nothing yet"
    move_document(desk, wan, document, "final")
    line = find_line(desk, entry)
    assert (line.title, line.dated) == ("关于召开整改部署会的通知", date(2014, 3, 9))
    assert (line.number, line.genre, line.given_on) == (
        before.number,
        before.genre,
        before.given_on,
    )
    with desk.store.read() as session:
        told = session.query(Audit).filter_by(object_id=entry).order_by(Audit.seq)
        assert [one.action for one in told] == ["number_given", "number_described"]
    # Settled again without a change: nothing is corrected, nothing told.
    move_document(desk, wan, document, "draft")
    move_document(desk, wan, document, "final")
    with desk.store.read() as session:
        assert session.query(Audit).filter_by(object_id=entry).count() == 2


def test_what_was_typed_into_the_register_stays_until_the_paper_is_settled_anew(
    desk, wan, activity, word
):
    year = answers(desk)["issue_date"][:4]
    typed = Wanted(word=word, year=int(year), title="部署会通知", signer="李四", reason="补登")
    entry = give_number(desk, wan, typed, DAY)
    document = final(desk, wan, activity)
    assert number(desk, wan, document, no=1, reason="补登") == entry
    assert (find_line(desk, entry).title, find_line(desk, entry).signer) == ("部署会通知", "李四")
    move_document(desk, wan, document, "draft")
    generate(desk, wan, document)
    move_document(desk, wan, document, "final")
    line = find_line(desk, entry)
    assert line.title.endswith("的通知") and line.title != "部署会通知"
    assert line.signer == "李四", "the paper names none"


def test_a_document_bears_one_number(desk, wan, activity):
    document = final(desk, wan, activity)
    entry = number(desk, wan, document)
    with pytest.raises(ConflictError) as told:
        number(desk, wan, document)
    assert told.value.problems[0].code == "has_number"
    assert find_line(desk, entry).number in told.value.problems[0].text.zh


def test_void_takes_it_off_and_a_new_one_may_be_given(desk, wan, activity, word):
    document = final(desk, wan, activity)
    entry = number(desk, wan, document)
    print_number(desk, wan, document)
    void_number(desk, wan, entry, "编错了")
    assert "doc_number" not in open_draft(desk, document).row.answers
    again = number(desk, wan, document)
    assert find_line(desk, again).first == 2
    assert print_number(desk, wan, document) == 3
    assert "〕2号" in text(desk, document, 3)


def test_what_the_text_would_change_by_is_refused_and_uses_no_number(desk, wan, activity, word):
    document = final(desk, wan, activity)
    mark = open_draft(desk, document).facts["issuer_mark"]
    change_profile(desk, activity, issuer_mark="另一个机关文件")
    assert code_of(lambda: number(desk, wan, document)) == ["text_would_change"]
    change_profile(desk, activity, issuer_mark=mark)
    other = final(desk, wan, activity)
    assert find_line(desk, number(desk, wan, other)).first == 1


def test_a_draft_is_not_numbered(desk, wan, activity):
    document = begin(desk, wan, activity, answers=answers(desk))
    assert not view_number(desk, open_draft(desk, document), DAY).open
    assert code_of(lambda: number(desk, wan, document)) == ["not_final"]


def test_who_bears_none(desk, wan, activity):
    plain = final(desk, wan, activity, answers=answers(desk, letterhead=False))
    own = begin(desk, wan, activity, EXAM)
    english = create_document(desk, wan, activity, NOTICE, "en", answers=answers(desk))
    slip = begin(desk, wan, activity, "dispatch_slip")
    for one in (plain, own, english, slip):
        assert not view_number(desk, open_draft(desk, one), DAY).bears
        assert code_of(lambda one=one: number(desk, wan, one)) == ["bears_no_number"]
    assert code_of(lambda: number(desk, wan, "0" * 32), NotFoundError) == ["no_document"]


def test_a_typed_number_is_entered_as_it_is(desk, wan, activity, word):
    typed = f"{word}〔2014〕7号"
    document = final(desk, wan, activity, answers=answers(desk, doc_number=typed))
    assert view_number(desk, open_draft(desk, document), DAY).typed == typed
    assert code_of(lambda: number(desk, wan, document)) == ["number_typed"]
    assert code_of(lambda: number(desk, wan, document, no=7), InputError) == ["no_reason"]
    entry = number(desk, wan, document, year=2014, no=7, reason="原在纸质登记簿")
    assert find_line(desk, entry).number == typed
    seen = view_number(desk, open_draft(desk, document), DAY)
    assert (seen.number, seen.printable) == (typed, False)


def test_a_number_without_a_document_becomes_its_own(desk, wan, activity, word):
    entry = give_number(desk, wan, Wanted(word=word, year=2014, title="原来登记的题名"), DAY)
    document = final(desk, wan, activity)
    assert number(desk, wan, document, year=2014, no=1) == entry
    line = find_line(desk, entry)
    assert (line.document, line.title, line.genre) == (document, "原来登记的题名", "通知")
    other = final(desk, wan, activity)
    again = lambda: number(desk, wan, other, year=2014, no=1, reason="x")  # noqa: E731
    assert code_of(again) == ["number_taken"]
    assert view_number(desk, open_draft(desk, other), DAY).number == ""


def test_a_version_from_word_is_never_written_over(desk, wan, activity, word):
    document = final(desk, wan, activity)
    send_back(desk, wan, document, open_version(desk, document, 1).data)
    entry = number(desk, wan, document)
    assert view_number(desk, open_draft(desk, document), DAY).by_hand
    with pytest.raises(ConflictError) as told:
        print_number(desk, wan, document)
    mine = find_line(desk, entry).number
    assert told.value.problems[0].code == "number_by_hand"
    assert mine in told.value.problems[0].text.zh
    # Once it stands in the file that came back, nothing is asked any more.
    other = final(desk, wan, activity, answers=answers(desk, doc_number=mine))
    send_back(desk, wan, document, open_version(desk, other, 1).data)
    assert not view_number(desk, open_draft(desk, document), DAY).by_hand


def test_a_sealed_paper_is_entered_and_its_form_stays(desk, wan, activity, word):
    document = final(desk, wan, activity, state="issued")
    move_document(desk, wan, document, "sealed")
    entry = number(desk, wan, document, year=2014, no=3, reason="用印前已编")
    assert find_line(desk, entry).document == document
    assert open_draft(desk, document).row.answers["doc_number"] == ""
    assert open_draft(desk, document).row.state == "sealed"
    assert not view_number(desk, open_draft(desk, document), DAY).printable


def test_nothing_is_given_in_a_closed_activity(desk, wan, activity):
    document = final(desk, wan, activity)
    entry = number(desk, wan, document)
    close_activity(desk, activity)
    assert not view_number(desk, open_draft(desk, document), DAY).printable
    assert code_of(lambda: number(desk, wan, document)) == ["activity_closed"]
    assert code_of(lambda: void_number(desk, wan, entry, "x")) == ["activity_closed"]
    assert find_line(desk, entry).standing == "given"


def test_back_in_the_draft_the_number_is_kept(desk, wan, activity):
    document = final(desk, wan, activity)
    entry = number(desk, wan, document)
    move_document(desk, wan, document, "draft")
    draft = open_draft(desk, document)
    assert draft.row.answers["doc_number"] == find_line(desk, entry).number
    save_draft(
        desk,
        wan,
        document,
        draft.row.revision,
        {**draft.row.answers, "doc_number": "别〔2014〕9号"},
    )
    seen = view_number(desk, open_draft(desk, document), DAY)
    assert (seen.number, seen.typed) == (find_line(desk, entry).number, "别〔2014〕9号")
