"""The edge, Word: the sections of a document that stands among others in a composite."""

from __future__ import annotations

import re

from lxml import etree

from service.engines.word_package import safe_parser

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ROOT = re.compile(rb"<w:document(?: [^<>]*)?>")
_SECTION = re.compile(rb"<w:sectPr(?: [^<>]*)?(?:/>|>.*?</w:sectPr>)", re.DOTALL)
_NAMESPACE = re.compile(r' xmlns(?::\w+)?="[^"]*"')
# What may stand behind w:type and w:pgNumType in w:sectPr (ECMA-376 part 1, 17.6.17).
_AFTER_TYPE = (
    *("pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType", "pgNumType", "cols", "formProt"),
    *("vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"),
    "printerSettings",
)
_AFTER_NUMBER = _AFTER_TYPE[_AFTER_TYPE.index("pgNumType") + 1 :]


def final_section(body: bytes) -> int | None:
    """Where the body's own section begins, which is its last element; None where it has none."""
    cut = body.rfind(b"<w:sectPr")
    if cut < 0 or b"<w:p>" in body[cut:] or b"</w:p>" in body[cut:]:
        return None
    return cut


class Sections:
    """Section properties of one template's documents, each worked out once."""

    def __init__(self, document: bytes) -> None:
        root = _ROOT.search(document)
        assert root is not None
        self._root = root.group()
        self._known: dict[bytes, bytes] = {}

    def restarted(self, content: bytes, final: bytes) -> tuple[bytes, bytes]:
        """The content and the final section, the first of all sections begun on a page 1."""
        first = _SECTION.search(content)
        if first is None:
            return content, self._first(final)
        begun = self._first(first.group())
        return content[: first.start()] + begun + content[first.end() :], final

    def _first(self, section: bytes) -> bytes:
        if section not in self._known:
            self._known[section] = self._begun(section)
        return self._known[section]

    def _begun(self, section: bytes) -> bytes:
        root = etree.fromstring(self._root + section + b"</w:document>", safe_parser())
        element = root[0]
        for old in element.findall(f"{{{_W}}}type"):
            element.remove(old)
        _insert(element, "type", {"val": "nextPage"}, _AFTER_TYPE)
        number = element.find(f"{{{_W}}}pgNumType")
        if number is None:
            _insert(element, "pgNumType", {"start": "1"}, _AFTER_NUMBER)
        elif number.get(f"{{{_W}}}start") is None:
            number.set(f"{{{_W}}}start", "1")
        return _NAMESPACE.sub("", etree.tostring(element, encoding="unicode")).encode()


def _insert(
    section: etree._Element, name: str, attributes: dict[str, str], after: tuple[str, ...]
) -> None:
    """A child of a section, before those that must follow it."""
    behind = {f"{{{_W}}}{one}" for one in after}
    place = next((i for i, child in enumerate(section) if child.tag in behind), len(section))
    values = {f"{{{_W}}}{key}": value for key, value in attributes.items()}
    section.insert(place, etree.Element(f"{{{_W}}}{name}", values))
