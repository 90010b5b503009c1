"""The edge, Word: a .docx as a package of parts with content types and relationships."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from service.engines.word.intake import not_a_docx, read_members
from service.errors import DefinitionError, Problem, problem

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CORE_RELATION = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
)
APP_RELATION = _OFFICE + "extended-properties"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One relationship of a part: `target` is a member name, or an address when external."""

    id: str
    type: str
    target: str
    external: bool = False


@dataclass(frozen=True, kw_only=True)
class Package:
    """A .docx taken apart.

    Attributes:
        members: name to bytes, in the archive's order.
        types: member name to content type, for the members that are there.
    """

    members: Mapping[str, bytes]
    types: Mapping[str, str] = field(default_factory=dict)

    def replaced(self, changed: Mapping[str, bytes]) -> Package:
        """The same package with other bytes for some members."""
        return Package(members={**self.members, **changed}, types=self.types)

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Relationships of a part, in the file's order; "" means the package itself."""
        folder, name = posixpath.split(part)
        rels = self.members.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        return tuple(_relations(rels, folder)) if rels else ()

    def related(self, part: str, *types: str) -> tuple[str, ...]:
        """Members that a part refers to by relationships of these types, each once."""
        found = (
            r.target
            for r in self.relations(part)
            if r.type in types and not r.external and r.target in self.members
        )
        return tuple(dict.fromkeys(found))

    @property
    def document(self) -> str:
        """The main part, usually `word/document.xml`."""
        return self.related("", _OFFICE + "officeDocument")[0]

    @property
    def headers(self) -> tuple[str, ...]:
        """Header parts of the main part."""
        return self.related(self.document, _OFFICE + "header")

    @property
    def footers(self) -> tuple[str, ...]:
        """Footer parts of the main part."""
        return self.related(self.document, _OFFICE + "footer")

    def of_type(self, ending: str) -> tuple[str, ...]:
        """Members whose content type ends so, e.g. `.footnotes+xml`."""
        return tuple(name for name in self.members if self.types.get(name, "").endswith(ending))


def safe_parser(*, blanks: bool = False) -> etree.XMLParser:
    """python-docx's way of reading (blank text between elements dropped), nothing resolved."""
    return etree.XMLParser(remove_blank_text=not blanks, resolve_entities=False, no_network=True)


def read_package(docx: bytes, *, file: str) -> Package:
    """Opens a .docx within limits, before anything in it is parsed.

    Args:
        docx: the file.
        file: its name, for messages.

    Raises:
        DefinitionError: `not_a_docx`, `archive_too_large`, `bad_archive_entry`.
    """
    return _with_types(read_members(docx, file=file), file)


def _relations(rels: bytes, folder: str) -> Iterator[Relation]:
    for item in etree.fromstring(rels, safe_parser()).iter(_RELS + "Relationship"):
        external = item.get("TargetMode", "") == "External"
        target = str(item.get("Target", ""))
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield Relation(
            id=str(item.get("Id", "")),
            type=str(item.get("Type", "")),
            target=target,
            external=external,
        )


def _with_types(members: dict[str, bytes], file: str) -> Package:
    """Adds content types; a package without a Word main part is refused."""
    try:
        types = dict(_content_types(members))
        package = Package(members=members, types=types)
        main = types.get(package.document, "")
    except (etree.XMLSyntaxError, KeyError, IndexError):
        raise DefinitionError(not_a_docx(b"", file)) from None
    if main != _MAIN_TYPE:
        raise DefinitionError(_not_word(main, file))
    return package


def _not_word(main: str, file: str) -> Problem:
    if "macroEnabled" in main:
        zh, en = "这是带宏的 Word 文件", "This Word file may carry macros"
        code = "template_active_content"
    else:
        zh, en = "这不是普通的 Word 文档", "This is not an ordinary Word document"
        code = "not_a_docx"
    save_zh, save_en = "；请另存为“Word 文档 (.docx)”。", "; save it as “Word Document (.docx)”."
    return problem(code, zh + save_zh, en + save_en, file=file)


def _content_types(members: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    root = etree.fromstring(members["[Content_Types].xml"], safe_parser())
    default = {
        str(e.get("Extension", "")).lower(): str(e.get("ContentType", ""))
        for e in root.iter(_TYPES + "Default")
    }
    override = {
        str(e.get("PartName", "")).lstrip("/").lower(): str(e.get("ContentType", ""))
        for e in root.iter(_TYPES + "Override")
    }
    for name in members:
        ending = name.rpartition(".")[2].lower()
        yield name, override.get(name.lower(), default.get(ending, ""))
