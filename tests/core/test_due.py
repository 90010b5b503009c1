"""What is due, whose it is and by which day; how near a day is; the text that reminds people."""

from datetime import date

import pytest

from service.core.due import day_of, days_left, is_near, is_overdue, owed
from service.core.paper_list import Due, parse_papers
from service.core.reminder import Reminder

MEETING = date(2014, 6, 13)


def papers(*lines):
    return parse_papers({"name": "campaign_name", "papers": list(lines)}, file="papers.yaml")


def plain(found):
    return [(one.person or one.branch, one.owner, one.day) for one in found]


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        (date(2014, 6, 13), -7, date(2014, 6, 6)),
        (date(2014, 6, 13), 15, date(2014, 6, 28)),
        (date(2014, 6, 13), 0, date(2014, 6, 13)),
        (date(2016, 3, 7), -7, date(2016, 2, 29)),  # a leap year
        (date(2014, 3, 7), -7, date(2014, 2, 28)),
        (date(2016, 2, 29), 366, date(2017, 3, 1)),
        (date(2013, 12, 25), 10, date(2014, 1, 4)),
        (date(2100, 3, 1), -1, date(2100, 2, 28)),  # no leap year, by the century
    ],
)
def test_days_are_counted_over_months_and_leap_days(start, days, day):
    assert day_of(Due.model_validate({"from": "m", "days": days}), {"m": start}) == (day, ())


def test_the_number_of_days_may_be_the_activitys():
    due = Due.model_validate({"from": "meeting_date", "days": "report_days"})
    assert day_of(due, {"meeting_date": MEETING, "report_days": 15})[0] == date(2014, 6, 28)
    assert day_of(due, {"meeting_date": MEETING}) == (None, ("report_days",))
    assert day_of(due, {}) == (None, ("meeting_date", "report_days"))


def test_a_number_without_sense_costs_the_day_alone():
    due = Due.model_validate({"from": "meeting_date", "days": "report_days"})
    facts = {"meeting_date": MEETING, "report_days": 10**9}
    assert day_of(due, facts) == (None, ("report_days",))


def test_without_a_meeting_day_the_paper_is_listed_without_a_day():
    found = papers({"id": "a", "kind": "plan", "due": {"from": "meeting_date", "days": -7}})
    [one] = owed(found, {"unit": "馆"})
    assert (one.day, one.lacks) == (None, ("meeting_date",))


def test_a_paper_without_a_rule_has_no_day_and_lacks_nothing():
    [one] = owed(papers({"id": "a", "kind": "plan", "owner": "office"}), {"office": "办公室"})
    assert (one.day, one.lacks, one.owner) == (None, (), "办公室")


def test_each_person_owes_one_and_the_head_is_left_out():
    line = {"id": "a", "kind": "exam", "who": "person", "listed_in": "team", "but_not": "head"}
    facts = {"team": ["甲", "乙", "丙", "乙"], "head": "甲"}
    assert plain(owed(papers(line), facts)) == [("乙", "乙", None), ("丙", "丙", None)]
    assert plain(owed(papers({**line, "listed_in": "head", "but_not": None}), facts)) == [
        ("甲", "甲", None)
    ]
    assert owed(papers(line), {}) == []


def test_a_branchs_owner_stands_at_its_place_in_the_other_list():
    line = {"id": "a", "kind": "r", "who": "branch", "listed_in": "branches", "owner": "heads"}
    facts = {"branches": ["一支部", "二支部", "三支部"], "heads": ["甲", "乙"]}
    found = owed(papers(line), facts)
    assert plain(found) == [
        ("一支部", "甲", None),
        ("二支部", "乙", None),
        ("三支部", "三支部", None),
    ]
    assert [one.branch for one in found] == ["一支部", "二支部", "三支部"]


def test_members_are_one_line_without_a_name():
    found = owed(papers({"id": "a", "kind": "exam", "who": "member"}), {"members_count": 65})
    assert plain(found) == [("", "", None)]


@pytest.mark.parametrize(
    ("state", "day", "overdue", "near"),
    [
        ("draft", date(2014, 6, 5), True, False),
        ("draft", date(2014, 6, 6), False, True),
        ("in_review", date(2014, 6, 5), True, False),
        ("not_started", date(2014, 6, 20), False, True),
        ("not_started", date(2014, 6, 21), False, False),
        ("final", date(2014, 6, 5), False, False),
        ("submitted", date(2014, 6, 7), False, False),
        ("draft", None, False, False),
    ],
)
def test_overdue_and_near(state, day, overdue, near):
    today = date(2014, 6, 6)
    assert is_overdue(state, day, today) is overdue
    assert is_near(state, day, today) is near


def test_days_left_crosses_the_leap_day():
    assert days_left(date(2016, 3, 1), date(2016, 2, 28)) == 2
    assert days_left(date(2015, 3, 1), date(2015, 2, 28)) == 1
    assert days_left(date(2016, 2, 28), date(2016, 3, 1)) == -2


def remind(**more):
    told = {
        "activity": "群众路线教育实践活动", "paper": "对照检查材料", "missing": ("涂玥", "熊翀"),
        "branches": False, "day": date(2014, 6, 6), "contact": ("党群工作部", "梅劲松", "内线8106"),
    }  # fmt: skip
    return Reminder(**{**told, **more})


def test_the_reminder_says_who_what_until_when_and_to_whom():
    assert remind().text("zh", date(2014, 6, 3)) == (
        "【群众路线教育实践活动】《对照检查材料》还差2人：涂玥、熊翀。"
        "请于6月6日（星期五）前交党群工作部梅劲松（内线8106），还有3天。"
    )
    assert remind().text("en", date(2014, 6, 5)) == (
        "群众路线教育实践活动: “对照检查材料” is still missing from 2: 涂玥, 熊翀. Please hand it to "
        "党群工作部, 梅劲松, 内线8106 by Friday, 6 June (tomorrow)."
    )


def test_the_reminder_after_the_day_and_without_one():
    assert "应于6月6日（星期五）前交，现已逾期，请尽快交党群工作部" in remind().text(
        "zh", date(2014, 6, 7)
    )
    assert "就是今天" in remind().text("zh", date(2014, 6, 6))
    assert "应于2014年6月6日" in remind().text("zh", date(2015, 1, 1))
    bare = remind(activity="", contact=(), day=None, branches=True, missing=("一支部",))
    assert bare.text("zh", date(2014, 6, 3)) == "《对照检查材料》还差1个支部：一支部。请尽快交来。"
    assert bare.text("en", date(2014, 6, 3)).endswith("Please hand it in soon.")
    phone = remind(contact=("", "", "内线8106")).text("zh", date(2014, 6, 3))
    assert "前交来（内线8106）" in phone
