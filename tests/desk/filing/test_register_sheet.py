"""The register printed and as a spreadsheet: every number in its place, gaps and voids with reasons."""

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from service.core.people import Person
from service.desk.filing.register import Gap, Wanted, explain_gap, give_number, void_number
from service.desk.filing.register_sheet import print_register, register_pdf, sheet_register
from service.desk.layout import check_layout
from service.errors import InputError
from tests.batch_tools import desk_at
from tests.document_tools import keep_activity

DAY = date(2014, 3, 5)
WHO = Person(id="a" * 32, shown="万䶮")
WORD = "洪八馆党发"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with desk_at(tmp_path_factory.mktemp("sheets")) as desk:
        keep_activity(desk)
        give(desk, no=4, reason="启用前已编", title="第四份", given_on=date(2014, 2, 1), copies=30)
        explain_gap(desk, WHO, Gap(word=WORD, year=2014, first=1, last=2), "见纸质登记簿", DAY)
        void_number(desk, WHO, give(desk, title="写错的"), "另编6号")
        give(desk, title="=1+1", genre="通知", dated=DAY, signer="欧阳喆")
        give(desk, word="洪八馆函", title="另一个代字")
        yield desk


def give(desk, word=WORD, **wanted):
    return give_number(desk, WHO, Wanted(word=word, **wanted), DAY)


def rows_of(data):
    book = load_workbook(io.BytesIO(data))
    [sheet] = book.worksheets
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_spreadsheet(desk):
    data, name = sheet_register(desk, "zh", DAY, word=WORD, year=2014)
    title, below, heads, *rows = rows_of(data)
    assert name == "发文登记表_洪八馆党发_2014"
    assert title[0] == "发文登记表"
    assert below[0] == "发文代字：洪八馆党发　　年度：2014　2014年3月5日"
    assert heads == ["序号", "发文字号", "题名", "文种", "成文日期", "登记日期", "签发人", "经办人", "份数", "备注"]  # fmt: skip
    moment = datetime(2014, 3, 5)
    assert rows == [
        [1, "洪八馆党发〔2014〕1至2号", None, None, None, moment, None, None, None, "空号：见纸质登记簿"],
        [2, "洪八馆党发〔2014〕3号", None, None, None, None, None, None, None, "空号，未登记"],
        [3, "洪八馆党发〔2014〕4号", "第四份", None, None, datetime(2014, 2, 1), None, "万䶮", 30, "启用前已编"],
        [4, "洪八馆党发〔2014〕5号", "写错的", None, None, moment, None, "万䶮", None, "作废：另编6号"],
        [5, "洪八馆党发〔2014〕6号", "=1+1", "通知", moment, moment, "欧阳喆", "万䶮", None, None],
    ]  # fmt: skip
    assert data == sheet_register(desk, "zh", DAY, word=WORD, year=2014)[0]
    every, name = sheet_register(desk, "en", DAY)
    assert len(rows_of(every)) == 3 + 6
    assert name == "Register of documents"
    assert rows_of(every)[3][-1] == "Not given: 见纸质登记簿"


def test_the_word_file(desk):
    docx, _ = print_register(desk, "zh", DAY)
    text = desk.text_of(docx)
    for said in ("发文登记表", "单位：", "1至2号", "空号：见纸质登记簿",
                 "空号，未登记", "作废：另编6号", "=1+1", "洪八馆函", "2014-02-01", "30"):  # fmt: skip
        assert said in text
    assert "{{" not in text
    assert docx == print_register(desk, "zh", DAY)[0]
    assert "Register of Documents" in desk.text_of(print_register(desk, "en", DAY)[0])


def test_nothing_to_print(desk):
    for make in (print_register, sheet_register):
        with pytest.raises(InputError) as told:
            make(desk, "zh", DAY, word="没有的")
        assert told.value.problems[0].code == "register_empty"


@pytest.mark.office
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_keeps_the_layout_rules(desk, lang):
    word = {"zh": "洪八馆办发", "en": "洪八馆办函"}[lang]
    for number in range(20):
        give(desk, word=word, title=f"关于印发实施方案的第{number}号通知")
    docx, _ = print_register(desk, lang, DAY, word=word)
    assert register_pdf(desk, docx).startswith(b"%PDF-")
    report = check_layout(
        docx, name="register", measurer=desk.measurer, converter=desk.converter, text_of=desk.text_of
    )  # fmt: skip
    # English heads over Chinese titles: the measurer takes the page for a Chinese paper's.
    broken = {one.number for one in report.outcomes if one.faults} - {"zh": set(), "en": {13}}[lang]
    assert not broken, report.lines("zh")
