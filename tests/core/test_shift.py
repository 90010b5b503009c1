"""Dates of a copied activity: by years or days, leap days, the weekday kept."""

from datetime import date, datetime

import pytest

from service.core.shift import Shift, read_shift


@pytest.mark.parametrize(
    ("shift", "before", "after"),
    [
        (Shift(), date(2014, 6, 13), date(2015, 6, 13)),
        (Shift(), date(2016, 2, 29), date(2017, 2, 28)),
        (Shift(amount=4), date(2016, 2, 29), date(2020, 2, 29)),
        (Shift(amount=-1), date(2014, 1, 1), date(2013, 1, 1)),
        (Shift(amount=0), date(2014, 6, 13), date(2014, 6, 13)),
        (Shift(amount=30, unit="days"), date(2016, 2, 1), date(2016, 3, 2)),
        (Shift(amount=-30, unit="days"), date(2014, 1, 15), date(2013, 12, 16)),
        (Shift(amount=50), date(9990, 1, 1), date(9990, 1, 1)),  # typed wrongly; left alone
    ],
)
def test_a_day_moves_on(shift, before, after):
    assert shift.day(before) == after


@pytest.mark.parametrize("day", [date(2014, 6, 13), date(2016, 2, 29), date(2014, 12, 31)])
@pytest.mark.parametrize("amount", [-2, -1, 1, 2, 3, 5, 10])
def test_the_weekday_is_kept_within_three_days(day, amount):
    plain, kept = Shift(amount=amount).day(day), Shift(amount=amount, same_weekday=True).day(day)
    assert kept.weekday() == day.weekday()
    assert abs((kept - plain).days) <= 3


def test_months_years_and_moments():
    assert Shift().month(date(2014, 2, 1)) == date(2015, 2, 1)
    assert Shift(amount=40, unit="days", same_weekday=True).month(date(2014, 2, 1)) == date(
        2014, 3, 1
    )
    assert Shift().moment(datetime(2014, 3, 6, 9, 30)) == datetime(2015, 3, 6, 9, 30)
    assert Shift(amount=2).year(2014) == 2016
    assert Shift(amount=400, unit="days").year(2014) == 2015
    assert Shift(amount=30, unit="days").year(2014) == 2014


def test_what_the_page_asks():
    assert read_shift(" 2 ", "years", same_weekday=True) == Shift(amount=2, same_weekday=True)
    assert read_shift("-7", "days", same_weekday=False) == Shift(amount=-7, unit="days")
    for bad in ("", "一年", "1.5", "51", "9" * 5000):
        assert read_shift(bad, "years", same_weekday=False) is None
    assert read_shift("20001", "days", same_weekday=False) is None
