"""Engine room, PDF: the seal: a file says in its XMP what it and each of its pages should be.

The digest of the file is that of all its bytes with the digest's own place filled with noughts.
It finds accidents; whoever forges the file can forge the seal too, and is found by the digest on
the receipt.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Sequence

from service.engines.child import ChildStoppedError, ask_child
from service.engines.protocols import SealReport

_SPACE = "urn:gongwen:ns:seal/"
_NOUGHTS = "0" * 64
_WALL_SECONDS = 60
"""Time for looking into a file that is no longer whole, and one second more for every 2 MB."""
_MEGABYTE = 1024 * 1024
_TRACES = (b"gwseal:", _SPACE.encode("ascii"))
# A line feed stands before each: in Info and other strings it would be written as `\n`.
_FILE = re.compile(rb"\n<gwseal:File>([^<\n]{64})</gwseal:File>")
_COUNT = re.compile(rb"\n<gwseal:Pages>([0-9]{1,6})</gwseal:Pages>")
_PAGES = re.compile(rb"\n<gwseal:PageDigests>([^<\n]*)</gwseal:PageDigests>")
_DIGEST = re.compile("[0-9a-f]{64}")
_PROPERTY = """<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{type}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{words}</pdfaProperty:description>
</rdf:li>"""
_PROPERTIES = "\n".join(
    _PROPERTY.format(name=name, type=kind, words=words)
    for name, kind, words in (
        ("File", "Text", "SHA-256 of the file, this value taken as 64 noughts"),
        ("Pages", "Integer", "Number of pages"),
        ("PageDigests", "Text", "SHA-256 of each page with its resources, in their order"),
    )
)
# PDF/A-2 wants a property that is not in its list of schemas described (ISO 19005-2, 6.6.2.3).
_XMP = f"""<rdf:Description rdf:about="" xmlns:gwseal="{_SPACE}">
<gwseal:File>{_NOUGHTS}</gwseal:File>
<gwseal:Pages>{{count}}</gwseal:Pages>
<gwseal:PageDigests>{{pages}}</gwseal:PageDigests>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Gongwen seal</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_SPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>gwseal</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
{_PROPERTIES}
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def open_seal(pages: Sequence[str]) -> str:
    """What XMP holds before the file is sealed: digests of its pages, a place for the file's."""
    return _XMP.format(count=len(pages), pages=" ".join(pages))


def seal_in_place(file: io.BytesIO) -> None:
    """Puts the file's own digest into a file of our own making, at the place that was kept for it.

    Args:
        file: written with `open_seal`; not copied, for it is long.
    """
    with file.getbuffer() as data:
        at = _last(_FILE, data)
        if at is None:
            raise ValueError("no place was kept for the seal")
        data[slice(*at)] = hashlib.sha256(data).hexdigest().encode("ascii")


class Seals:
    """The `PdfSeals` of the house.

    A whole file is known by one pass over its bytes. Only one that is not is opened, to say which
    pages differ, and that in a child process: whatever has become of it, this process goes on.
    """

    def examine(self, pdf: bytes) -> SealReport:
        """Whether the file is as it was sealed; never raises for what is in the file."""
        if _whole(pdf):
            pages = _said_pages(pdf)
            return SealReport(
                sealed=True, whole=True, pages=len(pages), changed=(), said_pages=len(pages)
            )
        found, packet = _looked_into(pdf)
        held = pdf if _last(_PAGES, pdf) else packet
        said = _said_pages(held)
        return SealReport(
            sealed=bool(said) or any(trace in one for trace in _TRACES for one in (pdf, packet)),
            whole=False,
            pages=len(found),
            changed=_differing(said, found) if said else (),
            said_pages=len(said) or _said_count(held),
        )


def _last(pattern: re.Pattern[bytes], data: bytes | memoryview) -> tuple[int, int] | None:
    """Where the value of the last match stands: XMP comes after what uploads brought along."""
    places = [match.span(1) for match in pattern.finditer(data)]
    return places[-1] if places else None


def _whole(pdf: bytes) -> bool:
    at = _last(_FILE, pdf)
    if at is None:
        return False
    done = hashlib.sha256(memoryview(pdf)[: at[0]])
    done.update(_NOUGHTS.encode("ascii"))
    done.update(memoryview(pdf)[at[1] :])
    return done.hexdigest().encode("ascii") == pdf[slice(*at)]


def _said_pages(data: bytes) -> list[str]:
    """The digests that the seal bears; none where it is damaged itself."""
    at = _last(_PAGES, data)
    said = data[slice(*at)].decode("latin-1").split(" ") if at else []
    sound = len(said) == _said_count(data) and all(map(_DIGEST.fullmatch, said))
    return said if sound else []


def _said_count(data: bytes) -> int:
    at = _last(_COUNT, data)
    return int(data[slice(*at)]) if at else 0


def _looked_into(pdf: bytes) -> tuple[list[str], bytes]:
    """Digests of the pages and the XMP packet, none where the file can no longer be read."""
    seconds = _WALL_SECONDS + len(pdf) // (2 * _MEGABYTE)
    try:
        told = json.loads(ask_child("service.engines.pdf.child", data=pdf, seconds=seconds))
    except (ChildStoppedError, ValueError):
        return [], b""
    return told["pages"], told["packet"].encode("utf-8", "surrogatepass")


def _differing(said: Sequence[str], found: Sequence[str]) -> tuple[int, ...]:
    """Indices of pages that differ or are gone; where there are more than said, of the new ones.

    With as many pages as said, place by place. Else the shorter row is looked for in the longer
    one, in its order, and what of the longer one is left over is named.
    """
    if len(said) == len(found):
        return tuple(index for index, one in enumerate(said) if one != found[index])
    longer, shorter = (said, found) if len(said) > len(found) else (found, said)
    left = Counter(longer)
    at, over = 0, []
    for index, one in enumerate(longer):
        left[one] -= 1
        while at < len(shorter) and shorter[at] != one and not left[shorter[at]]:
            at += 1  # it stands nowhere further on
        if at < len(shorter) and shorter[at] == one:
            at += 1
        else:
            over.append(index)
    return tuple(over)
