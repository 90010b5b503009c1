"""A ledger that LibreOffice has opened and saved: nothing differs, and it prints on A4 across."""

import io
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from service.bootstrap import assemble
from service.core.answers import read
from service.core.ledger import entry_of
from service.core.ledger_back import came_back
from service.core.ledger_sheet import LedgerSheet, sheet_columns, sheet_row
from service.desk.kinds import sample_answers
from service.desk.ledger.plans import ledger_form
from service.settings import Settings

DAY = date(2014, 7, 10)
ODD = ["=1+1", "+8613800000000", "@SUM(A1)", "00123", "1-2", "2014-07-10", "TRUE", "1e5", "'撇号"]


def office_reads_sheets():
    """Whether this machine's LibreOffice has Calc, which the service itself does not need."""
    program = shutil.which("soffice")
    return program and any(
        list(Path(one).glob("libsclo.so"))
        for one in (Path(program).resolve().parent, "/usr/lib/libreoffice/program")
    )


pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(
        not (office_reads_sheets() or "GONGWEN_TEST_CALC" in os.environ),
        reason="LibreOffice Calc is missing: apt-get install libreoffice-calc",
    ),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("ledger-sheet")))
    yield desk
    desk.close()


def tasks(desk):
    """The sample's tasks with progress that a spreadsheet likes to turn into something else."""
    form = desk.catalog.kind("rectification_plan").form
    rows = read(form, sample_answers(desk, "rectification_plan", "zh")).values["tasks"]
    entries = [entry_of(no, row) for no, row in enumerate(rows, 1)]
    for entry, text in zip(entries, ODD, strict=False):
        entry.progress["progress"] = text
    return ledger_form(form), entries


def sheet(desk, form, entries, lang="zh"):
    columns = sheet_columns(form.table, form.shown, lang)
    ledger = LedgerSheet(
        title="整改台账",
        below="填报日期：2014年7月10日",
        name="整改台账",
        columns=columns,
        rows=tuple(sheet_row(form.table, columns, one, DAY, lang) for one in entries),
        late=frozenset({9}),
    )
    return desk.sheet_writer.ledger(ledger, lang=lang)


def saved_by_office(folder, data, suffix):
    """The same file, opened and saved by LibreOffice."""
    (folder / "ledger.xlsx").write_bytes(data)
    out = folder / "out"
    command = [
        shutil.which("soffice") or "soffice", f"-env:UserInstallation=file://{folder}/profile",
        "--headless", "--norestore", "--convert-to", suffix, "--outdir", out, folder / "ledger.xlsx",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / f"ledger.{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_saved_again_nothing_differs(desk, tmp_path, suffix):
    form, entries = tasks(desk)
    data = saved_by_office(tmp_path, sheet(desk, form, entries), suffix)
    book = desk.sheets.read(data, name=f"台账.{suffix}")
    back = came_back(form.table, form.shown, entries, book)
    assert back.rows == ()
    assert (back.same, back.absent) == (12, ())


def test_dates_and_drop_downs_live_on(desk, tmp_path):
    form, entries = tasks(desk)
    data = saved_by_office(tmp_path, sheet(desk, form, entries), "xlsx")
    saved = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    column = next(one.column for one in saved[3] if one.value == "完成时限")
    assert saved.cell(4, column).is_date
    kinds = {one.type for one in saved.data_validations.dataValidation}
    assert {"list", "date"} <= kinds


def test_it_prints_on_a4_across_one_page_wide(desk, tmp_path):
    form, entries = tasks(desk)
    pdf = saved_by_office(tmp_path, sheet(desk, form, entries), "pdf")
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(pdf)).pages
    width, height = pages[0].mediabox.width, pages[0].mediabox.height
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)
    texts = [page.extract_text() for page in pages]
    assert len(pages) <= 3
    assert all("核验人" in one and "佐证材料" in one for one in texts)  # heads on every page
    assert "核对码" not in "".join(texts)
