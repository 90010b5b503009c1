"""Engine room, PDF: a converted file without the moment at which it was converted.

LibreOffice writes the time of day into Info, XMP and its colour profile, and makes the identifier
of it. A file that is kept must be the same when it is made again from the same paper.
"""

from __future__ import annotations

import io
import re
from datetime import date

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from service.engines.pdf.metadata import identified, mark_identifier
from service.engines.pdf.open import open_own
from service.engines.pdf.values import array_of, plain, value_of

_MOMENT = re.compile(rb"(<xmp:(?:Create|Modify|Metadata)Date>)[^<]*(</xmp:)")
_DATES = ("/CreationDate", "/ModDate")
_PROFILE_DATE = slice(24, 36)
_PROFILE_ID = slice(84, 100)
"""Bytes of an ICC profile's header (ICC.1:2010, 7.2)."""


def settled(pdf: bytes, day: date, *, name: str) -> bytes:
    """The file with `day` for its dates and an identifier made from its content.

    Args:
        pdf: as the converter made it.
        day: what it says of its making: the filing date, at midnight (UTC).
        name: for messages.

    Raises:
        EngineError: `part_unreadable`.
    """
    writer = PdfWriter(clone_from=open_own(pdf, name))
    writer.pdf_header = "%PDF-1.7"
    root = writer.root_object
    _settle_packet(root, day)
    info = writer._info
    for key in _DATES:
        if isinstance(info, DictionaryObject) and key in info:
            info[NameObject(key)] = TextStringObject(f"D:{day:%Y%m%d}000000Z")
    for intent in array_of(root, "/OutputIntents") or ():
        held = plain(intent)
        if isinstance(held, DictionaryObject):
            _settle_profile(held)
    mark_identifier(writer)
    out = io.BytesIO()
    writer.write(out)
    return identified(out.getvalue())


def _settle_packet(root: DictionaryObject, day: date) -> None:
    packet = value_of(root, "/Metadata")
    if isinstance(packet, StreamObject):
        moment = f"{day.isoformat()}T00:00:00Z".encode("ascii")
        packet.set_data(_MOMENT.sub(rb"\g<1>" + moment + rb"\g<2>", packet.get_data()))


def _settle_profile(intent: DictionaryObject) -> None:
    profile = value_of(intent, "/DestOutputProfile")
    if not isinstance(profile, StreamObject):
        return
    data = bytearray(profile.get_data())
    if len(data) < 128:
        return
    data[_PROFILE_DATE] = bytes.fromhex("07de 0001 0001 0000 0000 0000")  # 1 January 2014
    data[_PROFILE_ID] = bytes(16)
    profile.set_data(bytes(data))
