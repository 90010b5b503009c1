"""Samples: the summary of opinions as the branch handed it in: a Word table, printed to PDF.

Run `python samples/make_opinions.py` on a machine with LibreOffice and fonts-noto-cjk. The PDF's
bytes differ from run to run (LibreOffice writes the time), its pages do not.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

HERE = Path(__file__).parent
# PDF/A-2b, so that the sample bundle keeps its claim.
PDF_A = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
COLUMNS = (
    ("序号", 12),
    ("类别", 20),
    ("意见建议内容", 76),
    ("涉及对象", 24),
    ("来源", 22),
    ("条数", 12),
)
CENTRED = {0, 1, 3, 4, 5}


def write(
    paragraph: Paragraph, text: str, size: float, *, font: str = SERIF, bold: bool = False
) -> None:
    """Adds text in a Chinese font."""
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), font, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.space_after = Pt(0)


def fill(cell: _Cell, text: str, *, centred: bool, head: bool = False) -> None:
    """One cell of the table."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER if centred else ALIGN.LEFT
    paragraph.paragraph_format.line_spacing = Pt(16)
    write(paragraph, text, 11, font=SANS if head else SERIF)


def flag(parent: Any, name: str) -> None:
    """A row property without a value."""
    parent.get_or_add_trPr().append(OxmlElement(name))


def add_table(paper: Paper, opinions: list[dict[str, Any]]) -> None:
    """The opinions, one a row, and their sum."""
    table = paper.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, (head, _) in enumerate(COLUMNS):
        fill(table.rows[0].cells[place], head, centred=True, head=True)
    flag(table.rows[0]._tr, "w:tblHeader")
    for number, one in enumerate(opinions, 1):
        cells = table.add_row().cells
        words = (number, one["category"], one["text"], one["about"], one["source"], one["count"])
        for place, word in enumerate(words):
            fill(cells[place], str(word), centred=place in CENTRED)
    last = table.add_row().cells
    fill(last[0].merge(last[4]), "合　计", centred=True, head=True)
    fill(last[5], str(sum(one["count"] for one in opinions)), centred=True)
    for place, (_, width) in enumerate(COLUMNS):
        table.columns[place].width = Mm(width)
    for row in table.rows[:-1]:
        flag(row._tr, "w:cantSplit")
        row.height = Mm(8.5)
        for place, (_, width) in enumerate(COLUMNS):
            row.cells[place].width = Mm(width)


def make_paper(opinions: list[dict[str, Any]]) -> Paper:
    """Title, table and the line of those who made it, on A4."""
    paper = Document()
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = (
        Mm(22), Mm(22), Mm(22), Mm(20))  # fmt: skip
    for line in ("南昌八一起义纪念馆", "党的群众路线教育实践活动征求意见汇总表"):
        title = paper.add_paragraph()
        title.alignment = ALIGN.CENTER
        write(title, line, 18, bold=True)
    under = paper.add_paragraph()
    under.paragraph_format.space_before = Pt(8)
    write(under, "填报单位：党群工作部　　　　　　　　　　　　　　　填报日期：2014年5月16日", 11)
    add_table(paper, opinions)
    foot = paper.add_paragraph()
    foot.paragraph_format.space_before = Pt(8)
    write(foot, "说明：共征求到意见46条，归并为18条；“条数”为归并前的原始条数。", 10.5)
    sign = paper.add_paragraph()
    sign.paragraph_format.space_before = Pt(6)
    write(sign, "填表人：查若谷　　　　　　　　　　　　　审核人：梅劲松", 11)
    paper.core_properties.title = "征求意见汇总表"
    paper.core_properties.author = "党群工作部"
    return paper


def main() -> None:
    """Writes uploads/opinions.pdf."""
    report = yaml.safe_load((HERE / "zh" / "meeting_report.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        word = Path(folder) / "opinions.docx"
        make_paper(report["opinions"]).save(str(word))
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                   "--convert-to", PDF_A, "--outdir", str(HERE / "uploads"), str(word)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
