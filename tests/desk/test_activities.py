"""Activities at the desk: typed once, two editors, papers due, stale papers, what waits, copies.

On SQLite and on PostgreSQL.
"""

import threading
from datetime import date

import pytest
from docx import Document as WordFile

from service.core.people import COMMAND_LINE
from service.core.shift import Shift
from service.desk.activity.copy import Wish, copy_activity, view_copy
from service.desk.activity.facts import facts_for
from service.desk.activity.home import list_activities, todo
from service.desk.activity.profiles import (
    create_activity,
    sample_profile,
    save_profile,
    set_closed,
    view_profile,
)
from service.desk.activity.stale import remake, stale_documents
from service.desk.activity.start import start_other, start_paper
from service.desk.activity.tasks import view_board
from service.desk.batch.batches import start_batch
from service.desk.documents.drafts import open_draft, save_draft
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.kinds import broken_papers, sample_answers
from service.desk.people.users import add_user
from service.desk.roster.rosters import add_roster, share_answers, view_roster
from service.errors import ConflictError, InputError, NotFoundError
from service.store import activities as rows
from service.store import documents
from service.store.models import Item, Review, Version
from service.store.trail import every
from tests.batch_tools import desk_at, person, roster_csv, shared

TODAY = date(2014, 6, 1)
CANARY = "只有本人和书记看得到的一句话"


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    data = tmp_path_factory.mktemp("activities")
    with desk_at(data, database_url=modules_database_url) as desk:
        yield desk


_COUNT = iter(range(10_000))


def user(desk, role="clerk", post="", branch=""):
    name = f"u{next(_COUNT)}"
    return add_user(desk, COMMAND_LINE, name=name, shown=name, role=role, post=post, branch=branch)[
        0
    ]


@pytest.fixture
def clerk(desk):
    return user(desk)


@pytest.fixture
def activity(desk, clerk):
    made = create_activity(desk, clerk, sample_profile(desk))
    yield made
    set_closed(desk, COMMAND_LINE, made, now_closed=True)  # so that no test sees another's


def group(desk, who, activity, paper, lang="zh"):
    board = view_board(desk, who, activity, lang)
    assert board.problems == ()
    return next(one for one in board.groups if one.paper.id == paper)


def actions(desk, activity):
    with desk.store.read() as session:
        return [one.action for one in reversed(every(session, "activity", activity))]


def change(desk, who, activity, lang="zh", **values):
    now = view_profile(desk, activity, lang)
    return save_profile(desk, who, activity, lang, revision=now.revision, raw={**now.raw, **values})


# --- the profile


def test_an_activity_is_kept_as_typed_and_says_what_is_wrong(desk, clerk):
    made = create_activity(desk, clerk, {"zh": {"unit": " 某馆\u3000", "year": "一四年"}})
    view = view_profile(desk, made, "zh")
    assert view.raw == {"unit": " 某馆\u3000", "year": "一四年"}
    assert {"year", "campaign_name", "leader"} <= {one.path for one in view.problems}
    assert view.title == ""
    assert actions(desk, made) == ["activity_created"]
    set_closed(desk, clerk, made, now_closed=True)


def test_of_two_editors_the_second_is_told_and_nothing_is_written(desk, clerk, activity):
    first = view_profile(desk, activity, "zh")
    assert change(desk, clerk, activity, unit_short="甲馆") == first.revision + 1
    mine = {**first.raw, "unit_short": "乙馆"}
    with pytest.raises(ConflictError) as error:
        save_profile(desk, clerk, activity, "zh", revision=first.revision, raw=mine)
    assert error.value.problems[0].code == "profile_changed"
    assert view_profile(desk, activity, "zh").raw["unit_short"] == "甲馆"
    # Who saves just what is there already is not bothered.
    same = view_profile(desk, activity, "zh")
    assert save_profile(desk, clerk, activity, "zh", revision=1, raw=same.raw) == same.revision


def test_two_threads_never_lose_a_save(desk, clerk, activity):
    accepted, rounds = [], 12

    def write(name):
        for number in range(rounds):
            try:
                change(desk, clerk, activity, note=f"{name}{number}")
                accepted.append(number)
            except ConflictError:
                pass

    before = view_profile(desk, activity, "zh").revision
    threads = [threading.Thread(target=write, args=(one,)) for one in "甲乙"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert view_profile(desk, activity, "zh").revision == before + len(accepted)
    assert len(accepted) >= rounds


def test_dates_and_numbers_typed_in_one_language_count_in_the_other(desk, clerk, activity):
    change(desk, clerk, activity, meeting_date="2014-06-20", unit_short="甲馆")
    english = view_profile(desk, activity, "en").raw
    assert english["meeting_date"] == "2014-06-20"
    assert english["unit_short"] == "the museum"
    change(desk, clerk, activity, "en", meeting_date="")
    assert not view_profile(desk, activity, "zh").raw.get("meeting_date")


def test_the_second_language_begins_with_what_is_the_same(desk, clerk):
    sample = sample_profile(desk)
    made = create_activity(desk, clerk, {"zh": sample["zh"]})
    raw = view_profile(desk, made, "en").raw
    assert raw["meeting_date"] == sample["zh"]["meeting_date"]
    assert "unit" not in raw
    set_closed(desk, clerk, made, now_closed=True)


def test_a_closed_activity_changes_no_more_until_it_is_opened(desk, clerk, activity):
    set_closed(desk, clerk, activity, now_closed=True)
    for change_it in (
        lambda: change(desk, clerk, activity, unit_short="甲"),
        lambda: start_paper(desk, clerk, activity, "plan:", "zh"),
        lambda: start_other(desk, clerk, activity, "meeting_report", "zh"),
    ):
        with pytest.raises(ConflictError) as error:
            change_it()
        assert error.value.problems[0].code == "activity_closed"
    set_closed(desk, clerk, activity, now_closed=False)
    change(desk, clerk, activity, unit_short="甲")
    assert actions(desk, activity) == [
        "activity_created", "activity_closed", "activity_reopened", "activity_saved",
    ]  # fmt: skip


@pytest.mark.parametrize("nothing", ["0" * 32, "none", "\0", "活动"])
def test_an_activity_that_is_not_there(desk, nothing):
    with pytest.raises(NotFoundError):
        facts_for(desk, nothing, "zh")


# --- papers due


def test_the_task_list_of_the_sample(desk, clerk, activity):
    board = view_board(desk, clerk, activity, "zh")
    assert board.title == "党的群众路线教育实践活动"
    assert [(one.paper.id, len(one.tasks), str(one.day)) for one in board.groups] == [
        ("plan", 1, "2014-03-01"), ("notice", 1, "2014-03-01"), ("team", 1, "2014-06-06"),
        ("head", 1, "2014-06-06"), ("leaders", 4, "2014-06-06"), ("members", 0, "2014-06-06"),
        ("report", 1, "2014-06-28"), ("rectification", 1, "2014-07-01"),
    ]  # fmt: skip
    assert {task.state for one in board.groups for task in one.tasks} == {"not_started"}
    assert group(desk, clerk, activity, "leaders").missing == ("涂玥", "熊翀", "万䶮", "章堃")
    assert group(desk, clerk, activity, "plan").missing == ()
    assert board.contact == ("党群工作部", "梅劲松", "内线8106")


def test_without_a_meeting_day_papers_stand_there_without_a_day(desk, clerk, activity):
    change(desk, clerk, activity, meeting_date="", report_days="")
    found = group(desk, clerk, activity, "report")
    assert found.day is None
    assert [one.zh for one in found.lacks] == ["专题民主生活会日期", "会后报告期限（天）"]


def test_a_paper_is_started_once_with_what_is_known_of_it(desk, clerk, activity):
    made = start_paper(desk, clerk, activity, "leaders:涂玥", "zh")
    assert start_paper(desk, clerk, activity, "leaders:涂玥", "zh") == made
    row = open_draft(desk, made).row
    assert (row.kind, row.person, row.lang, row.due) == (
        "leadership_self_examination", "涂玥", "zh", date(2014, 6, 6),
    )  # fmt: skip
    assert row.answers == {"subject": "member", "person_name": "涂玥"}
    tasks = {one.name: one for one in group(desk, clerk, activity, "leaders").tasks}
    assert (tasks["涂玥"].document, tasks["涂玥"].state) == (made, "draft")
    assert tasks["熊翀"].document == ""
    # The team's paper is none of the persons'.
    team = start_paper(desk, clerk, activity, "team:", "zh")
    assert group(desk, clerk, activity, "team").tasks[0].document == team


def test_two_at_once_start_one_document(desk, activity):
    writers = [user(desk), user(desk)]
    made = []
    barrier = threading.Barrier(2)

    def start(who):
        barrier.wait()
        made.append(start_paper(desk, who, activity, "report:", "zh"))

    threads = [threading.Thread(target=start, args=(one,)) for one in writers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1


def test_both_languages_name_the_same_people(desk, clerk, activity):
    made = start_paper(desk, clerk, activity, "leaders:Tu Yue", "zh")
    assert open_draft(desk, made).row.person == "涂玥"
    english = group(desk, clerk, activity, "leaders", "en")
    assert next((one.name, one.state) for one in english.tasks) == ("Tu Yue", "draft")


@pytest.mark.parametrize("key", ["leaders:没有的人", "leaders:欧阳喆", "nope:", "members:张三", ""])
def test_what_nobody_owes_is_not_started(desk, clerk, activity, key):
    with pytest.raises(NotFoundError):
        start_paper(desk, clerk, activity, key, "zh")


def test_days_of_documents_follow_the_meeting(desk, clerk, activity):
    made = start_paper(desk, clerk, activity, "report:", "zh")
    change(desk, clerk, activity, meeting_date="2014-06-20")
    assert open_draft(desk, made).row.due == date(2014, 7, 5)
    change(desk, clerk, activity, meeting_date="")
    assert open_draft(desk, made).row.due is None


def test_what_the_list_does_not_ask_for_is_listed_all_the_same(desk, clerk, activity):
    start_paper(desk, clerk, activity, "plan:", "zh")
    more = start_other(desk, clerk, activity, "implementation_plan", "zh")
    board = view_board(desk, clerk, activity, "zh")
    shown = {task.document for one in board.groups for task in one.tasks if task.document}
    assert {one.document.id for one in board.others} | shown >= {more}
    assert len(board.others) == 1


# --- members: known to their clerk and their reviewer alone


def test_members_stand_on_the_roster_of_their_clerk_alone(desk, clerk, activity):
    add_roster(
        desk, "self_examination", lang="zh", name="名册.csv", data=roster_csv(5),
        handler=clerk.id, activity_id=activity,
    )  # fmt: skip
    mine = group(desk, clerk, activity, "members")
    assert len(mine.tasks) == len(mine.missing) == 5
    assert mine.tasks[0].branch == "第一党支部"
    for other in (user(desk), user(desk, "administrator"), user(desk, "reviewer", "team_leader")):
        theirs = group(desk, other, activity, "members")
        assert (theirs.tasks, theirs.missing, theirs.rosters) == ((), (), ())
    with pytest.raises(NotFoundError):
        start_paper(desk, user(desk), activity, f"members:{person(0)[1]}", "zh")


def test_a_members_paper_takes_over_what_the_roster_says(desk, clerk, activity):
    add_roster(
        desk, "self_examination", lang="zh", name="名册.csv", data=roster_csv(2),
        handler=clerk.id, activity_id=activity,
    )  # fmt: skip
    name = person(1)[1]
    made = start_paper(desk, clerk, activity, f"members:{name}", "zh")
    row = open_draft(desk, made).row
    assert row.confidential
    assert (row.person, row.branch) == (name, "第一党支部")
    assert row.answers["department"] == person(1)[4]
    save_draft(desk, clerk, made, row.revision, {**row.answers, "cause_analysis": CANARY})
    secretary = user(desk, "reviewer", "branch_secretary", "第一党支部")
    assert [one.name for one in group(desk, secretary, activity, "members").tasks] == [name]
    for other in (
        user(desk),
        user(desk, "administrator"),
        user(desk, "reviewer", "branch_secretary", "第二党支部"),
        user(desk, "reviewer", "team_leader"),
    ):
        board = view_board(desk, other, activity, "zh")
        home = todo(desk, other, "zh", TODAY)
        assert name not in repr(board)
        assert name not in repr(home)
        assert made not in repr(board) + repr(home)
        assert stale_documents(desk, other, activity) == []


def test_a_form_that_came_back_counts_as_handed_in(desk, clerk, activity):
    roster = add_roster(
        desk, "self_examination", lang="zh", name="名册.csv", data=roster_csv(3),
        handler=clerk.id, activity_id=activity,
    )  # fmt: skip
    share_answers(desk, roster, shared())
    batch = start_batch(desk, roster, pdf="none", odd_start=False)
    with desk.store.write() as session:
        item = next(one for one in session.query(Item).filter_by(batch_id=batch) if one.row == 3)
        item.returned = "交回.docx"
    found = group(desk, clerk, activity, "members")
    assert [one.name for one in found.tasks if one.back] == [person(1)[1]]
    assert person(1)[1] not in found.missing
    assert len(found.missing) == 2


def test_a_roster_keeps_the_facts_of_its_activity(desk, clerk, activity):
    change(desk, clerk, activity, issue_categories=["甲风", "乙风"])
    roster = add_roster(
        desk, "self_examination", lang="zh", name="名册.csv", data=roster_csv(1),
        handler=clerk.id, activity_id=activity,
    )  # fmt: skip
    change(desk, clerk, activity, issue_categories=["丙风"])
    view = view_roster(desk, roster)
    assert (view.activity_id, view.facts["issue_categories"]) == (activity, ["甲风", "乙风"])
    newest = add_roster(desk, "self_examination", lang="zh", name="名册.csv", data=roster_csv(1))
    assert view_roster(desk, newest).activity_id == activity


# --- the profile changes


@pytest.fixture
def made(desk, clerk, activity):
    """The notice of the sample, with its first version."""
    document = start_paper(desk, clerk, activity, "notice:", "zh")
    row = open_draft(desk, document).row
    answers = sample_answers(desk, "mobilization_notice", "zh")
    save_draft(desk, clerk, document, row.revision, answers)
    assert generate(desk, clerk, document) == 1
    return document


def text(desk, document, no, tmp_path):
    file = tmp_path / "made.docx"
    file.write_bytes(open_version(desk, document, no).data)
    return "\n".join(one.text for one in WordFile(file).paragraphs)


def test_a_changed_profile_makes_papers_stale_and_one_button_makes_them_again(
    desk, clerk, activity, made, tmp_path
):
    assert stale_documents(desk, clerk, activity) == []
    change(desk, clerk, activity, contact_phone="内线9999")
    [one] = stale_documents(desk, clerk, activity)
    assert (one.id, one.no, one.stays) == (made, 1, "")
    found = remake(desk, clerk, activity)
    assert (found.made, found.refused) == (1, ())
    assert stale_documents(desk, clerk, activity) == []
    assert "内线9999" in text(desk, made, 2, tmp_path)
    assert "内线9999" not in text(desk, made, 1, tmp_path)


def test_a_fact_that_the_paper_does_not_print_makes_nothing_stale(desk, clerk, activity, made):
    change(desk, clerk, activity, higher_org="另一个上级", members_count="70")
    change(desk, clerk, activity, "en", contact_phone="extension 1")
    assert stale_documents(desk, clerk, activity) == []


def test_a_changed_draft_alone_is_not_the_profiles_doing(desk, clerk, activity, made):
    row = open_draft(desk, made).row
    save_draft(desk, clerk, made, row.revision, {**row.answers, "venue": "别处"})
    assert stale_documents(desk, clerk, activity) == []


def test_a_hand_edited_version_is_listed_and_never_written_over(desk, clerk, activity, made):
    with desk.store.write() as session:
        first = documents.version(session, made, 1)
        again = {"document_id": made, "made_by": clerk.id, "sha256": first.sha256}
        documents.add(
            session,
            Version(no=2, way="hand_edited", blob=first.blob, file_name="改.docx", **again),
        )
    change(desk, clerk, activity, contact_phone="内线9999")
    [one] = stale_documents(desk, clerk, activity)
    assert (one.no, one.stays) == (2, "hand_edited")
    assert remake(desk, clerk, activity).made == 0
    with desk.store.read() as session:
        assert [one.no for one in documents.versions(session, made)] == [1, 2]


def test_a_settled_paper_is_listed_and_left_alone(desk, clerk, activity, made):
    with desk.store.write() as session:
        documents.find(session, made).state = "final"
    change(desk, clerk, activity, contact_phone="内线9999")
    assert [one.stays for one in stale_documents(desk, clerk, activity)] == ["settled"]
    assert remake(desk, clerk, activity).made == 0


def test_what_cannot_be_made_again_is_told(desk, clerk, activity, made):
    row = open_draft(desk, made).row
    save_draft(desk, clerk, made, row.revision, {**row.answers, "meeting_time": "不是时间"})
    change(desk, clerk, activity, contact_phone="内线9999")
    [(one, problems)] = remake(desk, clerk, activity).refused
    assert one.id == made
    assert "meeting_time" in {one.path for one in problems}


# --- what waits


def test_what_waits_for_a_clerk(desk, clerk, activity):
    plan = start_paper(desk, clerk, activity, "plan:", "zh")
    report = start_paper(desk, clerk, activity, "report:", "zh")
    back = start_paper(desk, clerk, activity, "team:", "zh")
    with desk.store.write() as session:
        documents.find(session, back).state = "to_revise"
    found = todo(desk, clerk, "zh", TODAY)
    assert [one.document.id for one in found.sent_back] == [back]
    # The plan presses already; the report does not yet.
    assert [one.document.id for one in found.drafts] == [report]
    assert [one.group.paper.id for one in found.overdue] == ["plan", "notice"]
    assert [one.document for one in found.overdue] == [plan, ""]
    assert [one.group.paper.id for one in found.coming] == ["team", "head", "leaders", "members"]
    assert (found.reviews, found.without_password) == ((), 0)
    other = todo(desk, user(desk), "zh", TODAY)
    assert (other.drafts, other.sent_back) == ((), ())
    assert len(other.overdue) == 2


def test_what_waits_for_a_reviewer_until_the_opinion_is_given(desk, clerk, activity):
    leader = user(desk, "reviewer", "team_leader")
    assert todo(desk, leader, "zh", TODAY).nothing
    plan = start_paper(desk, clerk, activity, "plan:", "zh")
    with desk.store.write() as session:
        documents.find(session, plan).state = "in_review"
    found = todo(desk, leader, "zh", TODAY)
    assert [one.document.id for one in found.reviews] == [plan]
    assert (found.overdue, found.coming) == ((), ())
    secretary = user(desk, "reviewer", "branch_secretary", "第一党支部")
    assert todo(desk, secretary, "zh", TODAY).reviews == ()
    with desk.store.write() as session:  # the supervisory team's is still to come
        session.add(
            Review(
                document_id=plan, round=1, step="team_leader", version_no=0, by="涂玥",
                recorded_by=leader.id, result="agree", opinion="同意", given_on=TODAY,
            )
        )  # fmt: skip
    assert todo(desk, leader, "zh", TODAY).reviews == ()


def test_what_waits_for_an_administrator(desk):
    administrator = user(desk, "administrator")
    before = todo(desk, administrator, "zh", TODAY).without_password
    user(desk)
    assert before >= 1
    assert todo(desk, administrator, "zh", TODAY).without_password == before + 1


def test_the_list_of_activities_counts_what_one_may_know_of(desk, clerk, activity, made):
    with desk.store.write() as session:
        documents.find(session, made).state = "final"
    line = next(one for one in list_activities(desk, clerk, "en") if one.id == activity)
    assert (line.title, line.done, line.total) == (
        "Mass Line Education and Practice Activity", 1, 4,
    )  # fmt: skip
    set_closed(desk, clerk, activity, now_closed=True)
    assert todo(desk, clerk, "zh", TODAY).nothing


# --- next year's


def wish(**more):
    told = {"shift": Shift(), "lang": "zh", "changed": {}, "cleared": frozenset()}
    return Wish(**{**told, **more})


def test_a_copy_moves_dates_and_leaves_numbers_behind(desk, clerk, activity):
    view = view_copy(desk, activity, "zh", Shift(same_weekday=True))
    days = {one.field.name: one.after for one in view.days}
    assert days["meeting_date"] == date(2015, 6, 12)
    assert days["meeting_date"].weekday() == date(2014, 6, 13).weekday()
    assert view.years == {"year": (2014, 2015)}
    assert {one.name for one in view.never} == {"activists_count", "members_count"}
    made = copy_activity(desk, clerk, activity, wish(shift=Shift(same_weekday=True)))
    for lang in ("zh", "en"):
        raw = view_profile(desk, made, lang).raw
        assert raw["meeting_date"] == "2015-06-12"
        assert (raw["start_month"], raw["year"]) == ("2015-02", 2015)
        assert not {"activists_count", "members_count"} & set(raw)
    with desk.store.read() as session:
        row = rows.find(session, made)
        assert (row.copied_from, row.closed, rows.held(session, [made])) == (activity, False, [])
    assert actions(desk, made) == ["activity_copied"]
    set_closed(desk, clerk, made, now_closed=True)


def test_texts_are_kept_rewritten_or_cleared(desk, clerk, activity):
    change(desk, clerk, activity, note="2014年的说明")
    assert [
        one.field.name for one in view_copy(desk, activity, "zh", Shift()).texts if one.dated
    ] == ["note"]
    made = copy_activity(
        desk, clerk, activity,
        wish(changed={"unit_short": "新馆", "meeting_date": "2015-06-20"},
             cleared=frozenset({"note", "working_groups"})),
    )  # fmt: skip
    zh, en = (view_profile(desk, made, lang).raw for lang in ("zh", "en"))
    assert (zh["unit_short"], zh["issuer"]) == ("新馆", "中共南昌八一起义纪念馆委员会")
    assert "unit_short" not in en
    assert zh["meeting_date"] == en["meeting_date"] == "2015-06-20"
    assert not {"note", "working_groups"} & (set(zh) | set(en))
    set_closed(desk, clerk, made, now_closed=True)


def test_a_broken_list_of_papers_stops_neither_profile_nor_documents(tmp_path):
    folder = tmp_path / "own/activity"
    folder.mkdir(parents=True)
    (folder / "papers.yaml").write_text("papers: [{id: a, kind: nope}]\n", encoding="utf-8")
    with desk_at(tmp_path / "data", templates=tmp_path / "own") as desk:
        clerk = user(desk)
        activity = create_activity(desk, clerk, sample_profile(desk))
        change(desk, clerk, activity, unit_short="甲")
        made = start_other(desk, clerk, activity, "meeting_report", "zh")
        board = view_board(desk, clerk, activity, "zh")
        assert board.problems
        [report] = broken_papers(desk)
        assert report.problems == board.problems
        assert [one.document.id for one in board.others] == [made]
        assert [one.document.id for one in todo(desk, clerk, "zh", TODAY).drafts] == [made]


def test_moving_a_document_settles_its_line(desk, clerk, activity, made):
    try:
        move_document(desk, clerk, made, "final")
    except InputError as error:
        raise AssertionError(error.say("zh")) from None
    assert group(desk, clerk, activity, "notice").tasks[0].state == "final"
