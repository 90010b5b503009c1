import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pypdf.generic import NameObject

from service.engines.pages import PdfiumPages
from service.engines.pdf.archive import Archivist
from service.engines.pdf.seal import Seals
from service.engines.protocols import ArchiveStamp
from service.errors import EngineError, InputError
from service.settings import Settings
from tests.helpers_pdf import (
    A4_WIDE,
    Paper,
    assert_pdf_text,
    assert_sound,
    fonts,
    make_pdf,
    outline_pages,
    read,
    words,
)

STAMP = ArchiveStamp(fonds="Z109", year="2014", number="12", office="办公室", retention="30年")
PIXELS = 1680  # across A4: 8 a millimetre


@pytest.fixture(scope="module")
def archivist(tmp_path_factory):
    return Archivist(Settings(data=tmp_path_factory.mktemp("data")))


def stamped(archivist, pdf, stamp=STAMP, title="通知"):
    return archivist.stamp_item(
        pdf, name="通知.pdf", stamp=stamp, properties={"title": title}, lang="zh"
    )


def seen(pdf, page=0):
    picture = Image.open(io.BytesIO(PdfiumPages().pictures(pdf, width=PIXELS)[page]))
    return picture.convert("RGB")


def differing(before, after, page=0):
    """Box in mm from the upper left of what differs, and its pixels."""
    one, other = seen(before, page), seen(after, page)
    assert one.size == other.size
    return ImageChops.difference(one, other).convert("L").point(lambda v: 255 if v > 24 else 0)


def outside(image, *boxes):
    """What is left of a black and white picture when boxes (mm, from the upper left) are wiped."""
    scale = image.width / 210 if image.width < image.height else image.width / 297
    image = image.copy()
    for left, top, right, bottom in boxes:
        box = [round(left * scale) - 1, round(top * scale) - 1]
        box += [round(right * scale) + 1, round(bottom * scale) + 1]
        image.paste(0, tuple(box))
    return image.getbbox()


def box_of(item, height=297):
    left, bottom, right, top = item.box
    return left, height - top, right, height - bottom


FRONT, BACK = (176, 14, 186, 19), (24, 14, 34, 19)


def test_stamp_stands_in_the_middle_of_the_head_and_says_what_it_must(archivist, tmp_path):
    pdf = make_pdf(Paper(drawing=words("kept")), Paper(drawing=words("second")))
    item = stamped(archivist, pdf)
    assert (item.pages, item.sides) == (2, 2)
    left, top, right, bottom = box_of(item)
    assert (right - left, bottom - top) == pytest.approx((45, 16))
    assert (left + right) / 2 == pytest.approx(105, abs=0.1)
    assert_pdf_text(item.pdf, "Z109", "2014", "12", "办公室", "30年", "2", page=0)
    assert_sound(item.pdf, tmp_path)
    red = [
        tuple(pixel) for pixel in seen(item.pdf).crop((660, 100, 1020, 240)).get_flattened_data()
    ]
    strong = [pixel for pixel in red if min(pixel) < 60]
    assert strong
    assert all(pixel[0] > 200 for pixel in strong)
    # Six cells: three dark columns within the frame's lines, two rows.
    assert_cells(seen(item.pdf), left, top)


def assert_cells(image, left, top):
    """Lines of the frame where the standard has them, each 15 x 8 mm."""

    def red(x, y):
        return min(image.getpixel((round(x * 8), round(y * 8)))) < 150

    for column in (15, 30):
        assert any(red(left + column + d / 8, top + 1) for d in (-1, 0, 1))
    assert any(red(left + 1, top + 8 + d / 8) for d in (-1, 0, 1))
    assert not red(left + 7.5, top + 1)


def test_numbers_stand_at_the_outer_corner_and_blank_sides_have_none(archivist):
    papers = [
        Paper(drawing=words("a")),
        Paper(),
        Paper(drawing=words("c")),
        Paper(drawing=words("d")),
    ]
    item = stamped(archivist, make_pdf(*papers))
    assert (item.pages, item.sides) == (3, 4)
    numbers = [text.split() for text in PdfiumPages().texts(item.pdf)]
    assert numbers[1] == []
    assert "2" in numbers[2]
    assert "3" in numbers[3]
    plain = make_pdf(*papers)
    assert outside(differing(plain, item.pdf, 2), FRONT) is None  # 2, but a front
    assert outside(differing(plain, item.pdf, 3), BACK) is None
    assert differing(plain, item.pdf, 3).getbbox()


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 180), st.integers(195, 290), st.integers(1, 60), st.integers(1, 12)
        ),
        max_size=4,
    )
)
def test_stamp_covers_no_ink_and_nothing_else_changes(archivist, blocks):
    drawing = b"".join(
        b"0.3 g %d %d %d %d re f\n" % tuple(round(mm * 72 / 25.4) for mm in block)
        for block in blocks
    )
    pdf = make_pdf(Paper(drawing=drawing or b"n\n"))
    try:
        item = stamped(archivist, pdf)
    except InputError as error:
        assert error.problems[0].code == "no_room_for_stamp"
        return
    stamp = box_of(item)
    assert outside(differing(pdf, item.pdf), stamp, FRONT) is None
    clear = tuple(
        round(mm * 8) for mm in (stamp[0] - 2.9, stamp[1] - 2.9, stamp[2] + 2.9, stamp[3] + 2.9)
    )
    assert seen(pdf).convert("L").crop(clear).getextrema() == (255, 255)


def test_where_the_middle_is_taken_the_nearest_free_place_serves(archivist):
    letterhead = b"1 0 0 rg 240 770 120 50 re f\n"  # 85..127 mm, 7..25 mm from above
    item = stamped(archivist, make_pdf(Paper(drawing=letterhead)))
    left, top, right, _ = box_of(item)
    assert right <= 84.7 - 3 or top >= 25 + 3
    assert left >= 5


def test_no_room_is_said_and_what_to_do(archivist):
    full = make_pdf(Paper(drawing=b"0.5 g 0 0 600 850 re f\n1 g 10 10 20 20 re f\n"))
    with pytest.raises(InputError) as raised:
        stamped(archivist, full)
    (found,) = raised.value.problems
    assert (found.code, found.file) == ("no_room_for_stamp", "通知.pdf")


@pytest.mark.parametrize(
    "paper",
    [Paper(media=A4_WIDE), Paper(rotate=90), Paper(rotate=180), Paper(media=A4_WIDE, rotate=90)],
)
def test_stamp_is_upright_however_the_page_lies(archivist, paper):
    drawn = Paper(media=paper.media, rotate=paper.rotate, drawing=words("mark", 300, 300))
    pdf = make_pdf(drawn)
    item = stamped(archivist, pdf)
    before = seen(pdf)
    height = 297 if before.height > before.width else 210
    stamp = box_of(item, height)
    image = differing(pdf, item.pdf)
    scale = image.width / (507 - height)
    inside = image.crop(tuple(round(mm * scale) for mm in stamp))
    assert inside.getbbox()
    assert stamp[1] == pytest.approx(12, abs=1.1)
    assert_pdf_text(item.pdf, "办公室")


def test_same_item_same_bytes_and_sealed(archivist):
    pdf = make_pdf(Paper(drawing=words("kept")))
    item = stamped(archivist, pdf)
    assert item.pdf == stamped(archivist, pdf).pdf
    report = Seals().examine(item.pdf)
    assert (report.sealed, report.whole, report.pages) == (True, True, 1)
    assert read(item.pdf).metadata.title == "通知"


def test_fonts_are_embedded_and_small(archivist):
    item = stamped(archivist, make_pdf(Paper(drawing=words("x"))))
    ours = [font for font in fonts(item.pdf) if "GongwenStamp" in font["/BaseFont"]]
    whole = next(font for font in ours if font["/Subtype"] == "/Type0")
    inner = whole["/DescendantFonts"][0].get_object()
    assert inner["/CIDToGIDMap"] == "/Identity"
    file = inner["/FontDescriptor"]["/FontFile2"].get_data()
    assert len(file) < 12_000
    assert NameObject("/ToUnicode") in whole


@pytest.mark.parametrize(
    "office", ["", "党的群众路线教育实践活动领导小组", "综合科", "喆䶮", "ABC-01"]
)
def test_texts_of_any_length_fit_their_cell(archivist, office):
    stamp = ArchiveStamp(
        fonds="Z109", year="2014", number="1", office=office, retention="永久", pages=7
    )
    pdf = make_pdf(Paper())
    item = stamped(archivist, pdf, stamp)
    assert_pdf_text(item.pdf, "永久", "7", *([office] if office else []))
    assert outside(differing(pdf, item.pdf), box_of(item)) is None  # the blank side bears no number


def test_a_text_that_does_not_fit_is_refused(archivist):
    stamp = ArchiveStamp(fonds="Z" * 60, year="2014", number="1", retention="永久")
    with pytest.raises(InputError) as raised:
        stamped(archivist, make_pdf(Paper(drawing=words("x"))), stamp)
    assert raised.value.problems[0].code == "stamp_text_too_long"


def test_what_is_no_pdf_is_told_by_name(archivist):
    with pytest.raises(EngineError) as raised:
        stamped(archivist, b"nothing")
    assert raised.value.problems[0].file == "通知.pdf"


@pytest.mark.office
def test_a_real_paper_keeps_its_claim_and_its_bookmarks(archivist, real_part, tmp_path):
    item = stamped(archivist, real_part, title="实施方案")
    assert item.pdfa
    assert (item.pages, item.sides) == (2, 2)
    assert_sound(item.pdf, tmp_path)
    assert outline_pages(item.pdf)[0] == (1, "实施方案", 0)
    stamp = box_of(item)
    assert outside(differing(real_part, item.pdf), stamp, FRONT) is None
    assert outside(differing(real_part, item.pdf, 1), BACK) is None
