"""Each rule of the closed list: kept, broken with its place, and silent where it cannot judge."""

from datetime import date

import pytest

from service.core.answers import read
from service.core.parsing import parse_form
from service.core.rules import RULES

COLUMNS = [
    {"name": "no", "type": "integer", "label": {"zh": "序号", "en": "No."}},
    {"name": "start", "type": "date", "label": {"zh": "开始", "en": "Start"}},
    {"name": "end", "type": "date", "label": {"zh": "结束", "en": "End"}},
    {"name": "text", "type": "text", "label": {"zh": "内容", "en": "Text"}},
    {"name": "role", "type": "choice", "label": {"zh": "角色", "en": "Role"},
     "choices": [{"value": v, "label": {"zh": z, "en": v}}
                 for v, z in (("team", "班子"), ("leader", "主要负责人"), ("member", "成员"))]},
    {"name": "steps", "type": "table", "label": {"zh": "步骤", "en": "Steps"},
     "fields": [{"name": "day", "type": "date", "label": {"zh": "日", "en": "Day"}}]},
]  # fmt: skip
FIELDS = [
    *({"name": n, "type": "date", "label": {"zh": n, "en": n}} for n in ("a", "b")),
    *({"name": n, "type": "month", "label": {"zh": n, "en": n}} for n in ("m", "n")),
    *({"name": n, "type": "integer", "label": {"zh": n, "en": n}} for n in ("i", "j")),
    *({"name": n, "type": "paragraphs", "label": {"zh": n, "en": n}} for n in ("p", "q")),
    {"name": "names", "type": "list", "label": {"zh": "名单", "en": "Names"}},
    {"name": "rows", "type": "table", "label": {"zh": "行", "en": "Rows"}, "fields": COLUMNS},
    {
        "name": "others",
        "type": "table",
        "label": {"zh": "另", "en": "Others"},
        "fields": COLUMNS[:1],
    },
]
FIELDS[9]["name"] = "lines"
ACTIVITY = {
    "due": date(2014, 6, 13), "days": 15, "names": ["甲", "乙"], "count": 2,
}  # fmt: skip

CASES = [
    ("required", {"field": "a"}, {"a": "2014-01-01"}, {}, "a"),
    ("required", {"field": "lines.text"}, {"lines": [{"text": "x"}]}, {"lines": [{"no": 1}]}, "lines.0.text"),
    ("required_if", {"field": "a", "if": {"field": "i", "is": 1}}, {"i": 2}, {"i": 1}, "a"),
    ("required_if", {"field": "lines.text", "if": {"field": "lines.role", "is": "team"}},
     {"lines": [{"role": "leader"}]}, {"lines": [{"role": "member"}, {"role": "team"}]}, "lines.1.text"),
    ("not_before", {"field": "b", "other": "a"}, {"a": "2014-01-01", "b": "2014-01-01"},
     {"a": "2014-01-02", "b": "2014-01-01"}, "b"),
    ("not_before", {"field": "lines.end", "other": "lines.start"},
     {"lines": [{"start": "2014-01-01", "end": "2014-01-02"}]},
     {"lines": [{"no": 1}, {"start": "2014-01-03", "end": "2014-01-02"}]}, "lines.1.end"),
    ("not_after", {"field": "lines.end", "other": "activity.due"}, {"lines": [{"end": "2014-06-13"}]},
     {"lines": [{"end": "2014-06-14"}]}, "lines.0.end"),
    ("within", {"field": "lines.steps.day", "start": "lines.start", "end": "lines.end"},
     {"lines": [{"start": "2014-03-01", "end": "2014-03-31", "steps": [{"day": "2014-03-31"}]}]},
     {"lines": [{"no": 1}, {"start": "2014-03-01", "end": "2014-03-31",
                           "steps": [{"day": "2014-03-02"}, {"day": "2014-04-01"}]}]}, "lines.1.steps.1.day"),
    ("within", {"field": "a", "start": "m", "end": "n"}, {"a": "2014-09-30", "m": "2014-02", "n": "2014-09"},
     {"a": "2014-10-01", "m": "2014-02", "n": "2014-09"}, "a"),
    ("within_days", {"field": "a", "other": "activity.due", "days": "activity.days"}, {"a": "2014-06-28"},
     {"a": "2014-06-29"}, "a"),
    ("in_order", {"fields": ["a", "b"]}, {"a": "2014-01-01", "b": "2014-01-01"},
     {"a": "2014-01-02", "b": "2014-01-01"}, "b"),
    ("in_order", {"field": "lines.no"}, {"lines": [{"no": 1}, {"no": 2}]}, {"lines": [{"no": 2}, {"no": 1}]},
     "lines.1.no"),
    ("at_least_months", {"start": "m", "end": "n", "months": 3}, {"m": "2014-02", "n": "2014-04"},
     {"m": "2014-02", "n": "2014-03"}, "n"),
    ("at_least", {"field": "i", "value": 3}, {"i": 3}, {"i": 2}, "i"),
    ("at_least", {"field": "i", "other": "j"}, {"i": 3, "j": 3}, {"i": 2, "j": 3}, "i"),
    ("at_most", {"field": "i", "other": "activity.days"}, {"i": 15}, {"i": 16}, "i"),
    ("equals", {"field": "i", "other": "j"}, {"i": 3, "j": 3}, {"i": 2, "j": 3}, "i"),
    ("count_is", {"table": "lines", "other": "activity.count"}, {"lines": [{"no": 1}, {"no": 2}]},
     {"lines": [{"no": 1}]}, "lines"),
    ("count_is", {"table": "lines", "other": "i"}, {"i": 1, "lines": [{"no": 1}]}, {"i": 2, "lines": [{"no": 1}]},
     "lines"),
    ("max_items", {"field": "names", "value": 1}, {"names": ["甲"]}, {"names": ["甲", "乙"]}, "names"),
    ("min_items", {"field": "names", "value": 2}, {"names": ["甲", "乙"]}, {"names": ["甲"]}, "names"),
    ("sum_is", {"field": "lines.no", "other": "i"}, {"i": 3, "lines": [{"no": 1}, {"no": 2}]},
     {"i": 4, "lines": [{"no": 1}, {"no": 2}]}, "lines"),
    ("each_has", {"table": "lines", "fields": ["no", "text"]}, {"lines": [{"no": 1, "text": "x"}]},
     {"lines": [{"no": 1, "text": "x"}, {"no": 2}]}, "lines.1.text"),
    ("covers", {"field": "names", "other": "activity.names"}, {"names": ["乙", "甲"]}, {"names": ["甲"]}, "names"),
    ("covers", {"field": "lines.role", "values": ["team"]}, {"lines": [{"role": "team"}]},
     {"lines": [{"role": "leader"}]}, "lines"),
    ("ranked", {"field": "lines.role", "order": ["team", "leader", "member"]},
     {"lines": [{"role": "team"}, {"role": "member"}, {"role": "member"}]},
     {"lines": [{"role": "leader"}, {"role": "team"}]}, "lines.1.role"),
    ("refers_to", {"field": "lines.no", "other": "others.no"}, {"lines": [{"no": 1}], "others": [{"no": 1}]},
     {"lines": [{"no": 2}], "others": [{"no": 1}]}, "lines.0.no"),
    ("unique", {"field": "lines.no"}, {"lines": [{"no": 1}, {"no": 2}]}, {"lines": [{"no": 1}, {"no": 1}]},
     "lines.0.no"),
    ("share_of_text", {"field": "p", "of": ["p", "q"], "min": 40, "max": 50}, {"p": "一二三四", "q": "一二三四五"},
     {"p": "一", "q": "一二三四五"}, "p"),
]  # fmt: skip


def reading(rule, raw, **more):
    mapping = {
        "title": {"zh": "表", "en": "Form"},
        "sections": [{"title": {"zh": "节", "en": "S"}, "fields": FIELDS}],
        "rules": [rule | more],
    }
    return read(parse_form(mapping, name="k", file="f"), raw, stage="review", activity=ACTIVITY)


@pytest.mark.parametrize(("name", "operands", "good", "bad", "path"), CASES)
def test_rule(name, operands, good, bad, path):
    rule = {"rule": name, **operands}
    assert reading(rule, good).problems == ()
    # `required` of a field of the form is the one rule that an empty form breaks.
    empty = ["a"] if name == "required" and operands["field"] == "a" else []
    assert [found.path for found in reading(rule, {}).problems] == empty
    broken = reading(rule, bad).problems
    assert broken[0].path == path
    assert broken[0].code == name
    warned = reading(rule, bad, level="warning")
    assert (warned.problems, [n.path for n in warned.notes][:1]) == ((), [path])
    later = reading(rule, bad, at="file")
    assert (later.problems, [n.path for n in later.notes][:1]) == ((), [path])
    own = reading(rule, bad, message={"zh": "自己的话。", "en": "Own words."})
    assert own.problems[0].text.zh.endswith("：自己的话。")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ({"rule": "not_after", "field": "a", "other": "m"}, ("2014-02-28", "2014-02"), ("2014-03-01", "2014-02")),
        ({"rule": "not_before", "field": "m", "other": "a"}, ("2014-02-28", "2014-02"), ("2014-03-01", "2014-02")),
        ({"rule": "not_before", "field": "a", "other": "m"}, ("2014-02-01", "2014-02"), ("2014-01-31", "2014-02")),
        ({"rule": "not_after", "field": "m", "other": "a"}, ("2014-02-01", "2014-02"), ("2014-01-31", "2014-02")),
    ],
)  # fmt: skip
def test_a_day_is_neither_before_nor_after_the_month_it_lies_in(rule, good, bad):
    assert reading(rule, {"a": good[0], "m": good[1]}).problems == ()
    assert [one.code for one in reading(rule, {"a": bad[0], "m": bad[1]}).problems] == [
        rule["rule"]
    ]


def test_the_last_days_of_the_calendar_are_days_too():
    within = {"rule": "within", "field": "a", "start": "m", "end": "n"}
    assert reading(within, {"a": "9999-12-31", "m": "9999-12", "n": "9999-12"}).problems == ()
    days = {"rule": "within_days", "field": "a", "other": "b", "days": 15}
    assert reading(days, {"a": "9999-12-31", "b": "9999-12-30"}).problems == ()


def test_every_rule_is_tested():
    assert {case[0] for case in CASES} == set(RULES)


def test_a_rule_is_silent_about_a_field_that_is_wrong_already():
    found = reading(
        {"rule": "not_before", "field": "b", "other": "a"}, {"a": "soon", "b": "2014-01-01"}
    )
    assert [one.code for one in found.problems] == ["bad_date"]


def test_any_rule_may_hold_for_some_rows_only():
    rule = {
        "rule": "not_after", "field": "lines.end", "other": "activity.due",
        "if": {"field": "role", "is": "team"},
    }  # fmt: skip
    late = {"end": "2014-06-14"}
    rows = {"lines": [late | {"role": "team"}, late | {"role": "leader"}, late]}
    assert [found.path for found in reading(rule, rows).problems] == ["lines.0.end"]
