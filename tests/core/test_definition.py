"""A wrong form definition is refused with its key path; a sound one is whole."""

import copy

import pytest

from service.core.parsing import parse_form, parse_fragment
from service.core.soundness import unsound
from service.errors import DefinitionError
from tests.core.forms import MAPPING, form


def paths(mapping):
    with pytest.raises(DefinitionError) as caught:
        parse_form(mapping, name="k", file="form.yaml")
    return {found.path for found in caught.value.problems}


def changed(change):
    mapping = copy.deepcopy(MAPPING)
    change(mapping["sections"][0]["fields"], mapping)
    return mapping


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda fields, _: fields[0].update(lable={}), "sections.0.fields.0.lable"),
        (lambda fields, _: fields[1].update(type="string"), "sections.0.fields.1.type"),
        (lambda fields, _: fields[2].pop("label"), "sections.0.fields.2.label"),
        (lambda fields, _: fields[2].update(label={"zh": "正文"}), "sections.0.fields.2.label.en"),
        (lambda fields, _: fields[2].update(name="Body"), "sections.0.fields.2.name"),
        (lambda fields, _: fields[1].update(pattern="("), "sections.0.fields.1.pattern"),
        (lambda fields, _: fields[1].update(max_length=-5), "sections.0.fields.1.max_length"),
        (lambda _, mapping: mapping.update(audience="all"), "audience"),
        (lambda _, mapping: mapping.update(include=["nothing"]), "include.0"),
        (lambda _, mapping: mapping.update(sections="none"), "sections"),
    ],
)
def test_wrong_keys_are_named(change, path):
    assert path in paths(changed(change))


def test_all_wrong_keys_at_once():
    def spoil(fields, mapping):
        fields[0]["x"] = 1
        fields[1].pop("type")
        mapping["audience"] = "all"

    assert paths(changed(spoil)) == {
        "sections.0.fields.0.x",
        "sections.0.fields.1.type",
        "audience",
    }


@pytest.mark.parametrize("mapping", [None, [], "text", {"title": "only"}])
def test_not_a_definition(mapping):
    assert paths(mapping)


def soundness(change, activity=None):
    mapping = changed(change)
    parsed = parse_form(mapping, name="k", file="form.yaml")
    return {found.path for found in unsound(parsed, parsed, file="form.yaml", activity=activity)}


ACTIVITY = parse_form(
    {
        "title": {"zh": "活动", "en": "Activity"},
        "sections": [
            {
                "title": {"zh": "节", "en": "S"},
                "fields": [
                    {"name": "issue_categories", "type": "list", "label": {"zh": "类", "en": "C"}},
                    {"name": "unit", "type": "text", "label": {"zh": "单位", "en": "Unit"}},
                ],
            }
        ],
    },
    name="activity",
    file="activity.yaml",
)


def rule(**keys):
    return lambda _, mapping: mapping.update(rules=[keys])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda fields, _: fields[1].update(name="title"), "sections.0.fields.1.name"),
        (lambda fields, _: fields[1].update(name="shown"), "sections.0.fields.1.name"),
        (lambda fields, _: fields[1].update(shown_if={"field": "no", "is": 1}), "sections.0.fields.1.shown_if.field"),
        (lambda fields, _: fields[1].update(shown_if={"field": "seal_mode", "is": "wax"}), "sections.0.fields.1.shown_if"),
        (lambda fields, _: fields[1].update({"from": "activity.nothing"}), "sections.0.fields.1.from"),
        (lambda fields, _: fields[13]["fields"][2].update(choices_from="activity.unit"), "sections.0.fields.13.fields.2.choices_from"),
        (lambda fields, _: fields[7].pop("choices"), "sections.0.fields.7"),
        (lambda fields, _: fields[7]["choices"].append(fields[7]["choices"][0]), f"sections.0.fields.7.choices.{len(MAPPING['sections'][0]['fields'][7]['choices'])}.value"),
        (lambda fields, _: fields[13].update(min_items=3, max_items=2), "sections.0.fields.13.min_items"),
        (lambda fields, _: fields[13].pop("fields"), "sections.0.fields.13.fields"),
        (lambda fields, _: fields[13]["fields"][0].update(name="day"), "sections.0.fields.13.fields.1.name"),
        (lambda _, mapping: mapping["defaults"].update(wrong=1), "defaults.wrong"),
        (rule(rule="before"), "rules.0.rule"),
        (rule(rule="not_before", field="issue_date"), "rules.0"),
        (rule(rule="not_before", field="issue_date", other="activity.no"), "rules.0.other"),
        (rule(rule="not_before", field="agenda.no", other="issue_date"), "rules.0.field"),
        (rule(rule="unique", field="agenda.item", months=3), "rules.0"),
        (rule(rule="each_has", table="agenda", fields=["nothing"]), "rules.0.fields.0"),
        (rule(rule="required_if", field="venue", **{"if": {"field": "no", "is": 1}}), "rules.0.if.field"),
        # What could never bite, or would break with a traceback at the first answers.
        (lambda fields, _: fields[1].update(shown_if={"field": "seal_mode"}), "sections.0.fields.1.shown_if"),
        (lambda fields, _: fields[1].update(shown_if={"field": "letterhead", "is": "true"}), "sections.0.fields.1.shown_if"),
        (lambda fields, _: fields[1].update(shown_if={"field": "channels", "is": "site"}), "sections.0.fields.1.shown_if"),
        (lambda fields, _: fields[1].update(shown_if={"field": "issue_date", "is": "2014-01-01"}), "sections.0.fields.1.shown_if"),
        (lambda fields, _: fields[1].update(shown_if={"field": "agenda.item", "is": "a"}), "sections.0.fields.1.shown_if.field"),
        (rule(rule="required_if", field="venue", **{"if": {"field": "count", "is": "3"}}), "rules.0.if"),
        (rule(rule="in_order", field="agenda.item"), "rules.0.field"),
        (rule(rule="in_order", fields=["issue_date", "venue"]), "rules.0.fields.1"),
        (rule(rule="in_order"), "rules.0"),
        (rule(rule="unique", field="body"), "rules.0.field"),
        (rule(rule="max_items", field="count", value=2), "rules.0.field"),
        (rule(rule="refers_to", field="venue", other="body"), "rules.0.other"),
        (rule(rule="count_is", table="count", other="count"), "rules.0.table"),
        (rule(rule="not_before", field="venue", other="issue_date"), "rules.0.field"),
        (rule(rule="not_before", field="issue_date", other=5), "rules.0.other"),
        (rule(rule="not_before", field="issue_date", other="activity.unit"), "rules.0.other"),
        (rule(rule="at_least", field="count"), "rules.0"),
        (rule(rule="covers", field="channels"), "rules.0"),
        (rule(rule="share_of_text", field="body", of=["body"]), "rules.0"),
    ],
)  # fmt: skip
def test_broken_references_are_named(change, path):
    assert path in soundness(change, ACTIVITY)


def test_the_form_of_these_tests_is_sound():
    assert soundness(lambda *_: None, ACTIVITY) == set()


def test_fragments_come_first_with_their_rules():
    fragment = parse_fragment(
        {
            "sections": [
                {
                    "title": {"zh": "人员", "en": "Person"},
                    "fields": [
                        {"name": "who", "type": "person", "label": {"zh": "姓名", "en": "Name"}}
                    ],
                }
            ],
            "rules": [{"rule": "required", "field": "who"}],
        },
        file="person.yaml",
    )
    parsed = parse_form(
        {**MAPPING, "include": ["person"], "rules": [{"rule": "unique", "field": "agenda.item"}]},
        name="k",
        file="form.yaml",
        fragments={"person": fragment},
    )
    assert next(iter(parsed.fields)) == "who"
    assert [one.rule for one in parsed.rules] == ["required", "unique"]


def test_paths_walk_into_tables():
    definition = form()
    assert definition.field("agenda.speakers.who").type == "person"
    assert definition.field("agenda.nothing") is None
    assert "agenda.speakers.who" in dict(definition.walk())
