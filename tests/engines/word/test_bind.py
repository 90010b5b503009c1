"""Bind comments: attributes that Word cannot hold a tag in."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate

from service.engines.word.templates import WordTemplates, bind, text_of
from service.errors import DefinitionError
from tests.helpers_word import add_textbox, assert_same_as_docxtpl, loaded, saved


def paragraph_of(document: bytes, number: int = 0) -> Any:
    return docx.Document(io.BytesIO(document)).paragraphs[number]._p


def template(*runs: str, ppr: str = "") -> bytes:
    made = docx.Document()
    paragraph = made.add_paragraph()
    if ppr:
        paragraph._p.insert(0, parse_xml(f"<w:pPr {nsdecls('w')}>{ppr}</w:pPr>"))
    for text in runs:
        paragraph.add_run(text)
    return saved(made)


def test_indent_becomes_a_tag_and_its_override_goes() -> None:
    ind = '<w:spacing w:before="10"/><w:ind w:left="7" w:right="1" w:rightChars="100"/><w:jc w:val="right"/>'
    made = template("{# bind ind.right=layout.name_right #}张三", ppr=ind)
    bound = paragraph_of(bind(made)).pPr
    assert dict(bound.ind.attrib) == {qn("w:left"): "7", qn("w:right"): "{{ layout.name_right }}"}
    filled = assert_same_as_docxtpl(made, {"layout": {"name_right": 840}})
    assert paragraph_of(filled).pPr.ind.get(qn("w:right")) == "840"
    assert text_of(filled) == "张三"


def test_indent_is_made_in_its_place_where_there_is_none() -> None:
    ppr = '<w:keepNext/><w:spacing w:before="10"/><w:jc w:val="right"/><w:outlineLvl w:val="1"/>'
    bound = paragraph_of(bind(template("{# bind ind.left=a.b #}文", ppr=ppr))).pPr
    names = [child.tag for child in bound]
    assert names == [qn(f"w:{n}") for n in ("keepNext", "spacing", "ind", "jc", "outlineLvl")]
    assert paragraph_of(bind(template("{# bind ind.left=a #}文"))).pPr.ind is not None


@pytest.mark.parametrize(
    ("target", "attribute", "goes"),
    [
        ("ind.left", "left", ["leftChars", "start", "startChars"]),
        ("ind.right", "right", ["rightChars", "end", "endChars"]),
        ("ind.firstLine", "firstLine", ["firstLineChars", "hanging", "hangingChars"]),
        ("ind.hanging", "hanging", ["hangingChars", "firstLine", "firstLineChars"]),
    ],
)
def test_each_indent(target: str, attribute: str, goes: list[str]) -> None:
    old = "".join(f' w:{name}="5"' for name in goes)
    made = template("{# bind " + target + "=n #}文", ppr=f"<w:ind{old}/>")
    ind = paragraph_of(loaded(made).fill({"n": 640})).pPr.ind
    assert dict(ind.attrib) == {qn(f"w:{attribute}"): "640"}


def test_space_before() -> None:
    ppr = '<w:spacing w:beforeLines="50" w:before="1" w:after="3" w:beforeAutospacing="1"/>'
    made = template("{# bind spacing.before=n #}文", ppr=ppr)
    spacing = paragraph_of(loaded(made).fill({"n": 280})).pPr.find(qn("w:spacing"))
    assert dict(spacing.attrib) == {qn("w:before"): "280", qn("w:after"): "3"}


def test_every_run_of_the_paragraph_and_no_other() -> None:
    document = docx.Document()
    document.add_paragraph("别段")
    paragraph = document.add_paragraph("{# bind run.sz=l.size run.w=l.width #}")
    paragraph.add_run("某某").bold = True
    run = paragraph.add_run("文件")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:kern {nsdecls("w")} w:val="0"/>'))
    run._r.rPr.append(parse_xml(f'<w:sz {nsdecls("w")} w:val="44"/>'))
    run._r.rPr.append(parse_xml(f'<w:u {nsdecls("w")} w:val="none"/>'))
    add_textbox(paragraph, "框内")
    made = assert_same_as_docxtpl(saved(document), {"l": {"size": 62, "width": 80}})
    last = paragraph_of(made, 1).findall(qn("w:r"))
    for element in last:
        values = {child.tag: child.get(qn("w:val")) for child in element.rPr}
        assert [values[qn(f"w:{n}")] for n in ("sz", "szCs", "w")] == ["62", "62", "80"]
    order = [child.tag for child in last[2].rPr]
    assert order == [qn(f"w:{n}") for n in ("w", "kern", "sz", "szCs", "u")]
    inner = paragraph_of(made, 1).xpath(".//w:txbxContent//w:r")
    assert [r.rPr for r in inner] == [None]
    assert paragraph_of(made, 0).xpath(".//w:sz") == []


def test_a_comment_in_pieces_and_text_around_it() -> None:
    made = template("前 {", "# bind ind.right=", "n #", "} 后", "{{ x }}")
    bound = bind(made)
    assert "".join(t.text or "" for t in paragraph_of(bound).xpath(".//w:t")) == "前  后{{ x }}"
    assert text_of(loaded(made).fill({"n": 1, "x": "值"})) == "前  后值"


def test_several_comments_headers_cells_and_loops() -> None:
    document = docx.Document()
    header = document.sections[0].header.paragraphs[0]
    header.text = "{# bind ind.right=n #}{# bind ind.left=n #}眉"
    document.add_paragraph("{%p for s in rows %}")
    document.add_paragraph("{# bind ind.right=s.right #}{{ s.name }}")
    document.add_paragraph("{%p endfor %}")
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{# bind ind.left=n #}格"
    rows = [{"right": 10, "name": "甲"}, {"right": 20, "name": "乙"}]
    template_bytes = saved(document)
    made = assert_same_as_docxtpl(template_bytes, {"n": 5, "rows": rows})
    filled = docx.Document(io.BytesIO(made))
    assert [p._p.pPr.ind.get(qn("w:right")) for p in filled.paragraphs[:2]] == ["10", "20"]
    assert filled.sections[0].header.paragraphs[0]._p.pPr.ind.get(qn("w:left")) == "5"
    assert loaded(template_bytes).tags == {"n", "rows", "rows.name", "rows.right"}


def test_stock_docxtpl_takes_the_unbound_file_as_it_is() -> None:
    stock = DocxTemplate(io.BytesIO(template("{# bind ind.right=a.b #}文{{ x }}")))
    stock.render({"x": "值"}, autoescape=True)
    made = io.BytesIO()
    stock.save(made)
    assert text_of(made.getvalue()) == "文值"


def test_other_comments_stay_comments() -> None:
    made = template("{# binding ind.right=x #}{# 说明 #}文")
    assert text_of(loaded(made).fill({})) == "文"
    assert loaded(made).tags == frozenset()


@pytest.mark.parametrize(
    "binding",
    [
        "ind.right",
        "ind.right=",
        "ind.top=a",
        "run.color=a",
        "ind.right=a.b()",
        "ind.right=a|safe",
        "ind.right={{a}}",
        "ind.right=a[0]",
        "ind.right=_a",
        "ind.right=a._b",
        "ind.right=a.",
        "ind.right=1",
        "ind.right = a",
        'ind.right=a"',
        "run.sz=a,run.w=b",
        "",
    ],
)
def test_anything_else_is_refused(binding: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        bind(template("{# bind " + binding + " #}文"), file="t.docx")
    assert {(p.code, p.file) for p in caught.value.problems} == {("bad_binding", "t.docx")}


def test_all_wrong_bindings_of_a_template_are_told_at_load() -> None:
    made = template("{# bind ind.top=a run.sz=b ind.x=c #}文")
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(made, file="t.docx")
    told = [p.text.zh for p in caught.value.problems]
    assert ["“ind.top=a”" in told[0], "“ind.x=c”" in told[1], len(told)] == [True, True, 2]
