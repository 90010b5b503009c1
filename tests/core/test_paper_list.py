"""papers.yaml: every wrong key and every reference that leads nowhere, told at once."""

import re
from pathlib import Path
from typing import get_args

import pytest

from service.catalog import Catalog
from service.core.paper_list import (
    Due,
    PaperDue,
    PaperList,
    Who,
    parse_papers,
    unsound_papers,
)
from service.errors import DefinitionError
from service.settings import Settings

BUILTIN = Settings().builtin_templates


@pytest.fixture(scope="module")
def catalog():
    return Catalog([BUILTIN])


def told(catalog, *lines, **top):
    mapping = {"name": "campaign_name", "papers": list(lines), **top}
    found = parse_papers(mapping, file="papers.yaml")
    kinds = {name: (catalog.kind(name).form, catalog.kind(name).parts) for name in catalog.kinds()}
    problems = unsound_papers(found, catalog.activity(), kinds, file="papers.yaml")
    assert all(one.text.zh and one.text.en and one.file for one in problems)
    return {(one.code, one.path) for one in problems}


def test_ours_is_sound(catalog):
    found = catalog.papers()
    assert {one.kind for one in found.papers} <= set(catalog.kinds())
    assert catalog.papers() is found


def test_what_leads_nowhere(catalog):
    assert told(
        catalog,
        {"id": "a", "kind": "nope"},
        {"id": "b", "kind": "implementation_plan", "part": "nope", "owner": "nope"},
        {"id": "c", "kind": "implementation_plan", "due": {"from": "unit", "days": "unit"}},
        {"id": "d", "kind": "self_examination"},
        {"id": "e", "kind": "implementation_plan", "who": "member"},
        {"id": "f", "kind": "implementation_plan", "who": "person", "listed_in": "year",
         "name_in": "nope", "answers": {"gone": 1}},
        contact=["year"],
        copy={"years": ["unit"], "never": ["nope"]},
    ) == {
        ("unknown_kind", "papers.0.kind"),
        ("no_part", "papers.1.part"),
        ("unknown_field", "papers.1.owner"),
        ("field_type", "papers.2.due.from"),
        ("field_type", "papers.2.due.days"),
        ("wrong_who", "papers.3.who"),
        ("wrong_who", "papers.4.who"),
        ("field_type", "papers.5.listed_in"),
        ("unknown_field", "papers.5.name_in"),
        ("unknown_field", "papers.5.answers.gone"),
        ("field_type", "contact.0"),
        ("field_type", "copy.years.0"),
        ("unknown_field", "copy.never.0"),
    }  # fmt: skip


def test_an_owner_list_only_beside_the_list_that_it_follows(catalog):
    line = {"id": "a", "kind": "meeting_report", "owner": "branch_secretaries"}
    assert told(catalog, line) == {("field_type", "papers.0.owner")}
    assert told(catalog, {**line, "who": "branch", "listed_in": "branches"}) == set()


@pytest.mark.parametrize(
    "line",
    [
        {"id": "A b", "kind": "x"},
        {"id": "a", "kind": "x", "who": "everybody"},
        {"id": "a", "kind": "x", "who": "person"},
        {"id": "a", "kind": "x", "listed_in": "branches"},
        {"id": "a", "kind": "x", "but_not": "leader"},
        {"id": "a", "kind": "x", "name_in": "person_name"},
        {"id": "a", "kind": "x", "due": {"days": 3}},
        {"id": "a", "kind": "x", "deu": {"from": "meeting_date"}},
    ],
)
def test_what_has_no_sense_is_refused_with_its_key(line):
    with pytest.raises(DefinitionError) as error:
        parse_papers({"name": "n", "papers": [line]}, file="papers.yaml")
    assert all(one.path.startswith("papers.0") and one.text.zh for one in error.value.problems)


def test_two_papers_of_one_name_are_refused():
    lines = [{"id": "a", "kind": "x"}, {"id": "a", "kind": "y"}]
    with pytest.raises(DefinitionError):
        parse_papers({"name": "n", "papers": lines}, file="papers.yaml")


def test_a_units_own_list_is_told_with_file_and_line(tmp_path):
    (tmp_path / "activity").mkdir()
    file = tmp_path / "activity/papers.yaml"
    file.write_text("name: campaign_name\npapers:\n  - {id: a, kind: nope}\n", encoding="utf-8")
    catalog = Catalog([tmp_path, BUILTIN])
    with pytest.raises(DefinitionError) as error:
        catalog.papers()
    assert error.value.problems[0].place() == f"{file}:3"
    file.write_text("name: campaign_name\npapers: []\n", encoding="utf-8")
    assert catalog.papers().papers == ()


def test_every_key_is_described():
    text = (Path(__file__).parents[2] / "docs/activities.md").read_text("utf-8")
    for model in (PaperList, PaperDue, Due):
        for name, field in model.model_fields.items():
            assert re.search(rf"`{field.alias or name}`|{field.alias or name}: ", text), name
    for word in get_args(Who):
        assert f"`{word}`" in text


def test_a_broken_kind_is_its_own_trouble(tmp_path):
    folder = tmp_path / "docx/implementation_plan"
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text("title: nothing\n", encoding="utf-8")
    found = Catalog([tmp_path, BUILTIN]).papers()
    assert "implementation_plan" in {one.kind for one in found.papers}
