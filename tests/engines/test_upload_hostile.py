"""Uploads that were made to do harm, and scans that must not lose a dot (security.md 27, 28)."""

import base64
import io
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from service.engines.pdf.joiner import PypdfJoiner
from service.engines.protocols import PdfPart
from service.engines.upload.refusals import REFUSALS
from service.errors import InputError
from tests.engines.test_upload import (
    ACTIVE,
    LAUNCH,
    WORDS,
    action,
    annotation,
    look,
    raw_pdf,
    script,
    stream_fixed,
    take,
    with_annotations,
    zipped,
)
from tests.helpers_pdf import (
    A4,
    Paper,
    add_paper,
    all_bytes,
    assert_pdf_text,
    assert_sound,
    dictionary,
    ink,
    name,
    picture,
    read,
    words,
    written,
)

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECONDS = 10
MEGABYTES = 512


def everything_at_once():
    """One file with each thing of row 27, on its page, its annotations and its catalog."""
    field = annotation(
        "Widget", FT=name("/Tx"), T=TextStringObject("f"), F=NumberObject(4),
        AA=dictionary(K=script()), AP=dictionary(N=look()), V=TextStringObject("seen"),
    )  # fmt: skip
    writer = with_annotations(
        field,
        annotation("Link", A=LAUNCH),
        annotation("Link", A=script()),
        annotation("Link", A=action("GoToR", F=TextStringObject("payload.pdf"))),
        annotation("Link", A=action("GoToE", F=TextStringObject("payload.pdf"))),
        annotation("Link", A=action("Named", N=name("/Print"))),
        annotation("RichMedia"),
        annotation("FileAttachment", FS=dictionary(F=TextStringObject("payload.exe"))),
    )
    writer.pages[0][name("/AA")] = dictionary(O=script())
    writer.add_attachment("payload.exe", b"MZ payload")
    root = writer.root_object
    root[name("/OpenAction")] = LAUNCH
    root[name("/AA")] = dictionary(WC=script())
    root[name("/AcroForm")] = dictionary(
        Fields=ArrayObject(), XFA=TextStringObject("<xdp/>"), NeedAppearances=BooleanObject(True)
    )
    root[name("/Names")][name("/JavaScript")] = dictionary(
        Names=ArrayObject([TextStringObject("a"), script()])
    )
    return stream_fixed(writer)


def test_everything_at_once_is_taken_out_and_listed(tmp_path):
    clean = take(everything_at_once())
    plain = all_bytes(clean.pdf)
    more = (b"GoToR", b"GoToE", b"/Named", b"NeedAppearances", b"/Print")
    assert [word for word in (*WORDS, *more) if word in plain] == []
    said = " ".join(text.en for text in clean.removed)
    for word in ("scripts", "actions", "start programs", "embedded", "sound", "form", "XFA"):
        assert word in said
    assert_pdf_text(clean.pdf, "kept")
    # What the field showed is still there, drawn into the page.
    assert ink(picture(clean.pdf, width=595).crop((0, 700, 200, 842))) == pytest.approx(
        (10, 52, 90, 132), abs=2
    )
    assert_sound(clean.pdf, tmp_path)


# --- files that loop, burst or never end ------------------------------------------------------


def circular_prev():
    """A table of objects whose predecessor is itself."""
    pdf = raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    start = pdf.rindex(b"xref\n0")
    return pdf.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def hundred_thousand_pages():
    """A page tree that says the same page a hundred thousand times."""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 100000 /Kids [%s] >>" % (b"3 0 R " * 100_000),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )


def doubling_tree():
    """Thirty nodes, each holding the next one twice: a thousand million pages."""
    nodes = [
        b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (n + 1, n + 1) for n in range(2, 32)
    ]
    page = b"<< /Type /Page /MediaBox [0 0 595 842] >>"
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, page)


def coded(filters, data, **more):
    """A page whose contents are packed so."""
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=words("kept")))
    stream = EncodedStreamObject()
    stream._data = data
    stream[name("/Filter")] = ArrayObject(name(one) for one in filters)
    for key, value in more.items():
        stream[name(f"/{key}")] = value
    page[name("/Contents")] = writer._add_object(stream)
    return written(writer)


def run_length_bomb():
    return coded(["/FlateDecode", "/RunLengthDecode"], zlib.compress(b"\x81 " * 2_000_000))


def lzw_bomb():
    return coded(["/FlateDecode", "/LZWDecode"], zlib.compress(bytes(6_000_000)))


def text_bomb():
    return coded(["/ASCII85Decode", "/FlateDecode"],
                 base64.a85encode(zlib.compress(b" " * 200_000_000, 9)) + b"~>")  # fmt: skip


def wide_predictor():
    parameters = dictionary(Predictor=NumberObject(12), Columns=NumberObject(2**31 - 1))
    return coded(["/FlateDecode"], zlib.compress(bytes(10_000)), DecodeParms=parameters)


def form_in_itself():
    """A drawing that draws itself."""
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=words("kept") + b"/X Do"))
    form = look(b"/X Do")
    form[name("/Subtype")] = name("/Form")
    reference = writer._add_object(form)
    form[name("/Resources")] = dictionary(XObject=dictionary(X=reference))
    page["/Resources"][name("/XObject")] = dictionary(X=reference)
    return written(writer)


def object_stream_of_itself():
    """A stream of objects that stands within itself."""
    body = b"3 0 << /Type /Page >>"
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Extends 2 0 R /Length %d >>\nstream\n%s\nendstream"
        % (len(body), body),
    )


HOSTILE = {
    "circular /Prev": circular_prev, "100,000 pages": hundred_thousand_pages,
    "doubling tree": doubling_tree, "run length bomb": run_length_bomb, "LZW bomb": lzw_bomb,
    "text bomb": text_bomb, "wide predictor": wide_predictor, "form in itself": form_in_itself,
    "object stream of itself": object_stream_of_itself,
}  # fmt: skip
TAKEN = {"form in itself", "circular /Prev"}
"""Harmless once cleaned; viewers stop at the second round."""


ALONE = """
import resource, sys
from service.errors import InputError
from tests.engines.test_upload_hostile import HOSTILE, take
try:
    said = str(take(HOSTILE[sys.argv[1]]()).pages)
except InputError as error:
    (found,) = error.problems
    said = found.code
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(said, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_ends_soon_and_small(case):
    """In a process of its own, whose only child is the one that opens the file."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, case], capture_output=True, text=True, check=True, cwd=ROOT
    )
    said, seconds, kilobytes = done.stdout.split()
    if case in TAKEN:
        assert said == "1"
    else:
        assert said.removeprefix("upload_") in REFUSALS
    assert float(seconds) < SECONDS
    assert int(kilobytes) < MEGABYTES * 1024


# --- scans keep every dot ---------------------------------------------------------------------


def jpeg():
    out = io.BytesIO()
    Image.effect_noise((240, 340), 80).save(out, "JPEG", quality=70, dpi=(300, 300))
    return out.getvalue()


def fax():
    """Rows of a fax, as libtiff codes them."""
    out = io.BytesIO()
    Image.effect_noise((240, 340), 80).convert("1").save(out, "TIFF", compression="group4")
    with Image.open(out) as tiff:
        offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return out.getvalue()[offset : offset + length]


GLOBALS = b"\x00" * 60
CODINGS = {
    "/DCTDecode": (jpeg, 8),
    "/CCITTFaxDecode": (fax, 1),
    "/JBIG2Decode": (lambda: bytes(range(256)) * 20, 1),  # nobody decodes it on the way
    "/JPXDecode": (lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(range(256)) * 20, 8),
}


def scan(coding):
    """A page of A4 with one picture of 240 x 340 dots, as a scanner makes it."""
    make, bits = CODINGS[coding]
    writer = PdfWriter()
    page = add_paper(writer, Paper(drawing=b"q %f 0 0 %f 0 0 cm /Im Do Q" % A4[2:]))
    stream = EncodedStreamObject()
    stream._data = make()
    entries = {
        "/Type": name("/XObject"), "/Subtype": name("/Image"), "/Width": NumberObject(240),
        "/Height": NumberObject(340), "/BitsPerComponent": NumberObject(bits),
        "/ColorSpace": name("/DeviceGray"), "/Filter": name(coding),
    }  # fmt: skip
    if coding == "/CCITTFaxDecode":
        entries["/DecodeParms"] = dictionary(
            K=NumberObject(-1), Columns=NumberObject(240), Rows=NumberObject(340)
        )
    if coding == "/JBIG2Decode":
        held = EncodedStreamObject()
        held._data = GLOBALS
        entries["/DecodeParms"] = dictionary(JBIG2Globals=writer._add_object(held))
    stream.update({NameObject(key): value for key, value in entries.items()})
    page["/Resources"][name("/XObject")] = dictionary(Im=writer._add_object(stream))
    return written(writer), stream._data


def pictures_of(pdf):
    reader = read(pdf)
    found = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))
    return [
        one for one in found if isinstance(one, StreamObject) and one.get("/Subtype") == "/Image"
    ]


@pytest.mark.parametrize("coding", CODINGS)
def test_scan_keeps_its_bytes_cleaned_joined_and_stamped(coding):
    pdf, data = scan(coding)
    clean = take(pdf)
    joined = PypdfJoiner().join(
        [PdfPart(title="扫描件", pdf=clean.pdf)], stamp=True, properties={}, lang="zh", sealed=True
    )
    for after in (clean.pdf, joined.pdf):
        (image,) = pictures_of(after)
        assert image._data == data
        assert (image["/Width"], image["/Height"], image["/Filter"]) == (240, 340, coding)
        if coding == "/JBIG2Decode":
            assert image["/DecodeParms"]["/JBIG2Globals"]._data == GLOBALS


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("size", [(200, 300), (300, 200)])
def test_photographs_stand_upright_on_a4_whatever_the_camera_held(turned, size):
    """The upper left quarter of the upright picture is black, and stays where it is."""
    upright = Image.new("L", size, 255)
    upright.paste(0, (0, 0, size[0] // 2, size[1] // 2))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(back[turned]) if turned > 1 else upright
    exif = Image.Exif()
    exif[274] = turned
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif, quality=95)
    clean = take(out.getvalue(), "照片.jpg")
    page = read(clean.pdf).pages[0]
    across, down = float(page.mediabox.width), float(page.mediabox.height)
    assert sorted((round(across), round(down))) == [595, 842]
    assert (across > down) == (size[0] > size[1])
    image = picture(clean.pdf, width=round(across))
    left, top, right, bottom = ink(image)
    # The black quarter: its right and lower edges are the picture's middle.
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.05)
    assert left < across / 2 < right + 3 + (right - left)
    assert top < down / 2
    (held,) = pictures_of(clean.pdf)
    assert held["/Filter"] == "/DCTDecode"


def test_each_refusal_can_be_told_apart_and_names_its_file():
    codes = set()
    for data in (b"", b"GIF89a", zipped({"xl/workbook.xml": b"<x/>"}), b"%PDF-1.4 broken"):
        with pytest.raises(InputError) as raised:
            take(data, "某.pdf")
        (found,) = raised.value.problems
        assert found.file == "某.pdf"
        codes.add(found.code)
    assert codes == {"upload_empty", "upload_kind", "upload_other_office", "upload_damaged"}


def test_the_table_of_what_acts_covers_row_27():
    told = {code for _, expected in ACTIVE.values() for code in expected}
    assert told >= {"javascript", "action", "launch", "embedded_file", "media", "form", "xfa"}
