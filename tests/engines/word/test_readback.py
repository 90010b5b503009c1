"""Read-back: a part that lost a value is never delivered; and what text_of sees."""

from __future__ import annotations

from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.engines.word import compile as word_compile
from service.engines.word.templates import text_of
from service.errors import EngineError
from tests.helpers_word import (
    add_footnote,
    add_textbox,
    chinese_form,
    form_answers,
    loaded,
    one_paragraph,
    saved,
)


def spoil(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """As if a later step of rendering damaged the part."""
    render = word_compile.CompiledPart.render

    def spoiled(self: Any, context: Any) -> str:
        return render(self, context).replace(old, new)

    monkeypatch.setattr(word_compile.CompiledPart, "render", spoiled)


@pytest.mark.parametrize(
    ("lost", "name"),
    [("张𠮷", "person.name"), ("讲解员", "person.duty"), ("第一行3", "findings.3.text")],
)
def test_a_lost_value_is_named_and_not_told(
    monkeypatch: pytest.MonkeyPatch, lost: str, name: str
) -> None:
    template = loaded(chinese_form())
    spoil(monkeypatch, lost, lost[:-1])
    with pytest.raises(EngineError) as caught:
        template.fill(form_answers())
    (found,) = caught.value.problems
    assert (found.code, found.path) == ("readback_failed", name)
    assert lost not in str(caught.value)


def test_a_torn_part_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    template = loaded(chinese_form())
    spoil(monkeypatch, "</w:tbl>", "")
    with pytest.raises(EngineError) as caught:
        template.fill(form_answers())
    assert [p.code for p in caught.value.problems] == ["document_damaged"]


def test_values_that_a_macro_prints_are_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "{% macro m(a) %}〔{{ a }}〕{% endmacro %}{{ m(x) }}{% set y %}{{ x }}{% endset %}{{ y }}"
    )
    template = loaded(one_paragraph(text))
    assert text_of(template.fill({"x": "甲&乙"})) == "〔甲&乙〕甲&乙"
    spoil(monkeypatch, "甲", "")
    with pytest.raises(EngineError):
        template.fill({"x": "甲&乙"})


def test_text_of_sees_everything_in_order() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.add_paragraph("一\t二").add_run().add_break()
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "格"
    boxed = document.add_paragraph("框外")
    add_textbox(boxed, "框内")
    boxed.add_run("框后")
    field = (
        '<w:fldSimple {} w:instr="PAGE"><w:r><w:t>9</w:t></w:r></w:fldSimple>',
        "<w:r {}><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:cr/><w:instrText>X</w:instrText></w:r>",
    )
    last = document.add_paragraph()
    for xml in field:
        last._p.append(parse_xml(xml.format(nsdecls("w"))))
    add_footnote(document, "脚注")
    lines = ["页眉", "一\t二\n", "", "格", "框外框后", "框内", "9甲\u2011乙\n", "脚注", "页脚"]
    assert text_of(saved(document)) == "\n".join(lines)


def test_text_of_reads_a_text_box_once() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    inner = "<w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"
    box = f"<w:r {nsdecls('w')} {mc}><mc:AlternateContent><mc:Choice Requires='wps'>{inner}"
    box += f"</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r>"
    document = docx.Document()
    document.add_paragraph("外")._p.append(parse_xml(box))
    assert text_of(saved(document)) == "外\n框"
