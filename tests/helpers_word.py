"""Word documents under test: realistic templates, stock docxtpl beside ours, text comparison."""

from __future__ import annotations

import functools
import hashlib
import html
import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import Any

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from service.engines.word.package import read_package
from service.engines.word.parts import prepared
from service.engines.word.proof import Proof
from service.engines.word.templates import WordTemplate, bind, text_of
from service.engines.word.trial import try_out
from service.errors import DefinitionError

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_BOTH = etree.XMLParser(remove_blank_text=True)

NASTY = [
    "A & B",
    "a < b > c",
    "\"双引号\" '单引号' “”‘’",
    "]]>",
    "</w:t></w:r></w:p><w:p>",
    "&amp; &lt; &#10; &#x4E2D;",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{# not a comment #}",
    "}} %} #}",
    "{_{ }_} {_% %_}",
    "𠮷野家 﨑 䶮 堃喆玥翀",
    "e\u0301 n\u0303 가",
    "　　首行缩进",
    "多  个   空格  ",
    " 前后空格 ",
    "第一行\n第二行\n\n第四行",
    "列一\t列二\t",
    "\t缩进\n\t再缩进",
    "零\u200b宽\u2028行\u0085",
    "\u202e从右到左",
    "0",
]
"""Values that XML, Word or Jinja might change; each has to come out exactly."""


@functools.cache
def loaded(template: bytes, *, file: str = "test.docx") -> WordTemplate:
    """A template loaded as `WordTemplates` does, its proof made in process.

    The child process costs half a second each time; test_word_prove.py goes through it.
    """
    problems, tags = try_out(template, file=file)
    if problems:
        raise DefinitionError(problems)
    return WordTemplate(
        prepared(read_package(template, file=file), file=file),
        version=hashlib.sha256(template).hexdigest(),
        file=file,
        proof=Proof(tags=tags),
    )


def members_of(document: bytes) -> dict[str, bytes]:
    """A Word file taken apart by the standard library, not by what is under test."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def stock_fill(bound: bytes, context: Mapping[str, Any]) -> bytes:
    """What docxtpl itself makes of a bound template, in a sandbox with autoescape."""
    stock = DocxTemplate(io.BytesIO(bound))
    stock.render(
        dict(context),
        jinja_env=ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined),
    )
    made = io.BytesIO()
    stock.save(made)
    return made.getvalue()


def assert_same_as_docxtpl(template_bytes: bytes, context: Mapping[str, Any]) -> bytes:
    """Ours equals stock docxtpl's, canonical XML part by part; returns ours.

    Filled parts are compared as they are. The others pass through python-docx in docxtpl, which
    drops blank text between elements, so both are read without it. Stock escapes `&` twice in
    properties and rewrites `{_{` in values; ours keeps both exactly, so for such values this
    comparison is not to be made.
    """
    ours = loaded(template_bytes).fill(context)
    mine, theirs = members_of(ours), members_of(stock_fill(bind(template_bytes), context))
    filled = {"word/document.xml", "word/footnotes.xml"}
    compared = 0
    for name in sorted(mine):
        if name == "[Content_Types].xml":
            continue
        assert name in theirs, f"stock docxtpl has no {name}"
        if name.endswith(".rels"):
            assert _relations(mine[name], name) == _relations(theirs[name], name), name
        elif name == "docProps/core.xml":
            assert _once_escaped(mine[name], 0) == _once_escaped(theirs[name], 1), name
        elif name.endswith(".xml"):
            exact = name in filled or name.startswith(("word/header", "word/footer"))
            assert _canonical(mine[name], exact) == _canonical(theirs[name], exact), name
        else:
            assert mine[name] == theirs[name], name
        compared += 1
    assert compared > 3
    docx.Document(io.BytesIO(ours))
    return ours


def _canonical(xml: bytes, exact: bool) -> bytes:
    return etree.tostring(etree.fromstring(xml, None if exact else _BOTH), method="c14n")


def _relations(xml: bytes, name: str) -> set[tuple[str, ...]]:
    folder = posixpath.dirname(posixpath.dirname("/" + name))
    return {
        (
            str(r.get("Id")),
            str(r.get("Type")),
            str(r.get("Target"))
            if r.get("TargetMode") == "External"
            else posixpath.normpath(posixpath.join(folder, str(r.get("Target")))),
        )
        for r in etree.fromstring(xml).iter(_RELS)
    }


def _once_escaped(xml: bytes, times: int) -> list[tuple[str, str]]:
    root = etree.fromstring(xml, _BOTH)
    pairs = [(str(e.tag), e.text or "") for e in root]
    return [(tag, html.unescape(text) if times else text) for tag, text in pairs]


def assert_docx_text(document: bytes, *wanted: str) -> None:
    """Every text is in the document, exactly."""
    text = text_of(document)
    for item in wanted:
        assert item in text, item


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def one_paragraph(text: str) -> bytes:
    """A template with one paragraph."""
    document = docx.Document()
    document.add_paragraph(text)
    return saved(document)


def with_members(template: bytes, changed: Mapping[str, bytes | None]) -> bytes:
    """The same package with members replaced, added or (None) left out."""
    members = {**members_of(template), **changed}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)
    return made.getvalue()


TEXTBOX = """<w:r {ns}><w:rPr><w:noProof/></w:rPr><w:drawing><wp:inline><wp:extent cx="900000"
 cy="300000"/><wp:docPr id="1" name="box"/><a:graphic><a:graphicData
 uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr
 txBox="1"/><wps:spPr/><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p>
</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>
</w:drawing></w:r>"""
_WPS = ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'


def add_textbox(paragraph: Any, text: str) -> None:
    """A DrawingML text box in a run of its own."""
    ns = nsdecls("w", "wp", "a") + _WPS
    paragraph._p.append(parse_xml(TEXTBOX.format(ns=ns, text=text)))


def add_footnote(document: Any, text: str) -> None:
    """A footnotes part with one note, referred to by the last paragraph."""
    ns = nsdecls("w")
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:footnotes {ns}><w:footnote w:id="2"><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    name = PackURI("/word/footnotes.xml")
    part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    run = document.paragraphs[-1].add_run()
    run._r.append(parse_xml(f'<w:footnoteReference {ns} w:id="2"/>'))


def chinese_form(rows_tag: str = "for f in findings") -> bytes:
    """A form like ours: header, table of rows, repeated paragraphs, text box, note, properties."""
    document = docx.Document()
    document.core_properties.title = "{{ shown.title }}"
    document.core_properties.author = "python-docx"
    document.core_properties.subject = "{% if person.unit %}{{ person.unit }}{% endif %}"
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{ person.unit }}　对照检查表"
    section.footer.paragraphs[0].text = "— {{ shown.date }} —"
    document.add_heading("{{ shown.title }}", 1)
    table = document.add_table(rows=2, cols=4)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells),
        [
            *(
                "姓名",
                "{{ person.name }}",
                "职务",
                "{{ person.duty }}",
                "部门",
                "{{ person.unit }}",
            ),
            *("是否党员", "{% if person.member %}是{% else %}否{% endif %}"),
        ],
        strict=True,
    ):
        cell.text = text
    grid = document.add_table(rows=4, cols=3)
    cells = ["序号", "类别", "具体表现", "{%tr " + rows_tag + " %}", "", ""]
    cells += ["{{ loop.index }}", "{{ f.category }}", "{{ f.text }}", "{%tr endfor %}", "", ""]
    for cell, text in zip((c for row in grid.rows for c in row.cells), cells, strict=True):
        cell.text = text
    document.add_paragraph("{%p for m in measures %}")
    bold = document.add_paragraph("（{{ loop.index }}）", style="List Number")
    bold.add_run("{{ m.title }}。").bold = True
    bold.add_run("{{ m.text }}")
    document.add_paragraph("{%p endfor %}")
    split = document.add_paragraph("整改期限：")
    split.add_run("{")
    split.add_run("{ shown.").bold = True
    split.add_run("date }}")
    split.add_run("，{% if remark %}备注：{{ remark }}{% endif %}")
    sign = document.add_paragraph("{# bind ind.right=layout.name_right #}{{ person.name }}")
    sign.add_run("（签名）")
    mark = document.add_paragraph("{# bind run.sz=layout.mark_size run.w=layout.mark_width #}")
    mark.add_run("{{ person.unit }}文件").bold = True
    box = document.add_paragraph("方框：")
    add_textbox(box, "{{ person.name }}")
    document.add_paragraph("附注见下")
    add_footnote(document, "注：{{ shown.title }}")
    return saved(document)


def form_answers() -> dict[str, Any]:
    """Answers for `chinese_form`, harmless ones."""
    return {
        "shown": {"title": "党员对照检查表", "date": "2014年9月30日"},
        "person": {"name": "张𠮷", "duty": "讲解员", "unit": "市博物馆", "member": True},
        "findings": [
            {"category": f"类别{row}", "text": f"第一行{row}\n　　第二行，联系群众不够"}
            for row in range(5)
        ],
        "measures": [
            {"title": f"措施{row}", "text": "每月走访一次，\n记录在案"} for row in range(3)
        ],
        "remark": "“无”",
        "layout": {"name_right": 840, "mark_size": 62, "mark_width": 80},
    }
