"""The edge, Word: opens a .docx as a package of named members, within limits, trusting nothing."""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from service.errors import DefinitionError, Problem, problem

MAX_MEMBERS = 2000
MAX_XML_BYTES = 20 * 1024 * 1024
"""Largest XML member, bytes; other members may fill the sum."""
MAX_SUM_BYTES = 100 * 1024 * 1024
MAX_RATIO = 100
"""Uncompressed to compressed; looked at from 1 MB up, small members compress as they like."""
_RATIO_FROM = 1024 * 1024
_CHUNK = 64 * 1024

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
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
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            entries = archive.infolist()
            _refuse([*_sizes(entries), *_names(entries)], file)
            members = dict(_read_all(archive, entries, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise DefinitionError(_not_a_docx(docx, file)) from None
    return _with_types(members, file)


def _refuse(problems: list[Problem], file: str) -> None:
    if problems:
        raise DefinitionError([_in_file(p, file) for p in problems])


def _in_file(found: Problem, file: str) -> Problem:
    return Problem(code=found.code, text=found.text, path=found.path, file=file)


def _not_a_docx(docx: bytes, file: str) -> Problem:
    if docx.startswith(OLE_MAGIC):
        zh = "这是旧式 .doc 文件，或加了密码的文件；请在 Word 中去掉密码并另存为 .docx。"
        en = "This is an old .doc file or has a password; remove it and save as .docx in Word."
    else:
        zh = "这不是 Word 的 .docx 文件，或文件已损坏；请在 Word 中打开后另存为 .docx。"
        en = "This is not a .docx file, or it is damaged; open it in Word and save as .docx."
    return problem("not_a_docx", zh, en, file=file)


def _too_large(zh: str, en: str) -> Problem:
    return problem("archive_too_large", f"模板太大：{zh}。", f"The template is too large: {en}.")


def _sizes(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    if len(entries) > MAX_MEMBERS:
        yield _too_large(f"内含文件多于 {MAX_MEMBERS} 个", f"more than {MAX_MEMBERS} members")


def _names(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries[: MAX_MEMBERS + 1]:
        # OPC names are equal without regard to case.
        name = entry.orig_filename
        if not _good_name(name) or name.lower() in seen or _odd(entry):
            yield problem(
                "bad_archive_entry",
                f"模板内部有不合规的条目（{name[:60]!a}）；请在 Word 中打开后另存。",
                f"A bad entry inside the template ({name[:60]!a}); open it in Word and save anew.",
            )
        seen.add(name.lower())


def _good_name(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    clean = not re.search(r"[\x00-\x1f\\:\x7f]", name)
    return clean and all(part not in {"", ".", ".."} for part in parts)


def _odd(entry: zipfile.ZipInfo) -> bool:
    encrypted = bool(entry.flag_bits & 0x1)
    return encrypted or stat.S_ISLNK(entry.external_attr >> 16)


def _read_all(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], file: str
) -> Iterator[tuple[str, bytes]]:
    left = MAX_SUM_BYTES
    for entry in entries:
        if not entry.is_dir():
            data = _read(archive, entry, left, file)
            left -= len(data)
            yield entry.filename, data


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, file: str) -> bytes:
    """One member, counted while it is read: the sizes that the archive claims prove nothing."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    limit = min(left, MAX_XML_BYTES if is_xml else left)
    limit = min(limit, max(_RATIO_FROM, entry.compress_size * MAX_RATIO))
    data = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > limit:
                _refuse([_too_large(f"{entry.filename} 解压后过大", f"{entry.filename}")], file)
    return bytes(data)


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
        raise DefinitionError(_not_a_docx(b"", file)) from None
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
