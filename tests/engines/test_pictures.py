import io
import random
import zlib

import pytest
from PIL import Image, ImageChops, ImageDraw

from service.engines.pictures import read_picture, srgb_profile
from service.engines.upload.picture import picture_pdf
from service.engines.upload.refusals import Refused
from tests.helpers_pdf import ink, picture, read

ORIENTATIONS = range(1, 9)
# What must be done to an upright picture so that this orientation brings it back.
STORED = {
    1: None, 2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
    6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270",
}  # fmt: skip


def upright(size=(300, 500), mode="RGB"):
    """A picture that looks different whichever way it is turned or mirrored."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 5), "black")
    draw.rectangle((0, 0, size[0] // 10, size[1] // 2), "black")
    return image.convert(mode)


def saved(image, form="PNG", orientation=1, **more):
    if orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = orientation
        more["exif"] = exif
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def embedded(pdf):
    """The image object of the page."""
    return read(pdf).pages[0]["/Resources"]["/XObject"]["/Picture"]


def seen(pdf, size):
    """The page cut to its picture, brought to a size."""
    image = picture(pdf, width=1200)
    return image.crop(ink(image)).resize(size)


def differs(one, other):
    """Mean difference in greys."""
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    histogram = difference.histogram()
    return sum(grey * count for grey, count in enumerate(histogram)) / sum(histogram)


def marked(size=(300, 500)):
    """Ink in three corners, so that its bounds are the picture's."""
    image = upright(size)
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] - 6, 0, size[0], 6), "black")
    draw.rectangle((0, size[1] - 6, 6, size[1]), "black")
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_pictures_stand_upright_without_being_coded_anew(form, orientation):
    image = marked()
    way = STORED[orientation]
    stored = image.transpose(Image.Transpose[way]) if way else image
    data = saved(stored, form, orientation)
    pdf = picture_pdf(data)
    assert differs(seen(pdf, (150, 250)), image.resize((150, 250))) < 6
    box = read(pdf).pages[0].mediabox
    assert float(box.height) > float(box.width)  # by its shape when upright
    image_object = embedded(pdf)
    assert (image_object["/Width"], image_object["/Height"]) == stored.size
    assert image_object["/Filter"] == ("/DCTDecode" if form == "JPEG" else "/FlateDecode")


def test_wide_pictures_lie_on_a_wide_page():
    box = read(picture_pdf(saved(upright((500, 300))))).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


def test_jpeg_pixels_are_the_file_s_own_and_camera_data_stay_behind():
    exif = Image.Exif()
    exif[0x010F] = "SECRETMAKER"
    data = saved(marked(), "JPEG", quality=85, exif=exif, comment=b"SECRETCOMMENT")
    data += b"SECRETTAIL"
    stream = read_picture(data).data
    assert b"SECRET" in data
    assert b"SECRET" not in stream
    assert stream.startswith(b"\xff\xd8")
    assert stream.endswith(b"\xff\xd9")
    original, carried = (Image.open(io.BytesIO(one)) for one in (data, stream))
    assert original.tobytes() == carried.tobytes()
    assert b"SECRET" not in picture_pdf(data)


@pytest.mark.parametrize("progressive", [False, True])
def test_every_scan_of_a_jpeg_is_carried(progressive):
    noise = Image.frombytes("RGB", (200, 300), random.Random(7).randbytes(180_000))
    data = saved(noise, "JPEG", quality=95, progressive=progressive, restart_marker_blocks=4)
    carried = Image.open(io.BytesIO(read_picture(data).data))
    assert carried.tobytes() == Image.open(io.BytesIO(data)).tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_picture_looks_as_it_did(mode):
    image = marked()
    if mode == "I;16":
        grey = image.convert("L")
        source = Image.new("I;16", grey.size)
        source.putdata([value * 257 for value in grey.get_flattened_data()])
    else:
        source = image.convert(mode)
    data = saved(source, "JPEG" if mode == "CMYK" else "PNG")
    pdf = picture_pdf(data)
    assert differs(seen(pdf, (150, 250)), image.resize((150, 250))) < 6
    assert embedded(pdf)["/Width"] == 300
    assert "/SMask" not in embedded(pdf)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_sixteen_bit_grey_is_scaled_not_clipped(level):
    source = Image.new("I;16", (40, 40), level * 257)
    pdf = picture_pdf(saved(source))
    shown = picture(pdf, width=595).getpixel((297, 842 - 57 - (842 - 128) // 2))
    assert shown == pytest.approx(level, abs=2)


def test_what_is_transparent_is_white():
    image = Image.new("RGBA", (400, 600), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((100, 100, 200, 200), (0, 0, 0, 255))
    page = picture(picture_pdf(saved(image)), width=595)
    left, top, right, bottom = ink(page)
    assert (right - left) < 200
    assert (bottom - top) < 200


def placed(data):
    """Left, top, right, bottom margins of the picture on its page, mm."""
    pdf = picture_pdf(data)
    image = picture(pdf, width=1190)
    left, top, right, bottom = ink(image)
    mm = float(read(pdf).pages[0].mediabox.width) / 72 * 25.4 / image.width
    edges = (left, top, image.width - right, image.height - bottom)
    return tuple(edge * mm for edge in edges)


def black(size):
    return Image.new("RGB", size, "black")


def test_scanned_page_fills_the_sheet():
    assert max(placed(saved(black((2480, 3508)), "JPEG", dpi=(300, 300)))) < 0.5
    assert max(placed(saved(black((1240, 1754)), "JPEG"))) < 0.5  # resolution not known


def test_photo_stands_within_margins_clear_of_the_number():
    left, top, right, bottom = placed(saved(black((3000, 4000)), "JPEG", dpi=(72, 72)))
    assert min(left, right, bottom) == pytest.approx(20, abs=0.5)
    assert top >= 24.5
    assert left == pytest.approx(right, abs=0.5)


def test_wide_photo_is_clear_of_the_number_too():
    left, _, right, _ = placed(saved(black((4000, 2000)), "JPEG"))
    assert left == pytest.approx(20, abs=0.5)
    assert right == pytest.approx(25, abs=0.5)  # the head of the sheet when bound


def test_small_things_keep_their_own_size():
    # 500 pixels at 254 dpi are 50 mm; 100 pixels of unknown size are not blown up.
    left, _, right, _ = placed(saved(black((500, 700)), dpi=(254, 254)))
    assert 210 - left - right == pytest.approx(50, abs=0.6)
    left, _, right, _ = placed(saved(black((100, 150))))
    assert 210 - left - right == pytest.approx(100 / 72 * 25.4, abs=0.6)


def test_same_picture_same_bytes():
    data = saved(marked(), "JPEG", quality=80)
    assert picture_pdf(data) == picture_pdf(data)
    assert srgb_profile()[36:40] == b"acsp"
    srgb_profile.cache_clear()
    assert picture_pdf(data) == picture_pdf(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_damage_is_noticed(form):
    noise = Image.frombytes("RGB", (200, 300), random.Random(7).randbytes(180_000))
    data = saved(noise, form)
    for cut in (12, 60, 500, len(data) // 2):
        with pytest.raises(Refused) as raised:
            read_picture(data[:cut])
        assert raised.value.code == "damaged"


def test_too_many_pixels_are_refused_before_they_are_unpacked():
    for side in (9_500, 14_000, 30_000):
        header = saved(Image.new("1", (8, 8)))
        grown = bytearray(header)
        grown[16:24] = side.to_bytes(4, "big") * 2
        grown[29:33] = zlib.crc32(bytes(grown[12:29])).to_bytes(4, "big")
        with pytest.raises(Refused) as raised:
            read_picture(bytes(grown))
        assert raised.value.code == "picture_size"
