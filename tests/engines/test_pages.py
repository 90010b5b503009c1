import io
import threading

import pytest
from PIL import Image

from service.engines.pages import PdfiumPages
from service.errors import EngineError
from tests.helpers_pdf import A4_WIDE, Paper, assert_pdf_text, ink, make_pdf, words

PAGES = PdfiumPages()


def sizes(pdf, width):
    pictures = PAGES.pictures(pdf, width=width)
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    return [Image.open(io.BytesIO(png)).size for png in pictures]


def test_pictures_are_as_wide_as_asked_and_as_the_page_is_seen():
    pdf = make_pdf(Paper(), Paper(media=A4_WIDE), Paper(rotate=90), Paper(media=(0, 0, 60, 900)))
    tall, wide, turned, strip = sizes(pdf, 300)
    assert tall == pytest.approx((300, 424), abs=1)
    assert wide == pytest.approx((300, 212), abs=1)
    assert turned == pytest.approx((300, 212), abs=1)
    assert strip[1] <= 1201  # a strip is drawn smaller, not endlessly high


def test_picture_shows_the_drawing_in_its_place():
    pdf = make_pdf(Paper(drawing=b"0 g 59.5 84.2 119 84.2 re f"))
    png = PAGES.pictures(pdf, width=500)[0]
    assert ink(Image.open(io.BytesIO(png)).convert("L")) == pytest.approx(
        (50, 565, 150, 636), abs=2
    )


def test_a_page_keeps_its_colours_and_one_without_is_grey():
    drawing = b"0 g 59.5 84.2 119 84.2 re f"
    pdf = make_pdf(Paper(drawing=drawing), Paper(drawing=b"1 0 0 rg" + drawing[3:]))
    black, red = (Image.open(io.BytesIO(png)) for png in PAGES.pictures(pdf, width=500))
    assert (black.mode, red.mode) == ("L", "RGB")
    assert (black.getpixel((100, 600)), red.getpixel((100, 600))) == (0, (255, 0, 0))


@pytest.mark.parametrize("width", [0.35, 1, 3])
def test_a_coloured_hairline_is_colour_enough(width):
    """Red rules are all the colour that a paper has; a quarter of the size still shows them."""
    drawing = f"1 0 0 RG {width} w 79.4 600 m 521.6 600 l S 0 g 100 100 300 300 re f".encode()
    [png] = PAGES.pictures(make_pdf(Paper(drawing=drawing)))
    assert Image.open(io.BytesIO(png)).mode == "RGB"


def test_texts_page_by_page():
    pdf = make_pdf(
        Paper(drawing=words("one") + words("two", y=300)), Paper(), Paper(drawing=words("x"))
    )
    assert [text.strip() for text in PAGES.texts(pdf)] == ["one\ntwo", "", "x"]


def test_assert_pdf_text_can_fail():
    pdf = make_pdf(Paper(drawing=words("one two")))
    assert_pdf_text(pdf, "onetwo", page=0)
    with pytest.raises(AssertionError):
        assert_pdf_text(pdf, "three")


def test_lines_are_found_in_their_order():
    first = words("Report", 100, 700) + words("Plan", 100, 600) + words("Report", 100, 500)
    pdf = make_pdf(Paper(drawing=first), Paper(drawing=words("Plan of work", 50, 50, 10)))
    report, absent, plan, again, later = PAGES.lines(
        pdf, ["Report", "Absent", "Plan", "Report", "Plan of  work"]
    )
    assert absent is None
    assert [found.page for found in (report, plan, again, later)] == [0, 0, 0, 1]
    for found, y in ((report, 700), (plan, 600), (again, 500)):
        left, bottom, right, top = found.rect
        assert left == pytest.approx(100, abs=2)
        assert bottom < y < y + 14 < top + 2
        assert 130 < right < 180
    assert PAGES.lines(pdf, ["", "  "]) == [None, None]


def test_a_row_broken_into_two_lines_is_found_whole():
    pdf = make_pdf(Paper(drawing=words("Implementation", y=700) + words("plan", y=670)))
    (found,) = PAGES.lines(pdf, ["Implementation plan"])
    _, bottom, _, top = found.rect
    assert bottom < 670
    assert top > 710


@pytest.mark.parametrize("pdf", [b"", b"no pdf", b"%PDF-1.7\n"])
def test_what_cannot_be_opened_is_said(pdf):
    for ask in (PAGES.pictures, PAGES.texts, lambda data: PAGES.lines(data, ["x"])):
        with pytest.raises(EngineError) as raised:
            ask(pdf)
        assert raised.value.problems[0].code == "pdf_unreadable"


def test_many_threads_at_once_see_the_same():
    pdf = make_pdf(*(Paper(drawing=words(f"page {n}")) for n in range(6)))
    expected = (PAGES.texts(pdf), PAGES.pictures(pdf, width=200))
    seen = []

    def look():
        seen.append((PAGES.texts(pdf), PAGES.pictures(pdf, width=200)))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 8
