"""Engine room: PNG and JPEG with Pillow: checked whole, and made ready to stand in a PDF as is."""

from __future__ import annotations

import functools
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageCms

from service.engines.upload.refusals import MAX_MEGAPIXELS, Refused

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_ORIENTATION = 0x0112
_KNOWN_DPI = (90, 2400)
"""Resolutions that a scanner writes; 72 is what cameras and editors put in for want of any."""
_ADOBE = 0xEE  # the one application marker that decoding depends on
_JFIF = 0xE0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture whose bytes go into a PDF unchanged.

    Attributes:
        data: the stream.
        coding: how it is coded: a JPEG, or PNG rows (Flate with PNG predictors).
        width, height: pixels as stored.
        colours: 1 grey, 3 RGB; of palette entries where `palette` is given, then 1.
        bits: bits of one colour.
        palette: RGB triples, or b"".
        orientation: EXIF orientation 1-8.
        dpi: pixels in an inch where the file knows it, else 0.
    """

    data: bytes
    coding: Literal["jpeg", "png"]
    width: int
    height: int
    colours: int
    bits: int = 8
    palette: bytes = b""
    orientation: int = 1
    dpi: float = 0.0

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height when upright, pixels."""
        turned = self.orientation >= 5
        return (self.height, self.width) if turned else (self.width, self.height)


def read_picture(data: bytes) -> Picture:
    """Decodes a PNG or JPEG once to see that it is whole.

    Camera data (place, time, device) does not come along. What a PDF cannot show as it is
    (transparency, 16 bits, CMYK, interlacing) is redrawn on white, resolution kept.

    Raises:
        Refused: `damaged`, `picture_size`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit stands below Pillow's
            with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as image:
                if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
                    raise Refused("picture_size")
                image.load()
                facts = _Facts(orientation=_orientation(image), dpi=_dpi(image))
                return _jpeg(data, image, facts) or _png(data, image, facts)
    except Image.DecompressionBombError:
        raise Refused("picture_size") from None
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error, IndexError):
        raise Refused("damaged") from None  # Pillow reports a broken file in many ways


@functools.cache
def srgb_profile() -> bytes:
    """An sRGB colour profile, the same bytes at any time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = struct.pack(">6H", 2014, 1, 1, 0, 0, 0)  # date of making
    profile[84:100] = bytes(16)  # its checksum, which may be left empty
    return bytes(profile)


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the file says beside its pixels."""

    orientation: int
    dpi: float


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(_ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _dpi(image: Image.Image) -> float:
    across, down = (float(number) for number in image.info.get("dpi", (0, 0)))
    low, high = _KNOWN_DPI
    known = low <= across <= high and abs(across - down) < 1
    return across if known else 0.0


def _jpeg(data: bytes, image: Image.Image, facts: _Facts) -> Picture | None:
    """A JPEG as it is, without its camera data; None where a PDF needs it otherwise."""
    if not data.startswith(JPEG):
        return None
    frames = [marker for marker, _ in _segments(data) if 0xC0 <= marker <= 0xCF]
    frames = [marker for marker in frames if marker not in (0xC4, 0xC8, 0xCC)]
    # Baseline, extended and progressive; arithmetic coding is unknown to most PDF viewers.
    if image.mode not in ("L", "RGB") or not frames or frames[0] not in (0xC0, 0xC1, 0xC2):
        return None
    return Picture(
        data=_bare(data),
        coding="jpeg",
        width=image.width,
        height=image.height,
        colours=len(image.getbands()),
        orientation=facts.orientation,
        dpi=facts.dpi,
    )


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment of a JPEG up to its end (ISO 10918-1, annex B)."""
    at = 2
    while at + 4 <= len(data):
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == 0xD9:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:  # the scan's own data follow its header
            end = _scan_end(data, end)
        yield marker, data[at:end]
        at = end


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker stands after coded data."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        follows = data[at + 1]
        if follows not in (0x00, 0xFF) and not 0xD0 <= follows <= 0xD7:
            return at
        at += 1 if follows == 0xFF else 2
    return len(data)


def _bare(data: bytes) -> bytes:
    """A JPEG without comments and application segments; its pixels are not coded anew."""
    kept = [
        segment
        for marker, segment in _segments(data)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (_JFIF, _ADOBE)
    ]
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"


def _png(data: bytes, image: Image.Image, facts: _Facts) -> Picture:
    """PNG rows; the file's own where a PDF can show them, else drawn anew."""
    if not data.startswith(PNG) or not _fits(data):
        data = _redrawn(image)
    chunks = dict(_chunks(data))
    width, height, bits, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    return Picture(
        data=chunks[b"IDAT"],
        coding="png",
        width=width,
        height=height,
        colours=3 if colour == 2 else 1,
        bits=bits,
        palette=chunks.get(b"PLTE", b"") if colour == 3 else b"",
        orientation=facts.orientation,
        dpi=facts.dpi,
    )


def _fits(data: bytes) -> bool:
    """Whether a PNG's rows can stand in a PDF: up to 8 bits, opaque, not interlaced."""
    chunks = dict(_chunks(data))
    _, _, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"][:13])
    return bits <= 8 and colour in (0, 2, 3) and not interlaced and b"tRNS" not in chunks


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of the chunks; all IDAT as one."""
    at, rows = len(PNG), []
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        at += 12 + length
        if name == b"IDAT":
            rows.append(content)
        else:
            yield name, content
    yield b"IDAT", b"".join(rows)


def _redrawn(image: Image.Image) -> bytes:
    """The picture as an 8-bit grey or RGB PNG on white."""
    if image.mode.startswith("I"):  # 16-bit grey: Pillow would clip it, not scale it
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.new("RGBA", seen.size, "white")
        image.alpha_composite(seen)
    if image.mode not in ("1", "L"):
        image = image.convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    return out.getvalue()
