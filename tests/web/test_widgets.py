"""Which control a field gets, and how its conditions are told to the browser."""

import json

import pytest

from service.core.definition import Condition, FieldDefinition
from service.web.widgets import Surroundings, options_of, text_lines, widget_of

LABEL = {"zh": "某项", "en": "Something"}


def field(kind, **more):
    return FieldDefinition.model_validate({"name": "x", "type": kind, "label": LABEL, **more})


@pytest.mark.parametrize(
    ("kind", "value", "widget"),
    [
        ("text", "", "text"),
        ("text", "两\n行", "area"),
        ("integer", "一", "number"),
        ("date", "", "date"),
        ("date", "2014-02-28", "date"),
        ("date", "2014年2月28日", "text"),
        ("date", "2014-2-8", "text"),
        ("date", "2014-02-31", "text"),
        ("datetime", "2014-03-06T09:00", "datetime-local"),
        ("datetime", "2014年3月6日 9:00", "text"),
        ("month", "2014-03", "text"),
        ("yes_no", "true", "radios"),
        ("yes_no", "也许", "text"),
        ("lines", "", "area"),
        ("choices", [], "checks"),
        ("upload", "", "text"),
    ],
)
def test_a_control_that_shows_the_value(kind, value, widget):
    assert widget_of(field(kind), value, (), in_row=False) == widget


def test_a_long_text_is_shown_whole():
    assert widget_of(field("text", max_length=80), "", (), in_row=True) == "text"
    assert widget_of(field("text", max_length=120), "", (), in_row=True) == "area"
    assert text_lines(field("text", max_length=120), "") == 1


def test_choices_by_number_and_place():
    four, five = ("a", "b", "c", "d"), ("a", "b", "c", "d", "e")
    assert widget_of(field("choice"), "", four, in_row=False) == "radios"
    assert widget_of(field("choice"), "", four, in_row=True) == "select"
    assert widget_of(field("choice"), "", five, in_row=False) == "select"
    assert widget_of(field("choice"), "z", four, in_row=False) == "select"
    free = field("choice", choices_from="activity.departments")
    assert widget_of(free, "", (), in_row=False) == "text"


def test_options_of_the_activity_and_a_stranger():
    asked = field("choice", choices_from="activity.departments")
    facts = {"departments": ["办公室", "陈列部"]}
    found = options_of(asked, "保卫科", facts, "zh", open_="（请选择）")
    assert [(one.value, one.chosen) for one in found] == [
        ("", False), ("办公室", False), ("陈列部", False), ("保卫科", True)
    ]  # fmt: skip


def test_text_areas_begin_as_high_as_their_text():
    assert text_lines(field("list"), "") == 2
    assert text_lines(field("paragraphs"), "字" * 45 + "\n短") == 3
    assert text_lines(field("paragraphs"), "\n".join("一二三四五")) == 5
    assert text_lines(field("paragraphs"), "字" * 5000) == 30


FORM = {
    "urgent": field("yes_no", name="urgent"),
    "amount": field("integer", name="amount"),
    "rows": field("table", name="rows"),
}
ROW = {"kind": field("choice", name="kind")}


def condition(**how):
    return Condition.model_validate(how)


@pytest.mark.parametrize(
    ("how", "values", "holds"),
    [
        ({"field": "urgent", "is": True}, {"urgent": "true"}, True),
        ({"field": "urgent", "is": True}, {"urgent": "false"}, False),
        ({"field": "urgent", "is": False}, {"urgent": ""}, False),
        ({"field": "amount", "in": [1, 2]}, {"amount": "2"}, True),
        ({"field": "amount", "in": [1, 2]}, {"amount": "二"}, False),
        ({"field": "amount", "in": [1, 2]}, {"amount": "--1"}, False),
        ({"field": "amount", "in": [1, 2]}, {"amount": "9" * 5000}, False),
        ({"field": "amount", "given": True}, {"amount": "　"}, False),
        ({"field": "amount", "given": False}, {"amount": ""}, True),
        ({"field": "rows", "given": True}, {"rows": [{"a": ""}]}, True),
    ],
)
def test_conditions_read_what_stands_on_the_page(how, values, holds):
    assert Surroundings(fields=FORM, values=values).holds(condition(**how)) is holds


def test_a_rows_condition_looks_at_its_row_first_then_at_the_form():
    form = Surroundings(fields=FORM, values={"urgent": "true"})
    row = Surroundings(fields=ROW, values={"kind": "b"}, prefix="rows.2.", outer=form)
    own, outer = condition(field="kind", is_="b"), condition(field="urgent", is_=True)
    assert row.holds(own)
    assert row.holds(outer)
    assert json.loads(row.spoken((own, outer))) == [
        {"name": "rows.2.kind", "in": ["b"]},
        {"name": "urgent", "in": ["true"]},
    ]
    assert json.loads(form.spoken((condition(field="amount", given=True),))) == [
        {"name": "amount", "given": True}
    ]
    assert form.spoken(()) == ""
