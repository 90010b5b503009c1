"""Twins: values come out exactly, tags are lifted as in Word, what no twin can keep is refused."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest
from docx.shared import Mm
from lxml import etree

from service.engines.office.converter import OfficePool
from service.engines.word.package import read_package
from service.engines.word.parts import prepared
from service.engines.word.templates import bind
from service.engines.word.templates import text_of as word_text
from service.engines.word.twin.compose import TwinTemplate
from service.engines.word.twin.source import UnfitError
from service.engines.word.twin.values import finalize
from service.errors import EngineError
from service.settings import Settings
from tests.composites import document
from tests.engines.office.office_tools import text_of
from tests.helpers_word import NASTY, add_footnote, add_textbox, loaded, members_of, saved

pytestmark = pytest.mark.office
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    made = OfficePool(Settings(data=tmp_path_factory.mktemp("twin"), converters=1))
    yield made
    made.close()


@pytest.fixture(scope="module")
def twin_of(pool):
    def made(template):
        package = prepared(read_package(template, file="t"), file="t")
        return TwinTemplate(pool.twin(bind(template), name="t"), package, file="t")

    return made


def form():
    """Blanks beside tags, conditions, a table with a loop whose first cell is one for all rows."""
    made = document()
    made.add_paragraph("甲[{{ v }}] 乙 {{ v }} {{ w }}{% if w %} 丙{% endif %}")
    split = made.add_paragraph("分{")
    split.add_run("{ v").bold = True
    split.add_run(" }}开")
    made.add_paragraph("{%p if w %}")
    made.add_paragraph("有")
    made.add_paragraph("{%p else %}")
    made.add_paragraph("无")
    made.add_paragraph("{%p endif %}")
    table = made.add_table(rows=4, cols=2)
    table.style = "Table Grid"
    table.cell(0, 0).text, table.cell(0, 1).text = "头", "目"
    table.cell(1, 0).text = "{%tr for row in rows %}"
    table.cell(2, 0).text = "{% vm %}共{% if loop.first %}有{% endif %}"
    table.cell(2, 1).text = "{{ loop.index }}之{{ row }}"
    table.cell(3, 0).text = "{%tr endfor %}"
    made.add_paragraph("末")
    return saved(made)


FORM = form()


@pytest.fixture(scope="module")
def twin(twin_of):
    return twin_of(FORM)


def lines_of(composite):
    """Paragraphs of an ODT, read by the rules of the format: blanks are folded, ends are cut."""
    root = etree.fromstring(members_of(composite.source)["content.xml"])
    return [_line(paragraph) for paragraph in root.iter(f"{TEXT}p", f"{TEXT}h")]


def _line(paragraph):
    # NUL stands for blanks that are elements, so that folding leaves them alone.
    raw = re.sub("[ \t\r\n]+", " ", "".join(_pieces(paragraph))).strip(" ")
    return raw.replace("\0", " ").replace("\1", "\n").replace("\2", "\t")


def _pieces(element):
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield "\0" * int(child.get(f"{TEXT}c", "1"))
        yield {f"{TEXT}line-break": "\1", f"{TEXT}tab": "\2"}.get(child.tag, "")
        yield from _pieces(child)
        yield child.tail or ""


@pytest.mark.parametrize("value", [*NASTY, " ", "A”乙", "1972”错…B—", "\n", " \n\t x"])
def test_values_come_out_exactly(twin, value):
    context = {"v": value, "w": value, "rows": [value, "", value]}
    lines = lines_of(twin.composite([context, {"v": "", "w": "", "rows": []}]))
    given = f"甲[{value}] 乙 {value} {value} 丙"
    first = [given, f"分{value}开", "有", "头", "目", "共有", f"1之{value}"]
    assert lines == [
        *first, *("2之", f"3之{value}", "末"), "甲[] 乙  ", "分开", "无", "头", "目", "末",
    ]  # fmt: skip
    assert word_text(loaded(FORM).fill(context)).startswith(f"{given}\n分{value}开\n")


def test_a_cell_for_all_rows_spans_them(twin):
    composite = twin.composite([{"v": "", "w": "", "rows": ["甲", "乙", "丙"]}])
    root = etree.fromstring(members_of(composite.source)["content.xml"])
    rows = list(root.iter(f"{TABLE}table-row"))
    assert [[cell.tag.removeprefix(TABLE) for cell in row] for row in rows] == [
        *[["table-cell", "table-cell"]] * 2,
        *[["covered-table-cell", "table-cell"]] * 2,
    ]
    assert rows[1][0].get(f"{TABLE}number-rows-spanned") == "3"


def test_what_libreoffice_reads_out_of_it(pool, twin):
    values = ["多  个   空格", " 前后 ", "一\n二", "A & B <c>", "𠮷喆", "错印成“1972”"]
    contexts = [{"v": value, "w": "", "rows": [value]} for value in values]
    composite = twin.composite(contexts)
    made = pool.convert(composite.source, name="t", suffix=composite.suffix, urgent=False)
    assert made.pages == len(values)
    wanted = [f"甲[{v}]乙{v}分{v}开无头目共有1之{v}末" for v in values]
    # A table's cells may be read in any order.
    assert sorted(text_of(made.pdf)) == sorted("".join("".join(wanted).split()))


def test_a_document_that_cannot_be_filled_is_told_apart_from_the_template(twin):
    good = {"v": "", "w": "", "rows": []}
    for bad in ({"v": ""}, {**good, "v": ["列表"]}, {**good, "v": "\x07"}, {**good, "v": "a\rb"}):
        with pytest.raises(EngineError) as caught:
            twin.composite([good, bad])
        assert [found.code for found in caught.value.problems] == ["twin_failed"]


def test_same_contexts_same_bytes_from_many_threads(twin):
    contexts = [{"v": f"“{n}”", "w": "是", "rows": ["甲"] * n} for n in range(12)]
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: twin.composite(contexts).source, range(8)))
    assert len(made) == 1


def test_the_file_is_an_odt(twin):
    source = twin.composite([{"v": "", "w": "", "rows": []}]).source
    with zipfile.ZipFile(io.BytesIO(source)) as parcel:
        assert parcel.namelist()[0] == "mimetype"
        assert parcel.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        assert "Thumbnails/thumbnail.png" not in parcel.namelist()


def _said(text):
    def change(made):
        made.add_paragraph(text)

    return change


def _list(made):
    made.add_paragraph("一项", style="List Number")


def _header(made):
    made.sections[0].header.paragraphs[0].text = "{{ v }}"


def _two_rows(made):
    table = made.add_table(rows=4, cols=1)
    for row, text in enumerate(("{%tr for r in rows %}", "{% vm %}共", "又一行", "{%tr endfor %}")):
        table.cell(row, 0).text = text


def _bound(made):
    made.add_paragraph("{# bind ind.left=layout.x #}{{ v }}").paragraph_format.left_indent = Mm(5)


@pytest.mark.parametrize(
    "change",
    [
        _list,
        _header,
        _two_rows,
        _bound,
        lambda made: add_textbox(made.add_paragraph("有框"), "框"),
        lambda made: add_footnote(made, "注"),
        _said("{%- if v %}有{%- endif %}"),
        _said("私用\ue0f1字符"),
    ],
    ids=["list", "header", "two rows", "bound", "box", "footnote", "trimming", "private"],
)
def test_what_no_twin_can_keep_is_refused(twin_of, change):
    made = docx.Document()
    made.add_paragraph("{{ v }}")
    change(made)
    with pytest.raises(UnfitError):
        twin_of(saved(made))


def test_values_as_they_are_written():
    assert finalize(None) == ""
    assert finalize(True) == "True"
    assert finalize("a b") == "a b"
    assert finalize(" a  b ") == '<text:s/>a<text:s text:c="2"/>b<text:s/>'
    assert finalize("a\t\nb") == "a<text:tab/><text:line-break/>b"
