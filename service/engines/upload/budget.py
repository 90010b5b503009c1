"""Engine room, uploads: how much a PDF's streams unpack to, counted before anybody unpacks them."""

from __future__ import annotations

import zlib
from contextlib import suppress

from pypdf import PdfWriter
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, StreamObject

from service.engines.pdf.values import value_of
from service.engines.upload.refusals import Refused

MAX_STREAM = 64 * 1024 * 1024
"""Largest font, drawing or table once unpacked, bytes."""
MAX_TOTAL = 512 * 1024 * 1024
MAX_PIXELS = 150_000_000
"""Largest picture inside a PDF; it is drawn row by row and so not unpacked here."""
MAX_LZW = 2_000_000
"""Longest LZW coding of anything but a picture, bytes: pypdf takes two seconds for a million."""
_CHUNK = 1024 * 1024
_FLATE = ("/FlateDecode", "/Fl")
_LZW = {"/LZWDecode", "/LZW"}


def check_streams(writer: PdfWriter) -> None:
    """Counts what every stream of the file unpacks to.

    Raises:
        Refused: `too_costly`.
    """
    total = 0
    for found in writer._objects:
        if isinstance(found, StreamObject):
            total += _size(found)
            if total > MAX_TOTAL:
                raise Refused("too_costly")


def _size(stream: StreamObject) -> int:
    filters = _filters(stream)
    if value_of(stream, "/Subtype") == "/Image" and filters.count("/FlateDecode") < 2:
        return _picture(stream)
    if not filters:
        return len(stream._data)
    if len(filters) == 1 and filters[0] in _FLATE:
        return _unpacked(stream._data)
    return _decoded(stream)


def _filters(stream: StreamObject) -> list[str]:
    held = value_of(stream, "/Filter")
    if isinstance(held, ArrayObject):
        return [str(name) for name in held]
    return [] if held is None else [str(held)]


def _picture(stream: StreamObject) -> int:
    width, height = value_of(stream, "/Width"), value_of(stream, "/Height")
    if int(width or 0) * int(height or 0) > MAX_PIXELS:
        raise Refused("too_costly")
    return 0


def _unpacked(data: bytes) -> int:
    """Length after inflating, a piece at a time; a broken end counts as an end."""
    inflater, size, rest = zlib.decompressobj(), 0, data
    with suppress(zlib.error):
        while rest and not inflater.eof:
            size += len(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
            if size > MAX_STREAM:
                raise Refused("too_costly")
    return size


def _decoded(stream: StreamObject) -> int:
    """Length after several or other filters; pypdf's own limits hold."""
    filters = _filters(stream)
    if _LZW & set(filters):
        coded = _unpacked(stream._data) if filters[0] in _FLATE else len(stream._data)
        if coded > MAX_LZW:
            raise Refused("too_costly")
    try:
        return len(stream.get_data())
    except LimitReachedError:
        raise Refused("too_costly") from None
    except (PyPdfError, ValueError, NotImplementedError):
        return len(stream._data)  # a coding that only viewers know
