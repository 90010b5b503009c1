"""Engine room, uploads: a picture upright on a sheet of A4, as PDF/A-2b."""

from __future__ import annotations

import io
import math

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NumberObject,
)

from service.engines.pdf.copy import new_stream
from service.engines.pdf.metadata import describe_own, identified
from service.engines.pdf.sheet import A4, MM, Matrix
from service.engines.pictures import Picture, read_picture, srgb_profile

HEAD, SIDE = 25 * MM, 20 * MM
"""Margins around a picture that is no scan of a whole page, points.

The head of the sheet (its right side, where it lies on its side) has the wider one: it keeps the
picture 7 mm clear of the bundle's number.
"""
_SCAN_PIXELS = 1000
"""From so many pixels across, a picture in the shape of A4 is taken for a scanned page."""


def picture_pdf(data: bytes) -> bytes:
    """One page with the picture; nothing is resampled.

    A scan of a page fills the sheet. Anything else stands in the margins, at its own size where
    the file knows its resolution and it fits, and never larger than one point a pixel.

    Raises:
        Refused: `damaged`, `picture_size`.
    """
    picture = read_picture(data)
    width, height = A4 if picture.shown[0] <= picture.shown[1] else (A4[1], A4[0])
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    page = writer.add_blank_page(width, height)
    x, y, across, down = _place(picture, width, height)
    numbers = " ".join(f"{n:.4f}" for n in _matrix(picture.orientation, x, y, across, down))
    page[NameObject("/Contents")] = new_stream(
        writer, f"q {numbers} cm /Picture Do Q\n".encode("ascii")
    )
    shown = DictionaryObject({NameObject("/Picture"): _image(writer, picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    describe_own(writer, profile=srgb_profile())
    out = io.BytesIO()
    writer.write(out)
    return identified(out.getvalue())


def _place(picture: Picture, width: float, height: float) -> tuple[float, float, float, float]:
    """Left, bottom, width and height on the sheet, points."""
    wide, high = picture.shown
    lying = width > height
    top, right, bottom, left = (SIDE if lying else HEAD), (HEAD if lying else SIDE), SIDE, SIDE
    area = (width - left - right, height - top - bottom)
    natural = 72 / picture.dpi if picture.dpi else 0.0
    if _is_scan(picture, natural, width):
        top = right = bottom = left = 0.0
        scale = min(width / wide, height / high)
    else:
        scale = min(area[0] / wide, area[1] / high, natural or 1.0)
    across, down = wide * scale, high * scale
    return (
        left + (width - left - right - across) / 2,
        bottom + (height - top - bottom - down) / 2,
        across,
        down,
    )


def _is_scan(picture: Picture, natural: float, width: float) -> bool:
    """Whether it has the shape of A4 and, as far as known, its size or more."""
    short, long = sorted(picture.shown)
    shaped = abs(long / short / math.sqrt(2) - 1) < 0.02 and short >= _SCAN_PIXELS
    return shaped and (not natural or picture.shown[0] * natural > width * 0.93)


def _matrix(orientation: int, x: float, y: float, w: float, h: float) -> Matrix:
    """Brings the stored picture upright into a rectangle (EXIF 2.3, tag 274)."""
    right, top = x + w, y + h
    return {
        1: (w, 0.0, 0.0, h, x, y),
        2: (-w, 0.0, 0.0, h, right, y),
        3: (-w, 0.0, 0.0, -h, right, top),
        4: (w, 0.0, 0.0, -h, x, top),
        5: (0.0, -h, -w, 0.0, right, top),
        6: (0.0, -h, w, 0.0, x, top),
        7: (0.0, h, w, 0.0, x, y),
        8: (0.0, h, -w, 0.0, right, y),
    }[orientation]


def _image(writer: PdfWriter, picture: Picture) -> IndirectObject:
    stream = EncodedStreamObject()
    stream._data = picture.data
    grey = picture.colours == 1
    colours = NameObject("/DeviceGray" if grey else "/DeviceRGB")
    entries = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(picture.width),
        "/Height": NumberObject(picture.height),
        "/BitsPerComponent": NumberObject(picture.bits),
        "/ColorSpace": _indexed(picture.palette) if picture.palette else colours,
        "/Filter": NameObject("/DCTDecode" if picture.coding == "jpeg" else "/FlateDecode"),
    }
    if picture.coding == "png":
        entries["/DecodeParms"] = _rows(picture)
    stream.update({NameObject(key): value for key, value in entries.items()})
    return writer._add_object(stream)


def _indexed(palette: bytes) -> ArrayObject:
    last = NumberObject(len(palette) // 3 - 1)
    return ArrayObject(
        [NameObject("/Indexed"), NameObject("/DeviceRGB"), last, ByteStringObject(palette)]
    )


def _rows(picture: Picture) -> DictionaryObject:
    entries = {
        "/Predictor": 15,
        "/Colors": picture.colours,
        "/BitsPerComponent": picture.bits,
        "/Columns": picture.width,
    }
    return DictionaryObject({NameObject(k): NumberObject(v) for k, v in entries.items()})
