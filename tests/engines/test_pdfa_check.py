import functools
import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from service.engines.pdf.archive import Archivist
from service.engines.pdf.check import PdfaChecker
from service.engines.pdf.faults import FAULTS
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.protocols import ArchiveStamp, PdfPart
from service.engines.upload.picture import picture_pdf
from service.settings import Settings
from tests.helpers_pdf import Paper, dictionary, make_pdf, name, numbers, words, written

PROPERTIES = {
    "title": "材料 <一> & 二",
    "author": "某馆",
    "subject": "整改",
    "keywords": "方案",
    "date": "2014-03-20",
}


@functools.cache
def sound():
    """Two pictures, joined, stamped and sealed: PDF/A-2b without LibreOffice."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, "PNG")
    part = PdfPart(title="照片", pdf=picture_pdf(out.getvalue()))
    joined = PypdfJoiner().join(
        [part, part], stamp=True, properties=PROPERTIES, lang="zh", sealed=True
    )
    assert joined.pdfa
    return joined.pdf


def codes(pdf):
    found = PdfaChecker().check(pdf)
    for one in found:
        assert one.problem.text.zh.endswith("。")
        assert one.problem.text.en.endswith(".")
        assert "{" not in one.problem.text.zh + one.problem.text.en
    return {(one.problem.code.removeprefix("pdfa_"), one.page) for one in found}


def broken(change):
    """The sound file after one change."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(sound())))
    change(writer)
    writer.pdf_header = "%PDF-1.7"
    return written(writer)


def test_what_we_join_stamp_and_seal_is_sound():
    assert codes(sound()) == set()
    assert codes(broken(lambda writer: None)) == set()


def catalog(**entries):
    def change(writer):
        for key, value in entries.items():
            writer.root_object[name(f"/{key}")] = value

    return change


def script():
    return dictionary(S=name("/JavaScript"), JS=TextStringObject("x"))


def on_page(**entries):
    def change(writer):
        for key, value in entries.items():
            writer.pages[1][name(f"/{key}")] = value

    return change


def annotated(kind, flags=4, **more):
    one = dictionary(
        Type=name("/Annot"), Subtype=name(f"/{kind}"), Rect=numbers(1, 1, 9, 9),
        F=NumberObject(flags), **more,
    )  # fmt: skip
    return lambda writer: on_page(Annots=ArrayObject([writer._add_object(one)]))(writer)


def drawn(drawing):
    def change(writer):
        stream = DecodedStreamObject()
        stream.set_data(drawing)
        on_page(Contents=writer._add_object(stream))(writer)

    return change


def resource(kind, value):
    def change(writer):
        held = writer.pages[1]["/Resources"]
        held[name(f"/{kind}")] = dictionary(X=writer._add_object(value))

    return change


def image_with(**entries):
    def change(writer):
        for picture in writer.pages[1]["/Resources"]["/XObject"].values():
            for key, value in entries.items():
                picture.get_object()[name(f"/{key}")] = value

    return change


def in_packet(old, new):
    def change(writer):
        packet = writer.root_object["/Metadata"]
        data = packet.get_data()
        assert old in data
        packet.set_data(data.replace(old, new))

    return change


def unembedded(writer):
    for font in writer.pages[1]["/Resources"]["/Font"].values():
        del font.get_object()["/FontDescriptor"]["/FontFile2"]


def form_within(writer):
    """A font that is not there, in a form within a form."""
    helvetica = dictionary(Type=name("/Font"), Subtype=name("/Type1"), BaseFont=name("/Helvetica"))
    inner, outer = DecodedStreamObject(), DecodedStreamObject()
    for one in (inner, outer):
        one.set_data(b"q Q")
        one[name("/Subtype")] = name("/Form")
    inner[name("/Resources")] = dictionary(Font=dictionary(F=helvetica))
    outer[name("/Resources")] = dictionary(XObject=dictionary(I=writer._add_object(inner)))
    resource("XObject", outer)(writer)


def type3_within(writer):
    """A font that is not there, used by a glyph of a drawn font."""
    glyph = DecodedStreamObject()
    glyph.set_data(b"0 0 d0 0 0 0 1 k")
    font = dictionary(
        Type=name("/Font"), Subtype=name("/Type3"), CharProcs=dictionary(a=writer._add_object(glyph)),
    )  # fmt: skip
    resource("Font", font)(writer)


def filtered(coding):
    def change(writer):
        stream = DecodedStreamObject()
        stream.set_data(b"abc")
        stream[name("/Filter")] = name(coding)
        resource("Properties", stream)(writer)

    return change


def second_intent(writer):
    held = writer.root_object["/OutputIntents"]
    held.append(held[0])


def no_profile(writer):
    stream = DecodedStreamObject()
    stream.set_data(b"no profile at all" * 20)
    stream[name("/N")] = NumberObject(3)
    intent = writer.root_object["/OutputIntents"][0].get_object()
    intent[name("/DestOutputProfile")] = writer._add_object(stream)


def outside_data(writer):
    stream = DecodedStreamObject()
    stream.set_data(b"")
    stream[name("/F")] = TextStringObject("c:/x")
    resource("Properties", stream)(writer)


def blend(**entries):
    return resource("ExtGState", dictionary(Type=name("/ExtGState"), **entries))


def look():
    stream = DecodedStreamObject()
    stream.set_data(b"")
    return stream


def look_of(writer):
    return writer._add_object(look())


def a_form(**entries):
    stream = look()
    stream[name("/Subtype")] = name("/Form")
    for key, value in entries.items():
        stream[name(f"/{key}")] = value
    return stream


LAYERS = dictionary(OCGs=ArrayObject(), D=dictionary())
GOTO_R = dictionary(S=name("/GoToR"), F=TextStringObject("other.pdf"))
BROKEN = {
    "no claim": (in_packet(b"<pdfaid:part>2<", b"<pdfaid:part>1<"), {("no_claim", None)}),
    "conformance": (in_packet(b"conformance>B<", b"conformance>X<"), {("no_claim", None)}),
    "no packet": (lambda w: w.root_object.pop("/Metadata"), {("no_claim", None)}),
    "broken packet": (in_packet(b"</rdf:RDF>", b""), {("bad_xmp", None)}),
    "title": (in_packet("材料".encode(), "资料".encode()), {("info_differs", None)}),
    "date": (in_packet(b"CreateDate>2014", b"CreateDate>2015"), {("info_differs", None)}),
    "undescribed": (in_packet(b"ns:seal/</pdfaSchema", b"ns:other/</pdfaSchema"),
                    {("undescribed", None)}),
    "no intent": (lambda w: w.root_object.pop("/OutputIntents"), {("intent", None)}),
    "two intents": (second_intent, {("intent", None)}),
    "profile": (no_profile, {("profile", None)}),
    "script tree": (catalog(Names=dictionary(JavaScript=dictionary())), {("script", None)}),
    "script at opening": (catalog(OpenAction=script()), {("script", None)}),
    "outside at opening": (catalog(OpenAction=GOTO_R), {("action", None)}),
    "catalog actions": (catalog(AA=dictionary()), {("action", None)}),
    "embedded file": (lambda w: w.add_attachment("a.txt", b"a"), {("embedded_file", None)}),
    "form": (catalog(AcroForm=dictionary(XFA=TextStringObject("x"))), {("form", None)}),
    "layers": (catalog(OCProperties=LAYERS), {("layers", None)}),
    "page action": (on_page(AA=dictionary(O=script())), {("action", 1), ("script", 1)}),
    "launching link": (
        annotated("Link", A=dictionary(S=name("/Launch"), F=TextStringObject("x"))), {("action", 1)}
    ),
    "chained script": (
        annotated("Link", A=dictionary(S=name("/URI"), URI=TextStringObject("http://a"), Next=script())),
        {("script", 1)},
    ),
    "unprinted link": (annotated("Link", flags=0), {("flags", 1)}),
    "hidden link": (annotated("Link", flags=6), {("flags", 1)}),
    "film": (annotated("Movie", AP=dictionary(N=NullObject())), {("annotation", 1)}),
    "stamp without look": (annotated("Stamp"), {("appearance", 1)}),
    "field font": (unembedded, {("font", 0)}),
    "font in a form": (form_within, {("font", 1)}),
    "colour in a glyph": (type3_within, {("colour", 1)}),
    "LZW": (filtered("/LZWDecode"), {("filter", 1)}),
    "crypt": (filtered("/Crypt"), {("filter", 1)}),
    "outside data": (outside_data, {("outside", 1)}),
    "smoothed": (image_with(Interpolate=BooleanObject(True)), {("picture", 1)}),
    "alternates": (image_with(Alternates=ArrayObject()), {("picture", 1)}),
    "CMYK picture": (image_with(ColorSpace=name("/DeviceCMYK")), {("colour", 1)}),
    "CMYK": (drawn(b"0 0 0 1 k 0 0 9 9 re f"), {("colour", 1)}),
    "inline LZW": (drawn(b"q BI /W 1 /H 1 /F /LZW ID x EI Q"), {("filter", 1)}),
    "unknown operator": (drawn(b"q 1 0 0 frobnicate Q"), {("operator", 1)}),
    "nesting": (drawn(b"q " * 29 + b"Q " * 29), {("nesting", 1)}),
    "transfer": (blend(TR=name("/Identity")), {("state", 1)}),
    "blend": (blend(BM=name("/Dissolve")), {("state", 1)}),
    "tiny page": (on_page(MediaBox=numbers(0, 0, 2, 2)), {("size", 1)}),
    "PostScript": (
        resource("XObject", a_form(Subtype2=name("/PS"))), {("drawing", 1)}
    ),
    "reference": (resource("XObject", a_form(Ref=dictionary())), {("drawing", 1)}),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_each_violation_is_found_with_its_page(case):
    change, expected = BROKEN[case]
    found = codes(broken(change))
    assert expected <= found
    # Fonts and pictures that both pages share are told with the first of them.
    assert {code for code, _ in found} <= {code for code, _ in expected} | {"embedded_file"}


def test_every_kind_of_fault_has_a_test():
    tested = {code for _, expected in BROKEN.values() for code, _ in expected}
    assert set(FAULTS) - tested == {"unreadable", "header", "end", "no_id", "encrypted", "encoding"}


def test_faults_of_the_bytes_themselves():
    pdf = sound()
    assert ("header", None) in codes(b"junk\n" + pdf)
    assert ("header", None) in codes(re.sub(rb"\n%[^\n]*\n", b"\n", pdf, count=1))
    assert ("end", None) in codes(pdf + b"more")
    assert ("no_id", None) in codes(pdf.replace(b"\n/ID [", b"\n/XX ["))
    for nothing in (b"", b"%PDF-1.7", bytes(500), pdf[: len(pdf) // 2]):
        assert codes(nothing)


def test_encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(sound())))
    writer.encrypt("", "owner", algorithm="RC4-128")
    assert ("encrypted", None) in codes(written(writer))


def test_true_type_font_with_an_encoding_of_its_own():
    def change(writer):
        for font in writer.pages[0]["/Resources"]["/Font"].values():
            font.get_object()[name("/Encoding")] = dictionary(Differences=ArrayObject())

    assert ("encoding", 0) in codes(broken(change))


def test_a_plain_pdf_is_told_why_not():
    found = codes(make_pdf(Paper(drawing=words("plain"))))
    assert {("no_claim", None), ("intent", None), ("font", 0)} <= found


def test_words_within_strings_and_comments_are_no_operators():
    drawing = b"(frobnicate \\) 0 0 0 1 k) pop"[:-4] + b" % 0 0 0 1 k\nn /Name <AB> [1 (k)] 0 d"
    assert codes(broken(drawn(drawing.replace(b"[1 (k)] 0 d", b"[1] 0 d")))) == set()


@pytest.mark.office
def test_real_papers_joined_stamped_and_sealed_are_sound(real_part, tmp_path):
    assert codes(real_part) == set()
    parts = [PdfPart(title=f"方案{n}", pdf=real_part, odd_start=True) for n in range(2)]
    joined = PypdfJoiner().join(parts, stamp=True, properties=PROPERTIES, lang="zh", sealed=True)
    assert codes(joined.pdf) == set()
    item = Archivist(Settings(data=tmp_path)).stamp_item(
        real_part, name="x", lang="zh", properties=PROPERTIES,
        stamp=ArchiveStamp(fonds="Z1", year="2014", number="1", office="办公室", retention="永久"),
    )  # fmt: skip
    assert item.pdfa
    assert codes(item.pdf) == set()
