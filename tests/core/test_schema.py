"""Forms as JSON Schema: valid, told in words, required as the stage needs."""

import json

import jsonschema
import pytest

from service.catalog import Catalog
from service.core.schema import answers_schema
from service.desk.kinds import sample_answers
from service.settings import Settings

CATALOG = Catalog([Settings().builtin_templates])
KINDS = CATALOG.kinds()


class Samples:
    samples = Settings().samples


def schema(kind, stage="draft", lang="zh", **activity):
    return answers_schema(CATALOG.kind(kind).form, activity=activity, stage=stage, lang=lang)


def properties(found):
    for name, one in found["properties"].items():
        yield name, one
        if one.get("type") == "array" and "properties" in one["items"]:
            yield from properties(one["items"])


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema_that_the_samples_fit(kind):
    found = schema(kind, "file")
    jsonschema.Draft202012Validator.check_schema(found)
    assert "$ref" not in json.dumps(found)
    answers = json.loads(json.dumps(sample_answers(Samples, kind, "zh"), default=str))
    wrong = [one.message for one in jsonschema.Draft202012Validator(found).iter_errors(answers)]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_its_label_in_both_languages(kind):
    form = CATALOG.kind(kind).form
    for lang in ("zh", "en"):
        found = schema(kind, lang=lang)
        assert found["title"] == form.title.of(lang).replace("\n", "")
        names = [name.rpartition(".")[2] for name, _ in form.walk()]
        titles = [one.label.of(lang) for _, one in form.walk()]
        told = [(name, one["title"]) for name, one in properties(found)]
        assert sorted(told) == sorted(zip(names, titles, strict=True))


def test_required_grows_with_the_stage_and_leaves_out_what_is_prefilled():
    kind = "self_examination"
    form = CATALOG.kind(kind).form
    needed = [
        set(schema(kind, stage)["required"]) for stage in ("draft", "review", "issue", "file")
    ]
    assert needed == sorted(needed, key=len)
    assert needed[0] < needed[-1]
    for name in needed[-1]:
        assert not (form.fields[name].from_ or "").startswith("activity.")
        assert name not in form.defaults


def test_choices_of_the_activity_are_named():
    found = schema("self_examination", issue_categories=["甲", "乙"])
    category = found["properties"]["findings"]["items"]["properties"]["category"]
    assert category["enum"] == ["甲", "乙"]
    assert (
        "enum"
        not in schema("self_examination")["properties"]["findings"]["items"]["properties"][
            "category"
        ]
    )
