"""Bundle definitions and instances: parsed, filled, and everything missing said at once."""

from datetime import date

import pytest

from service.core.bundle import fill_slots, parse_bundle, parse_instance
from service.errors import DefinitionError, InputError

DEFINITION = {
    "title": {"zh": "报送材料", "en": "Papers"},
    "slots": [
        {"id": "plan", "kind": "implementation_plan", "required": True, "title": {"zh": "方案", "en": "Plan"}},
        {"id": "leaders", "kind": "self", "per_member": True, "required": True, "title": {"zh": "材料", "en": "Self"}},
        {"id": "scan", "upload": True, "title": {"zh": "扫描件", "en": "Scan"}},
    ],
}  # fmt: skip


def instance(**parts):
    return parse_instance({"bundle": "b", "date": "2014年7月21日", "parts": parts}, file="i.yaml")


def test_short_and_long_ways_of_naming_a_part():
    made = instance(
        plan="a.yaml", leaders=["b.yaml", {"answers": "c.json", "title": "丙"}], scan="d.PDF"
    )
    assert made.date == date(2014, 7, 21)
    filled, problems = fill_slots(
        parse_bundle(DEFINITION, name="b", file="b.yaml"), made, file="i.yaml"
    )
    assert problems == []
    assert [(one.slot.id, one.source.answers or one.source.file, one.path) for one in filled] == [
        ("plan", "a.yaml", "parts.plan"),
        ("leaders", "b.yaml", "parts.leaders.0"),
        ("leaders", "c.json", "parts.leaders.1"),
        ("scan", "d.PDF", "parts.scan"),
    ]


def test_everything_missing_or_misplaced_at_once():
    made = instance(scan="a.yaml", wrong="x.pdf", plan=["a.yaml", "b.yaml"])
    _, problems = fill_slots(parse_bundle(DEFINITION, name="b", file="b"), made, file="i.yaml")
    assert {(one.code, one.path) for one in problems} == {
        ("not_an_upload", "parts.scan"), ("unknown_slot", "parts.wrong"),
        ("too_many_parts", "parts.plan"), ("part_missing", "parts.leaders"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"date": "21 July 2014"}, "date"),
        ({"lang": "fr"}, "lang"),
        ({"partz": {}}, "partz"),
        ({"parts": {"plan": {"answers": "a", "file": "b"}}}, "parts.plan.0"),
        ({"parts": {"plan": 3}}, "parts.plan.0"),
        ({"parts": []}, "parts"),
    ],
)
def test_a_wrong_instance_names_its_key(change, path):
    with pytest.raises(InputError) as caught:
        parse_instance({"bundle": "b", "parts": {}, **change}, file="i.yaml")
    assert path in {one.path for one in caught.value.problems}


def test_a_wrong_definition_names_its_key():
    wrong = {**DEFINITION, "slots": [{"id": "A", "title": {"zh": "甲"}}]}
    with pytest.raises(DefinitionError) as caught:
        parse_bundle(wrong, name="b", file="b.yaml")
    assert {one.path for one in caught.value.problems} >= {"slots.0.id", "slots.0.title.en"}
    twice = {**DEFINITION, "slots": [DEFINITION["slots"][0]] * 2}
    with pytest.raises(DefinitionError):
        parse_bundle(twice, name="b", file="b.yaml")
