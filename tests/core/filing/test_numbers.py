"""Document numbers: written one way, read back, refused otherwise; gaps are what is missing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.filing.numbers import (
    LEAP_MOST,
    NO_MOST,
    DocumentNumber,
    check_leap,
    check_series,
    gaps,
    made_number,
    next_no,
    parse_number,
)
from service.errors import InputError

WORDS = st.text(st.sampled_from("洪八馆党发赣办函a字"), min_size=1, max_size=20)


@given(WORDS, st.integers(1949, 2100), st.integers(1, NO_MOST))
def test_what_is_written_is_read_back(word, year, no):
    number = made_number(word, year, no)
    assert parse_number(str(number)) == number
    assert str(number) == f"{word}\u3014{year}\u3015{no}号"


@pytest.mark.parametrize(
    "nearly",
    ["洪八馆党发[2014]3号", "洪八馆党发（2014）3号", "洪八馆党发〔2014〕03号", "洪八馆党发〔2014〕第3号",
     "洪八馆党发【2014】3号", " 洪八馆党发〔2014年〕3", "洪八馆党发〔2014〕3号\n"],
)  # fmt: skip
def test_who_writes_it_nearly_right_is_told_how(nearly):
    with pytest.raises(InputError) as told:
        parse_number(nearly, path="number")
    [found] = told.value.problems
    assert (found.code, found.path) == ("bad_number", "number")
    assert found.text.zh.endswith("洪八馆党发〔2014〕3号")
    assert found.text.en.endswith("洪八馆党发〔2014〕3号")


@pytest.mark.parametrize(
    "wrong", ["", "3", "〔2014〕3号", "洪〔14〕3号", "洪〔２０１４〕3号", "洪〔2014〕0号", "洪〔2014〕三号", "洪" * 9999]
)  # fmt: skip
def test_what_is_none_is_refused(wrong):
    with pytest.raises(InputError):
        parse_number(wrong)


@pytest.mark.parametrize(
    ("word", "year", "codes"),
    [("洪", 2014, []), ("", 2014, ["no_word"]), ("洪〔2014〕", 2014, ["bad_word"]), ("洪 党", 2014, ["bad_word"]),
     ("洪党2014", 2014, ["bad_word"]), ("洪" * 21, 2014, ["bad_word"]), ("洪\0", 2014, ["bad_word"]),
     ("洪", 14, ["bad_year"]), ("", 20145, ["no_word", "bad_year"])],
)  # fmt: skip
def test_word_and_year(word, year, codes):
    assert [one.code for one in check_series(word, year)] == codes


@pytest.mark.parametrize("no", [0, -1, NO_MOST + 1])
def test_a_number_is_in_bounds(no):
    with pytest.raises(InputError) as told:
        made_number("洪", 2014, no)
    assert told.value.problems[0].code == "bad_no"


def test_numbers_stand_in_order():
    assert DocumentNumber(word="洪", year=2014, no=9) < DocumentNumber(word="洪", year=2014, no=10)


@given(st.sets(st.integers(1, 60)))
def test_gaps_and_what_is_there_are_all_up_to_the_last(taken):
    missing = {no for first, last in gaps(taken) for no in range(first, last + 1)}
    assert missing.isdisjoint(taken)
    assert missing | taken == set(range(1, max(taken, default=0) + 1))
    # No two stretches touch.
    ends = gaps(taken)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(ends))


def test_what_may_follow():
    assert next_no(0) == 1
    assert next_no(7) == 8
    assert check_leap(LEAP_MOST, 0) == []
    assert check_leap(2014, 3)[0].code == "number_leaps"
