"""Papers filled from the one that they go with: joined, listed, left out where they do not fit."""

import pytest

from service.core.companions import answers_beside
from service.core.definition import FormDefinition


def form(fields, **more):
    label = {"zh": "甲", "en": "A"}
    return FormDefinition.model_validate(
        {
            "title": {"zh": "通知", "en": "Notice"},
            "sections": [{"title": label, "fields": [{"label": label, **one} for one in fields]}],
            **more,
        }
    )


URGENCY = {
    "name": "urgency", "type": "choice",
    "choices": [{"value": "urgent", "label": {"zh": "急", "en": "Urgent"}}],
}  # fmt: skip
LABEL = {"zh": "列", "en": "Column"}
OTHER = form([
    {"name": "title", "type": "lines"}, {"name": "to", "type": "list"}, {"name": "day", "type": "date"},
    {"name": "many", "type": "integer"}, URGENCY,
    {"name": "annexes", "type": "table", "fields": [{"name": "title", "type": "text", "label": LABEL}]},
])  # fmt: skip


def filled(values, lang="zh", **accompanies):
    own = form(
        [
            {"name": "name", "type": "text"}, {"name": "long", "type": "lines"},
            {"name": "listed", "type": "list"}, {"name": "day", "type": "date"},
            {"name": "many", "type": "integer"}, URGENCY,
            {"name": "rows", "type": "table", "fields": [
                {"name": "name", "type": "text", "label": LABEL},
                {"name": "many", "type": "integer", "label": LABEL}]},
        ],
        accompanies={path.replace("__", "."): source for path, source in accompanies.items()},
    )  # fmt: skip
    return answers_beside(own, OTHER, values, lang)


@pytest.mark.parametrize(
    ("lang", "joined"), [("zh", "关于召开会议的通知"), ("en", "关于召开 会议的通知")]
)
def test_a_title_of_several_lines_is_one_line_or_stays(lang, joined):
    values = {"title": "关于召开\n会议的通知"}
    assert filled(values, lang, name="title", long="title") == {
        "name": joined, "long": "关于召开\n会议的通知",
    }  # fmt: skip


def test_without_a_title_the_kinds_own_stands():
    assert filled({}, "en", name="title") == {"name": "Notice"}


def test_lists_columns_and_the_first_row():
    values = {"to": ["甲", "", "乙"], "annexes": [{"title": "一"}, {"title": ""}], "many": 3}
    assert filled(values, listed="to", long="annexes.title", rows__name="title", rows__many="many") == {
        "listed": ["甲", "乙"], "long": "一", "rows": [{"name": "通知", "many": 3}],
    }  # fmt: skip


def test_what_does_not_fit_is_left_out():
    values = {"day": "2014-03-05", "many": 4, "urgency": "urgent", "title": "题"}
    assert filled(values, day="day", many="many", urgency="urgency") == {
        "day": "2014-03-05", "many": 4, "urgency": "urgent",
    }  # fmt: skip
    assert filled(values, day="many", many="title", urgency="title") == {}
    assert filled({"urgency": "most_urgent"}, urgency="urgency") == {}
    assert filled(values, day="nope", listed="nope", name="nope") == {}


def test_it_does_not_count_for_what_a_version_is_made_from():
    one, other = (
        form([{"name": "a", "type": "text"}], **more) for more in ({}, {"accompanies": {"a": "b"}})
    )
    assert one.model_dump_json(by_alias=True) == other.model_dump_json(by_alias=True)
