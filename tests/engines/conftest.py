"""What several tests of the engines look at: papers made by LibreOffice, once a session."""

from __future__ import annotations

import io

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from service.engines.office.converter import connect_or_start
from service.settings import Settings


@pytest.fixture(scope="session")
def real_part(tmp_path_factory):
    """Two pages of Chinese by LibreOffice, PDF/A-2b, with a link from the first to the second."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    document.add_heading("一、总体要求", 1)
    paragraph = document.add_paragraph("根据统一部署，结合实际，制定本方案。详见")
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), "second")
    # LibreOffice 7.4 makes a link in the PDF only of runs in a character style.
    document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.append(paragraph.add_run("第二部分", style="Hyperlink")._r)
    paragraph._p.append(link)
    document.add_page_break()
    heading = document.add_heading("二、方法步骤", 1)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), "7")
    start.set(qn("w:name"), "second")
    heading._p.insert(1, start)
    heading._p.append(end)
    out = io.BytesIO()
    document.save(out)
    converter = connect_or_start(Settings(data=tmp_path_factory.mktemp("data"), converters=1))
    try:
        return converter.convert(out.getvalue(), name="方案.docx").pdf
    finally:
        converter.close()
