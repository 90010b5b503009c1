"""Papers that change hands: who sees what before and after; on SQLite and on PostgreSQL."""

import threading

import pytest

from service.core.people import COMMAND_LINE
from service.desk.activity.received import received
from service.desk.bundle.making import open_bundle, start_making, view_making
from service.desk.bundle.slots import Which
from service.desk.bundle.work import do_bundle
from service.desk.documents.drafts import save_draft
from service.desk.documents.lists import list_documents
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate
from service.desk.people.handovers import hand_over, hand_over_all, last_handover, load_of, takers
from service.desk.people.ties import ties
from service.desk.people.trail import verify_trail
from service.desk.people.users import change_user, set_active
from service.desk.roster.rosters import add_roster, list_rosters
from service.errors import ConflictError, InputError, NotFoundError
from service.store import bundles
from service.store.models import Making
from service.store.trail import every
from tests.batch_tools import KIND, roster_csv
from tests.document_tools import EXAM, begin, paper, somebody

BRANCH = "第一党支部"


@pytest.fixture
def people(desk, request):
    """New ones for each test, since some are disabled in it."""
    mark = f"{abs(hash(request.node.name))}"
    who = {name: somebody(desk, f"{name}-{mark}") for name in ("wan", "li", "zhou")}
    who["chief"] = somebody(desk, f"chief-{mark}", "administrator")
    who["secretary"] = somebody(desk, f"shuji-{mark}", "reviewer", "branch_secretary", BRANCH)
    return who


@pytest.fixture
def notice(desk, people, activity):
    return begin(desk, people["wan"], activity)


@pytest.fixture
def exam(desk, people, activity):
    """A member's own words."""
    document = begin(desk, people["wan"], activity, EXAM, person_name="邹黎", branch=BRANCH)
    row = paper(desk, document).row
    save_draft(desk, people["wan"], document, row.revision, {**row.answers, "branch": BRANCH})
    return document


def code(caught):
    [one] = caught.value.problems
    return one.code


def knows(desk, person, activity):
    return {one.id for one in list_documents(desk, person, activity)}


def trail_of(desk, kind, id_):
    with desk.store.read() as session:
        return [(one.action, one.user_id) for one in every(session, kind, id_)]


def test_the_former_clerk_of_a_members_paper_loses_it_and_the_reviewer_keeps_it(
    desk, people, activity, exam
):
    wan, li, secretary = people["wan"], people["li"], people["secretary"]
    before = paper(desk, exam).row
    hand_over(desk, wan, exam, li.id)
    assert ties(desk, wan, "document", exam) == frozenset()
    assert ties(desk, people["chief"], "document", exam) == frozenset()
    assert ties(desk, li, "document", exam) == {"handler"}
    assert ties(desk, secretary, "document", exam) == {"reviewer"}
    assert knows(desk, wan, activity) == set()
    assert knows(desk, li, activity) == {exam}
    row = paper(desk, exam).row
    assert (row.answers, row.revision, row.changed_at, row.changed_by) == (
        before.answers, before.revision, before.changed_at, before.changed_by,
    )  # fmt: skip
    with pytest.raises(NotFoundError):  # a save that was on its way
        save_draft(desk, wan, exam, row.revision, {**row.answers, "branch": "x"})
    assert paper(desk, exam).row.answers == before.answers
    save_draft(desk, li, exam, row.revision, {**row.answers, "department": "陈列部"})
    generate(desk, li, exam)
    move_document(desk, li, exam, "in_review")
    assert ties(desk, secretary, "document", exam) == {"reviewer"}


def test_who_has_a_draft_open_is_told_as_ever(desk, people, notice):
    """A unit's paper may be changed by every clerk; handing it over is no change of its text."""
    wan, li = people["wan"], people["li"]
    row = paper(desk, notice).row
    hand_over(desk, wan, notice, li.id)
    mine = {**row.answers, "venue": "二楼会议室"}
    save_draft(desk, wan, notice, row.revision, mine)
    with pytest.raises(ConflictError) as caught:
        save_draft(desk, li, notice, row.revision, {**row.answers, "venue": "三楼会议室"})
    assert code(caught) == "draft_changed"
    assert paper(desk, notice).row.answers == mine


def test_the_trail_the_page_and_the_first_page_tell_of_it(desk, people, notice):
    wan, li, zhou = people["wan"], people["li"], people["zhou"]
    assert last_handover(desk, notice) is None
    assert received(desk, li) == []
    hand_over(desk, wan, notice, li.id)
    assert trail_of(desk, "document", notice)[0] == ("document_handed_over", wan.id)
    assert trail_of(desk, "user", li.id)[0] == ("papers_given", wan.id)
    found = last_handover(desk, notice)
    assert found.by == wan.shown
    [told] = received(desk, li)
    assert (told.id, told.by, told.at, told.state) == (notice, wan.shown, found.at, "draft")
    hand_over(desk, li, notice, zhou.id)
    assert received(desk, li) == []
    [told] = received(desk, zhou)
    row = paper(desk, notice).row
    save_draft(desk, zhou, notice, row.revision, {**row.answers, "venue": "二楼"})
    assert received(desk, zhou) == []  # taken up
    hand_over(desk, zhou, notice, li.id)
    assert [one.id for one in received(desk, li)] == [notice]  # given a second time
    assert not verify_trail(desk).broken


def test_who_may_hand_over_and_to_whom(desk, people, notice, exam):
    wan, li, chief = people["wan"], people["li"], people["chief"]
    for nobody in ("", "\x00", "0" * 32, people["secretary"].id):
        with pytest.raises(InputError) as caught:
            hand_over(desk, wan, notice, nobody)
        assert code(caught) == "nobody_to_handle"
    set_active(desk, COMMAND_LINE, people["zhou"].id, False)
    with pytest.raises(InputError):
        hand_over(desk, wan, notice, people["zhou"].id)
    with pytest.raises(ConflictError) as caught:
        hand_over(desk, li, notice, li.id)  # nobody takes what is another's
    assert code(caught) == "handed_over_already"
    with pytest.raises(ConflictError) as caught:
        hand_over(desk, chief, exam, chief.id)
    assert code(caught) == "own_hands"
    hand_over(desk, chief, notice, chief.id)  # a unit's paper
    assert paper(desk, notice).row.handler_id == chief.id
    noted = trail_of(desk, "document", notice)
    hand_over(desk, chief, notice, chief.id)  # is there already
    assert trail_of(desk, "document", notice) == noted
    with pytest.raises(NotFoundError):
        hand_over(desk, wan, "0" * 32, li.id)
    listed = {one.id for one in takers(desk, but={wan.id})}
    assert {li.id, chief.id} <= listed
    assert not listed & {wan.id, people["zhou"].id, people["secretary"].id}


def test_all_that_a_leaver_handles_goes_with_the_rosters(desk, people, notice, exam):
    wan, li, chief = people["wan"], people["li"], people["chief"]
    roster = add_roster(desk, KIND, lang="zh", name="名册.csv", data=roster_csv(2), handler=wan.id)
    load = load_of(desk, wan.id)
    assert (load.documents, load.confidential, load.rosters) == (2, 1, 1)
    with pytest.raises(ConflictError) as caught:
        hand_over_all(desk, chief, wan.id, chief.id)
    assert code(caught) == "own_hands"
    change_user(
        desk, chief, wan.id, shown=wan.shown, role="reviewer", post="team_leader", branch=""
    )
    assert hand_over_all(desk, chief, wan.id, li.id) == load
    assert not load_of(desk, wan.id).anything
    assert load_of(desk, li.id) == load
    assert list_rosters(desk, wan.id) == []
    assert [one.id for one in list_rosters(desk, li.id)] == [roster]
    assert {one.id for one in received(desk, li)} == {notice, exam}
    assert trail_of(desk, "user", wan.id)[0] == ("papers_taken", chief.id)
    noted = len(trail_of(desk, "user", li.id))
    assert not hand_over_all(desk, chief, wan.id, li.id).anything
    assert len(trail_of(desk, "user", li.id)) == noted
    with pytest.raises(NotFoundError):
        hand_over_all(desk, chief, "0" * 32, li.id)


def test_two_who_hand_over_at_once_leave_it_with_one(desk, people, notice):
    wan, li, zhou = people["wan"], people["li"], people["zhou"]
    for _ in range(5):
        together, errors = threading.Barrier(2), []

        def give(to, together=together, errors=errors):
            together.wait(30)
            try:
                hand_over(desk, wan, notice, to.id)
            except ConflictError as error:
                errors.append(error)

        threads = [threading.Thread(target=give, args=[one]) for one in (li, zhou)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert [one.problems[0].code for one in errors] == ["handed_over_already"]
        assert paper(desk, notice).row.handler_id in {li.id, zhou.id}
        hand_over(desk, COMMAND_LINE, notice, wan.id)


@pytest.mark.office
def test_a_bundle_that_holds_it_is_as_never_made(desk, people, activity, exam):
    wan, li = people["wan"], people["li"]
    which = Which(activity_id=activity, name="branch", lang="zh")
    generate(desk, wan, exam)
    start_making(desk, wan, which)
    with desk.store.read() as session:
        row = bundles.making(session, activity, "branch", "zh", wan.id)
    do_bundle(desk, row.id, row.round, stop=lambda: False)
    assert view_making(desk, wan, which).state == "done"
    assert open_bundle(desk, wan, which).startswith(b"%PDF-")
    hand_over(desk, wan, exam, li.id)
    assert view_making(desk, wan, which).state == "none"
    assert view_making(desk, wan, which).entries == ()
    with pytest.raises(NotFoundError):
        open_bundle(desk, wan, which)
    assert list(desk.store.blobs.names(f"bundles/{row.id}")) == []
    # What is under way for the former clerk comes to nothing.
    start_making(desk, li, which)
    with desk.store.read() as session:
        theirs = bundles.making(session, activity, "branch", "zh", li.id)
    hand_over(desk, li, exam, wan.id)
    do_bundle(desk, theirs.id, theirs.round, stop=lambda: False)
    with desk.store.read() as session:
        kept = session.get(Making, theirs.id)
    assert (kept.state, kept.blob) == ("none", "")
