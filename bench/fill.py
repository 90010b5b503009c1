"""Filling a one-page form: ours (with read-back) beside stock docxtpl, interleaved, CPU time.

Run by hand: `.venv/bin/python bench/fill.py [rounds]`. Medians over the rounds; a new DocxTemplate
for each document, as docxtpl is used. The machine's swings hit both alike.
"""

from __future__ import annotations

import io
import platform
import statistics
import sys
import time
from pathlib import Path

import docx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from service.engines.word import WordTemplates, bind
from tests.helpers_word import assert_same_as_docxtpl, saved, stock_fill

OURS, STOCK = 60, 4


def form() -> bytes:
    """One A4 page: 12 fields, a table loop of 5 rows, 4 paragraphs, page-number footer."""
    document = docx.Document()
    document.core_properties.title = "{{ title }}"
    document.sections[0].footer.paragraphs[0].text = "— 第 页 —"
    document.add_heading("{{ title }}", 1)
    fields = document.add_table(rows=6, cols=4)
    for number, cell in enumerate(c for row in fields.rows for c in row.cells):
        cell.text = f"{{{{ f{number // 2} }}}}" if number % 2 else f"栏目{number // 2}"
    grid = document.add_table(rows=4, cols=4)
    for row, texts in enumerate(
        [
            ["序号", "问题", "措施", "期限"],
            ["{%tr for r in rows %}", "", "", ""],
            ["{{ loop.index }}", "{{ r.problem }}", "{{ r.measure }}", "{{ r.due }}"],
            ["{%tr endfor %}", "", "", ""],
        ]
    ):
        for cell, text in zip(grid.rows[row].cells, texts, strict=True):
            cell.text = text
    for number in range(4):
        document.add_paragraph(f"{{{{ p{number} }}}}")
    return saved(document)


def answers() -> dict[str, object]:
    """Chinese text of usual length."""
    text = "联系服务群众不够主动，深入基层调查研究不多，对观众意见收集反馈不及时。" * 4
    rows = [{"problem": text[:60], "measure": text[:50], "due": "2014年9月"} for _ in range(5)]
    fields = {f"f{n}": f"市博物馆{n}" for n in range(12)}
    return {"title": "对照检查表", "rows": rows, **fields, **{f"p{n}": text for n in range(4)}}


def cpu_ms(work: object, times: int) -> float:
    """CPU milliseconds for one call."""
    start = time.process_time()
    for _ in range(times):
        work()  # type: ignore[operator]
    return (time.process_time() - start) / times * 1000


def main() -> None:
    """Prints one table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    template, context = form(), answers()
    ours = WordTemplates(None).load(template, file="bench.docx")
    size = len(assert_same_as_docxtpl(template, context))
    bound = bind(template)
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(cpu_ms(lambda: ours.fill(context), OURS))
        theirs.append(cpu_ms(lambda: stock_fill(bound, context), STOCK))
    a, b = statistics.median(mine), statistics.median(theirs)
    out = io.StringIO()
    out.write(f"{platform.machine()}, Python {platform.python_version()}, {rounds} rounds\n")
    out.write(f"ours, read back  {a:8.2f} ms/doc  {1000 / a:7.0f} docs/CPU-s  {size} bytes\n")
    out.write(f"stock docxtpl    {b:8.2f} ms/doc  {1000 / b:7.0f} docs/CPU-s\n")
    out.write(f"ratio            {b / a:8.1f}\n")
    sys.stdout.write(out.getvalue())


if __name__ == "__main__":
    main()
