"""What pdfium measures: places, fonts and lines of PDFs, turned and nested ones too."""

import io

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
)

from service.core.gbt9704 import millimetres, points
from service.core.sheet import Box, lines_of
from service.engines.measure import PdfiumMeasurer
from service.engines.office.converter import connect_or_start
from service.errors import InputError
from service.settings import Settings
from tests.desk.papers import Wish, notice

NAMES = "喆堃玥翀䶮𠮷"
HELVETICA = DictionaryObject({
    NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
    NameObject("/BaseFont"): NameObject("/Helvetica"),
    NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
})  # fmt: skip


def pdf(content, *, rotate=0, box=(0, 0, 595.28, 841.89), form=None):
    """One page of raw drawing, its corner anywhere, turned, with a form XObject /F0."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(box[2] - box[0], box[3] - box[1])
    page[NameObject("/MediaBox")] = RectangleObject(box)
    resources = {NameObject("/Font"): DictionaryObject({NameObject("/H"): HELVETICA})}
    if form:
        inner = DecodedStreamObject()
        inner.set_data(form.encode())
        inner.update({
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(NumberObject(n) for n in (0, 0, 600, 900)),
            NameObject("/Matrix"): ArrayObject(FloatObject(n) for n in (2, 0, 0, 2, 10, 20)),
            NameObject("/Resources"): DictionaryObject(resources),
        })  # fmt: skip
        reference = writer._add_object(inner)
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/F0"): reference})
    page[NameObject("/Resources")] = DictionaryObject(resources)
    stream = DecodedStreamObject()
    stream.set_data(content.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    if rotate:
        page[NameObject("/Rotate")] = NumberObject(rotate)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def measured(data):
    return PdfiumMeasurer().measure(data, name="x.pdf").pages[0]


TEXT = "BT /H 20 Tf 100 700 Td (AB) Tj ET"


def test_place_and_size_of_a_character():
    page = measured(pdf(TEXT))
    first, second = page.chars
    assert first.x == pytest.approx(millimetres(100), abs=0.01)
    assert first.baseline == pytest.approx(millimetres(841.89 - 700), abs=0.01)
    assert (first.size, first.font, first.angle) == (20, "Helvetica", 0)
    assert points(second.x - first.x) == pytest.approx(0.667 * 20, abs=0.05)
    assert first.advance == pytest.approx(0.667, abs=0.01)


@pytest.mark.parametrize(
    ("rotate", "x", "y", "angle"),
    [(90, 700, 100, 90), (180, 595.28 - 100, 700, 180), (270, 841.89 - 700, 595.28 - 100, 270)],
)
def test_a_turned_page_is_measured_as_shown(rotate, x, y, angle):
    page = measured(pdf(TEXT, rotate=rotate))
    assert page.rotation == rotate
    assert page.landscape is (rotate != 180)
    char = page.chars[0]
    assert char.angle == angle
    assert char.size == pytest.approx(20)
    near = Box(millimetres(x) - 6, millimetres(y) - 6, millimetres(x) + 6, millimetres(y) + 6)
    assert near.holds(char.ink)
    assert page.lines == ()


def test_a_page_whose_corner_is_elsewhere():
    page = measured(pdf("BT /H 20 Tf 150 800 Td (A) Tj ET", box=(50, 100, 645.28, 941.89)))
    assert page.width == pytest.approx(210, abs=0.01)
    assert page.chars[0].x == pytest.approx(millimetres(100), abs=0.01)
    assert page.chars[0].baseline == pytest.approx(millimetres(141.89), abs=0.01)


def test_text_and_lines_in_a_form_are_at_their_place():
    form = "BT /H 10 Tf 45 340 Td (A) Tj ET 1 w 40 300 m 140 300 l S"
    page = measured(pdf("q 1 0 0 1 0 0 cm /F0 Do Q", form=form))
    char = page.chars[0]
    assert char.size == pytest.approx(20)
    assert char.x == pytest.approx(millimetres(100), abs=0.05)
    assert char.baseline == pytest.approx(millimetres(141.89), abs=0.05)
    (rule,) = page.rules
    assert rule.stroke == pytest.approx(2)
    assert rule.box.left == pytest.approx(millimetres(90), abs=0.05)
    assert rule.box.width == pytest.approx(millimetres(200), abs=0.05)
    assert rule.across


def test_lines_boxes_and_colours():
    page = measured(pdf("1 0 0 RG 2 w 100 500 m 100 600 l S 0 0 1 rg 50 50 200 1 re f "
                        "0 g 50 100 200 80 re f 1 g 300 300 9 1 re f"))  # fmt: skip
    upright, thin, block, white = page.rules
    assert upright.down
    assert upright.red
    assert thin.across
    assert thin.stroke == pytest.approx(1, abs=0.01)
    assert thin.colour == "0000FF"
    assert (block.stroke, block.across) == (0, False)
    assert white.white


def test_width_stretched_text_keeps_its_height():
    page = measured(pdf("BT /H 20 Tf 66 Tz 100 700 Td (A) Tj ET"))
    char = page.chars[0]
    assert char.size == pytest.approx(20)
    assert char.advance == pytest.approx(0.667 * 0.66, abs=0.01)


def test_outlined_text_is_bold():
    assert measured(pdf("BT 2 Tr /H 20 Tf 100 700 Td (A) Tj ET")).chars[0].bold
    assert not measured(pdf(TEXT)).chars[0].bold


def test_a_font_without_its_file_is_said_to_be_so():
    sheet = PdfiumMeasurer().measure(pdf(TEXT), name="x.pdf")
    assert [(font.name, font.embedded) for font in sheet.fonts] == [("Helvetica", False)]


def test_labels_outline_and_comments():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(TEXT)))
    writer.add_blank_page(595.28, 841.89)
    writer.set_page_label(0, 0, "/r")
    writer.set_page_label(1, 1, "/D", start=1)
    parent = writer.add_outline_item(title="目录", page_number=0)
    writer.add_outline_item(title="实施方案", page_number=1, parent=parent)
    out = io.BytesIO()
    writer.write(out)
    sheet = PdfiumMeasurer().measure(out.getvalue(), name="x.pdf")
    assert [page.label for page in sheet.pages] == ["i", "1"]
    assert [(m.title, m.page, m.level) for m in sheet.outline] == [
        ("目录", 0, 1), ("实施方案", 1, 2),
    ]  # fmt: skip
    assert sheet.pages[1].blank


def test_lines_are_cut_at_wide_gaps():
    page = measured(pdf("BT /H 12 Tf 60 700 Td (left) Tj 300 0 Td (right) Tj ET"))
    (line,) = lines_of(page.chars)
    assert [part.text for part in line.parts()] == ["left", "right"]


@pytest.mark.parametrize("data", [b"", b"nothing", b"%PDF-1.7 and no more"])
def test_no_pdf_is_refused_by_name(data):
    with pytest.raises(InputError) as caught:
        PdfiumMeasurer().measure(data, name="会议.pdf")
    assert caught.value.problems[0].file == "会议.pdf"


@pytest.mark.office
def test_a_paper_from_libreoffice(tmp_path):
    converter = connect_or_start(Settings(data=tmp_path, converters=1))
    try:
        wish = Wish(extra=(f"参加人员：{NAMES}等。",), annex_mark="", note="")
        made = converter.convert(notice(wish), name="notice.docx").pdf
    finally:
        converter.close()
    sheet = PdfiumMeasurer().measure(made, name="notice.pdf")
    line = next(line for page in sheet.pages for line in page.lines if "参加人员" in line.text)
    assert NAMES in line.text
    assert all(0.9 < char.advance < 1.1 for char in line.chars)
    steps = [points(b.x - a.x) for a, b in zip(line.chars, line.chars[1:], strict=False)]
    assert all(step == pytest.approx(15.75, abs=0.1) for step in steps)
    assert all(font.embedded for font in sheet.fonts)
    date = next(line for page in sheet.pages for line in page.lines if line.text == wish.date)
    assert points(date.end - date.x) == pytest.approx(119, abs=1)  # the joins: JOIN_PT
    red = next(rule for rule in sheet.pages[0].rules if rule.red)
    assert red.box.width == pytest.approx(156, abs=0.1)
    assert red.stroke == pytest.approx(2, abs=0.05)
