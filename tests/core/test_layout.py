"""layout.yaml: parsed, refused with the key's path, proved against its form, proposed."""

import copy
import re
from pathlib import Path
from typing import get_args

import pytest

from service.core.layout.blocks import Block, Layout, parse_layout, walk
from service.core.layout.check import check_layout, names_in
from service.core.layout.scope import Scope, condition
from service.core.layout.starter import propose_layout
from service.core.layout.tables import Cell, CellLine, Column, FormRow
from service.core.layout.words import Loop
from service.core.parsing import parse_form
from service.errors import DefinitionError


def label(zh, en):
    return {"zh": zh, "en": en}


def field(name, kind, **more):
    return {"name": name, "type": kind, "label": label(f"{name}项", name), **more}


FORM_MAPPING = {
    "title": label("通知", "Notice"),
    "sections": [
        {
            "title": label("正文", "Text"),
            "fields": [
                field("title", "lines"),
                field("venue", "text"),
                field("secret", "text", print=False),
                field("lead_in", "paragraphs"),
                field("covered", "yes_no"),
                field("channels", "choices", choices=[{"value": "a", "label": label("甲", "A")}]),
                field("phases", "table", fields=[
                    field("name", "text"),
                    field("tasks", "table", fields=[
                        field("problem", "paragraphs"),
                        field("kind", "choice", choices=[{"value": "b", "label": label("乙", "B")}]),
                    ]),
                ]),
                field("tasks", "table", fields=[
                    field("problem", "paragraphs"),
                    field("category", "choice",
                          choices=[{"value": "c", "label": label("丙", "C")}]),
                ]),
            ],
        }
    ],
}  # fmt: skip
FORM = parse_form(FORM_MAPPING, name="notice", file="form.yaml")
TABLE = {
    "block": "table", "rows": "tasks", "as": "task",
    "columns": [
        {"head": "序号", "width": 16, "text": "{{ task.shown.n }}"},
        {"head": "问题", "width": 140, "field": "task.problem"},
    ],
}  # fmt: skip


def parse(*blocks):
    return parse_layout({"blocks": list(blocks)}, file="layout.yaml")


def problems(*blocks):
    with pytest.raises(DefinitionError) as caught:
        check_layout(parse(*blocks), FORM, file="layout.yaml")
    assert all(one.file == "layout.yaml" for one in caught.value.problems)
    return [(one.code, one.path) for one in caught.value.problems]


def edited(keys, value):
    """The table with one key changed; None takes it away."""
    table = copy.deepcopy(TABLE)
    place = table
    for key in keys[:-1]:
        place = place[key]
    if value is None:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    return table


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"block": "titel"}, "blocks.1.block"),
        ({"text": "x"}, "blocks.1.block"),
        ({"block": "title", "size": 3}, "blocks.1.size"),
        ({"block": "heading", "text": "x", "level": 5}, "blocks.1.level"),
        ({"block": "heading"}, "blocks.1.text"),
        ({"block": "heading", "text": {"zh": "x"}}, "blocks.1.text.en"),
        ({"block": "heading", "text": "{{ venue"}, "blocks.1.text"),
        ({"block": "heading", "text": "{%p if x %}"}, "blocks.1.text"),
        ({"block": "heading", "text": "{# x #}"}, "blocks.1.text"),
        ({"block": "title", "when": {"field": "venue"}}, "blocks.1.when"),
        ({"block": "title", "when": {"field": "venue", "given": True, "is": 1}}, "blocks.1.when"),
        ({"block": "title", "lang": ["fr"]}, "blocks.1.lang.0"),
        ({"block": "paragraphs"}, "blocks.1"),
        ({"block": "paragraphs", "field": "a-b"}, "blocks.1.field"),
        ({"block": "group", "blocks": []}, "blocks.1.blocks"),
        ({"block": "group", "blocks": [{"block": "spacer", "lines": 0}]}, "blocks.1.blocks.0.lines"),
        (edited(["columns", 1, "width"], "wide"), "blocks.1.columns.1.width"),
        (edited(["columns", 1, "width"], {"zh": 140}), "blocks.1.columns.1.width.en"),
        (edited(["columns", 0, "head"], None), "blocks.1.columns.0.head"),
        (edited(["columns", 0, "field"], "task.problem"), "blocks.1.columns.0"),
        (edited(["as"], None), "blocks.1.as"),
        (edited(["span"], "x"), "blocks.1"),
        ({"block": "form", "rows": [{"cells": [{"label": "x", "width": 156, "heigth": 1}]}]},
         "blocks.1.rows.0.cells.0.heigth"),
        ({"block": "form", "rows": [{"cells": [{"width": 156, "lines": [{"ruled": 99}]}]}]},
         "blocks.1.rows.0.cells.0.lines.0.ruled"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_with_its_path(block, path):
    with pytest.raises(DefinitionError) as caught:
        parse({"block": "title"}, block)
    assert [one.path for one in caught.value.problems] == [path]
    (found,) = caught.value.problems
    assert found.file == "layout.yaml"
    assert found.text.zh and found.text.en and found.text.zh != found.text.en


def test_all_wrong_keys_come_at_once():
    with pytest.raises(DefinitionError) as caught:
        parse({"block": "title", "a": 1}, {"block": "nothing"}, edited(["columns", 0, "width"], -1))
    paths = [one.path for one in caught.value.problems]
    assert paths == ["blocks.0.a", "blocks.1.block", "blocks.2.columns.0.width"]


def test_what_is_no_mapping_is_refused():
    for nothing in (None, {}, {"blocks": None}, {"blocks": []}, []):
        with pytest.raises(DefinitionError):
            parse_layout(nothing, file="layout.yaml")


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ({"block": "paragraphs", "field": "leadin"}, ("layout_field", "blocks.0.field")),
        ({"block": "paragraphs", "field": "secret"}, ("layout_field", "blocks.0.field")),
        ({"block": "paragraphs", "text": "{{ secret }}"}, ("layout_tag", "blocks.0.text")),
        ({"block": "line", "text": label("{{ nam }}", "x")}, ("layout_tag", "blocks.0.text.zh")),
        ({"block": "line", "text": "{% if shown.givn.venue %}x{% endif %}"},
         ("layout_tag", "blocks.0.text")),
        ({"block": "title", "when": {"field": "x", "given": True}},
         ("layout_field", "blocks.0.when.field")),
        ({"block": "title", "when": {"field": "venue", "is": "x"}},
         ("layout_when", "blocks.0.when")),
        ({"block": "signature", "name": "x", "date": "x"}, ("layout_field", "blocks.0.mode")),
        ({"block": "each", "rows": "venue", "as": "v", "blocks": [{"block": "spacer"}]},
         ("layout_rows", "blocks.0.rows")),
        ({"block": "each", "rows": "tasks", "as": "venue", "blocks": [{"block": "spacer"}]},
         ("layout_row_name", "blocks.0.as")),
        (edited(["columns", 1, "field"], "task.goal"), ("layout_field", "blocks.0.columns.1.field")),
        (edited(["columns", 0, "width"], 20), ("layout_width", "blocks.0.columns")),
        ({"block": "landscape", "blocks": [TABLE]}, ("layout_width", "blocks.0.blocks.0.columns")),
    ],
)  # fmt: skip
def test_names_and_widths_are_proved_against_the_form(block, found):
    assert problems(block) == [found]


def test_what_is_right_passes():
    check_layout(
        parse(
            {"block": "title"},
            {"block": "line", "text": "{{ venue if shown.given.venue else 'nowhere' }}"},
            {"block": "paragraphs", "field": "lead_in", "when": {"field": "secret", "given": False}},
            {"block": "line", "text": "{{ shown.joined.channels }} {{ layout.date_right }}"},
            TABLE,
            {"block": "each", "rows": "shown.by.tasks.category", "as": "group", "blocks": [
                {"block": "heading", "level": 2, "text": "{{ group.label }} {{ group.shown.n }}"},
                {"block": "each", "rows": "group.rows", "as": "task", "blocks": [
                    {"block": "paragraphs", "field": "task.problem"},
                ]},
            ]},
            {"block": "table", "rows": "phase.tasks", "as": "task",
             "outer": {"rows": "phases", "as": "phase"}, "span": "{{ phase.name }}",
             "columns": [
                 {"head": "a", "width": {"zh": 56, "en": 60}, "text": "{{ phase.name }}",
                  "once": True},
                 {"head": "b", "width": {"zh": 100, "en": 96},
                  "lines": [{"field": "task.problem", "numbered": True},
                            {"text": "{{ task.kind }}", "when": {"field": "task.kind", "is": "b"}}]},
             ]},
        ),
        FORM, file="layout.yaml",
    )  # fmt: skip


def test_decimals_may_come_as_text():
    (table,) = parse(edited(["columns", 1, "width"], "139.8")).blocks
    assert table.columns[1].width.of("en") == 139.8


def test_two_parts_of_one_name_are_refused():
    annex = {"block": "annex", "name": "ledger", "title": "x", "blocks": [{"block": "spacer"}]}
    assert problems(annex, annex) == [("layout_name", "blocks")]
    assert list(parse(annex).parts) == ["ledger"]


def test_walk_gives_every_block_with_its_path():
    layout = parse({"block": "group", "blocks": [{"block": "title"}]}, {"block": "spacer"})
    paths = [(path, block.block) for path, block in walk(layout.blocks)]
    assert paths == [("blocks.0", "group"), ("blocks.0.blocks.0", "title"), ("blocks.1", "spacer")]


@pytest.mark.parametrize(
    ("when", "expression"),
    [
        ({"field": "venue", "given": True}, "shown.given.venue"),
        ({"field": "task.problem", "given": False}, "not task.shown.given.problem"),
        ({"field": "covered", "is": True}, "shown.code.covered"),
        ({"field": "covered", "is": False}, "not shown.code.covered"),
        ({"field": "task.kind", "is": "b"}, "task.shown.code.kind == 'b'"),
        ({"field": "kind", "in": ["a", "b"]}, "shown.code.kind in ['a', 'b']"),
    ],
)
def test_conditions_as_expressions(when, expression):
    (block,) = parse({"block": "title", "when": when}).blocks
    assert condition(block.when) == expression


def test_scope_knows_rows_of_rows():
    phase = Scope(form=FORM).enter("phases", "phase")
    task = phase.enter("phase.tasks", "task")
    assert task.many("task.problem") and not task.many("task.kind")
    assert phase.enter("phase.name", "x") is None
    assert phase.find("task.problem") is None


def test_names_in_tags():
    text = "a{{ x.y }} b {% if not shown.given.z and q == 'word' %}c{% else %}d{% endif %} plain"
    assert list(names_in(text)) == ["x.y", "shown.given.z", "q"]


def test_the_one_filter_is_no_name():
    assert list(names_in("{{ kind|lower }} {{ other | upper }}")) == ["kind", "other", "upper"]


@pytest.mark.parametrize("audience", ["unit", "member"])
def test_the_proposed_layout_uses_every_printing_field(audience):
    form = parse_form({**FORM_MAPPING, "audience": audience}, name="n", file="form.yaml")
    proposal = propose_layout(form)
    layout = parse_layout(proposal, file="layout.yaml")
    check_layout(layout, form, file="layout.yaml")
    said = repr(proposal)
    for path, one in form.walk():
        name = path.rpartition(".")[2]
        printed = f".{name}" in said or f"'{name}'" in said or f"{{{{ {name} }}}}" in said
        # The title block prints the title without being told to.
        assert printed == one.print or name == "title", path


def test_the_docs_name_every_block_and_every_key():
    text = (Path(__file__).parents[2] / "docs/layouts.md").read_text("utf-8")
    known = {name for block in block_types() for name in written_keys(block)}
    parts = (Layout, FormRow, Cell, CellLine, Column, Loop)
    known |= {name for part in parts for name in written_keys(part)}
    blocks = {get_args(one.model_fields["block"].annotation)[0] for one in block_types()}
    assert not {name for name in (known | blocks) - {"block"} if f"`{name}" not in text}
    rows = re.findall(r"^\| `(\w+)` \|", text, flags=re.M)
    assert set(rows) == blocks | {"blocks", "english_mark", "page_numbers", "when", "lang"}
    documented = {row: keys for row, keys in re.findall(r"^\| `(\w+)` \| ([^|]*) \| ", text, re.M)}
    for one in block_types():
        name = get_args(one.model_fields["block"].annotation)[0]
        keys = set(re.findall(r"`(\w+)`", documented.get(name, "")))
        assert set(written_keys(one)) - {"block", "when", "lang"} <= keys, name


def block_types():
    return get_args(get_args(Block)[0])


def written_keys(part):
    return [one.alias or name for name, one in part.model_fields.items()]
