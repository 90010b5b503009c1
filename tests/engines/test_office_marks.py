"""Chinese marks behind Latin characters: own runs in the converter's copy, no text changed."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from service.engines.office_marks import with_chinese_marks
from service.engines.word import text_of
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
