import functools
import io
import re
import subprocess
import sys
import time

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from service.engines.office.glance import Glance
from service.engines.pages import PdfiumPages
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.pdf.seal import Seals
from service.engines.protocols import PartLink, PdfPart
from service.errors import EngineError
from tests.helpers_pdf import (
    A4_WIDE,
    Paper,
    add_paper,
    all_bytes,
    assert_pdf_text,
    assert_sound,
    dictionary,
    fonts,
    ink,
    make_pdf,
    numbers,
    outline_pages,
    picture,
    read,
    words,
    written,
)

PROPERTIES = {
    "title": "材料汇编 <一> & 二",
    "author": "某纪念馆",
    "subject": "整改",
    "keywords": "方案,报告",
    "date": "2014-03-20",
}


def part(title="part", pages=1, **more):
    pdf = make_pdf(*(Paper(drawing=words(f"{title} {n}")) for n in range(pages)))
    return PdfPart(title=title, pdf=pdf, **more)


def join(*parts, stamp=True, properties=PROPERTIES, lang="zh"):
    return PypdfJoiner().join(parts, stamp=stamp, properties=properties, lang=lang)


def bundle():
    return join(
        part("cover", numbered=False),
        part("contents", 2, numbered=False),
        part("plan", 3, odd_start=True, outline=[("one", 0, 1), ("two", 2, 2), ("x", 9, 1)]),
        part("report", 2, odd_start=True),
        part("last", 1),
    )


def test_labels_bookmarks_stamps_and_starts_agree(tmp_path):
    joined = bundle()
    assert joined.starts == (0, 1, 4, 8, 10)
    assert joined.labels == ("i", "ii", "iii", "iv", "1", "2", "3", "4", "5", "6", "7")
    assert joined.pages == 11
    reader = read(joined.pdf)
    assert tuple(reader.page_labels) == joined.labels
    assert outline_pages(joined.pdf) == [
        (1, "cover", 0),
        (1, "contents", 1),
        (1, "plan", 4),
        (2, "one", 4),
        (3, "two", 6),
        (1, "report", 8),
        (1, "last", 10),
    ]
    texts = PdfiumPages().texts(joined.pdf)
    stamped = [re.findall(r"^\d+$", text, re.MULTILINE) for text in texts]
    blanks = {3, 7}
    for side, (found, label) in enumerate(zip(stamped, joined.labels, strict=True)):
        assert found == ([label] if label.isdigit() and side not in blanks else [])
    assert_sound(joined.pdf, tmp_path)


def test_blanks_bear_nothing():
    joined = bundle()
    reader = read(joined.pdf)
    for side in (3, 7):
        page = reader.pages[side]
        assert "/Contents" not in page
        assert "/Annots" not in page
        assert picture(joined.pdf, side).getextrema() == (255, 255)
        assert float(page.mediabox.width) == pytest.approx(595.276)


def test_pages_within_a_part_begin_on_right_hand_sides_too(tmp_path):
    marks = [("one", 0, 1), ("two", 1, 1), ("three", 3, 1)]
    joined = join(
        part("cover", numbered=False),
        part("forms", 4, odd_start=True, odd_pages=[0, 1, 3], outline=marks),
        part("last", odd_start=True),
    )
    assert joined.labels == ("i", "ii", "1", "2", "3", "4", "5", "6", "7")
    assert joined.starts == (0, 2, 8)
    assert [found for found in outline_pages(joined.pdf) if found[0] == 2] == [
        (2, "one", 2),
        (2, "two", 4),
        (2, "three", 6),
    ]
    reader = read(joined.pdf)
    texts = [text.replace("\r\n", " ") for text in PdfiumPages().texts(joined.pdf)]
    for side, words_there in enumerate(
        ["cover", "", "forms 0", "", "forms 1", "forms 2", "forms 3", ""]
    ):
        assert words_there in texts[side]
        assert bool(words_there) == ("/Contents" in reader.pages[side])
    assert [texts[side].split()[-1] for side in (2, 4, 5, 6, 8)] == ["1", "3", "4", "5", "7"]
    assert_sound(joined.pdf, tmp_path)


def test_same_input_same_bytes_other_input_other_identifier():
    first, again = bundle(), bundle()
    assert first.pdf == again.pdf
    other = join(part("plan", 3))
    ids = [read(one.pdf).trailer["/ID"] for one in (first, other)]
    assert ids[0][0] == ids[0][1] != ids[1][0]


def test_without_stamp_pages_stay_as_they_are():
    joined = join(part("plan", 2), stamp=False)
    assert [text.strip() for text in PdfiumPages().texts(joined.pdf)] == ["plan 0", "plan 1"]
    assert read(joined.pdf).pages[0].get_contents().get_data() == words("plan 0")


# --- the number on the page -----------------------------------------------------------------


SHAPES = {
    "portrait": Paper(),
    "turned scan": Paper(media=A4_WIDE, rotate=90),
    "upside down": Paper(rotate=180),
    "turned left": Paper(media=A4_WIDE, rotate=270),
    "landscape": Paper(media=A4_WIDE),
    "landscape upside down": Paper(media=A4_WIDE, rotate=180),
    "ledger": Paper(rotate=90),
    "ledger turned left": Paper(rotate=270),
    "offset": Paper(media=(-100, 300, 495.276, 1141.89)),
    "cropped": Paper(media=(0, 0, 800, 1000), crop=(100, 50, 695.276, 891.89)),
    "cropped, turned": Paper(media=(0, 0, 1000, 800), crop=(50, 100, 891.89, 695.276), rotate=90),
    "backwards box": Paper(media=(595.276, 841.89, 0, 0)),
}  # fmt: skip


@functools.cache
def shapes_joined():
    """Every shape twice, on an odd and on an even page, as it lies in the bound bundle."""
    papers = [paper for paper in SHAPES.values() for _ in (1, 2)]
    joined = join(PdfPart(title="forms", pdf=make_pdf(*papers)))
    return [lying(Image.open(io.BytesIO(png))) for png in PdfiumPages().pictures(joined.pdf)]


def lying(image):
    """A page in the bound bundle: landscape with its head to the left."""
    image = image.convert("L")
    return image.rotate(90, expand=True) if image.width > image.height else image


@pytest.mark.parametrize("odd", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_number_at_upper_outer_corner(shape, odd):
    side = 2 * list(SHAPES).index(shape) + (0 if odd else 1)
    image = shapes_joined()[side]
    left, top, right, bottom = ink(image)
    mm = 210 / image.width
    outer = (image.width - right) * mm if odd else left * mm
    assert outer == pytest.approx(26, abs=0.8)  # a 1 has 0.4 mm of white on its left
    assert bottom * mm == pytest.approx(18, abs=0.5)
    assert (bottom - top) * mm == pytest.approx(2.5, abs=0.4)  # 10.5 pt digits, upright
    assert (right - left) * mm < 6


def test_landscape_is_a_portrait_sheet_turned_and_looks_the_same():
    drawing = words("head", 60, 520) + b"1 0 0 rg 700 40 80 30 re f\n"
    wide = make_pdf(Paper(media=A4_WIDE, drawing=drawing))
    joined = join(PdfPart(title="台账", pdf=wide), stamp=False)
    page = read(joined.pdf).pages[0]
    assert [round(float(n)) for n in page.mediabox] == [0, 0, 595, 842]
    assert page["/Rotate"] == 90
    before, after = picture(wide), picture(joined.pdf)
    assert before.size == after.size
    assert ink(before) == pytest.approx(ink(after), abs=2)


def test_links_of_a_turned_page_turn_with_it():
    link = PartLink(page=0, rect=(60, 500, 200, 540), target=0)
    wide = PdfPart(title="台账", pdf=make_pdf(Paper(media=A4_WIDE)), links=[link])
    page = read(join(wide).pdf).pages[0]
    rect = [float(n) for n in page["/Annots"][0]["/Rect"]]
    assert rect == pytest.approx([595.276 - 540, 60, 595.276 - 500, 200])


def test_pattern_keeps_a_landscape_page_as_it_is():
    pattern = dictionary(Pattern=dictionary())
    wide = make_pdf(Paper(media=A4_WIDE, more={"/Resources": pattern}))
    page = read(join(PdfPart(title="x", pdf=wide)).pdf).pages[0]
    assert "/Rotate" not in page
    assert float(page.mediabox.width) == pytest.approx(841.89)


def test_user_unit_keeps_the_number_at_its_size():
    small = Paper(media=(0, 0, 297.638, 420.945), unit=2)
    page = read(join(PdfPart(title="x", pdf=make_pdf(small))).pdf).pages[0]
    a, _, _, d, x, y = map(
        float, re.search(rb"([\d. -]+) Tm", page.get_contents().get_data()).group(1).split()
    )
    assert (a, d) == (0.5, 0.5)
    # right end and foot in points of paper
    assert 2 * x + 5.25 == pytest.approx(595.276 - 73.7, abs=0.1)
    assert 2 * y == pytest.approx(841.89 - 51.02, abs=0.1)


def test_state_of_a_page_does_not_leak_into_its_number():
    drawing = b"0.2 0 0 0.2 300 300 cm 1 g 3 Tr 0 0 10 10 re W n\n"
    image = picture(join(PdfPart(title="x", pdf=make_pdf(Paper(drawing=drawing)))).pdf)
    left, _, right, bottom = ink(image)
    mm = 210 / image.width
    assert (image.width - right) * mm == pytest.approx(26, abs=0.6)
    assert bottom * mm == pytest.approx(18, abs=0.6)
    assert left


def test_number_font_is_embedded_once_and_whole():
    joined = join(*(part(f"p{n}", 3) for n in range(6)))
    ours = [font for font in fonts(joined.pdf) if "LiberationSerif" in font["/BaseFont"]]
    assert len(ours) == 1
    font = ours[0]
    assert re.fullmatch(r"/[A-Z]{6}\+LiberationSerif", font["/BaseFont"])
    assert len(font["/FontDescriptor"]["/FontFile2"].get_data()) < 8000
    assert "/ToUnicode" in font
    assert list(font["/Widths"]) == [500] * 10
    references = {
        page["/Resources"]["/Font"].raw_get("/GwNumber").idnum for page in read(joined.pdf).pages
    }
    assert references == {font.indirect_reference.idnum}


def test_bundle_within_a_bundle_keeps_both_numbers():
    inner = join(part("inner", 12))
    outer = join(part("first", 30), PdfPart(title="older", pdf=inner.pdf))
    names = read(outer.pdf).pages[30]["/Resources"]["/Font"].keys()
    assert {"/GwNumber", "/GwNumber1"} <= names
    assert_pdf_text(outer.pdf, "1", page=30)
    assert_pdf_text(outer.pdf, "31", page=30)


# --- what comes along and what does not -----------------------------------------------------


def with_named_place(title, target):
    """Three pages; a link on the first leads by name to page `target`."""
    writer = PdfWriter()
    for n in range(3):
        add_paper(writer, Paper(drawing=words(f"{title} {n}")))
    writer.add_named_destination("chapter", page_number=target)
    link = dictionary(
        Type=NameObject("/Annot"),
        Subtype=NameObject("/Link"),
        Rect=numbers(10, 10, 50, 50),
        Dest=TextStringObject("chapter"),
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    return written(writer)


def test_links_by_the_same_name_stay_within_their_part():
    joined = join(
        PdfPart(title="a", pdf=with_named_place("a", 1)),
        PdfPart(title="b", pdf=with_named_place("b", 2), odd_start=True),
    )
    reader = read(joined.pdf)
    targets = [
        reader.get_page_number(reader.pages[start]["/Annots"][0]["/Dest"][0].get_object())
        for start in joined.starts
    ]
    assert targets == [1, joined.starts[1] + 2]
    assert "/Names" not in reader.root_object


def test_named_destinations_are_told_with_their_pages():
    pdf = with_named_place("there", 2)
    assert PypdfJoiner().destinations(pdf, name="x") == {"chapter": 2}
    with pytest.raises(EngineError):
        PypdfJoiner().destinations(b"%PDF-1.4 nothing", name="x")


@pytest.mark.office
def test_destinations_of_libreoffice_are_read_without_a_parse(real_part):
    glanced = Glance(real_part).destinations
    reader = read(real_part)
    parsed = {
        name.removeprefix("/"): reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    assert glanced == parsed == PypdfJoiner().destinations(real_part, name="x")
    assert parsed == {"second": 1}


def test_rows_of_the_contents_lead_to_their_parts():
    contents = make_pdf(Paper(drawing=words("Plan ........ 1") + words("Report ...... 3", y=300)))
    place = PdfiumPages().lines(contents, ["Plan", "Report", "Absent"])
    assert place[2] is None
    links = [
        PartLink(page=found.page, rect=found.rect, target=target)
        for target, found in enumerate(place[:2], start=1)
    ]
    front = PdfPart(title="contents", pdf=contents, numbered=False, links=links)
    joined = join(front, part("Plan", 1), part("Report", 2, odd_start=True))
    reader = read(joined.pdf)
    annotations = [item.get_object() for item in reader.pages[0]["/Annots"]]
    led = [reader.get_page_number(one["/Dest"][0].get_object()) for one in annotations]
    assert led == [joined.starts[1], joined.starts[2]]
    first, second = (one["/Rect"] for one in annotations)
    assert 395 < float(first[1]) < 405
    assert 295 < float(second[1]) < 305
    assert all(one["/F"] == 4 for one in annotations)


def active_part():
    """A part that brings scripts, an action at opening, a file and machine data."""
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=words("kept")))
    script = dictionary(S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)"))
    page[NameObject("/AA")] = dictionary(O=script)
    writer.root_object[NameObject("/OpenAction")] = script
    writer.add_attachment("secret.txt", b"secret")
    writer.metadata = {"/Author": "PC-of-Zhang", "/Producer": "Machine 7"}
    return PdfPart(title="x", pdf=written(writer))


def test_nothing_active_and_nothing_of_the_machine_comes_along():
    joined = join(part("first"), active_part())
    plain = all_bytes(joined.pdf)
    for word in (b"JavaScript", b"OpenAction", b"/AA", b"EmbeddedFile", b"secret", b"Zhang",
                 b"Machine", b"StructTreeRoot", b"pypdf"):  # fmt: skip
        assert word not in plain
    assert_pdf_text(joined.pdf, "kept", page=1)


def test_properties_come_from_the_arguments_in_info_and_xmp_alike():
    reader = read(bundle().pdf)
    info, xmp = reader.metadata, reader.xmp_metadata
    assert info.title == xmp.dc_title["x-default"] == PROPERTIES["title"]
    assert info.author == xmp.dc_creator[0] == PROPERTIES["author"]
    assert info.subject == xmp.dc_description["x-default"] == PROPERTIES["subject"]
    assert info["/Keywords"] == xmp.pdf_keywords == PROPERTIES["keywords"]
    assert info.producer == info.creator == xmp.pdf_producer == xmp.xmp_creator_tool == "Gongwen"
    assert info["/CreationDate"] == info["/ModDate"] == "D:20140320000000+08'00'"
    assert info.creation_date.astimezone(None) == xmp.xmp_create_date.astimezone(None)
    assert reader.root_object["/Lang"] == "zh-CN"


def test_no_date_given_none_written():
    reader = read(join(part(), properties={"title": "x"}, lang="en").pdf)
    assert set(reader.metadata) == {"/Producer", "/Creator", "/Title"}
    assert reader.xmp_metadata.xmp_create_date is None
    assert reader.root_object["/Lang"] == "en-GB"


def test_layers_switched_off_stay_unseen():
    writer = PdfWriter()
    drawing = b"/OC /hidden BDC 0 g 100 100 300 300 re f EMC\n"
    page = add_paper(writer, Paper(drawing=drawing))
    group = writer._add_object(dictionary(Type=NameObject("/OCG"), Name=TextStringObject("draft")))
    page["/Resources"][NameObject("/Properties")] = dictionary(hidden=group)
    writer.root_object[NameObject("/OCProperties")] = dictionary(
        OCGs=ArrayObject([group]), D=dictionary(OFF=ArrayObject([group]))
    )
    pdf = written(writer)
    assert ink(picture(pdf)) is None
    joined = join(part("first"), PdfPart(title="x", pdf=pdf), stamp=False)
    assert ink(picture(joined.pdf, 1)) is None


def test_a_resource_may_bear_the_name_of_an_action():
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=words("seen").replace(b"/F1", b"/AA")))
    held = page["/Resources"]["/Font"]
    page["/Resources"][NameObject("/Font")] = writer._add_object(dictionary(AA=held["/F1"]))
    joined = join(PdfPart(title="x", pdf=written(writer)), stamp=False)
    assert_pdf_text(joined.pdf, "seen")


def test_what_a_form_field_shows_is_drawn_into_the_page():
    writer = PdfWriter()
    page = add_paper(writer, Paper())
    look = DecodedStreamObject()
    look.set_data(b"0 g 0 0 50 20 re f")
    look[NameObject("/BBox")] = numbers(0, 0, 50, 20)
    widget = dictionary(
        Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), FT=NameObject("/Tx"),
        T=TextStringObject("field"), Rect=numbers(100, 100, 300, 180), F=NumberObject(4),
        AP=dictionary(N=writer._add_object(look)),
    )  # fmt: skip
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(widget)])
    pdf = written(writer)
    joined = join(PdfPart(title="x", pdf=pdf), stamp=False)
    assert "/Annots" not in read(joined.pdf).pages[0]
    image = picture(joined.pdf, width=595)
    assert ink(image) == pytest.approx((100, 842 - 180, 300, 842 - 100), abs=2)


# --- refusals and size ----------------------------------------------------------------------


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 not at all", b"<html>"])
def test_a_part_that_is_no_pdf_is_refused_by_name(pdf):
    with pytest.raises(EngineError) as raised:
        join(part(), PdfPart(title="坏材料", pdf=pdf))
    assert raised.value.problems[0].code == "part_unreadable"
    assert raised.value.problems[0].file == "坏材料"
    with pytest.raises(EngineError):
        PypdfJoiner().page_count(pdf, name="坏材料")


def test_parts_without_a_page_are_refused_all_at_once():
    empty = written(PdfWriter())
    with pytest.raises(EngineError) as raised:
        join(PdfPart(title="一", pdf=empty), part(), PdfPart(title="二", pdf=empty))
    assert [found.file for found in raised.value.problems] == ["一", "二"]
    with pytest.raises(EngineError):
        join()


def test_page_count():
    assert PypdfJoiner().page_count(make_pdf(*[Paper()] * 7), name="x") == 7


def noisy(seed):
    """A page with a content stream that does not compress away."""
    lines = b"".join(b"%d %d m %d %d l S\n" % ((seed * n) % 595, n % 841, (n * 7) % 595,
                     (seed + n) % 841) for n in range(400))  # fmt: skip
    return make_pdf(Paper(drawing=words(f"part {seed}") + lines))


def test_three_hundred_parts_weigh_what_they_weighed(tmp_path):
    parts = [PdfPart(title=f"材料{n}", pdf=noisy(n)) for n in range(1, 301)]
    joined = join(*parts)
    assert joined.pages == 300
    assert len(joined.pdf) <= 1.02 * sum(len(one.pdf) for one in parts) + 10_000
    assert outline_pages(joined.pdf)[-1] == (1, "材料300", 299)
    assert_sound(joined.pdf, tmp_path)


# --- with real papers -----------------------------------------------------------------------


@pytest.mark.office
def test_real_papers_stay_pdfa_with_text_links_and_bookmarks(real_part, tmp_path):
    parts = [
        PdfPart(title="实施方案", pdf=real_part, odd_start=True),
        PdfPart(title="情况报告", pdf=real_part, odd_start=True),
    ]
    joined = join(*parts)
    assert joined.pdfa
    assert join(*parts).pdf == joined.pdf
    assert_sound(joined.pdf, tmp_path)
    assert_pdf_text(joined.pdf, "一、总体要求", "制定本方案", page=2)
    reader = read(joined.pdf)
    assert len(reader.root_object["/OutputIntents"]) == 1
    packet = reader.root_object["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in packet
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in packet
    for font in fonts(joined.pdf):
        descriptor = font.get("/FontDescriptor")
        if descriptor is not None:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.get_object().keys()
        assert "/ToUnicode" in font or font["/Subtype"] == "/CIDFontType2"
    for start in joined.starts:
        led = [one["/Dest"][0].get_object() for one in reader.pages[start]["/Annots"]]
        assert [reader.get_page_number(page) for page in led] == [start + 1]
    titles = [title for _, title, _ in outline_pages(joined.pdf)]
    assert titles[0] == "实施方案"


@pytest.mark.office
def test_one_plain_part_takes_the_claim_away(real_part):
    joined = join(PdfPart(title="实施方案", pdf=real_part), part())
    assert not joined.pdfa
    reader = read(joined.pdf)
    assert "/OutputIntents" not in reader.root_object
    assert b"pdfaid:part" not in reader.root_object["/Metadata"].get_data()


@pytest.mark.office
def test_three_hundred_real_pages_are_no_heavier_joined(real_part):
    joined = join(*[PdfPart(title="表", pdf=real_part)] * 150)
    assert joined.pages == 300
    assert len(joined.pdf) <= 1.02 * 150 * len(real_part)


@pytest.mark.office
def test_sixty_real_papers_joined_stamped_and_sealed_cost_what_they_should(real_part):
    def seconds(count):
        parts = [PdfPart(title=f"材料{n}", pdf=real_part, odd_start=True) for n in range(count)]
        start = time.process_time()
        joined = PypdfJoiner().join(
            parts, stamp=True, properties=PROPERTIES, lang="zh", sealed=True
        )
        spent = time.process_time() - start
        assert joined.pdfa
        assert len(joined.pdf) <= 1.02 * count * len(real_part)
        return spent, joined

    seconds(2)
    few, _ = seconds(15)
    many, joined = seconds(60)
    assert joined.pages == 120
    assert many < 3 * 4 * few + 0.5, "linear, give or take a busy machine"
    report = Seals().examine(joined.pdf)
    assert (report.whole, report.pages) == (True, 120)


@pytest.mark.office
def test_parts_once_written_take_no_memory(real_part):
    """A process of its own: what a bundle costs beyond its parts and itself."""
    script = """
import resource, sys
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.pdf.seal import Seals
from service.engines.protocols import PdfPart
pdf = sys.stdin.buffer.read()
def peak(count):
    parts = [PdfPart(title=str(n), pdf=pdf) for n in range(count)]
    size = len(PypdfJoiner().join(
        parts, stamp=True, properties={}, lang="zh", sealed=True).pdf)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, size
small, _ = peak(5)
large, size = peak(400)
print((large - small) / size)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], input=real_part, capture_output=True, check=True
    )
    # The file itself once, and 16 MB until the collector is called.
    assert float(done.stdout) < 3
