import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.leaves import Section, leaves, roman

FRONT = {"numbered": False}


def said(sections):
    """`label` of a page, `label-` of a blank."""
    return [leaf.label + ("-" if leaf.section is None else "") for leaf in leaves(sections)]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ([Section(pages=2)], ["1", "2"]),
        ([Section(pages=1, **FRONT), Section(pages=2)], ["i", "1", "2"]),
        # Odd starts wanted: the front matter is padded so that page 1 is a right-hand side.
        ([Section(pages=1, **FRONT), Section(pages=1, odd_start=True)], ["i", "ii-", "1"]),
        ([Section(pages=2, **FRONT), Section(pages=1, odd_start=True)], ["i", "ii", "1"]),
        # Padded as well where only a later part wants it: numbers and sides agree everywhere.
        (
            [Section(pages=1, **FRONT), Section(pages=1), Section(pages=1, odd_start=True)],
            ["i", "ii-", "1", "2-", "3"],
        ),
        # The contents on a right-hand side too: a blank behind the cover.
        (
            [Section(pages=1, **FRONT), Section(pages=1, odd_start=True, **FRONT)],
            ["i", "ii-", "iii"],
        ),
        # An unnumbered part in between goes on in Roman and keeps numbers on their sides.
        (
            [Section(pages=3, odd_start=True), Section(pages=1, **FRONT), Section(pages=1)],
            ["1", "2", "3", "i", "ii-", "4"],
        ),
        (
            [
                Section(pages=3),
                Section(pages=2, **FRONT),
                Section(pages=1, odd_start=True),
            ],
            ["1", "2", "3", "i", "ii", "4-", "5"],
        ),
        # Forms within one part begin on right-hand sides too, a cover before them or not.
        (
            [Section(pages=5, odd_pages=frozenset({1, 3, 4})), Section(pages=1)],
            ["1", "2-", "3", "4", "5", "6-", "7", "8"],
        ),
        (
            [Section(pages=1, **FRONT), Section(pages=2, odd_pages=frozenset({1}))],
            ["i", "ii-", "1", "2-", "3"],
        ),
    ],
)
def test_labels_and_blanks(sections, expected):
    assert said(sections) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (90, "xc"), (400, "cd"),
     (1999, "mcmxcix")],
)  # fmt: skip
def test_roman(number, expected):
    assert roman(number) == expected


section = st.builds(
    Section,
    pages=st.integers(1, 6),
    odd_start=st.booleans(),
    numbered=st.booleans(),
    odd_pages=st.frozensets(st.integers(0, 7), max_size=2),
)


@given(st.lists(section, min_size=1, max_size=8))
def test_sides_numbers_and_order(sections):
    order = leaves(sections)
    duplex = any(section.odd_start or section.odd_pages for section in sections)
    for side, leaf in enumerate(order):
        if duplex and leaf.numbered:
            assert leaf.number % 2 == (side + 1) % 2
        if leaf.section is not None and leaf.page == 0 and sections[leaf.section].odd_start:
            assert side % 2 == 0
        if leaf.section is not None and leaf.page in sections[leaf.section].odd_pages:
            assert side % 2 == 0
    for numbered in (True, False):
        counted = [leaf.number for leaf in order if leaf.numbered is numbered]
        assert counted == list(range(1, len(counted) + 1))
    pages = [(leaf.section, leaf.page) for leaf in order if leaf.section is not None]
    assert pages == [(i, page) for i, s in enumerate(sections) for page in range(s.pages)]
    assert duplex or len(order) == len(pages)
