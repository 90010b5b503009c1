"""Raw input to answers: every problem at once, each with path, row and both languages."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers import check, read
from service.core.fields import unprintable
from service.core.prefill import prefill, refuse_personal
from service.errors import InputError
from tests.core.forms import ACTIVITY, form

GOOD = {
    "title": ["关于召开会议的", "通知"],
    "venue": "二楼会议室",
    "agenda": [{"item": "动员讲话"}, {"item": "宣读方案", "speakers": [{"who": "章堃"}]}],
}


def problems(raw, stage="draft", **kwargs):
    with pytest.raises(InputError) as caught:
        check(kwargs.pop("definition", form()), raw, stage=stage, activity=ACTIVITY, **kwargs)
    return {(found.path, found.code): found for found in caught.value.problems}


def test_good_answers_have_their_types():
    raw = GOOD | {
        "count": "12", "issue_date": "2014年2月28日", "join_month": "1985.03",
        "meeting_time": "2014-03-06T09:00", "letterhead": True, "body": "第一段\r\n\r\n　　第二段",
        "addressees": "各支部\n各部门", "channels": ["board"], "doc_number": "赣八一馆党发〔2014〕3号",
    }  # fmt: skip
    values = check(form(), raw, stage="file", activity=ACTIVITY).values
    assert values["count"] == 12
    assert values["issue_date"] == date(2014, 2, 28)
    assert values["join_month"] == date(1985, 3, 1)
    assert values["meeting_time"] == datetime(2014, 3, 6, 9, 0)
    assert values["body"] == ["第一段", "　　第二段"]  # leading full-width spaces stay
    assert values["addressees"] == ["各支部", "各部门"]
    assert values["agenda"][1]["speakers"] == [{"who": "章堃"}]


def test_all_problems_at_once_with_path_row_and_both_languages():
    raw = {
        "venue": "长" * 21, "count": 100, "issue_date": "2014-02-30", "seal_mode": "wax",
        "letterhead": "maybe", "doc_number": "第3号", "nonsense": 1, "host": "张\u202e三",
        "agenda": [{"item": "一"}, {"item": 2014}, {"day": "soon", "speakers": [{}]}],
    }  # fmt: skip
    found = problems(raw)
    assert set(found) == {
        ("title", "required"), ("venue", "too_long"), ("count", "too_large"),
        ("issue_date", "bad_date"), ("seal_mode", "bad_choice"), ("letterhead", "not_yes_no"),
        ("doc_number", "pattern"), ("nonsense", "unknown_field"), ("host", "hidden_character"),
        ("agenda.1.item", "not_text"), ("agenda.2.day", "bad_date"),
    }  # fmt: skip
    row = found["agenda.1.item", "not_text"].text
    assert row.zh.startswith("“会议议程”第2行“事项”：")
    assert row.en.startswith("Agenda, row 2, Item: ")
    assert "sealed（盖章）" in found["seal_mode", "bad_choice"].text.zh
    assert "U+202E" in found["host", "hidden_character"].text.en
    assert "某发〔2014〕3号" in found["doc_number", "pattern"].text.zh


def test_a_row_says_what_it_lacks():
    found = problems({"title": "通知", "agenda": [{"item": "一"}, {"day": "2014-03-06"}]})
    assert set(found) == {("agenda.1.item", "required")}


def test_messages_never_echo_input():
    for found in problems(
        {"venue": "绝密内容" * 9, "count": "绝密内容", "host": "绝密\u200b内容"}
    ).values():
        assert "绝密" not in found.text.zh + found.text.en


def test_stages_bite_one_after_the_other():
    draft = check(form(), {"title": "通知"}, activity=ACTIVITY)
    assert {note.path for note in draft.notes} == {"venue", "issue_date", "agenda"}
    assert set(problems({"title": "通知"}, "review")) == {
        ("venue", "required"),
        ("agenda", "required"),
    }
    assert set(problems(GOOD, "issue")) == {("issue_date", "required")}
    few = problems({**GOOD, "agenda": [{"item": "一"}]}, "review")
    assert set(few) == {("agenda", "too_few")}


def test_a_filled_field_that_does_not_apply_is_kept_and_told():
    raw = {"title": "通知", "doc_number": "某发〔2014〕3号"}
    answers = check(form(), raw, activity=ACTIVITY)
    assert answers.values["doc_number"] == "某发〔2014〕3号"
    assert ("doc_number", "does_not_apply") in {(n.path, n.code) for n in answers.notes}
    quiet = check(form(), raw, activity=ACTIVITY, filled_in={"doc_number"})
    assert "does_not_apply" not in {n.code for n in quiet.notes}


def test_a_filled_cell_that_does_not_apply_is_told_with_its_row():
    names = {"zh": "某项", "en": "Something"}
    why = {"name": "why", "type": "text", "label": names, "shown_if": {"field": "late", "is": True}}
    late = {"name": "late", "type": "yes_no", "label": names}
    inner = {"name": "parts", "type": "table", "label": names, "fields": [late, why]}
    rows = {"name": "rows", "type": "table", "label": names, "fields": [late, why, inner]}
    asked = form(sections=[{"title": names, "fields": [rows]}])
    idle, fits = {"late": False, "why": "雨"}, {"late": True, "why": "雨"}
    notes = read(asked, {"rows": [fits, idle | {"parts": [fits, idle]}]}).notes
    assert [(n.path, n.code) for n in notes] == [
        ("rows.1.why", "does_not_apply"), ("rows.1.parts.1.why", "does_not_apply"),
    ]  # fmt: skip


def test_a_table_with_one_wrong_row_is_not_called_empty_too():
    rows = [{"item": "动员讲话", "day": "哪天"}, {"item": "宣读方案"}]
    found = problems(GOOD | {"agenda": rows}, stage="review")
    assert set(found) == {("agenda.0.day", "bad_date")}


def test_choices_of_the_activity():
    good = {**GOOD, "agenda": [{"item": "一", "category": "官僚主义"}]}
    assert check(form(), good, activity=ACTIVITY).values["agenda"][0]["category"] == "官僚主义"
    bad = {**GOOD, "agenda": [{"item": "一", "category": "懒散"}]}
    assert set(problems(bad)) == {("agenda.0.category", "bad_choice")}


def test_half_a_text_that_a_comma_cut_off_is_not_lost_in_silence():
    raw = {"title": "通知", "agenda": [{"item": "一", "，宣读方案": None}], "剩下的": None}
    assert set(problems(raw)) == {
        ("agenda.0.，宣读方案", "unknown_field"),
        ("剩下的", "unknown_field"),
    }


def test_a_name_that_would_move_the_cursor_is_told_spelled_out():
    assert set(problems({"title": "通知", "\x1b[2J乱": 1})) == {("\\x1b[2J乱", "unknown_field")}


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_not_a_mapping(raw):
    assert set(problems(raw)) == {("", "not_mapping")}


@pytest.mark.parametrize(
    "char", ["\x00", "\x07", "\x0c", "\x1b", "\x85", "\ufffe", "\uffff", "\ud800", "\U0001ffff"]
)
@pytest.mark.parametrize("field", ["venue", "body", "host", "addressees", "title"])
def test_unprintable_characters_are_named(field, char):
    found = problems({"title": "通知", field: f"甲{char}乙"})
    assert f"U+{ord(char):04X}" in found[field, "bad_character"].text.en


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_printable_text_comes_through_exactly_and_the_rest_is_refused(text):
    reading = read(form(), {"title": "通知", "venue": text}, activity=ACTIVITY)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        assert "venue" not in reading.values
    elif unprintable(plain) or "\n" in plain:
        assert [found.path for found in reading.problems] == ["venue"]
    else:
        assert reading.values["venue"] == text


def test_reading_gives_the_good_beside_the_bad():
    reading = read(form(), {"title": "通知", "count": "many"}, activity=ACTIVITY)
    assert dict(reading.values) == {"title": ["通知"]}
    assert [found.path for found in reading.problems] == ["count"]


def test_prefill_takes_row_then_shared_then_member_then_activity_then_default():
    text = {"type": "text", "label": {"zh": "项", "en": "Item"}}
    definition = form(
        sections=[
            {
                "title": {"zh": "节", "en": "Section"},
                "fields": [
                    {"name": "typed", "from": "activity.a", **text},
                    {"name": "common", "from": "member.m", **text},
                    {"name": "own_name", "from": "member.m", **text},
                    {"name": "unit", "from": "activity.a", **text},
                    {"name": "seal_mode", **text},
                    {"name": "empty", "from": "activity.none", **text},
                ],
            }
        ]
    )
    raw, origins = prefill(
        definition, {"typed": "T", "common": ""}, shared={"common": "S"}, member={"m": "M"},
        activity={"a": "A"},
    )  # fmt: skip
    assert raw == {"typed": "T", "common": "S", "own_name": "M", "unit": "A", "seal_mode": "sealed"}
    assert origins == {
        "common": "shared", "own_name": "member", "unit": "activity", "seal_mode": "default",
    }  # fmt: skip


def test_personal_words_are_refused_in_shared_answers():
    with pytest.raises(InputError) as caught:
        refuse_personal(form(), {"own": "我的话", "venue": "会议室"})
    assert [(found.path, found.code) for found in caught.value.problems] == [
        ("own", "personal_shared")
    ]
