"""The edge, Word: which parts of a template are filled, and their text as docxtpl patches it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docxtpl import DocxTemplate
from lxml import etree

from service.engines.word.bind import bind_part
from service.engines.word.package import (
    APP_RELATION,
    CORE_RELATION,
    Package,
    safe_parser,
)
from service.engines.word.refusals import refusal
from service.errors import DefinitionError

Kind = Literal["body", "header", "footer", "footnotes", "properties"]
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
# The properties that docxtpl fills, in its order (it adds the missing ones, empty).
FILLED_PROPERTIES = tuple(
    _DC + name for name in ("creator", "description", "identifier", "language", "subject", "title")
)
_MARK = "\ue0f0{}\ue0f0"
STOCK = DocxTemplate(io.BytesIO())
"""docxtpl's text patching; it is asked for its methods and never opens a file."""


@dataclass(frozen=True, kw_only=True)
class PartSource:
    """A part that is filled.

    Attributes:
        part: member name.
        kind: what it is.
        pieces: finished XML and Jinja source in turn, beginning and ending with finished XML.
    """

    part: str
    kind: Kind
    pieces: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The Jinja sources alone."""
        return self.pieces[1::2]


def prepared(package: Package, *, file: str) -> Package:
    """Bind comments carried out, personal and machine data taken out of the properties.

    Raises:
        DefinitionError: `bad_binding`.
    """
    parts = (package.document, *package.headers, *package.footers, *_footnotes(package))
    bound = {p: bind_part(package.members[p], part=p, file=file) for p in parts}
    for part in package.related("", CORE_RELATION):
        bound[part] = _clean_core(package.members[part])
    for part in package.related("", APP_RELATION):
        bound[part] = _clean_app(package.members[part])
    return package.replaced(bound)


def part_sources(package: Package) -> Iterator[PartSource]:
    """Every part that is filled, in docxtpl's order, of a prepared package."""
    yield _body(package.document, package.members[package.document])
    for part in package.headers:
        yield _whole(part, "header", package.members[part])
    for part in package.footers:
        yield _whole(part, "footer", package.members[part])
    for part in package.related("", CORE_RELATION):
        yield _core(part, package.members[part])
    for part in _footnotes(package):
        yield _whole(part, "footnotes", package.members[part], blanks=True)


def _footnotes(package: Package) -> tuple[str, ...]:
    return package.of_type(".wordprocessingml.footnotes+xml")


def _text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode")


def _body(part: str, xml: bytes) -> PartSource:
    """Docxtpl patches and fills the body alone; what is around it stays."""
    root = etree.fromstring(xml, safe_parser())
    body = root.find(_W + "body")
    if body is None:
        raise DefinitionError(refusal("template_damaged", part))
    source = STOCK.patch_xml(_text(body))
    # The namespaces that lxml repeats on the body stand on the root already.
    source = re.sub(r"\A<w:body[^>]*>", "<w:body>", source)
    root.replace(body, etree.Comment("gongwen-body"))
    before, after = _text(root).split("<!--gongwen-body-->")
    return PartSource(part=part, kind="body", pieces=(DECLARATION + before, source, after))


def _whole(part: str, kind: Kind, xml: bytes, *, blanks: bool = False) -> PartSource:
    source = STOCK.patch_xml(_text(etree.fromstring(xml, safe_parser(blanks=blanks))))
    return PartSource(part=part, kind=kind, pieces=(DECLARATION, source, ""))


def _core(part: str, xml: bytes) -> PartSource:
    root = etree.fromstring(xml, safe_parser())
    sources: list[str] = []
    for tag in FILLED_PROPERTIES:
        element = root.find(tag)
        if element is not None and element.text and has_tag(element.text):
            sources.append(element.text)
            element.text = _MARK.format(len(sources) - 1)
    pieces = re.split("\ue0f0(\\d+)\ue0f0", DECLARATION + _text(root))
    pieces[1::2] = [sources[int(index)] for index in pieces[1::2]]
    return PartSource(part=part, kind="properties", pieces=tuple(pieces))


def has_tag(text: str) -> bool:
    """True where a Jinja tag may begin in this text."""
    return any(mark in text for mark in ("{{", "{%", "{#"))


def _clean_core(xml: bytes) -> bytes:
    """No author but one that the template fills, nobody as last editor, no printing date."""
    root = etree.fromstring(xml, safe_parser())
    for tag in FILLED_PROPERTIES:
        if root.find(tag) is None:
            etree.SubElement(root, tag)
    author = root.find(FILLED_PROPERTIES[0])
    if author is not None and not has_tag(author.text or ""):
        author.text = ""
    for element in root.findall(_CP + "lastModifiedBy"):
        element.text = ""
    for element in root.findall(_CP + "lastPrinted"):
        root.remove(element)
    return _bytes(root)


def _clean_app(xml: bytes) -> bytes:
    root = etree.fromstring(xml, safe_parser())
    for name in ("Company", "Manager", "HyperlinkBase"):
        for element in root.findall(_APP + name):
            element.text = ""
    for element in root.findall(_APP + "TotalTime"):
        element.text = "0"
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", standalone=True)
