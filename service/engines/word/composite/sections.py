"""The edge, Word: the sections of a document that stands among others in a composite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from service.engines.word.package import safe_parser

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = re.compile(rb"<w:document(?: [^<>]*)?>")
_BODY = re.compile(rb"<w:body(?: [^<>]*)?>")
_SECTION = re.compile(rb"<w:sectPr(?: [^<>]*?)?(?:/>|>.*?</w:sectPr>)", re.DOTALL)
_REFERENCE = re.compile(rb'(<w:(?:header|footer)Reference\b[^<>]*?:id=")([^"]*)')
_NAMESPACE = re.compile(r' xmlns(?::\w+)?="[^"]*"')
# What may stand behind w:type and w:pgNumType in w:sectPr (ECMA-376 part 1, 17.6.17).
_AFTER_TYPE = (
    *("pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType", "pgNumType", "cols", "formProt"),
    *("vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"),
    "printerSettings",
)
_AFTER_NUMBER = _AFTER_TYPE[_AFTER_TYPE.index("pgNumType") + 1 :]

Margin = tuple[str, str]
"""`headerReference` or `footerReference`, and for which pages."""


def taken_apart(document: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before, in and behind the body."""
    start = _BODY.search(document)
    assert start is not None  # docxtpl fills no other
    end = document.rindex(b"</w:body>")
    return document[: start.end()], document[start.end() : end].rstrip(), document[end:]


def has_final_section(body: bytes) -> bool:
    """Whether the body's own section stands at its end, as Word writes it."""
    tail = body[body.rfind(b"<w:sectPr") :]
    return tail.startswith(b"<w:sectPr") and b"</w:p>" not in tail


class Sections:
    """Section properties of one template's documents, each looked at once.

    Args:
        document: the template's main part.
    """

    def __init__(self, document: bytes) -> None:
        root = _ROOT.search(document)
        assert root is not None
        self._root = root.group()
        self._begun: dict[bytes, bytes] = {}
        self._margins: dict[bytes, frozenset[Margin]] = {}

    def independent(self, bodies: Sequence[bytes]) -> bool:
        """Whether each document's first section says itself what stands in its margins.

        A section without a header takes that of the section before it, which in a composite
        belongs to another document.
        """
        found = [list(map(self._margins_of, _SECTION.findall(body))) for body in bodies]
        everywhere = frozenset[Margin]().union(*(one for sections in found for one in sections))
        return all(sections and sections[0] == everywhere for sections in found)

    def restarted(self, body: bytes, references: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
        """Content and final section; the first of all sections begins on a new page 1.

        Args:
            body: a document's body.
            references: relationship ids of headers and footers, and those to be named instead.
        """
        first = _SECTION.search(body)
        assert first is not None
        if first[0] not in self._begun:
            self._begun[first[0]] = self._new_page_one(first[0])
        body = body[: first.start()] + self._begun[first[0]] + body[first.end() :]
        if references:
            body = _REFERENCE.sub(lambda hit: hit[1] + references.get(hit[2], hit[2]), body)
        cut = body.rfind(b"<w:sectPr")
        return body[:cut], body[cut:]

    def _element(self, section: bytes) -> etree._Element:
        return etree.fromstring(self._root + section + b"</w:document>", safe_parser())[0]

    def _margins_of(self, section: bytes) -> frozenset[Margin]:
        if section not in self._margins:
            children = self._element(section)
            self._margins[section] = frozenset(
                (str(child.tag), child.get(f"{_W}type", ""))
                for child in children
                if child.get(f"{{{_R}}}id") is not None
            )
        return self._margins[section]

    def _new_page_one(self, section: bytes) -> bytes:
        element = self._element(section)
        for old in element.findall(f"{_W}type"):
            element.remove(old)
        _insert(element, "type", {"val": "nextPage"}, _AFTER_TYPE)
        number = element.find(f"{_W}pgNumType")
        if number is None:
            _insert(element, "pgNumType", {"start": "1"}, _AFTER_NUMBER)
        elif number.get(f"{_W}start") is None:
            number.set(f"{_W}start", "1")
        # The namespaces that lxml repeats here stand on the root already.
        return _NAMESPACE.sub("", etree.tostring(element, encoding="unicode")).encode()


def _insert(
    section: etree._Element, name: str, attributes: dict[str, str], after: tuple[str, ...]
) -> None:
    """A child of a section, before those that must follow it."""
    behind = {_W + one for one in after}
    place = next((i for i, child in enumerate(section) if child.tag in behind), len(section))
    values = {_W + key: value for key, value in attributes.items()}
    section.insert(place, etree.Element(_W + name, values))
