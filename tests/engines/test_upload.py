import io
import zipfile
import zlib

import docx
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    EncodedStreamObject,
    NumberObject,
    TextStringObject,
)

from service.engines import child
from service.engines.office.converter import connect_or_start
from service.engines.pages import PdfiumPages
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.protocols import Converted, PdfPart
from service.engines.upload import reader as upload
from service.engines.upload.content import depths
from service.engines.upload.reader import Uploads
from service.engines.upload.refusals import REFUSALS, REMOVALS
from service.errors import InputError
from service.settings import Settings
from tests.helpers_pdf import (
    A4_WIDE,
    Paper,
    add_paper,
    all_bytes,
    assert_pdf_text,
    assert_sound,
    dictionary,
    ink,
    make_pdf,
    name,
    numbers,
    picture,
    read,
    words,
    written,
)


class SaysWhatItGot:
    """A converter that remembers what it was asked and gives a page."""

    def __init__(self, pdf=None):
        self.asked = []
        self.pdf = pdf or make_pdf(Paper(drawing=words("converted")))

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        self.asked.append((name, suffix))
        return Converted(pdf=self.pdf, pages=1)

    def close(self):
        pass


def take(data, file="扫描件.pdf", converter=None, **settings):
    return Uploads(converter or SaysWhatItGot(), Settings(**settings)).read(data, name=file)


def refused(data, file="扫描件.pdf", **settings):
    """The code of the refusal; it names the file and says something in both languages."""
    with pytest.raises(InputError) as raised:
        take(data, file, **settings)
    (found,) = raised.value.problems
    assert found.file == file
    assert found.text.zh.endswith("。")
    assert found.text.en.endswith(".")
    return found.code


# --- PDF: what is taken out -----------------------------------------------------------------


def script(code="app.alert(1)"):
    return dictionary(Type=name("/Action"), S=name("/JavaScript"), JS=TextStringObject(code))


def annotation(kind, **more):
    return dictionary(
        Type=name("/Annot"), Subtype=name(f"/{kind}"), Rect=numbers(10, 10, 90, 90), **more
    )


def look(drawing=b"0 g 0 0 80 80 re f"):
    stream = DecodedStreamObject()
    stream.set_data(drawing)
    stream[name("/BBox")] = numbers(0, 0, 80, 80)
    return stream


def with_annotations(*annotations):
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=words("kept")))
    page[name("/Annots")] = ArrayObject(writer._add_object(one) for one in annotations)
    return writer


def with_catalog(**entries):
    writer = PdfWriter()
    add_paper(writer, Paper(drawing=words("kept")))
    for key, value in entries.items():
        writer.root_object[name(f"/{key}")] = value
    return writer


def with_page_script():
    writer = PdfWriter()
    add_paper(writer, Paper(drawing=words("kept"), more={"/AA": dictionary(O=script())}))
    return writer


def with_file():
    writer = with_catalog()
    writer.add_attachment("payload.exe", b"MZ payload")
    return writer


def with_script_tree():
    tree = dictionary(Names=ArrayObject([TextStringObject("a"), script()]))
    return with_catalog(Names=dictionary(JavaScript=tree))


def with_field(**more):
    field = annotation("Widget", FT=name("/Tx"), T=TextStringObject("f"), F=NumberObject(4), **more)
    writer = with_annotations(field)
    form = dictionary(Fields=ArrayObject(list.__iter__(writer.pages[0]["/Annots"])))
    if "AA" in more:
        form[name("/XFA")] = TextStringObject("<xdp/>")
    writer.root_object[name("/AcroForm")] = form
    return writer


def action(kind, **more):
    return dictionary(Type=name("/Action"), S=name(f"/{kind}"), **more)


LAUNCH = action("Launch", F=TextStringObject("calc.exe"))
FILE = dictionary(Type=name("/Filespec"), F=TextStringObject("payload.exe"))
ACTIVE = {
    "script tree": (with_script_tree, {"javascript"}),
    "script at opening": (lambda: with_catalog(OpenAction=script()), {"javascript"}),
    "address at opening": (
        lambda: with_catalog(OpenAction=action("URI", URI=TextStringObject("http://evil/"))),
        {"action"},
    ),
    "catalog actions": (lambda: with_catalog(AA=dictionary(WC=script())), {"action"}),
    "page actions": (with_page_script, {"action"}),
    "embedded file": (with_file, {"embedded_file"}),
    "launching link": (lambda: with_annotations(annotation("Link", A=LAUNCH)), {"launch"}),
    "scripting link": (lambda: with_annotations(annotation("Link", A=script())), {"javascript"}),
    "submitting link": (
        lambda: with_annotations(annotation("Link", A=action("SubmitForm", F=FILE))),
        {"action"},
    ),
    "importing link": (
        lambda: with_annotations(annotation("Link", A=action("ImportData", F=FILE))),
        {"action"},
    ),
    "link to a file": (
        lambda: with_annotations(
            annotation("Link", A=action("URI", URI=TextStringObject("file:///etc/passwd")))
        ),
        {"action"},
    ),
    "chained action": (
        lambda: with_annotations(
            annotation("Link", A=action("GoTo", D=ArrayObject(), Next=LAUNCH))
        ),
        {"action"},
    ),
    "attached file": (
        lambda: with_annotations(annotation("FileAttachment", FS=FILE)),
        {"embedded_file"},
    ),
    "rich media": (lambda: with_annotations(annotation("RichMedia")), {"media"}),
    "3D": (lambda: with_annotations(annotation("3D")), {"media"}),
    "film": (lambda: with_annotations(annotation("Movie")), {"media"}),
    "sound": (lambda: with_annotations(annotation("Sound")), {"media"}),
    "screen": (
        lambda: with_annotations(annotation("Screen", A=action("Rendition", JS=TextStringObject("x")))),
        {"media", "action"},
    ),
    "sticky note": (
        lambda: with_annotations(annotation("Text", Contents=TextStringObject("secret"))),
        {"note"},
    ),
    "hidden stamp": (
        lambda: with_annotations(annotation("Stamp", F=NumberObject(2), AP=dictionary(N=look()))),
        {"hidden_note"},
    ),
    "field with script and XFA": (
        lambda: with_field(AA=dictionary(K=script()), AP=dictionary(N=look())),
        {"form", "xfa", "action"},
    ),
}  # fmt: skip
WORDS = (
    b"JavaScript", b"/JS", b"OpenAction", b"/AA", b"/Launch", b"SubmitForm", b"ImportData",
    b"EmbeddedFile", b"payload", b"Filespec", b"RichMedia", b"/3D", b"/Movie", b"/Sound",
    b"Rendition", b"AcroForm", b"XFA", b"Widget", b"evil", b"passwd", b"calc.exe", b"secret",
    b"/Annots",
)  # fmt: skip


def stream_fixed(writer):
    """Appearance streams written straight into a dictionary become objects of their own."""
    for page in writer.pages:
        for held in page.get("/Annots", ()):
            looks = held.get_object().get("/AP")
            if looks is not None:
                looks[name("/N")] = writer._add_object(looks["/N"])
    return written(writer)


@pytest.mark.parametrize("case", ACTIVE)
def test_what_acts_is_taken_out_and_named(case, tmp_path):
    make, expected = ACTIVE[case]
    clean = take(stream_fixed(make()))
    assert clean.removed == tuple(text for code, text in REMOVALS.items() if code in expected)
    plain = all_bytes(clean.pdf)
    assert not [word for word in WORDS if word in plain]
    assert_pdf_text(clean.pdf, "kept")
    assert_sound(clean.pdf, tmp_path)
    # And again when joined, stamped and written anew.
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=clean.pdf)], stamp=True, properties={}, lang="zh"
    )
    plain = all_bytes(joined.pdf)
    assert not [word for word in WORDS if word in plain]


def test_plain_pdf_loses_nothing_and_keeps_web_links():
    page = action("URI", URI=ByteStringObject(b"https://example.org/a?b=c"))
    clean = take(written(with_annotations(annotation("Link", A=page))))
    assert clean.removed == ()
    assert clean.pages == 1
    (link,) = read(clean.pdf).pages[0]["/Annots"]
    assert link.get_object()["/A"]["/URI"] == "https://example.org/a?b=c"
    assert set(read(clean.pdf).metadata) == {"/Producer", "/Creator"}


@pytest.mark.parametrize("kind", ["Stamp", "FreeText", "Ink", "Highlight", "Widget"])
def test_what_annotations_show_stays_on_the_page(kind):
    writer = with_annotations(annotation(kind, F=NumberObject(4), AP=dictionary(N=look())))
    clean = take(stream_fixed(writer))
    image = picture(clean.pdf, width=595).crop((0, 700, 200, 842))
    assert ink(image) == pytest.approx((10, 52, 90, 132), abs=2)


def test_filled_field_that_nothing_draws_is_refused_not_lost():
    assert refused(written(with_field(V=TextStringObject("value")))) == "upload_form_unprinted"


def test_dynamic_form_is_refused():
    form = dictionary(XFA=TextStringObject("<xdp/>"), Fields=ArrayObject())
    writer = with_catalog(AcroForm=form, NeedsRendering=BooleanObject(True))
    assert refused(written(writer)) == "upload_dynamic_form"


def test_same_upload_same_bytes():
    data = stream_fixed(ACTIVE["embedded file"][0]())
    assert take(data).pdf == take(data).pdf


# --- PDF: what is refused -------------------------------------------------------------------


def encrypted(user):
    writer = PdfWriter()
    add_paper(writer, Paper(drawing=words("kept")))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    return written(writer)


def cyclic():
    """A page tree whose node is its own grandchild."""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
    )


def raw_pdf(*objects):
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def many_pages(count):
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(count))
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        *[page] * count,
    )


def flate_bomb(times=1):
    """A drawing of 150 MB of blanks; packed `times` over."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b" " * 1_000_000) for _ in range(150)) + packed.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    stream = EncodedStreamObject()
    stream._data = data
    one = name("/FlateDecode")
    stream[name("/Filter")] = one if times == 1 else ArrayObject([one] * times)
    writer = PdfWriter()
    page = add_paper(writer, Paper())
    page[name("/Contents")] = writer._add_object(stream)
    return written(writer)


def picture_bomb():
    stream = EncodedStreamObject()
    stream._data = zlib.compress(bytes(1000))
    for key, value in (("Width", 60000), ("Height", 60000), ("BitsPerComponent", 8)):
        stream[name(f"/{key}")] = NumberObject(value)
    stream[name("/Subtype")] = name("/Image")
    stream[name("/Filter")] = name("/FlateDecode")
    stream[name("/ColorSpace")] = name("/DeviceGray")
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=b"/Im Do"))
    page["/Resources"][name("/XObject")] = dictionary(Im=writer._add_object(stream))
    return written(writer)


def deep(kind):
    """References or arrays nested deeper than any parser's stack."""
    if kind == "arrays":
        return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R /X %s >>" % (b"[" * 100_000),
                       b"<< /Type /Pages /Kids [] /Count 0 >>")  # fmt: skip
    chain = [b"<< /Type /Font /Next %d 0 R >>" % (5 + n) for n in range(5_000)]
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> >>",
        *chain,
    )


GOOD = make_pdf(Paper(drawing=words("kept")))
BAD = {
    "empty": (lambda: b"", "empty"),
    "password": (lambda: encrypted("user"), "encrypted"),
    "owner password": (lambda: encrypted(""), "encrypted"),
    "cut off": (lambda: GOOD[:200], "damaged"),
    "only a header": (lambda: b"%PDF-1.7\n", "damaged"),
    "noise": (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 40, "damaged"),
    "no page": (lambda: written(PdfWriter()), "no_pages"),
    "cyclic tree": (cyclic, "damaged"),
    "5001 pages": (lambda: many_pages(5001), "too_many_pages"),
    "14400 points": (lambda: make_pdf(Paper(media=(0, 0, 14400, 14400))), "page_size"),
    "unit makes it absurd": (lambda: make_pdf(Paper(unit=10)), "page_size"),
    "stamp-sized": (lambda: make_pdf(Paper(media=(0, 0, 20, 20))), "page_size"),
    "flate bomb": (flate_bomb, "too_costly"),
    "double flate bomb": (lambda: flate_bomb(2), "too_costly"),
    "picture bomb": (picture_bomb, "too_costly"),
    "deep arrays": (lambda: deep("arrays"), "damaged"),
    "web page": (lambda: b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "page_saved"),
    "text": (lambda: b"plain words", "kind"),
    "GIF": (lambda: b"GIF89a" + bytes(20), "kind"),
    "spreadsheet": (lambda: ole("Workbook"), "other_office"),
    "docx with password": (lambda: ole("EncryptedPackage"), "encrypted"),
    "zip": (lambda: zipped({"a.txt": b"x"}), "damaged"),
    "xlsx": (lambda: zipped({"xl/workbook.xml": b"<x/>"}), "other_office"),
}  # fmt: skip


def ole(stream):
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + stream.encode("utf-16-le") + bytes(600)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return out.getvalue()


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_refused_by_name_with_the_reason(case):
    make, code = BAD[case]
    assert code in REFUSALS
    assert refused(make()) == f"upload_{code}"


def test_long_chain_of_references_is_copied():
    clean = take(deep("references"))
    assert clean.pages == 1


def test_five_thousand_pages_are_taken():
    assert take(many_pages(5000)).pages == 5000


def test_over_the_limit_of_the_settings():
    assert refused(GOOD + bytes(1024 * 1024), upload_megabytes=1) == "upload_too_large"


def test_child_that_hangs_or_dies_is_a_refusal(monkeypatch, tmp_path):
    sleeper = tmp_path / "python"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(child.sys, "executable", str(sleeper))
    monkeypatch.setattr(upload, "WALL_SECONDS", 0.2)
    assert refused(GOOD) == "upload_too_costly"
    sleeper.write_text("#!/bin/sh\nkill -9 $$\n")
    monkeypatch.setattr(upload, "WALL_SECONDS", 60)
    assert refused(GOOD) == "upload_too_costly"


# --- PDF: how it looks ----------------------------------------------------------------------

ODD = [
    Paper(drawing=words("turned"), rotate=90),
    Paper(drawing=words("wide"), media=A4_WIDE),
    Paper(drawing=words("left"), media=A4_WIDE, rotate=270),
    Paper(drawing=words("offset"), media=(50, 200, 645, 1042)),
    Paper(drawing=words("cropped", 200, 300), media=(0, 0, 800, 900), crop=(100, 50, 695, 892)),
]


def test_rotated_landscape_and_offset_pages_look_as_before():
    data = make_pdf(*ODD)
    clean = take(data)
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=clean.pdf)], stamp=False, properties={}, lang="zh"
    )
    for side, paper in enumerate(ODD):
        before, after = picture(data, side), picture(joined.pdf, side)
        assert before.size == after.size
        assert ink(before) == pytest.approx(ink(after), abs=2)
        assert paper.drawing.split(b"(")[1].split(b")")[0].decode() in "".join(
            PdfiumPages().texts(joined.pdf)[side]
        )


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        (b"q 1 0 0 1 0 0 cm Q", (0, 0)),
        (b"q q 2 0 0 2 0 0 cm", (0, 2)),
        (b"Q Q q", (2, 1)),
        (b"q (Q \\) Q (Q) Q) Tj Q", (0, 0)),
        (b"q % Q Q\nQ", (0, 0)),
        (b"q BI /W 1 ID \x00 Q Q \x01 EI Q", (0, 0)),
        (b"/Q gs q /q Do Q", (0, 0)),
        (b"q\nQ\rq\tQ", (0, 0)),
    ],
)
def test_saved_states_are_counted(drawing, expected):
    assert depths(drawing) == expected


@pytest.mark.parametrize("drawing", [b"q 0.1 0 0 0.1 0 0 cm q 5 0 0 5 0 0 cm\n", b"Q Q Q\n"])
@pytest.mark.parametrize("media", [(0, 0, 595.276, 841.89), A4_WIDE])
def test_drawing_left_open_does_not_move_the_number(drawing, media):
    clean = take(make_pdf(Paper(drawing=drawing, media=media)))
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=clean.pdf)], stamp=True, properties={}, lang="zh"
    )
    image = picture(joined.pdf, width=900)
    if media == A4_WIDE:
        image = image.rotate(90, expand=True)
    _, _, right, bottom = ink(image)
    mm = 210 / image.width
    assert (image.width - right) * mm == pytest.approx(26, abs=0.8)
    assert bottom * mm == pytest.approx(18, abs=0.8)


# --- PDF/A ----------------------------------------------------------------------------------


def claims(pdf):
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=take(pdf).pdf)], stamp=True, properties={}, lang="zh"
    )
    return joined.pdfa


def scan(*, drawing=b"q 595 0 0 842 0 0 cm /Im Do Q", colours="/DeviceRGB", coding=None):
    """A page as a scanner writes it: one picture over the whole sheet, nothing said of PDF/A."""
    stream = EncodedStreamObject()
    stream._data = zlib.compress(bytes(30 * 40 * 4))
    for key, value in (("Width", 30), ("Height", 40), ("BitsPerComponent", 8)):
        stream[name(f"/{key}")] = NumberObject(value)
    stream[name("/Subtype")] = name("/Image")
    stream[name("/Interpolate")] = BooleanObject(True)
    stream[name("/Filter")] = name(coding or "/FlateDecode")
    stream[name("/ColorSpace")] = name(colours)
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=drawing))
    shown = dictionary(Im=writer._add_object(stream))
    page[name("/Resources")] = dictionary(XObject=shown)
    return written(writer)


def test_a_plain_scan_does_not_take_the_claim_away():
    assert claims(scan())
    assert b"Interpolate" not in all_bytes(take(scan()).pdf)


@pytest.mark.parametrize(
    "pdf",
    [
        lambda: make_pdf(Paper(drawing=words("text in a font that is not embedded"))),
        lambda: scan(colours="/DeviceCMYK"),
        lambda: scan(coding="/JPXDecode"),
        lambda: scan(drawing=b"0 0 0 1 k 0 0 9 9 re f /Im Do"),
    ],
)
def test_what_may_not_be_pdfa_is_not_called_so(pdf):
    assert not claims(pdf())


def test_an_upload_that_is_pdfa_stays_so():
    assert claims(take(photo(), "照片.jpg").pdf)


# --- Word -----------------------------------------------------------------------------------


def word(*, external="", active=""):
    document = docx.Document()
    document.add_paragraph("情况说明")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    if external:
        document.part.relate_to(external, kind + active, is_external=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_goes_through_the_converter_and_keeps_its_pdf():
    converter = SaysWhatItGot()
    clean = take(word(), "说明.docx", converter)
    assert converter.asked == [("说明.docx", ".docx")]
    assert clean.pdf == converter.pdf
    assert (clean.pages, clean.removed) == (1, ())
    take(ole("WordDocument"), "旧说明.docx", converter)  # by content, not by its ending
    assert converter.asked[-1] == ("旧说明.docx", ".doc")


def test_pdf_of_a_word_file_is_cleaned_too():
    converter = SaysWhatItGot(written(with_annotations(annotation("Link", A=LAUNCH))))
    clean = take(word(), "说明.docx", converter)
    assert clean.removed == (REMOVALS["launch"],)
    assert b"/Launch" not in all_bytes(clean.pdf)


def macro_word():
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        members = {entry: archive.read(entry) for entry in archive.namelist()}
    kind = b"wordprocessingml.document.main"
    types = members["[Content_Types].xml"].replace(kind, b"document.macroEnabled.main")
    members["[Content_Types].xml"] = types.replace(
        b"vnd.openxmlformats-officedocument.document", b"vnd.ms-word.document"
    )
    return zipped(members)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: word(external="http://evil/x.png", active="image"), "linked"),
        (lambda: word(external="file:///etc/passwd", active="oleObject"), "macros"),
        (lambda: word(external="file:///etc/passwd", active="hyperlink"), "linked"),
        (macro_word, "macros"),
        (lambda: zipped({"[Content_Types].xml": bytes(30_000_000)}), "archive"),
        (lambda: zipped({"../evil": b"x"}), "archive"),
    ],
)
def test_word_that_reaches_out_or_bursts_never_meets_the_converter(data, code):
    converter = SaysWhatItGot()
    with pytest.raises(InputError) as raised:
        take(data(), "说明.docx", converter)
    assert raised.value.problems[0].code == f"upload_{code}"
    assert converter.asked == []


def test_word_with_a_web_link_is_taken():
    assert take(word(external="https://example.org/", active="hyperlink"), "a.docx").pages == 1


@pytest.mark.office
def test_real_word_file_becomes_pages(tmp_path):
    converter = connect_or_start(Settings(data=tmp_path, converters=1))
    try:
        clean = take(word(), "说明.docx", converter)
    finally:
        converter.close()
    assert_pdf_text(clean.pdf, "情况说明")
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=clean.pdf)], stamp=True, properties={}, lang="zh"
    )
    assert joined.pdfa


# --- pictures as uploads --------------------------------------------------------------------


def photo(form="JPEG", size=(1240, 1754), **more):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), "black")
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_picture_becomes_a_page_and_the_bundle_stays_pdfa(form, tmp_path):
    clean = take(photo(form), "照片.bin")
    assert (clean.pages, clean.removed) == (1, ())
    assert_sound(clean.pdf, tmp_path)
    joined = PypdfJoiner().join(
        [PdfPart(title="x", pdf=clean.pdf)], stamp=True, properties={}, lang="zh"
    )
    assert joined.pdfa


def test_damaged_or_huge_pictures_are_refused():
    assert refused(photo()[:3000], "照片.jpg") == "upload_damaged"
    assert refused(photo("PNG")[:500], "照片.png") == "upload_damaged"
    huge = io.BytesIO()
    Image.new("1", (12000, 12000)).save(huge, "PNG")
    assert refused(huge.getvalue(), "照片.png") == "upload_picture_size"
