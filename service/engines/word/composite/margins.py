"""The edge, Word: headers and footers with a document's own words, in a composite."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from service.engines.word.package import Package, safe_parser

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT_TYPES = "[Content_Types].xml"
_FIRST_NUMBER = 900_000


@dataclass(frozen=True, kw_only=True)
class SharedOut:
    """Headers and footers of all documents.

    Attributes:
        references: for each document the relationship ids that it uses, and those to use instead.
        parts: members to be written, those that list them included.
    """

    references: Sequence[Mapping[bytes, bytes]]
    parts: Mapping[str, bytes] = field(default_factory=dict)


class HeadersFooters:
    """Headers and footers of a template; equal ones of several documents are one part.

    Args:
        package: the template.
        filled: its parts that are filled for each document.

    Attributes:
        members: members that are replaced.
    """

    def __init__(self, package: Package, filled: frozenset[str]) -> None:
        self._package = package
        around = {*package.headers, *package.footers} & filled
        self._related = [r for r in package.relations(package.document) if r.target in around]
        self._parts = list(dict.fromkeys(relation.target for relation in self._related))
        self._rels = _rels_of(package.document)
        self.members = (*self._parts, self._rels, _CONTENT_TYPES) if self._parts else ()

    def shared_out(self, documents: Sequence[Mapping[str, bytes]]) -> SharedOut:
        """A part for each wording, and which document refers to which."""
        if not self._parts:
            return SharedOut(references=[{}] * len(documents))
        copies: dict[tuple[str, bytes], int] = {}
        for document in documents:
            for part in self._parts:
                copies.setdefault((part, document[part]), len(copies))
        references = [
            {
                relation.id.encode(): _new_id(
                    relation.id, copies[relation.target, document[relation.target]]
                ).encode()
                for relation in self._related
            }
            for document in documents
        ]
        return SharedOut(references=references, parts=dict(self._members(copies)))

    def _members(self, copies: Mapping[tuple[str, bytes], int]) -> dict[str, bytes]:
        rels = etree.fromstring(self._package.members[self._rels], safe_parser())
        types = etree.fromstring(self._package.members[_CONTENT_TYPES], safe_parser())
        for old in [r for r in rels if r.get("Id") in {one.id for one in self._related}]:
            rels.remove(old)
        made: dict[str, bytes] = {}
        for (part, data), number in copies.items():
            name = _new_name(part, number)
            made[name] = data
            if own := self._package.members.get(_rels_of(part)):
                made[_rels_of(name)] = own
            attributes = {"PartName": f"/{name}", "ContentType": self._package.types[part]}
            etree.SubElement(types, f"{{{_TYPES}}}Override", attributes)
            self._relate(rels, part, number)
        made[self._rels] = _bytes(rels)
        made[_CONTENT_TYPES] = _bytes(types)
        return made

    def _relate(self, rels: etree._Element, part: str, number: int) -> None:
        """Relationships to a copy, one for each that led to the part itself."""
        for relation in self._related:
            if relation.target == part:
                attributes = {
                    "Id": _new_id(relation.id, number),
                    "Type": relation.type,
                    "Target": f"/{_new_name(part, number)}",
                }
                etree.SubElement(rels, _RELATIONSHIP, attributes)


def _new_id(ident: str, number: int) -> str:
    return f"{ident}x{number}"


def _new_name(part: str, number: int) -> str:
    """`word/header900012.xml`: named as Word does, since other rooms look for such names."""
    stem, ending = posixpath.splitext(part)
    return f"{stem.rstrip('0123456789')}{_FIRST_NUMBER + number}{ending}"


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", standalone=True)
