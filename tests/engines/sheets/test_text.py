"""CSV and its like: encodings and separators found out, and never silently wrong."""

import csv
import io

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service.engines.sheets.reader import Sheets
from service.errors import InputError
from service.settings import Settings

ROSTER = "姓名,性别,部门\r\n张三,男,办公室\r\n邹𠮷,女,陈列保管部\r\n"
ROWS = [("姓名", "性别", "部门"), ("张三", "男", "办公室"), ("邹𠮷", "女", "陈列保管部")]


def read(data):
    return Sheets(Settings()).read(data, name="名册.csv")


def rows(data):
    (sheet,) = read(data).sheets
    return [cells for _, cells in sheet.rows]


def refused(data):
    with pytest.raises(InputError) as caught:
        read(data)
    (problem,) = caught.value.problems
    assert problem.file == "名册.csv"
    if problem.line:
        assert f" {problem.line} " in problem.text.zh and f" {problem.line} " in problem.text.en
    return problem.code, problem.line


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ROSTER.encode("utf-8"), "utf-8"),
        (ROSTER.encode("utf-8-sig"), "utf-8"),
        (ROSTER.encode("gb18030"), "gb18030"),
        (ROSTER.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + ROSTER.encode("utf-16-be"), "utf-16"),
        (ROSTER.encode("utf-16-le"), "utf-16"),
        (ROSTER.encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings_are_found_out_and_told(data, encoding):
    book = read(data)
    assert book.encoding == encoding
    assert [cells for _, cells in book.sheets[0].rows] == ROWS
    assert book.notes[0].code == "sheet_encoding_taken"
    assert encoding.upper() in book.notes[0].text.zh and "逗号" in book.notes[0].text.zh


NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
TABLES = st.lists(st.lists(NAMES, min_size=3, max_size=3), min_size=1, max_size=8)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@given(table=TABLES)
def test_chinese_survives_in_every_encoding(table, encoding):
    text = "\n".join(",".join(row) for row in [["姓名", "性别", "部门"], *table]) + "\n"
    data = text.encode(encoding)
    if encoding.startswith("utf-16-"):
        assume(b"\x00" in data)
    assert rows(data) == [("姓名", "性别", "部门"), *map(tuple, table)]


@example([["", ";\n", ";="], ["", ";\n", ";"]])
@given(
    st.lists(
        st.lists(st.text(st.sampled_from('张三,;"\t\n，= -a'), max_size=8), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_csv_writes_is_read_back(table):
    made = io.StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL).writerows([["姓名", "性别", "部门"], *table])
    wanted = [tuple(cell or None for cell in row) for row in table]
    while wanted and not any((cell or "").strip() for cell in wanted[-1]):
        wanted.pop()
    assert rows(made.getvalue().encode()) == [("姓名", "性别", "部门"), *wanted]


def test_mixed_encodings_name_both_lines():
    lines = ROSTER.splitlines(keepends=True)
    data = lines[0].encode("gb18030") + lines[1].encode("utf-8") + lines[2].encode("gb18030")
    assert refused(data) == ("sheet_encoding", 1)
    with pytest.raises(InputError, match="2"):
        read(data)
    data = lines[0].encode("utf-8") + lines[1].encode("utf-8") + lines[2].encode("gb18030")
    assert refused(data) == ("sheet_encoding", 1)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("姓名,性别\n张三,男\n".encode("gb18030") + b"Jos\xe9,\xff\n", 3),
        (ROSTER.encode("utf-8-sig") + b"\xff\xff\n", 4),
        (ROSTER.encode("utf-16")[:-1], 3),
        ("姓名,部门\n黄,\x00办公室\n".encode(), 1),
        ("姓名,部门\n黄,\x07办公室\n".encode(), 2),
        ("姓名,部门\n\n黄\ufffd,办公室\n".encode(), 3),
        ("姓名,部门\n锟斤拷,办公室\n".encode("gb18030"), 2),
        ("姓名,部门\n".encode("gb18030") + b"\xaa\xa1,\xaa\xa2\n", 2),
    ],
)
def test_what_no_encoding_reads_is_refused_with_its_line(data, line):
    code, at = refused(data)
    assert code == "sheet_encoding"
    assert at == line or data.count(b"\x00") > 0


def test_utf32():
    assert refused(ROSTER.encode("utf-32"))[0] == "sheet_encoding"


@pytest.mark.parametrize("separator", [";", "\t", "|", "，"])
def test_separators_are_found_out(separator):
    assert rows(ROSTER.replace(",", separator).encode()) == ROWS


def test_separator_told_by_the_file():
    assert rows(b"sep=;\r\n" + ROSTER.replace(",", ";").encode()) == ROWS


def test_title_above_does_not_hide_the_separator():
    assert rows(("某馆党员名册，2014年\n" + ROSTER).encode("gb18030"))[1:] == ROWS


def test_one_column():
    assert rows("姓名\n张三\n李四\n".encode()) == [("姓名",), ("张三",), ("李四",)]


@pytest.mark.parametrize("line", [1, 2, 3])
def test_full_width_comma_among_others(line):
    lines = ROSTER.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(",", "，", 1)
    assert refused("".join(lines).encode()) == ("sheet_comma", line)


def test_full_width_comma_in_a_text_is_text():
    assert rows("姓名,部门\n张三,一部，二部\n".encode())[1] == ("张三", "一部，二部")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('姓名,部门\n"张三,办公室\n李四,保管部\n', 2),
        ('姓名,部门\n张三,办公室\n"李"四,保管部\n', 3),
    ],
)
def test_quotation_marks_that_do_not_match(text, line):
    assert refused(text.encode()) == ("sheet_quotes", line)


def test_line_breaks_in_quotation_marks_and_row_numbers_as_in_excel():
    book = read('姓名,部门\r\n\r\n"张\n三",办公室\r\n李四,保管部\r\n'.encode())
    assert list(book.sheets[0].rows) == [
        (1, ("姓名", "部门")),
        (2, ()),
        (3, ("张\n三", "办公室")),
        (4, ("李四", "保管部")),
    ]


def test_one_line_of_ten_megabytes():
    assert refused(ROSTER.encode() + b"a,b" * 3_500_000)[0] == "sheet_long_line"
    assert refused(ROSTER.encode() + b"a," * 2_000)[0] == "sheet_long_line"


def test_text_that_is_too_large():
    assert refused(b"a,b\n" * 5_000_000)[0] == "sheet_too_large"


def test_too_many_rows():
    code, _ = refused(ROSTER.encode() + "李四,男,办公室\n".encode() * 20_000)
    assert code == "sheet_too_long"
    assert refused(ROSTER.encode() + b"a,b\n" * 120_000)[0] == "sheet_too_long"
    assert len(rows(ROSTER.encode() + b"\n" * 30_000)) == 3


def test_formulas_are_text():
    assert rows(b'a,b\n=cmd|\' /C calc\'!A0,"=WEBSERVICE(""http://x"")"\n')[1] == (
        "=cmd|' /C calc'!A0",
        '=WEBSERVICE("http://x")',
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        read(b"a" + data)
    except InputError as error:
        assert len(error.problems) == 1
