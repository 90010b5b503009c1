"""The ledger's rules of thumb: who moved, what is late, what adds up; any plan, any progress."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.core.ledger import (
    OPEN,
    SHOWS,
    STATUSES,
    Choice,
    Entry,
    counts,
    entry_of,
    plan_changes,
    standing,
)
from service.core.ledger_late import late_text

DAY = date(2014, 7, 10)


def task(title, **more):
    return {"title": title, "deadline": DAY, "status": "not_started", **more}


def kept(*titles):
    return [entry_of(no, task(one, progress=f"进展{no}")) for no, one in enumerate(titles, 1)]


def kinds(changes):
    return [(one.kind, (one.after or one.before).no) for one in changes]


def test_a_plan_taken_over_again_changes_nothing():
    assert kinds(plan_changes(kept("甲", "乙"), [task("甲"), task("乙")])) == [
        ("same", 1),
        ("same", 2),
    ]


def test_a_task_put_in_between_moves_the_others_with_their_progress():
    changes = plan_changes(kept("甲", "乙"), [task("甲"), task("新"), task("乙")])
    assert kinds(changes) == [("same", 1), ("new", 2), ("moved", 3)]
    assert changes[2].after.progress["progress"] == "进展2"


def test_a_renamed_task_keeps_its_progress_by_its_number():
    changes = plan_changes(kept("甲", "乙"), [task("甲"), task("乙乙", deadline=date(2014, 8, 1))])
    assert kinds(changes) == [("same", 1), ("changed", 2)]
    assert changes[1].columns == ("title", "deadline")
    assert changes[1].after.progress["progress"] == "进展2"


def test_what_the_plan_has_no_more_is_told_with_its_progress():
    changes = plan_changes(kept("甲", "乙"), [task("乙")])
    assert kinds(changes) == [("moved", 1), ("gone", 1)]
    assert changes[1].before.progress["progress"] == "进展1"


def test_the_progress_that_a_plan_says_later_is_not_taken():
    changes = plan_changes(kept("甲"), [task("甲", status="cleared", progress="别的")])
    assert kinds(changes) == [("same", 1)]
    assert changes[0].after.progress["progress"] == "进展1"


def test_overdue_in_a_plan_becomes_in_progress():
    assert entry_of(1, task("甲", status="overdue")).status == "in_progress"
    assert entry_of(1, {"title": "甲"}).status == "not_started"


names = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=6)


@given(names, names)
def test_nobodys_progress_is_given_to_two_or_lost_untold(old, new):
    before = kept(*old)
    changes = plan_changes(before, [task(one) for one in new])
    assert [one.after.no for one in changes if one.after] == list(range(1, len(new) + 1))
    met = [one.before.no for one in changes if one.before]
    assert sorted(met) == [one.no for one in before]
    for one in changes:
        if one.before and one.after:
            assert one.after.progress == one.before.progress


entries = st.lists(
    st.builds(
        Entry,
        no=st.integers(1, 99),
        plan=st.fixed_dictionaries(
            {
                "title": st.sampled_from(["甲", "乙"]),
                "lead_dept": st.sampled_from(["办公室", "保卫部"]),
                "lead_leader": st.sampled_from(["万", "欧阳"]),
                "deadline": st.dates(DAY - timedelta(9), DAY + timedelta(9)),
            }
        ),
        progress=st.fixed_dictionaries({"status": st.sampled_from(STATUSES)}),
    ),
    max_size=12,
)


@given(entries)
def test_counts_add_up_and_each_filter_shows_what_it_counts(tasks):
    found = counts(tasks, DAY)
    assert found["all"] == len(tasks) == sum(found[one] for one in SHOWS[1:])
    for show in SHOWS:
        assert len(Choice(show=show).of(tasks, DAY)) == found[show]
    offices = [Choice(department=one).of(tasks, DAY) for one in ("办公室", "保卫部")]
    assert sum(map(len, offices)) == len(tasks)


@given(entries)
def test_overdue_is_open_and_past_its_day(tasks):
    for one in tasks:
        late = one.status in OPEN and one.deadline < DAY
        assert (standing(one, DAY) == "overdue") is late
        assert (one.row(DAY)["status"] == "overdue") is late
        assert one.days_late(DAY) == ((DAY - one.deadline).days if late else 0)
    text = late_text(tasks, activity="", lang="zh", today=DAY)
    assert text.count("已逾期") == counts(tasks, DAY)["overdue"]


def test_the_text_for_the_chat_in_both_languages():
    late = Entry(
        no=10,
        plan={"title": "更正展板文字", "lead_dept": "陈列保管部",
              "responsible_persons": ["谌若溪", "刘喆文"], "deadline": date(2014, 6, 30)},
        progress={"status": "in_progress"},
    )  # fmt: skip
    zh = late_text([late], activity="某活动", lang="zh", today=DAY)
    assert zh.split("\n") == [
        "【某活动】截至7月10日，有1项整改任务已过完成时限：",
        "1. 陈列保管部（谌若溪、刘喆文）：更正展板文字，应于6月30日前完成，已逾期10天；",
        "请牵头部门抓紧办理，办好后报完成日期和佐证材料。",
    ]
    en = late_text([late], activity="", lang="en", today=date(2014, 7, 1))
    assert en.startswith("1 task is overdue as of 1 July:")
    assert "due 30 June, 1 day late." in en
    assert late_text([], activity="", lang="zh", today=DAY) == ""
