"""Chinese marks behind Latin characters: own runs in the converter's copy, no text changed."""

import io

import docx
import pytest
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from service.engines.office.marks import with_chinese_marks
from service.engines.word.templates import text_of
from tests.helpers_word import saved

TEXTS = [
    "把“1972”错印成“1927”，见第3页—第5页…",
    "展板“A区”已更换",
    "a “quoted” word in an English paragraph",
    "没有拉丁字符的“引号”",
]


@pytest.fixture
def document():
    made = docx.Document()
    style = made.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    for text in TEXTS:
        made.add_paragraph(text)
    several = made.add_paragraph().add_run("第一行1")
    several.add_break()
    several.add_text("”第二行2")
    several.add_tab()
    several.add_text("”完")
    return saved(made)


def runs(document):
    return [
        (run.text, run._r.rPr.rFonts.get(qn("w:ascii")))
        for paragraph in docx.Document(io.BytesIO(document)).paragraphs
        for run in paragraph.runs
        if run._r.rPr is not None and run._r.rPr.rFonts is not None
    ]


def test_marks_behind_latin_get_the_chinese_font(document):
    made = with_chinese_marks(document)
    assert runs(made) == [("”", "仿宋_GB2312")] * 4
    assert text_of(made) == text_of(document)


def test_what_needs_nothing_stays_byte_for_byte():
    plain = saved(docx.Document())
    assert with_chinese_marks(plain) is plain


@pytest.mark.parametrize("broken", [b"", b"<html>no zip</html>", b"PK\x03\x04 cut short"])
def test_what_cannot_be_read_is_left_to_the_converter(broken):
    assert with_chinese_marks(broken) is broken


def test_marks_beside_a_text_box_and_across_runs():
    made = docx.Document()
    style = made.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    boxed = made.add_paragraph("框外甲乙丙A”")
    box = parse_xml(
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>框内甲乙丙B”</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>"
    )
    boxed._p.append(box)
    boxed.add_run("后面C”")
    made.add_paragraph("一段终于1972")
    made.add_paragraph("”不相干的下一段")
    across = made.add_paragraph("跨两个文字块 A & B <")
    across.add_run("”").bold = True
    changed = with_chinese_marks(saved(made))
    assert text_of(changed) == text_of(saved(made))
    xml = docx.Document(io.BytesIO(changed)).element.xml
    assert xml.count('w:ascii="宋体"') == 4
