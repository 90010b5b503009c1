"""One cell to a raw value: read exactly, or not trusted and told why."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.answers import read
from service.core.roster.cells import UntrustedError, taker
from service.core.roster.model import BadCell
from tests.core.roster.rosters import FORM


def take(field, cell, *, csv=False):
    marks = []
    return taker(FORM.fields[field], csv=csv)(cell, marks.append), marks


def untrusted(field, cell, *, csv=False):
    with pytest.raises(UntrustedError) as caught:
        take(field, cell, csv=csv)
    return caught.value.code


@pytest.mark.parametrize(
    ("field", "cell", "value", "marks"),
    [
        ("person_name", "张　三", "张三", ["name_spaces"]),
        ("person_name", "张\u00a0 三", "张三", ["name_spaces"]),
        ("person_name", "邹　𠮷", "邹𠮷", ["name_spaces"]),
        ("person_name", "欧阳　喆", "欧阳　喆", []),
        ("person_name", "阿依古丽 买买提", "阿依古丽 买买提", []),
        ("person_name", "John Smith", "John Smith", []),
        ("person_name", "\u3000张三\u00a0", "张三", ["outer_spaces"]),
        ("person_name", "'张三", "张三", ["text_marks"]),
        ("post", '="001"', "001", ["text_marks"]),
        ("post", "\t001", "001", ["outer_spaces"]),
        ("post", 13800000000.0, "13800000000", []),
        ("post", 3.5, "3.5", []),
        ("post", "=1+1", "=1+1", []),
        ("post", time(9, 0), "09:00", []),
        ("words", "　　第一段。\n　　第二段。", "　　第一段。\n　　第二段。", []),
        ("gender", "男", "male", []),
        ("gender", " Ｍale ", "male", ["outer_spaces"]),
        ("gender", "female", "female", []),
        ("gender", "先生", "先生", []),
        ("topics", "党史、 Rules", ["history", "rules"], []),
        ("topics", "党史，党章；别的", ["history", "rules", "别的"], []),
        ("score", 12.0, 12, []),
        ("score", "１２", "12", []),
        ("score", 12.5, 12.5, []),
        ("cadre", "√", True, []),
        ("cadre", "否", False, []),
        ("cadre", "×", False, []),
        ("cadre", True, True, []),
        ("cadre", 1.0, True, []),
        ("cadre", "也许", "也许", []),
        ("joined", date(2002, 3, 13), "2002-03-13", []),
        ("joined", datetime(2002, 3, 13), "2002-03-13", []),
        ("joined", 20020313.0, "20020313", []),
        ("joined", "２００２年３月１３日", "２００２年３月１３日", []),
        ("joined", "二〇〇二年三月十三日", "2002年3月13日", []),
        ("joined", "二○一四年十二月三十一日", "2014年12月31日", []),
        ("joined", "一九八五年十月二十日", "1985年10月20日", []),
        ("birth_month", date(1985, 3, 1), "1985-03", []),
        ("birth_month", date(1985, 3, 12), "1985-03", ["day_dropped"]),
        ("birth_month", 1985.03, "1985-03", []),
        ("birth_month", 1985.12, "1985-12", []),
        ("birth_month", 1985.2, "1985-02", []),
        ("birth_month", 198503.0, "1985-03", []),
        ("birth_month", 19850312.0, "1985-03", ["day_dropped"]),
        ("birth_month", "198503", "1985-03", []),
        ("birth_month", "1985.1", "1985.1", ["month_one"]),
        ("birth_month", "1985-03-12", "1985-03", ["day_dropped"]),
        ("birth_month", "1985年3月12日", "1985-03", ["day_dropped"]),
        ("birth_month", "一九八五年三月", "1985年3月", []),
        ("seen_at", datetime(2014, 3, 6, 9, 30, 20), "2014-03-06T09:30", []),
        ("post", None, None, []),
        ("post", " 　", None, []),
    ],
)
def test_cells(field, cell, value, marks):
    assert take(field, cell) == (value, marks)


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("post", 360102198503120000.0, "number_cut"),
        ("post", "3.60102E+17", "number_cut"),
        ("post", float("inf"), "number_cut"),
        ("post", date(2014, 3, 1), "date_in_text"),
        ("post", True, "logical_in_text"),
        ("birth_month", 1985.1, "month_cut"),
        ("birth_month", 31118.0, "number_not_date"),
        ("birth_month", 1985.0, "number_not_date"),
        ("birth_month", 1985.13, "number_not_date"),
        ("birth_month", True, "number_not_date"),
        ("joined", 37328.0, "number_not_date"),
        ("joined", 2014.0306, "number_not_date"),
        ("joined", time(9), "number_not_date"),
        ("seen_at", 41704.4, "number_not_date"),
        ("person_name", "邹?", "name_lost"),
        ("person_name", "邹？", "name_lost"),
        ("person_name", BadCell(why="error"), "cell_error"),
        ("score", BadCell(why="no_result"), "cell_no_result"),
    ],
)
def test_cells_that_are_not_trusted(field, cell, code):
    assert untrusted(field, cell) == code


def test_month_that_excel_may_have_cut_while_writing_csv():
    assert untrusted("birth_month", "1985.1", csv=True) == "month_cut"
    assert take("birth_month", "1985.10", csv=True) == ("1985.10", [])


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day):
    ways = [
        day,
        datetime(day.year, day.month, day.day),
        float(f"{day:%Y%m%d}"),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        "".join("〇一二三四五六七八九"[int(c)] for c in f"{day.year}")
        + f"年{numeral(day.month)}月{numeral(day.day)}日",
    ]
    for way in ways:
        reading = read(
            FORM, {"joined": take("joined", way)[0], "birth_month": take("birth_month", way)[0]}
        )
        assert reading.values == {"joined": day, "birth_month": day.replace(day=1)}, way


def numeral(number):
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_a_month_as_a_number_is_right_or_refused(year, month):
    """What Excel holds after somebody typed 1985.03 or 1985.3."""
    for typed in (f"{year}.{month:02}", f"{year}.{month}"):
        try:
            value, _ = take("birth_month", float(typed))
        except UntrustedError as error:
            assert error.code == "month_cut"
            assert float(typed) * 10 % 10 == pytest.approx(1)
        else:
            assert value == f"{year}-{month:02}"


@given(
    st.one_of(
        st.none(), st.text(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times()
    )
)
def test_any_cell_is_taken_or_told(cell):
    for field in (
        "person_name",
        "words",
        "gender",
        "topics",
        "score",
        "cadre",
        "joined",
        "birth_month",
        "seen_at",
    ):
        for csv in (False, True):
            try:
                take(field, cell, csv=csv)
            except UntrustedError as error:
                assert error.code
