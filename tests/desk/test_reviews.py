"""Reviews at the desk: opinions by the route, in rounds; on SQLite and on PostgreSQL."""

from datetime import date, timedelta

import pytest

from service.core.reviews import Opinion, answers_of_review, round_now, steps_of, waits_for
from service.desk.documents.cases import waiting
from service.desk.documents.drafts import save_draft
from service.desk.documents.opinions import Said
from service.desk.documents.reviews import give_opinion, review_answers, view_reviews
from service.desk.documents.routes import steps_of_all
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.errors import ConflictError, InputError, NotFoundError
from service.store.models import Document
from tests.document_tools import EXAM, actions, begin, close_activity, codes, paper, somebody

TODAY = date(2026, 11, 28)
BRANCH = "第一党支部"
LEADERS = "leadership_self_examination"
PLAN = "rectification_plan"


@pytest.fixture(scope="module")
def secretary(desk):
    return somebody(desk, "shuji", "reviewer", "branch_secretary", BRANCH)


@pytest.fixture(scope="module")
def leader(desk):
    return somebody(desk, "banzhang", "reviewer", "team_leader")


@pytest.fixture
def exam(desk, wan, activity):
    """A member's paper without a word of its review, in review."""
    document = begin(desk, wan, activity, EXAM, person_name="邹黎", branch=BRANCH)
    row = paper(desk, document).row
    answers = {name: one for name, one in row.answers.items() if not name.startswith("review")}
    answers.pop("revision_no", None)
    answers["branch"] = BRANCH
    save_draft(desk, wan, document, row.revision, answers)
    return send(desk, wan, document)


def send(desk, person, document):
    generate(desk, person, document)
    move_document(desk, person, document, "in_review")
    return document


def change(desk, person, document, **changes):
    row = paper(desk, document).row
    save_draft(desk, person, document, row.revision, {**row.answers, **changes})


def state(desk, document):
    return paper(desk, document).row.state


def say(desk, person, document, result, opinion="", *, version=1, **more):
    said = Said(version=version, result=result, opinion=opinion, **more)
    give_opinion(desk, person, document, said, TODAY)


def waits(desk, session, document, step):
    steps = steps_of_all(desk, session, [session.get(Document, document)])
    return waiting(session, steps, step)


def text(desk, document, no):
    return desk.text_of(open_version(desk, document, no).data)


def test_a_secretary_sends_a_paper_back_and_then_agrees(desk, wan, secretary, exam):
    say(desk, secretary, exam, "revise", "第二条写得太空，\n请写事例。")
    assert state(desk, exam) == "to_revise"
    assert actions(desk, exam)[:2] == ["document_to_revise", "opinion_given"]

    change(desk, wan, exam, direction="再改一改。")
    assert paper(desk, exam).full()[1]["review_opinion"] == "review"
    send(desk, wan, exam)
    printed = text(desk, exam, 2)
    assert "第二条写得太空" in printed
    view = view_reviews(desk, secretary, exam)
    assert (view.now, view.version, view.step, view.waits) == (
        2,
        2,
        "branch_secretary",
    ) * 1 + (("branch_secretary",),)

    say(desk, secretary, exam, "agree", version=2)
    assert state(desk, exam) == "final"
    view = view_reviews(desk, wan, exam)
    assert [(one.no, [o.result for o in one.opinions]) for one in view.rounds] == [
        (2, ["agree"]),
        (1, ["revise"]),
    ]
    assert view.rounds[1].opinions[0].opinion == "第二条写得太空，\n请写事例。"
    assert (view.rounds[0].opinions[0].by, view.rounds[0].opinions[0].given_on) == ("shuji", TODAY)


def test_the_forms_review_fields_come_from_the_record(desk, secretary, exam):
    form = paper(desk, exam).form
    assert review_answers(desk, exam, form) == {}
    say(desk, secretary, exam, "rewrite", "重写。")
    assert review_answers(desk, exam, form) == {
        "reviewer": "shuji",
        "review_opinion": "重写。",
        "review_result": "rewrite",
        "review_date": "2026-11-28",
        "revision_no": 1,
    }


def test_what_is_typed_goes_before_the_record_and_makes_nothing_stale(desk, wan, secretary, exam):
    before = paper(desk, exam).made_from(desk)
    say(desk, secretary, exam, "revise", "改。")
    assert paper(desk, exam).made_from(desk) == before
    change(desk, wan, exam, reviewer="邹书记")
    assert paper(desk, exam).full()[0]["reviewer"] == "邹书记"


def test_only_whom_the_route_asks_may_speak(desk, leader, exam):
    stranger = somebody(desk, "bieren", "reviewer", "branch_secretary", "第二党支部")
    other = somebody(desk, "other")
    for one in (leader, stranger, other):
        with pytest.raises(NotFoundError):
            say(desk, one, exam, "agree", step="branch_secretary", by="某", on="2026-11-01")
    assert state(desk, exam) == "in_review"
    assert not view_reviews(desk, leader, exam).speaks
    assert not view_reviews(desk, other, exam).speaks


def test_a_clerk_types_in_what_came_on_paper(desk, wan, exam):
    with pytest.raises(InputError) as caught:
        say(desk, wan, exam, "", "\x00" + "长" * 2001, step="team_leader", by=" ", on="哪天")
    assert sorted(codes(caught)) == sorted(
        ["no_step", "no_reviewer", "bad_date", "no_result", "opinion_too_long", "bad_character"]
    )
    late = (TODAY + timedelta(days=1)).isoformat()
    with pytest.raises(InputError) as caught:
        say(desk, wan, exam, "revise", "  ", step="branch_secretary", by="邹书记", on=late)
    assert codes(caught) == ["day_to_come", "no_opinion"]
    say(desk, wan, exam, "agree", step="branch_secretary", by="邹书记", on="2026年11月3日")
    assert state(desk, exam) == "final"
    assert actions(desk, exam)[:2] == ["document_final", "opinion_noted"]
    [one] = view_reviews(desk, wan, exam).rounds[0].opinions
    assert (one.by, one.given_on, one.opinion) == ("邹书记", date(2026, 11, 3), "")


def test_an_opinion_is_of_a_definite_version(desk, wan, secretary, exam):
    move_document(desk, wan, exam, "draft")
    change(desk, wan, exam, direction="另写一段。")
    send(desk, wan, exam)
    with pytest.raises(ConflictError) as caught:
        say(desk, secretary, exam, "agree", version=1)
    assert codes(caught) == ["other_version"]
    assert view_reviews(desk, wan, exam).rounds == ()


def test_a_second_click_says_it_once(desk, secretary, exam):
    for _ in range(3):
        say(desk, secretary, exam, "agree", "同意。")
    assert len(view_reviews(desk, secretary, exam).rounds[0].opinions) == 1


def test_nothing_is_said_of_what_is_not_in_review(desk, wan, secretary, exam, activity):
    move_document(desk, wan, exam, "draft")
    with pytest.raises(ConflictError) as caught:
        say(desk, secretary, exam, "agree")
    assert codes(caught) == ["not_in_review"]
    close_activity(desk, activity)
    with pytest.raises(ConflictError) as caught:
        say(desk, secretary, exam, "agree")
    assert codes(caught) == ["activity_closed"]
    with pytest.raises(NotFoundError):
        say(desk, secretary, "0" * 32, "agree")


def test_a_plan_needs_the_leader_and_the_supervisory_team(desk, wan, leader, activity):
    plan = send(desk, wan, begin(desk, wan, activity, PLAN))
    with desk.store.read() as session:
        assert waits(desk, session, plan, "team_leader") == {plan}
    say(desk, leader, plan, "agree")
    assert state(desk, plan) == "in_review"
    with desk.store.read() as session:
        assert waits(desk, session, plan, "team_leader") == set()
        assert waits(desk, session, plan, "supervisory_team") == {plan}
    paper_one = {"step": "supervisory_team", "by": "督导组 熊组长", "on": "2026-11-20"}
    say(desk, wan, plan, "revise", "责任人没有写到人。", **paper_one)
    assert state(desk, plan) == "to_revise"
    move_document(desk, wan, plan, "in_review")
    view = view_reviews(desk, leader, plan)
    assert (view.now, view.waits) == (2, ("team_leader", "supervisory_team"))
    say(desk, wan, plan, "agree", **paper_one)
    say(desk, leader, plan, "agree")
    assert state(desk, plan) == "final"


def test_a_letter_that_comes_late_opens_a_round(desk, wan, leader, activity):
    plan = send(desk, wan, begin(desk, wan, activity, PLAN))
    letter = {"step": "supervisory_team", "by": "督导组", "on": "2026-11-20"}
    say(desk, leader, plan, "agree")
    say(desk, wan, plan, "agree", **letter)
    move_document(desk, wan, plan, "issued")
    assert view_reviews(desk, wan, plan).steps_to_note == ("supervisory_team",)
    for _ in range(2):
        say(desk, wan, plan, "revise", "第三条再改。", **letter)
    assert state(desk, plan) == "to_revise"
    assert [one.no for one in view_reviews(desk, wan, plan).rounds] == [2, 1]
    with pytest.raises(ConflictError):
        say(desk, leader, plan, "agree")


def heads_paper(desk, wan, activity, subject, name):
    document = begin(desk, wan, activity, LEADERS, person_name=name)
    row = paper(desk, document).row
    answers = {
        key: one
        for key, one in row.answers.items()
        if key not in {"review_rounds", "supervisor_opinion", "supervisor_date", "reviewer"}
    }
    answers |= {"subject": subject, "person_name": name, "post": "馆长", "branch": BRANCH}
    answers["supervising_reviewer"] = ""
    save_draft(desk, wan, document, row.revision, answers)
    generate(desk, wan, document)
    move_document(desk, wan, document, "in_review")
    return document


def test_the_heads_own_paper_is_for_the_supervisory_team_alone(desk, wan, leader, activity):
    own = heads_paper(desk, wan, activity, "head", "涂馆长")
    view = view_reviews(desk, leader, own)
    assert (view.steps, view.step, view.speaks) == (("supervisory_team",), "", False)
    with desk.store.read() as session:
        assert waits(desk, session, own, "team_leader") == set()
    with pytest.raises(NotFoundError):
        say(desk, leader, own, "agree")
    say(desk, wan, own, "agree", "好。", step="supervisory_team", by="熊组长", on="2026-11-20")
    assert state(desk, own) == "final"
    raw, origins = paper(desk, own).full()
    assert (raw["supervising_reviewer"], origins["supervising_reviewer"]) == ("熊组长", "review")
    assert raw["review_rounds"] == [
        {"version": 1, "opinion": "好。", "result": "agree", "date": "2026-11-20"}
    ]
    assert not raw.get("supervisor_opinion")


def test_nobody_gives_an_opinion_of_the_own_paper(desk, wan, leader, activity):
    own = heads_paper(desk, wan, activity, "member", "banzhang")
    view = view_reviews(desk, leader, own)
    assert (view.own, view.step) == (True, "")
    with pytest.raises(NotFoundError):
        say(desk, leader, own, "agree")


def test_members_papers_of_the_team_hold_both_opinions(desk, wan, leader, activity):
    document = heads_paper(desk, wan, activity, "member", "欧副馆长")
    say(desk, leader, document, "agree")
    say(desk, wan, document, "agree", "可以。", step="supervisory_team", by="熊", on="2026-11-21")
    raw, origins = paper(desk, document).full()
    assert raw["review_rounds"] == [
        {"version": 1, "opinion": "同意。", "result": "agree", "date": "2026-11-28"}
    ]
    assert (raw["supervisor_opinion"], raw["supervisor_date"]) == ("可以。", "2026-11-21")
    assert origins["reviewer"] == "activity"


def opinion(round_, step, result, version=1):
    return Opinion(
        round=round_, step=step, version_no=version, by="甲", result=result, opinion="", given_on=TODAY
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "version", "now", "waits"),
    [
        ([], 1, 1, "ab"),
        ([(1, "a", "agree")], 1, 1, "b"),
        ([(1, "a", "agree"), (1, "b", "revise")], 1, 2, "ab"),
        ([(1, "a", "agree"), (1, "b", "agree")], 1, 2, "ab"),
        ([(1, "a", "agree")], 2, 2, "ab"),
        ([(1, "a", "revise"), (1, "a", "agree")], 1, 1, "b"),
        ([(1, "a", "revise"), (2, "b", "agree")], 1, 2, "a"),
    ],
)
def test_rounds(said, version, now, waits):
    opinions = [opinion(*one) for one in said]
    assert round_now(opinions, "ab", version) == now
    assert "".join(waits_for(opinions, "ab", version)) == waits


def test_a_route_is_whole_while_it_is_not_known_whose_paper_it_is(desk):
    form = desk.catalog.kind(LEADERS).form
    assert steps_of(form, {}) == form.route
    assert steps_of(form, {"subject": "team"}) == form.route
    assert steps_of(form, {"subject": "head"}) == ("supervisory_team",)
    notice = desk.catalog.kind("mobilization_notice").form
    assert steps_of(notice, {}) == ("team_leader",)
    assert answers_of_review(notice, {}, [opinion(1, "team_leader", "agree")], "zh") == {}
