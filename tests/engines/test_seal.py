import io
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from service.engines.pdf import seal
from service.engines.pdf.digests import page_digests
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.pdf.seal import Seals
from service.engines.protocols import PartLink, PdfPart
from service.errors import EngineError
from tests.helpers_pdf import (
    Paper,
    add_paper,
    assert_sound,
    dictionary,
    make_pdf,
    numbers,
    read,
    words,
)


def bundle(title="材料", sealed=True, pages=5):
    """A cover with a link, and papers that share a font in twos."""
    cover = PdfPart(
        title="cover",
        pdf=make_pdf(Paper(drawing=words("cover"))),
        numbered=False,
        links=[PartLink(page=0, rect=(10, 10, 50, 50), target=2)],
    )
    papers = [
        PdfPart(
            title=f"paper {n}",
            pdf=make_pdf(*(Paper(drawing=words(f"paper {n} {side}")) for side in range(2))),
        )
        for n in range(pages)
    ]
    return PypdfJoiner().join(
        [cover, *papers], stamp=True, properties={"title": title}, lang="zh", sealed=sealed
    )


@pytest.fixture(scope="module")
def whole():
    return bundle().pdf


def examine(pdf):
    return Seals().examine(pdf)


def qpdf(pdf, folder, *how):
    """The file saved again by another program."""
    before, after = folder / "before.pdf", folder / "after.pdf"
    before.write_bytes(pdf)
    how = [str(before) if one == "IN" else one for one in how] or [str(before)]
    subprocess.run(["qpdf", *how, str(after)], check=True)
    return after.read_bytes()


def test_sealed_file_is_whole_and_the_same_each_time(whole, tmp_path):
    assert whole == bundle().pdf
    report = examine(whole)
    assert (report.sealed, report.whole, report.changed) == (True, True, ())
    assert report.pages == report.said_pages == len(read(whole).pages) == 11
    assert_sound(whole, tmp_path)


def test_the_rest_of_the_file_is_as_without_seal(whole):
    plain = read(bundle(sealed=False).pdf)
    assert page_digests(read(whole)) == page_digests(plain)
    assert examine(bundle(sealed=False).pdf) == seal.SealReport(
        sealed=False, whole=False, pages=11, changed=(), said_pages=0
    )


def test_every_property_of_the_seal_is_described_as_pdfa_asks(whole):
    packet = ET.fromstring(read(whole).root_object["/Metadata"].get_data())
    space = "{urn:gongwen:ns:seal/}"
    used = {one.tag.removeprefix(space) for one in packet.iter() if one.tag.startswith(space)}
    described = {
        one.text
        for one in packet.iter("{http://www.aiim.org/pdfa/ns/property#}name")
    }  # fmt: skip
    assert used == described == {"File", "Pages", "PageDigests"}
    (uri,) = packet.iter("{http://www.aiim.org/pdfa/ns/schema#}namespaceURI")
    assert uri.text == "urn:gongwen:ns:seal/"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_byte_that_differs_is_found(data):
    pdf = _WHOLE()
    place = data.draw(st.integers(0, len(pdf) - 1))
    other = data.draw(st.integers(1, 255))
    flipped = bytearray(pdf)
    flipped[place] ^= other
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seal, "_looked_into", lambda _: ([], b""))  # what pages say: below
        report = examine(bytes(flipped))
    assert report.sealed
    assert not report.whole


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_piece_cut_out_or_put_in_is_found(data):
    pdf = _WHOLE()
    start = data.draw(st.integers(0, len(pdf) - 1))
    length = data.draw(st.integers(0, 300))
    put = data.draw(st.binary(max_size=40))
    other = pdf[:start] + put + pdf[start + length :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seal, "_looked_into", lambda _: ([], b""))
        assert examine(other).whole == (other == pdf)


_KEPT = {}


def _WHOLE():
    return _KEPT.setdefault("pdf", bundle().pdf)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_a_flipped_byte_never_throws_whatever_the_file_becomes(data):
    flipped = bytearray(_WHOLE())
    for _ in range(data.draw(st.integers(1, 30))):
        flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= data.draw(st.integers(1, 255))
    report = examine(bytes(flipped))
    assert not report.whole or bytes(flipped) == _WHOLE()
    assert all(0 <= index < max(report.pages, report.said_pages) for index in report.changed)


@settings(max_examples=6, deadline=None)
@given(page=st.integers(0, 4), side=st.integers(0, 1))
def test_what_is_written_on_a_page_is_named_by_its_page(page, side):
    pdf = _WHOLE().replace(f"(paper {page} {side})".encode(), f"(forge {page} {side})".encode())
    report = examine(pdf)
    assert report.changed == (1 + 2 * page + side,)


def remade(pdf, change):
    """The file after pypdf's own editing, XMP and all else kept."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("page", [1, 5, 10])
def test_a_page_taken_out_is_named(whole, page, tmp_path):
    by_pypdf = examine(remade(whole, lambda writer: writer.remove_page(page)))
    left = f"1-{page},{page + 2}-z" if page < 10 else "1-10"
    by_qpdf = examine(qpdf(whole, tmp_path, "IN", "--pages", ".", left, "--"))
    for report in (by_pypdf, by_qpdf):
        assert (report.whole, report.pages, report.said_pages) == (False, 10, 11)
        assert report.changed == (page,)


def test_a_link_that_leads_elsewhere_is_no_page_changed(whole):
    def lead(writer):
        link = writer.pages[0]["/Annots"][0].get_object()
        place = ArrayObject([writer.pages[7].indirect_reference, NameObject("/Fit")])
        link[NameObject("/Dest")] = place

    report = examine(remade(whole, lead))
    assert (report.whole, report.changed) == (False, ())


def test_a_link_moved_is_a_page_changed(whole):
    def move(writer):
        writer.pages[0]["/Annots"][0].get_object()[NameObject("/Rect")] = numbers(10, 10, 90, 90)

    assert examine(remade(whole, move)).changed == (0,)


def test_pages_that_change_places_are_named(whole, tmp_path):
    report = examine(qpdf(whole, tmp_path, "IN", "--pages", ".", "1-4,9,6-8,5,10-z", "--"))
    assert (report.pages, report.changed) == (11, (4, 8))


def test_a_page_put_in_is_named_where_it_stands(whole, tmp_path):
    def put_in(writer):
        add_paper(writer, Paper(drawing=words("foreign")))
        kids = writer.root_object["/Pages"]["/Kids"]
        kids.insert(6, kids.pop())

    report = examine(remade(whole, put_in))
    assert (report.pages, report.said_pages, report.changed) == (12, 11, (6,))


def test_a_page_of_another_bundle_is_named(whole, tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(make_pdf(Paper(drawing=words("other"))))
    report = examine(
        qpdf(whole, tmp_path, "IN", "--pages", ".", "1-5", str(other), "1", ".", "7-z", "--")
    )
    assert report.changed == (5,)


@pytest.mark.parametrize("how", [(), ("--object-streams=generate", "--linearize")])
def test_saved_again_by_another_program_every_page_is_as_it_was(whole, how, tmp_path):
    report = examine(qpdf(whole, tmp_path, *how, "IN"))
    assert (report.sealed, report.whole, report.changed) == (True, False, ())
    assert report.pages == report.said_pages == 11


def test_a_title_that_pretends_to_be_a_seal_misleads_nobody():
    fake = "\n<gwseal:File>" + "a" * 64 + "</gwseal:File>\n<gwseal:Pages>1</gwseal:Pages>"
    report = examine(bundle(title=fake).pdf)
    assert (report.whole, report.pages) == (True, 11)


def test_a_drawing_that_pretends_to_be_a_seal_misleads_nobody():
    fake = (
        b"\n<gwseal:File>"
        + b"0" * 64
        + b"</gwseal:File>\n<gwseal:PageDigests></gwseal:PageDigests>"
    )
    pdf = make_pdf(Paper(drawing=words("x") + b"%" + fake))
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=pdf)], stamp=False, properties={}, lang="zh", sealed=True
    )
    assert examine(joined.pdf).whole


def with_loop(turned):
    """Two pages whose fonts refer to each other in a circle, met from one side or the other."""
    writer = PdfWriter()
    for index in range(2):
        page = add_paper(writer, Paper(drawing=words(f"loop {index}")))
        page[NameObject("/Resources")] = dictionary(Font=dictionary())
    a = writer._add_object(dictionary(Type=NameObject("/Font"), Name=NameObject("/A")))
    b = writer._add_object(dictionary(Type=NameObject("/Font"), Name=NameObject("/B"), To=a))
    a.get_object()[NameObject("/To")] = b
    for page, font in zip(writer.pages, (b, a) if turned else (a, b), strict=True):
        page["/Resources"]["/Font"][NameObject("/F")] = font
    out = io.BytesIO()
    writer.write(out)
    return page_digests(read(out.getvalue()))


def test_a_circle_of_objects_is_the_same_from_whichever_page_it_is_met():
    straight, turned = with_loop(False), with_loop(True)
    assert straight == with_loop(False)
    assert straight[0] != turned[0]
    assert len({*straight, *turned}) == 4


ATOMS = st.one_of(
    st.none().map(lambda _: NullObject()),
    st.booleans().map(BooleanObject),
    st.integers(-(2**40), 2**40).map(NumberObject),
    st.floats(-1e7, 1e7).map(FloatObject),
    st.text(st.characters(codec="latin-1"), min_size=1, max_size=8).map(
        lambda s: NameObject(f"/{s}")
    ),
    st.text(max_size=12).map(TextStringObject),
    st.binary(max_size=12).map(ByteStringObject),
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(ArrayObject),
        st.dictionaries(st.sampled_from(["/K", "/V#1", "/键"]), inner, max_size=3).map(
            lambda held: DictionaryObject({NameObject(key): one for key, one in held.items()})
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=2))
def test_what_is_said_before_a_page_is_written_holds_when_it_is_read(held):
    """Whatever it draws with: digests are taken of what pypdf is about to write."""
    writer = PdfWriter()
    for index, one in enumerate(held):
        page = add_paper(writer, Paper(drawing=words(f"side {index}")))
        shared = writer._add_object(dictionary(Here=one))
        page[NameObject("/Resources")] = dictionary(Properties=dictionary(P=shared, Q=one))
    out = io.BytesIO()
    writer.write(out)
    part = PdfPart(title="x", pdf=out.getvalue(), odd_start=True)
    try:
        joined = PypdfJoiner().join([part, part], stamp=True, properties={}, lang="zh", sealed=True)
    except EngineError:  # not all that pypdf writes it can read
        reject()
    assert seal._said_pages(joined.pdf) == page_digests(read(joined.pdf))


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7", b"<html>", bytes(range(256)) * 50, b"%PDF-1.7\ngwseal: 1 0 obj"]
)
def test_what_is_no_pdf_bears_no_whole_seal(pdf):
    report = examine(pdf)
    assert (report.whole, report.pages, report.changed) == (False, 0, ())
    assert report.sealed == (b"gwseal" in pdf)


def test_a_file_that_can_no_longer_be_read_has_lost_its_pages(whole):
    report = examine(whole[: whole.rindex(b"xref") - 1][:300] + whole[-9000:])
    assert (report.sealed, report.whole, report.said_pages) == (True, False, 11)


@pytest.mark.office
def test_real_papers_are_sealed_and_a_changed_letter_is_found_by_page(real_part, tmp_path):
    parts = [PdfPart(title=f"实施方案{n}", pdf=real_part, odd_start=True) for n in range(3)]
    joined = PypdfJoiner().join(
        parts, stamp=True, properties={"title": "汇编"}, lang="zh", sealed=True
    )
    assert joined.pdfa
    assert examine(joined.pdf).whole
    assert_sound(joined.pdf, tmp_path)

    def forge(writer):
        stream = writer.pages[3]["/Contents"][1].get_object()
        stream.set_data(stream.get_data().replace(b"Tj", b"Tj ", 1) + b"0 0 9 9 re f")

    assert examine(remade(joined.pdf, forge)).changed == (3,)
