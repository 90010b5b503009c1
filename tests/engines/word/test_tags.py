"""Every dotted name that a template may look up."""

from __future__ import annotations

import docx
import pytest

from service.engines.word.environment import ENVIRONMENT
from service.engines.word.tags import tags_of
from service.engines.word.templates import WordTemplates
from tests.helpers_word import add_footnote, add_textbox, chinese_form, loaded, saved


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("{{ a }}", "a"),
        ("{{ shown.issue_date }}", "shown.issue_date"),
        ("{% for t in tasks %}{{ t.problem }}{% endfor %}", "tasks tasks.problem"),
        ("{% for t in a.b %}{% for u in t.c %}{{ u.d }}{% endfor %}{% endfor %}", "a.b a.b.c a.b.c.d"),
        ("{% for t in x %}{{ loop.index }}{{ t }}{% else %}{{ t }}{% endfor %}", "x t"),
        ("{% for t in x %}{{ t.a }}{% endfor %}{{ t.b }}", "x x.a t.b"),
        ("{% for t in x if t.ok %}{{ t.a }}{% endfor %}", "x x.ok x.a"),
        ("{% for k, v in x.items() %}{{ k }}{{ v.a }}{% endfor %}", "x x.a"),
        ("{{ a['b'] }}{{ a['c'].d }}{{ a[0].e }}{{ a[n].f }}", "a a.b a.c.d a.e a.f n"),
        ("{% set y = a.b %}{{ y.c }}", "a.b a.b.c"),
        ("{% set y %}{{ a.b }}{% endset %}{{ y }}", "a.b"),
        ("{% with y = a.b %}{{ y.c }}{% endwith %}{{ y }}", "a.b a.b.c y"),
        ("{% macro m(p, q=d) %}{{ p.x }}{{ g }}{% endmacro %}{{ m(a.b) }}", "a.b d g"),
        ("{% if a.b and not c or d == e.f %}{{ g }}{% elif h %}{{ i }}{% else %}{{ j }}{% endif %}",
         "a.b c d e.f g h i j"),
        ("{{ a if b else c.d }}", "a b c.d"),
        ("{% set y = a or b %}{{ y.c }}", "a b a.c b.c"),
        ("{{ rows|map(attribute='name')|join('、') }}", "rows rows.name"),
        ("{{ (rows|first).name }}{{ (rows|sort(attribute='n'))[0].m }}", "rows rows.name rows.n rows.m"),
        ("{% for r in rows|selectattr('kind', 'equalto', k) %}{{ r.t }}{% endfor %}",
         "rows rows.kind k rows.t"),
        ("{% for g in rows|groupby('kind') %}{{ g.list }}{% endfor %}", "rows rows.kind rows.list"),
        ("{{ rows|length }}{{ rows|sum(attribute='n') }}{{ a ~ b }}", "rows rows.n a b"),
        ("{{ a is defined }}{{ b in c }}{{ {'k': d} }}{{ [e] }}", "a b c d e"),
        ("{{ a|default(b.c) }}{% filter upper %}{{ d }}{% endfilter %}", "a b.c d"),
        ("{{ 'text' }}{{ 1 + 2 }}", ""),
    ],
)  # fmt: skip
def test_names(source: str, tags: str) -> None:
    assert tags_of(ENVIRONMENT.parse(source)) == frozenset(tags.split())


def test_all_parts_are_looked_at() -> None:
    document = docx.Document()
    document.core_properties.title = "{{ in_title }}"
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{ in_header }}"
    section.footer.paragraphs[0].text = "{{ in_footer }}"
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "{{ in_first }}"
    document.add_paragraph("{# bind ind.right=in_binding #}{{ in_body }}")
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ in_cell }}"
    add_textbox(document.add_paragraph(), "{{ in_box }}")
    add_footnote(document, "{{ in_note }}")
    places = ["title", "header", "footer", "first", "binding", "body", "cell", "box", "note"]
    template = saved(document)
    tags = WordTemplates(None).tags(template, file="t.docx")
    assert tags == {f"in_{place}" for place in places}


def test_form() -> None:
    tags = loaded(chinese_form()).tags
    assert {"findings", "findings.category", "measures.title", "layout.name_right"} <= tags
    assert not any(tag.startswith(("f.", "m.", "loop")) for tag in tags)
