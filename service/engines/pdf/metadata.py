"""Engine room, PDF: what the file says of itself: Info and XMP alike, PDF/A-2b, an identifier."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Literal
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from service.engines.pdf.copy import Copier
from service.engines.pdf.values import array_of, dictionary_of, plain, value_of

PRODUCER = "Gongwen"
_CHINA = timezone(timedelta(hours=8))
_MARK = bytes.fromhex("474f4e4757454e2d49442d544f2d4245")  # stands where the identifier will
_PART_2 = re.compile(rb"pdfaid:part\s*(?:>|=\s*[\"'])\s*2\s*[<\"']")
_CONFORMING = re.compile(rb"pdfaid:conformance\s*(?:>|=\s*[\"'])\s*[ABU]\s*[<\"']")
_FONT_FILES = {"/FontFile", "/FontFile2", "/FontFile3"}
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{lines}
</rdf:Description>
{seal}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def claims_pdfa2(reader: PdfReader) -> bool:
    """Whether a file says of itself that it is PDF/A-2 and brings an output intent in RGB."""
    packet = value_of(reader.root_object, "/Metadata")
    profile = value_of(_intent(reader), "/DestOutputProfile")
    if not isinstance(packet, StreamObject) or value_of(profile, "/N") != 3:
        return False
    said = packet.get_data()
    return bool(_PART_2.search(said) and _CONFORMING.search(said))


def fonts_embedded(objects: Iterable[PdfObject | None]) -> bool:
    """Whether every font that is described among the objects is there as a file."""
    for found in objects:
        if isinstance(found, DictionaryObject) and found.get("/Type") == "/Font":
            kind = value_of(found, "/Subtype")
            file = dictionary_of(found, "/FontDescriptor").keys() & _FONT_FILES
            if kind not in ("/Type0", "/Type3") and not file:
                return False
    return True


def _intent(reader: PdfReader) -> DictionaryObject | None:
    held = array_of(reader.root_object, "/OutputIntents")
    first = plain(held[0]) if held else None
    return first if isinstance(first, DictionaryObject) else None


def copied_intent(writer: PdfWriter, reader: PdfReader) -> PdfObject | None:
    """The output intent of a part, in the writer."""
    intent = _intent(reader)
    return None if intent is None else Copier(writer, reader).copy(intent)


def describe_whole(
    writer: PdfWriter,
    intent: PdfObject | None,
    *,
    properties: Mapping[str, str],
    lang: Literal["zh", "en"],
    seal: str = "",
) -> bool:
    """Writes Info, XMP, language and, where there is an output intent, the claim to be PDF/A-2b.

    Args:
        writer: its last piece.
        intent: of the first part, which serves the whole; None where no claim is made.
        properties: `title`, `author`, `subject`, `keywords`, `date` (ISO); nothing else is said,
            and no other date: the same input gives the same bytes.
        lang: language of the document.
        seal: what XMP keeps for the seal, or "".

    Returns:
        Whether PDF/A-2b is claimed.
    """
    language = TextStringObject("zh-CN" if lang == "zh" else "en-GB")
    writer.root_object[NameObject("/Lang")] = language
    _say(writer, properties, intent, seal)
    return intent is not None


def describe_own(writer: PdfWriter, *, profile: bytes = b"") -> None:
    """Describes a file of our own making; a PDF/A-2b in the colours of `profile`, where given."""
    intent = None
    if profile:
        stream = DecodedStreamObject()
        stream.set_data(profile)
        stream[NameObject("/N")] = NumberObject(3)
        entries = {
            "/Type": NameObject("/OutputIntent"),
            "/S": NameObject("/GTS_PDFA1"),
            "/OutputConditionIdentifier": TextStringObject("sRGB IEC61966-2.1"),
            "/DestOutputProfile": writer._add_object(stream.flate_encode()),
        }
        intent = DictionaryObject({NameObject(key): value for key, value in entries.items()})
    _say(writer, {}, intent)


def _say(
    writer: PdfWriter, properties: Mapping[str, str], intent: PdfObject | None, seal: str = ""
) -> None:
    when = _moment(properties.get("date", ""))
    xmp = _xmp(properties, when, claim=intent is not None, seal=seal)
    writer.root_object[NameObject("/Metadata")] = _packet(writer, xmp)
    writer.metadata = _info(properties, when)
    if intent is not None:
        writer.root_object[NameObject("/OutputIntents")] = ArrayObject([intent])
    mark_identifier(writer)


def mark_identifier(writer: PdfWriter) -> None:
    """Leaves the place in which `identified` writes."""
    writer._ID = ArrayObject([ByteStringObject(_MARK), ByteStringObject(_MARK)])


def identified(data: bytes) -> bytes:
    """The written file with an identifier made from its own content."""
    start = data.rindex(b"trailer")
    return data[:start] + with_identifier(data[start:], hashlib.sha256(data).digest())


def with_identifier(trailer: bytes, digest: bytes) -> bytes:
    """A trailer with an identifier made from a digest of the content."""
    return trailer.replace(_MARK.hex().encode("ascii"), digest[:16].hex().encode("ascii"))


def _moment(date: str) -> datetime | None:
    """The ISO date, at Beijing time where it names no zone."""
    if not date:
        return None
    moment = datetime.fromisoformat(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=_CHINA)


def _info(properties: Mapping[str, str], when: datetime | None) -> dict[str, str]:
    info = {"/Producer": PRODUCER, "/Creator": PRODUCER}
    for key in ("title", "author", "subject", "keywords"):
        if properties.get(key):
            info[f"/{key.capitalize()}"] = properties[key]
    if when is not None:
        zone = when.strftime("%z")
        stamp = f"D:{when:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"
        info |= {"/CreationDate": stamp, "/ModDate": stamp}
    return info


def _xmp(properties: Mapping[str, str], when: datetime | None, *, claim: bool, seal: str) -> str:
    said = {key: escape(properties.get(key, "")) for key in properties}
    lines = ["<dc:format>application/pdf</dc:format>"]
    for key, tag in (("title", "dc:title"), ("subject", "dc:description")):
        if said.get(key):
            words = f'<rdf:li xml:lang="x-default">{said[key]}</rdf:li>'
            lines.append(f"<{tag}><rdf:Alt>{words}</rdf:Alt></{tag}>")
    if said.get("author"):
        names = f"<rdf:Seq><rdf:li>{said['author']}</rdf:li></rdf:Seq>"
        lines.append(f"<dc:creator>{names}</dc:creator>")
    if said.get("keywords"):
        lines.append(f"<pdf:Keywords>{said['keywords']}</pdf:Keywords>")
    lines.append(f"<pdf:Producer>{PRODUCER}</pdf:Producer>")
    lines.append(f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>")
    if when is not None:
        stamp = when.isoformat(timespec="seconds")
        lines += [f"<xmp:{tag}>{stamp}</xmp:{tag}>" for tag in ("CreateDate", "ModifyDate")]
    if claim:
        lines += ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>"]
    return _XMP.format(lines="\n".join(lines), seal=seal)


def _packet(writer: PdfWriter, xmp: str) -> DictionaryObject:
    stream = DecodedStreamObject()
    stream.set_data(xmp.encode("utf-8"))
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    return writer._add_object(stream)  # type: ignore[return-value]
