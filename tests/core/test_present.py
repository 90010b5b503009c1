"""What a template prints, in both languages."""

from datetime import date, datetime

import pytest

from service.core import wording
from service.core.answers import check
from service.core.present import present
from service.core.specimen import knows, specimen
from tests.core.forms import ACTIVITY, form

RAW = {
    "title": ["关于召开会议的", "通知"],
    "body": ["　　第一段", "第二段", "第三段"],
    "issue_date": "2014-02-28",
    "meeting_time": "2014-03-06 09:30",
    "join_month": "1985-03",
    "seal_mode": "sealed",
    "channels": ["board", "site"],
    "letterhead": True,
    "addressees": ["各支部", "各部门"],
    "agenda": [
        {"item": "乙", "category": "官僚主义", "day": "2014-03-06"},
        {"item": "甲", "category": "形式主义"},
        {"item": "丙", "category": "官僚主义"},
        {"item": "丁"},
    ],
    "secret": "不印",
}


def context(raw=RAW, lang="zh", **kwargs):
    answers = check(form(), raw, activity=ACTIVITY)
    return present(answers, lang=lang, activity=ACTIVITY, **kwargs)


def test_chinese_texts():
    found = context()
    assert found["title"] == "关于召开会议的\n通知"
    assert found["body"][0] == "　　第一段"
    assert found["issue_date"] == "2014年2月28日"
    assert found["meeting_time"] == "2014年3月6日（星期四）上午9时30分"
    assert found["join_month"] == "1985年3月"
    assert found["seal_mode"] == "盖章"
    assert found["channels"] == ["宣传栏", "官网"]
    assert found["letterhead"] == "是"
    assert found["doc_number"] == "〔2014〕　号"  # applies, not given yet
    assert "secret" not in found
    shown = found["shown"]
    assert shown["oneline"]["title"] == "关于召开会议的通知"
    assert shown["joined"]["addressees"] == "各支部、各部门"
    assert shown["ticks"]["seal_mode"] == "■盖章　□不盖章"
    assert shown["short"]["meeting_time"] == "3月6日（星期四）上午9时30分"
    assert shown["first"]["body"] == "　　第一段"
    assert shown["rest"]["body"] == ["第二段", "第三段"]
    assert shown["count"]["agenda"] == "4"
    assert shown["given"]["venue"] is False
    assert shown["code"]["seal_mode"] == "sealed"
    assert (found["agenda"][1]["shown"]["n"], found["agenda"][1]["shown"]["zh"]) == ("2", "二")


def test_english_texts():
    found = context(lang="en")
    assert found["issue_date"] == "28 February 2014"
    assert found["meeting_time"] == "9:30 a.m. on Thursday, 6 March 2014"
    assert found["join_month"] == "March 1985"
    assert found["seal_mode"] == "sealed"
    assert found["shown"]["joined"]["addressees"] == "各支部 and 各部门"


def test_groups_follow_the_choices_and_lose_no_row():
    groups = context()["shown"]["by"]["agenda"]["category"]
    assert [(g["label"], [row["item"] for row in g["rows"]]) for g in groups] == [
        ("形式主义", ["甲"]),
        ("官僚主义", ["乙", "丙"]),
        ("", ["丁"]),
    ]
    assert [g["shown"]["zh"] for g in groups] == ["一", "二", "三"]
    empty = context({"title": "通知"})["shown"]["by"]["agenda"]["category"]
    assert [(g["label"], g["rows"]) for g in empty] == [("形式主义", []), ("官僚主义", [])]


def test_gaps_are_left_to_the_pen():
    found = context({"title": "通知", "letterhead": True})
    assert found["issue_date"] == "2014年　月　日"
    assert found["venue"] == ""
    assert found["body"] == []
    assert found["agenda"] == []


def test_what_does_not_apply_does_not_print():
    raw = {"title": "通知", "letterhead": False, "doc_number": "某发〔2014〕3号"}
    found = context(raw)
    assert found["doc_number"] == ""
    assert found["shown"]["given"]["doc_number"] is False


def test_tags_are_known_by_shape():
    shape = present(specimen(form(), ACTIVITY), lang="zh", activity=ACTIVITY, everything=True)
    for tag in (
        "title", "agenda.item", "agenda.speakers.who", "agenda.shown.n", "shown.zh", "layout.name_right",
        "shown.by.agenda.category.rows.item", "shown.given.secret", "agenda.shown.given.day",
    ):  # fmt: skip
        assert knows(shape, tag), tag
    for tag in ("secret", "agenda.nothing", "shown.by.agenda.item", "layout.nothing", "config"):
        assert not knows(shape, tag), tag


@pytest.mark.parametrize(
    ("number", "zh", "letter", "roman"),
    [(1, "一", "a", "i"), (10, "十", "j", "x"), (11, "十一", "k", "xi"), (20, "二十", "t", "xx"),
     (26, "二十六", "z", "xxvi"), (27, "二十七", "aa", "xxvii"), (49, "四十九", "aw", "xlix")],
)  # fmt: skip
def test_numerals(number, zh, letter, roman):
    assert wording.ZH[number] == wording.chinese_number(number) == zh
    assert wording.LETTERS[number] == wording.letter(number) == letter
    assert wording.ROMAN[number] == wording.roman_number(number) == roman


@pytest.mark.parametrize(
    ("hour", "minute", "zh", "en"),
    [(9, 0, "上午9时", "9 a.m."), (12, 0, "中午12时", "12 noon"), (14, 30, "下午2时30分", "2:30 p.m."),
     (19, 5, "晚上7时5分", "7:05 p.m."), (0, 0, "上午0时", "12 a.m.")],
)  # fmt: skip
def test_clock(hour, minute, zh, en):
    moment = datetime(2014, 6, 13, hour, minute)
    assert wording.short(moment, "zh") == f"6月13日（星期五）{zh}"
    assert wording.short(moment, "en") == f"{en} on Friday, 13 June"


def test_days():
    assert wording.day(date(2014, 1, 5), "zh") == "2014年1月5日"
    assert wording.day_gap(None, "zh") == "　　年　月　日"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["General Office", "Exhibitions and Collections"], "General Office, and Exhibitions and Collections"),
        (["draft, discuss", "post it"], "draft, discuss; and post it"),
    ],
)  # fmt: skip
def test_an_english_list_within_a_sentence(parts, said):
    assert wording.joined(parts, "en") == said
    assert wording.joined(parts, "zh") == "、".join(parts)
