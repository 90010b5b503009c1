"""The archive's order: numbers within year, section and retention; boxes."""

import itertools
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.core.filing.catalogue import (
    CODES,
    Item,
    box_statement,
    boxes,
    catalogue_row,
    number_items,
    retention_words,
)

PLAN = Item(
    index=0,
    title="关于印发实施方案的通知",
    number="赣八一馆党发〔2014〕3号",
    responsible="中共南昌八一起义纪念馆委员会",
    date=date(2014, 2, 28),
    pages=12,
    year=2014,
    retention="years_30",
)
ITEMS = st.lists(
    st.builds(
        Item,
        index=st.integers(0, 99),
        title=st.text("一二三", min_size=1, max_size=5),
        pages=st.integers(1, 300),
        year=st.sampled_from([2013, 2014]),
        retention=st.sampled_from(list(CODES)),
    ),
    max_size=30,
)


def test_an_archive_number_as_the_standard_writes_it():
    (group,) = number_items([PLAN], fonds_no="Z109", section="BGS")
    assert group.items[0].archive_no == "Z109-WS·2014-D30-BGS-0001"
    (group,) = number_items(
        [replace(PLAN, year=2011, retention="permanent")], fonds_no="Z109", section="", first=17
    )
    assert group.items[0].archive_no == "Z109-WS·2011-Y-0017"


def test_a_row_of_the_catalogue_leaves_out_what_is_not_known():
    (group,) = number_items([PLAN], fonds_no="Z109", section="DQB")
    assert catalogue_row(group.items[0]) == {
        "item_no": "1",
        "archive_no": "Z109-WS·2014-D30-DQB-0001",
        "number": "赣八一馆党发〔2014〕3号",
        "responsible": "中共南昌八一起义纪念馆委员会",
        "title": "关于印发实施方案的通知",
        "date": "20140228",
        "pages": "12",
    }


def test_words():
    assert retention_words("permanent", "zh") == "永久"
    assert retention_words("years_10", "en") == "10 years"
    assert box_statement([replace(PLAN, item_no=1)], "zh") == "本盒收第1件至第1件，共1件，12页。"


@given(ITEMS)
def test_every_item_once_and_numbers_without_a_hole(items):
    groups = number_items(items, fonds_no="Z109", section="DQB")
    assert sorted(one.index for group in groups for one in group.items) == sorted(
        one.index for one in items
    )
    assert len({one.archive_no for group in groups for one in group.items}) == len(items)
    for group in groups:
        assert [one.item_no for one in group.items] == list(range(1, len(group.items) + 1))
        assert {(one.year, one.retention) for one in group.items} == {(group.year, group.retention)}
    order = [(group.year, list(CODES).index(group.retention)) for group in groups]
    assert order == sorted(set(order))


@given(ITEMS, st.integers(1, 500))
def test_boxes_hold_all_and_no_more_than_fits(items, most):
    for group in number_items(items, fonds_no="Z109", section="DQB"):
        held = list(boxes(group, most))
        assert tuple(one for box in held for one in box) == group.items
        for box in held:
            assert len(box) == 1 or sum(one.pages for one in box) <= most
        for box, after in itertools.pairwise(held):
            assert sum(one.pages for one in (*box, after[0])) > most
