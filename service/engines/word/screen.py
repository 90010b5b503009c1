"""The edge, Word: what no template may carry, looked for part by part without building a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.parsers import expat

from service.engines.word.intake import is_xml
from service.engines.word.package import Package
from service.engines.word.parts import has_tag
from service.engines.word.refusals import refusal
from service.errors import Problem

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_FETCHING_FIELD = re.compile(
    r"\s*\"?(INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DDE|DDEAUTO|LINK|EMBED|DATABASE|RD|"
    r"MACROBUTTON|AUTOTEXT)\b",
    re.IGNORECASE,
)
_ACTIVE_RELATION = re.compile(
    r"/(oleObject|package|control|activeX\w*|aFChunk|vbaProject|attachedTemplate|frame|"
    r"subDocument|keyMapCustomizations|mailMerge\w+)$"
)
_ACTIVE_MEMBER = re.compile(r"(vbaProject\.bin|vbaData\.xml|/activeX/|/embeddings/)", re.IGNORECASE)
_ACTIVE_ELEMENTS = frozenset(_W + name for name in ("altChunk", "object", "control", "subDoc"))
_TRACKED = frozenset(
    _W + name for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "comment")
)
_FIELD, _CODE = _W + "fldChar", _W + "instrText"


class DtdError(Exception):
    """A part declares a DTD."""


def screen(package: Package) -> list[Problem]:
    """Everything in a package that no template may carry; [] lets it be parsed."""
    problems: list[Problem] = []
    for name, data in package.members.items():
        if _ACTIVE_MEMBER.search(name):
            problems.append(refusal("template_active_content", name))
        elif is_xml(name, data):
            problems += _screen_part(name, data)
    return problems + list(_screen_relations(package))


def _screen_part(name: str, data: bytes) -> Iterator[Problem]:
    scan = Scan()
    try:
        scan.read(data)
    except DtdError:
        yield refusal("xml_dtd_forbidden", name)
        return
    except expat.ExpatError:
        yield refusal("template_damaged", name)
        return
    for code, about in sorted(scan.found):
        yield refusal(code, name, about)
    for field in scan.fields:
        if _FETCHING_FIELD.match(field):
            yield refusal("external_reference", name, field.strip()[:60])
        elif has_tag(field):
            yield refusal("template_unsafe", name, field.strip()[:60])


def _screen_relations(package: Package) -> Iterator[Problem]:
    parts = {_owner(name) for name in package.members if name.endswith(".rels")}
    for part in sorted(parts):
        for relation in package.relations(part):
            kind = relation.type.rpartition("/")[2]
            if _ACTIVE_RELATION.search(relation.type) and not relation.external:
                yield refusal("template_active_content", part or "[package]", kind)
            elif relation.external and not _is_link(kind, relation.target):
                yield refusal("external_reference", part or "[package]", relation.target[:100])


def _owner(rels: str) -> str:
    folder, _, name = rels.rpartition("_rels/")
    return folder + name.removesuffix(".rels")


def _is_link(kind: str, target: str) -> bool:
    try:
        return kind == "hyperlink" and urlsplit(target).scheme.lower() in _LINK_SCHEMES
    except ValueError:
        return False


class Scan:
    """One pass over a part: active elements, tracked changes, field codes put together."""

    def __init__(self) -> None:
        self.found: set[tuple[str, str]] = set()
        self.fields: list[str] = []
        self._open: list[str] = []
        self._in_code = False

    def read(self, data: bytes) -> None:
        """Raises DtdError, ExpatError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)
        self.fields += self._open

    def _doctype(self, *_: object) -> None:
        raise DtdError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _ACTIVE_ELEMENTS or name.endswith(":office OLEObject"):
            self.found.add(("template_active_content", name.rpartition(" ")[2]))
        elif name in _TRACKED:
            self.found.add(("template_tracked_changes", name.rpartition(" ")[2]))
        elif name == _W + "fldSimple":
            self.fields.append(attributes.get(_W + "instr", ""))
        elif name == _FIELD:
            self._field(attributes.get(_W + "fldCharType", ""))
        elif name == _CODE:
            self._in_code = True
            if not self._open:
                self._open.append("")

    def _field(self, step: str) -> None:
        if step == "begin":
            self._open.append("")
        elif step == "end" and self._open:
            self.fields.append(self._open.pop())

    def _end(self, name: str) -> None:
        if name == _CODE:
            self._in_code = False

    def _text(self, text: str) -> None:
        if self._in_code:
            self._open[-1] += text
