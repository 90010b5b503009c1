"""Engine room, PDF: XMP as PDF/A-2b asks: its claim, the same as Info, nothing undescribed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from pypdf import PdfReader
from pypdf.generic import StreamObject

from service.engines.pdf.faults import fault
from service.engines.pdf.values import value_of
from service.engines.protocols import PdfFault

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_DESCRIBED = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"
_TEXTS = {
    "/Title": f"{_DC}title",
    "/Author": f"{_DC}creator",
    "/Subject": f"{_DC}description",
    "/Keywords": f"{_PDF}Keywords",
    "/Creator": f"{_XMP}CreatorTool",
    "/Producer": f"{_PDF}Producer",
}
_DATES = {"/CreationDate": f"{_XMP}CreateDate", "/ModDate": f"{_XMP}ModifyDate"}
_KNOWN = (
    "http://www.w3.org/", "adobe:ns:meta/", "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/", "http://www.aiim.org/pdfa/ns/",
)  # fmt: skip


def metadata_faults(reader: PdfReader) -> Iterator[PdfFault]:
    """What is wrong with what the file says of itself."""
    packet = value_of(reader.root_object, "/Metadata")
    if not isinstance(packet, StreamObject):
        yield fault("no_claim", page=None)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(packet.get_data(), parser)
    except etree.XMLSyntaxError:
        yield fault("bad_xmp", page=None)
        return
    said = _said(root)
    if said.get(f"{_ID}part") != "2" or said.get(f"{_ID}conformance") not in ("A", "B", "U"):
        yield fault("no_claim", page=None)
    info: Mapping[str, Any] = reader.metadata or {}
    for key, tag in _TEXTS.items():
        held = info.get(key)
        if held is not None and str(held) != said.get(tag, ""):
            yield fault("info_differs", page=None, what=key)
    for key, tag in _DATES.items():
        if key in info and _moment(info[key]) != _iso(said.get(tag, "")):
            yield fault("info_differs", page=None, what=key)
    for uri in sorted(_undescribed(root)):
        yield fault("undescribed", page=None, what=uri)


def _said(root: Any) -> dict[str, str]:
    """Properties, each with its text: that of its first item, where it is a list."""
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        found.update({str(key): str(value) for key, value in description.attrib.items()})
        for one in description:
            if isinstance(one.tag, str):
                item = next(one.iter(f"{_RDF}li"), one)
                found[one.tag] = item.text or ""
    return found


def _undescribed(root: Any) -> set[str]:
    described = {one.text for one in root.iter(_DESCRIBED)}
    used = {
        etree.QName(name).namespace or ""
        for one in root.iter()
        if isinstance(one.tag, str)
        for name in (one.tag, *one.attrib)
    }
    # Attributes without a namespace are XMP's own (xpacket, xml:lang has one).
    return {uri for uri in used if uri and not uri.startswith(_KNOWN) and uri not in described}


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(text: Any) -> datetime | str:
    """A PDF date; itself where it is none, which equals no other date."""
    said = str(text)
    digits = said.removeprefix("D:")[:14]
    zone = said.removeprefix("D:")[14:].replace("'", "")
    zone = "+0000" if zone in ("", "Z") else zone
    try:
        return datetime.strptime(f"{digits}{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return said
