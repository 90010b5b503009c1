"""Spreadsheets to cells: what is read, and what is refused with which words."""

import datetime as dt
import io
import struct
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from service.core.roster.model import BadCell
from service.engines import child
from service.engines.sheets import reader as sheets
from service.engines.sheets.reader import Sheets
from service.engines.sheets.xls import Container
from service.errors import InputError
from service.settings import Settings
from tests.engines.sheets.sheet_files import HEADS, ZHANG, kept, patched, with_cells, xlsx, zipped

ERROR, NO_RESULT = BadCell(why="error"), BadCell(why="no_result")


def read(data, *, name="名册", **given_settings):
    return Sheets(Settings(**given_settings)).read(data, name=name)


def cells(data, number=0):
    return [row for _, row in read(data).sheets[number].rows]


def refused(data, **given_settings):
    """The one problem; its file is named, and no word of it is Python's."""
    with pytest.raises(InputError) as caught:
        read(data, **given_settings)
    (problem,) = caught.value.problems
    assert problem.file == "名册"
    for text in (problem.text.zh, problem.text.en):
        assert text
        assert "Error" not in text and "{" not in text
    return problem


def codes(book):
    return [note.code for note in book.notes]


# --- what is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["roster.xls", "roster.ods"])
def test_old_excel_and_open_document(name):
    book = read(kept(name))
    assert [sheet.name for sheet in book.sheets] == ["党员名册", "表彰"]
    rows = dict(book.sheets[0].rows)
    assert rows[1][0] == "某馆党员名册（样例）"
    assert rows[3] == (
        1.0, "张　三", "男", dt.date(1985, 3, 1), "办公室", dt.date(2002, 3, 13),
        "第一党支部",
    )  # fmt: skip
    assert rows[4][1] == "邹𠮷"
    assert rows[5][4] == ERROR
    assert rows[6][3] == 1985.1
    assert not any(rows[8])
    assert max(rows) == 9
    assert codes(book) == ["hidden_rows", "hidden_sheets"]
    assert "1 行" in book.notes[0].text.zh and "底稿" in book.notes[1].text.zh


def test_every_kind_of_cell():
    row = [
        "张三", 13800000000, 1985.1, True, dt.date(1985, 3, 12),
        dt.datetime(2014, 3, 6, 9, 30), dt.time(9, 0), dt.timedelta(hours=30),
    ]  # fmt: skip
    assert cells(xlsx([], row))[1] == (
        "张三", 13800000000.0, 1985.1, True, dt.date(1985, 3, 12),
        dt.datetime(2014, 3, 6, 9, 30), dt.time(9, 0), "30:00:00",
    )  # fmt: skip


def test_rows_keep_their_numbers_and_empty_ends_are_not_there():
    data = xlsx([], [], ["姓名"], [], ["张三"], ["  "], [None])
    assert [(number, row) for number, row in read(data).sheets[0].rows if any(row)] == [
        (3, ("姓名",)),
        (5, ("张三",)),
    ]
    assert read(data).sheets[0].rows[-1][0] == 5


@pytest.mark.parametrize(
    "form",
    ['yyyy"年"m"月"d"日"', '[$-804]yyyy"年"m"月"', "[DBNum1][$-804]yyyy年m月d日", "yyyy.mm.dd"],
)
def test_dates_in_chinese_formats(form):
    def dated(book):
        book.worksheets[0]["A1"] = 31118
        book.worksheets[0]["A1"].number_format = form

    assert cells(xlsx(change=dated)) == [(dt.date(1985, 3, 12),)]


def test_dates_counted_from_1904():
    def macintosh(book):
        book.epoch = CALENDAR_MAC_1904
        book.worksheets[0]["A1"] = dt.date(1985, 3, 12)

    assert cells(xlsx(change=macintosh)) == [(dt.date(1985, 3, 12),)]


def test_formulas_give_their_result_or_are_bad():
    data = with_cells(
        xlsx(["姓名"]),
        1,
        '<c r="B1" t="str"><f>A1</f><v>张三</v></c>'
        '<c r="C1"><f>1+1</f><v>2</v></c>'
        '<c r="D1"><f>A9</f></c>'
        '<c r="E1"><f>A9</f><v></v></c>'
        '<c r="F1" t="str"><f>IF(A9="","",A9)</f><v></v></c>'
        '<c r="G1" t="e"><f>A9/0</f><v>#DIV/0!</v></c>'
        '<c r="H1" t="e"><v>#REF!</v></c>'
        '<c r="I1"><f>WEBSERVICE("http://x")</f><v>5</v></c>',
    )
    assert cells(data) == [
        ("姓名", "张三", 2.0, NO_RESULT, NO_RESULT, None, ERROR, ERROR, 5.0),
    ]


def test_formulas_as_openpyxl_leaves_them_have_no_result():
    assert cells(xlsx(["姓名"], ["=CONCAT(A1)"]))[1] == (NO_RESULT,)


def test_sheets_with_a_prefix_as_dotnet_writes_them():
    def prefixed(xml):
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"is", b"t", b"f"):
            for end in (b" ", b">", b"/"):
                xml = xml.replace(b"<" + name + end, b"<x:" + name + end)
            xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
        return xml.replace(b"xmlns=", b"xmlns:x=")

    broken = '<c r="B1" t="e"><v>#N/A</v></c>'
    data = patched(with_cells(xlsx(["姓名"]), 1, broken), sheet1=prefixed)
    assert b"<x:worksheet" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert cells(data) == [("姓名", ERROR)]


def test_cells_without_addresses():
    data = patched(
        with_cells(xlsx(["姓名"]), 1, '<c t="e"><v>#N/A</v></c>'),
        sheet1=lambda xml: xml.replace(b' r="A1"', b""),
    )
    assert cells(data) == [("姓名", ERROR)]


def test_merged_downwards_is_given_to_each_row_with_content():
    def merge(book):
        book.worksheets[0].merge_cells("B2:B5")

    book = read(xlsx(["姓名", "部门"], ["张三", "办公室"], ["李四"], [None], [""], change=merge))
    assert [row for _, row in book.sheets[0].rows] == [
        ("姓名", "部门"),
        ("张三", "办公室"),
        ("李四", "办公室"),
    ]
    assert codes(book) == ["merged_cells"]
    assert "B2:B5" in book.notes[0].text.zh


def test_merged_across_stays_where_it_is():
    def merge(book):
        book.worksheets[0].merge_cells("A1:C1")

    book = read(xlsx(["某馆名册"], ["姓名", "部门", "职务"], change=merge))
    assert book.sheets[0].rows[0][1] == ("某馆名册", None, None)
    assert not book.notes


def test_hidden_sheets_and_rows_are_told():
    def hide(book):
        book.worksheets[0].row_dimensions[3].hidden = True
        book.worksheets[1].sheet_state = "hidden"
        book.worksheets[2].sheet_state = "veryHidden"

    data = xlsx(HEADS, ZHANG, ZHANG, sheets=[("甲", [["x"]]), ("乙", [["y"]])], change=hide)
    book = read(data)
    assert [sheet.name for sheet in book.sheets] == ["党员名册"]
    assert len(book.sheets[0].rows) == 3
    assert {note.code: note.text.zh for note in book.notes}["hidden_sheets"].endswith("甲、乙。")
    assert "hidden_rows" in codes(book)


def test_macros_are_told_and_nothing_runs():
    data = zipped(
        {
            **{
                name: zipfile.ZipFile(io.BytesIO(xlsx(HEADS, ZHANG))).read(name)
                for name in zipfile.ZipFile(io.BytesIO(xlsx(HEADS, ZHANG))).namelist()
            },
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(500),
        }
    )
    book = read(data)
    assert codes(book) == ["sheet_macros"]
    assert len(book.sheets[0].rows) == 2


def test_formats_down_to_the_last_row_are_no_content():
    def formatted(book):
        for row in (2, 5000, 1_048_576):
            book.worksheets[0].cell(row, 16_384).number_format = "@"

    assert cells(xlsx(["姓名"], change=formatted)) == [("姓名",)]


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["locked.xls", "locked.ods", "locked.xlsx"])
def test_password(name):
    assert refused(kept(name)).code == "sheet_locked"


PDF, PNG = b"%PDF-1.7\n" + bytes(900), b"\x89PNG\r\n\x1a\n" + bytes(900)
WORD = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
ODT = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})


@pytest.mark.parametrize("data", [PDF, PNG, WORD, ODT, zipped({"a.txt": b"x"}), zipped({})])
def test_not_a_spreadsheet(data):
    assert refused(data).code in {"not_a_sheet", "sheet_encoding"}


@pytest.mark.parametrize(
    "data",
    [
        "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
        "\ufeff<!DOCTYPE html>\n<html>".encode(),
        "<html xmlns:x='excel'><td>姓名</td>".encode("gb18030"),
        "<html><td>姓名</td>".encode("utf-16"),
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
        b"\r\n<table border=1><tr><td>a</td></tr></table>",
    ],
)
def test_web_pages_named_xls(data):
    problem = refused(data)
    assert problem.code == "not_a_sheet"
    assert ".xlsx" in problem.text.zh and ".xlsx" in problem.text.en


def test_xml_spreadsheets_of_2003():
    data = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'
    problem = refused(data)
    assert problem.code == "not_a_sheet" and ".xlsx" in problem.text.zh


def test_binary_workbook():
    assert ".xlsb" in refused(zipped({"xl/workbook.bin": b"x"})).text.zh


def test_empty_file():
    assert refused(b"").code == "sheet_empty"


def test_larger_than_the_setting():
    assert refused(b"a" * (1024 * 1024 + 1), upload_megabytes=1).code == "sheet_too_large"


@pytest.mark.parametrize("place", [(1_048_576, 16_384), (900_000, 1), (2, 9_000), (60_000, 200)])
def test_stray_cell_far_away_is_named(place):
    def stray(book):
        book.worksheets[0].cell(*place).value = "x"

    problem = refused(xlsx(HEADS, ZHANG, change=stray))
    assert problem.code == "sheet_too_large"
    from openpyxl.utils import get_column_letter

    assert f"{get_column_letter(place[1])}{place[0]}" in problem.text.zh


def rows_as_xml(count):
    cell = '<c r="{1}{{0}}" t="inlineStr"><is><t>第一党支部</t></is></c>'
    row = '<row r="{0}">' + "".join(cell.format(0, letter) for letter in "ABCDEFGH") + "</row>"
    return "".join(row.format(number) for number in range(1, count + 1)).encode()


def test_too_many_rows_are_counted():
    data = patched(
        xlsx(["x"]),
        sheet1=lambda xml: (
            xml[: xml.index(b"<row")] + rows_as_xml(20_001) + xml[xml.index(b"</sheetData") :]
        ),
    )
    problem = refused(data)
    assert problem.code == "sheet_too_long"
    assert "20001" in problem.text.zh and "20000" in problem.text.en


def test_far_cell_in_open_document():
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="甲"><table:table-row '
        'table:number-rows-repeated="1000000"><table:table-cell office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    data = zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
        }
    )
    assert refused(data).code == "sheet_too_long"


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/passwd">]><x>&b;&c;</x>'
)


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
def test_entities_are_refused(part):
    assert (
        refused(patched(xlsx(HEADS, ZHANG), **{part: lambda _: LAUGHS})).code == "xml_dtd_forbidden"
    )


def test_entities_in_open_document():
    data = zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": LAUGHS}
    )
    assert refused(data).code == "xml_dtd_forbidden"


def test_zip_bomb():
    blank = b" " * (70 * 1024 * 1024)
    data = patched(
        xlsx(HEADS, ZHANG),
        sheet1=lambda xml: xml.replace(b"</sheetData>", blank + b"</sheetData>"),
    )
    assert len(data) < 300_000
    assert refused(data).code == "sheet_too_large"


def test_many_and_doubled_members():
    assert refused(zipped({f"{n}.xml": b"" for n in range(5000)})).code == "sheet_too_large"
    data = io.BytesIO(xlsx(HEADS, ZHANG))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(data, "a") as book:
        book.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert refused(data.getvalue()).code == "sheet_damaged"


GOOD = xlsx(HEADS, ZHANG)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_damaged_files_are_told_as_such(data):
    whole = data.draw(st.sampled_from([GOOD, kept("roster.xls"), kept("roster.ods")]))
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = (
        whole[:at]
        if data.draw(st.booleans())
        else whole[:at] + data.draw(st.binary(min_size=1, max_size=40)) + whole[at + 20 :]
    )
    try:
        read(broken)
    except InputError as error:
        assert len(error.problems) == 1


def test_circular_chains_of_sectors():
    data = bytearray(kept("roster.xls"))
    first_fat = struct.unpack_from("<I", data, 76)[0]
    for entry in range(128):
        struct.pack_into("<I", data, (first_fat + 1) * 512 + entry * 4, entry % 8)
    assert refused(bytes(data)).code == "sheet_damaged"


def test_container_gives_its_streams():
    streams = Container(kept("roster.xls"))
    assert "Workbook" in streams.names
    assert streams.read("Workbook")[:2] == b"\x09\x08"


def test_child_that_hangs_or_dies(monkeypatch, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr(child.sys, "executable", str(fake))
    monkeypatch.setattr(sheets, "WALL_SECONDS", 0.2)
    assert refused(GOOD).code == "sheet_too_large"
    fake.write_text("#!/bin/sh\nkill -9 $$\n")
    monkeypatch.setattr(sheets, "WALL_SECONDS", 30)
    assert refused(GOOD).code == "sheet_too_large"


def test_reading_stays_small(monkeypatch, tmp_path):
    """The largest roster that is taken is read within 250 MB of address space, Python and all."""
    small = tmp_path / "python"
    small.write_text(f'#!/bin/sh\nulimit -v 250000\nexec {sys.executable} "$@"\n')
    small.chmod(0o755)
    monkeypatch.setattr(child.sys, "executable", str(small))
    data = patched(
        xlsx(["x"]),
        sheet1=lambda xml: (
            xml[: xml.index(b"<row")] + rows_as_xml(20_000) + xml[xml.index(b"</sheetData") :]
        ),
    )
    assert len(read(data).sheets[0].rows) == 20_000
