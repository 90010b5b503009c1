"""Posts to raw answers and back."""

from datetime import date, datetime

from service.core.parsing import parse_form
from service.source import parse_source
from service.web.forms import act, as_posted, flatten, read_post, typed_here, without_empty_rows
from tests.web.leave import FORM

LEAVE = parse_form(parse_source(FORM, "leave").data, name="leave", file="leave")


def tree(*pairs):
    return read_post(LEAVE, pairs)


def test_rows_keep_the_order_of_their_keys_not_their_numbers():
    found = flatten(tree(("things.7.name", "后"), ("things.2.name", "先"), ("things.7.many", "2")))
    assert found["things"] == [{"name": "后", "many": "2"}, {"name": "先"}]


def test_characters_are_kept_and_line_ends_made_one():
    text = "\u3000\u3000甲 & <b> {{ x }} 𠮷\u200b \t乙 "
    found = flatten(tree(("reason", f"{text}\r\n\r\n第二段\r"), ("issuer", text)))
    assert found == {"reason": f"{text}\n\n第二段\n", "issuer": text}


def test_two_deep():
    found = flatten(
        tree(
            ("things.0.name", "桌"),
            ("things.0.checks.4.who", "钱"),
            ("things.0.checks.1.who", "赵"),
            ("things.1.", ""),
        )
    )
    assert found["things"] == [{"name": "桌", "checks": [{"who": "钱"}, {"who": "赵"}]}, {}]


def test_choices_are_lists_and_page_names_stay_out():
    found = flatten(
        tree(("topics", "甲"), ("topics", "乙"), ("_do", "word"), ("_csrf", "x"), ("size", "a"))
    )
    assert found == {"topics": ["甲", "乙"], "size": "a"}


def test_unknown_names_reach_the_check():
    assert flatten(tree(("nonsense", "1"), ("nonsense.2.x", "3"))) == {
        "nonsense": "1",
        "nonsense.2.x": "3",
    }


def test_hostile_names_do_no_harm():
    long = "things" + ".0.checks" * 40
    assert flatten(tree((long, "x"), ("things", "y"), ("things.0", "z"), ("", "w"))) == {"": "w"}


def test_empty_rows_go_and_half_full_ones_stay():
    raw = {"things": [{}, {"name": " ", "checks": [{"who": ""}]}, {"many": "2"}], "issuer": ""}
    assert without_empty_rows(raw) == {"things": [{"many": "2"}], "issuer": ""}


def rows(*names):
    return tree(*[(f"things.{n}.name", name) for n, name in enumerate(names)])


def names(found):
    return [row.get("name") for row in flatten(found)["things"]]


def test_acts_on_rows():
    found = rows("甲", "乙", "丙")
    assert act(found, "up", "things.2") == (["things"], "up 1")
    assert names(found) == ["甲", "丙", "乙"]
    assert act(found, "down", "things.0") == (["things"], "down 1")
    assert names(found) == ["丙", "甲", "乙"]
    assert act(found, "remove", "things.1") == (["things"], "remove 1")
    assert names(found) == ["丙", "甲"]
    assert act(found, "add", "things") == (["things"], "row 2")
    assert names(found) == ["丙", "甲", None]


def test_the_ends_and_strangers_are_harmless():
    found = rows("甲", "乙")
    act(found, "up", "things.0")
    act(found, "down", "things.1")
    assert act(found, "remove", "things.9") == (["things"], "add")
    assert act(found, "up", "things.9.checks.1") == ([], "")
    assert act(found, "add", "things.0.name") == ([], "")
    assert names(found) == ["甲", "乙"]
    assert act(tree(), "add", "things") == (["things"], "row 0")
    long = tree((f"things.{'9' * 5000}.name", "甲"))
    assert act(long, "add", "things") == (["things"], "row 1")


def test_acts_two_deep_answer_with_row_numbers():
    found = tree(("things.8.name", "甲"), ("things.5.name", "乙"))
    assert act(found, "add", "things.5.checks") == (["things", "1", "checks"], "row 0")
    assert flatten(found)["things"][1] == {"name": "乙", "checks": [{}]}


def field(name):
    return LEAVE.fields[name]


def test_values_of_files_and_activity_look_like_posted_ones():
    assert as_posted(field("day"), date(2014, 2, 8)) == "2014-02-08"
    assert as_posted(field("since"), date(2014, 2, 1)) == "2014-02"
    assert as_posted(field("moment"), datetime(2014, 3, 6, 9, 0)) == "2014-03-06T09:00"
    assert as_posted(field("urgent"), False) == "false"
    assert as_posted(field("copies"), ["甲", "乙"]) == "甲\n乙"
    assert as_posted(field("topics"), ("甲",)) == ["甲"]
    assert as_posted(field("amount"), None) == ""
    assert as_posted(field("things"), [{"many": 3}]) == [
        {"name": "", "many": "3", "due": "", "checks": []}
    ]


def test_what_stood_there_already_is_not_typed():
    before = {"issuer": "某委", "copies": ["甲", "乙"], "urgent": False}
    raw = {"issuer": "某委", "copies": "甲\n乙", "urgent": "true", "asker": "", "title": "题"}
    assert typed_here(LEAVE, raw, before) == {"urgent": "true", "title": "题"}
