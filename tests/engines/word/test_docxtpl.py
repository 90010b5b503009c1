"""Filling makes what stock docxtpl makes, canonical XML part by part."""

from __future__ import annotations

import functools

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.errors import DefinitionError
from tests.helpers_word import (
    NASTY,
    add_textbox,
    assert_docx_text,
    assert_same_as_docxtpl,
    chinese_form,
    form_answers,
    loaded,
    saved,
)


@pytest.mark.parametrize("value", [v for v in NASTY if "{_" not in v])
def test_nasty_values_are_docxtpls_too(value: str) -> None:
    # Text boxes and footnotes apart: there stock takes the outer run's properties for a tab and
    # fills a note again as a template; `{_{` it rewrites in values. Ours is right in these.
    assert_same_as_docxtpl(plain_places(), {"v": value})


@functools.cache
def plain_places() -> bytes:
    document = docx.Document()
    document.add_heading("标题{{ v }}", 1)
    document.add_paragraph("文[").add_run("{{ v }}]").bold = True
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{ v }}"
    document.sections[0].header.paragraphs[0].text = "{{ v }}"
    return saved(document)


def test_form_is_docxtpls() -> None:
    assert_same_as_docxtpl(chinese_form(), form_answers())


def test_form_with_nothing_in_it_is_docxtpls() -> None:
    empty = form_answers() | {"findings": [], "measures": [], "remark": ""}
    assert_same_as_docxtpl(chinese_form(), empty)


@functools.cache
def table_template(name: str) -> bytes:
    rows = TABLES[name]
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


TABLES = {
    "columns repeated": [["项目", "{%tc for c in cols %}", "{{ c }}", "{%tc endfor %}"]],
    "every row conditional": [
        ["{%tr if few %}", ""],
        ["{{ few }}", "乙"],
        ["{%tr endif %}", ""],
    ],
    "cells merged down": [
        ["{%tr for c in cols %}", ""],
        ["{% vm %}同", "{{ c }}"],
        ["{%tr endfor %}", ""],
    ],
    "cells merged across": [["{%tc for c in cols %}", "{% hm %}同", "{%tc endfor %}"]],
    "span from a value": [["{% colspan two %}{{ few }}", "乙"], ["丙", "丁"]],
    "colour from a value": [["{% cellbg colour %}{{ few }}", "乙"]],
    "table comment": [["{#tr 备注行，不印 #}", ""], ["{{ few }}", "乙"]],
    "nested loops": [
        ["{%tr for c in cols %}", ""],
        [
            "{{ loop.index }}{% if not loop.last %}；{% endif %}",
            "{% for k in c %}{{ k }}{% endfor %}",
        ],
        ["{%tr endfor %}", ""],
    ],
}


@pytest.mark.parametrize("few", ["甲", ""])
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_docxtpls(name: str, few: str) -> None:
    context = {"cols": ["一月", "二月", "三月"], "few": few, "two": 2, "colour": "FFCC00"}
    assert_same_as_docxtpl(table_template(name), context)


PARAGRAPHS = [
    ["{%p if yes %}", "甲{{ x }}", "{%p else %}", "乙", "{%p endif %}", "丙"],
    ["左 {%- if yes %} 中 {%- endif %} 右"],
    ["{{ x }} 接", "{%- if yes %}上一段{% endif %}"],
    ["写出大括号 {_{ x }_} 与 {_% if %_}"],
    ["{%r if yes %}", "{{ x }}", "{%r endif %}"],
    ["{% set y = x ~ '甲' %}{{ y }}{{ y|length }}{{ rows|join('、') }}{{ rows|first }}"],
    ["{% macro m(a) %}〔{{ a }}〕{% endmacro %}{{ m(x) }}{{ m(rows[1]) }}"],
    ["{% set block %}块 {{ x }}{% endset %}{{ block }}{{ block }}"],
    ["{{ x|upper }}{{ 'a' if yes else 'b' }}{{ n + 1 }}{{ n * 2 }}{{ x|replace('值','代') }}"],
    [
        *("{%p for r in rows %}", "{{ loop.index }}/{{ loop.length }}{{ loop.cycle('单', '双') }}"),
        *(
            "{%p if loop.index is even %}",
            "{{ loop.index % 2 }}——",
            "{%p endif %}",
            "{%p endfor %}",
        ),
    ],
    ["{# 说明，不印 #}{{ x }}{% raw %}{{ 原样 }}{% endraw %}"],
    ["“{{ x }}”{% if x == ‘值&’ %}引号{% endif %}{% if n < 4 and n > 2 %}比较{% endif %}"],
    ["{% for k, v in map.items() %}{{ k }}={{ v }}；{% endfor %}{{ map['键'] }}"],
]


@pytest.mark.parametrize("texts", PARAGRAPHS, ids=lambda texts: texts[0][:20])
def test_paragraph_syntax_is_docxtpls(texts: list[str]) -> None:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.add_paragraph("末段")
    context = {"x": "值&", "yes": True, "rows": ["子", "丑", "寅"], "n": 3, "map": {"键": "值"}}
    if "{% raw %}" in texts[0]:  # what is left raw would be a tag on the page; ours refuses it
        with pytest.raises(DefinitionError, match="not written as it must be"):
            loaded(saved(document))
    else:
        assert_same_as_docxtpl(saved(document), context)


def test_what_the_template_itself_holds_is_docxtpls() -> None:
    # Newlines and tabs typed into the template's XML, drawings that share an id, no tag at all.
    document = docx.Document()
    text = "静态\n换行\t制表{{ v }}"
    run = f"<w:p {nsdecls('w')}><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>"
    document.element.body.insert(0, parse_xml(run))
    document.add_paragraph("{%p for x in v %}")
    for _ in range(2):
        add_textbox(document.add_paragraph("{{ x }}"), "盒{{ x }}")
    document.add_paragraph("{%p endfor %}")
    document.sections[0].header.paragraphs[0].text = "固定页眉"
    made = assert_same_as_docxtpl(saved(document), {"v": "三个字"})
    assert_docx_text(made, "静态\n换行\t制表三个字", "固定页眉")
