"""Engine room, sheets: an .xlsx looked through before its cells are read: bombs, far cells, errors.

The reader of cells sets aside memory for the whole rectangle up to the last cell, and shows a
broken formula as an empty cell; so both are looked for here, in one pass over the XML.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from service.engines.sheets.refusals import RefusedSheet
from service.engines.sheets.scan import Scan

MAX_PART = 64 * 1024 * 1024
"""Largest part once unpacked, bytes: twenty thousand rows with all a member can write."""
MAX_PARTS = 256 * 1024 * 1024
MAX_MEMBERS = 4_000
_CHUNK = 256 * 1024
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_ROW = re.compile(rb"<row\b[^>]*>")
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_CELL_COLUMN = re.compile(rb'\br="([A-Z]{1,3})\d{1,7}"')
_VALUE = re.compile(rb"<v(?: [^>]*)?>[^<]|<is\b")


class Parts:
    """The members of a zip, unpacked within limits."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise RefusedSheet("damaged") from None
        names = self._zip.namelist()
        if len(names) > MAX_MEMBERS:
            raise RefusedSheet("unpacked")
        if len(set(names)) != len(names):  # whoever reads it next may take the other one
            raise RefusedSheet("damaged")
        self.names = frozenset(names)
        self._left = MAX_PARTS

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member, a piece at a time; what its header says of its size is not believed."""
        size = 0
        try:
            with self._zip.open(name) as member:
                while piece := member.read(_CHUNK):
                    size += len(piece)
                    self._left -= len(piece)
                    if size > MAX_PART or self._left < 0:
                        raise RefusedSheet("unpacked")
                    yield piece
        except RuntimeError:  # a password of the zip's own
            raise RefusedSheet("locked") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError):
            raise RefusedSheet("damaged") from None

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feeds a member to a parser that refuses entities."""
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.buffer_text = True
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise RefusedSheet("damaged") from None


def _no_doctype(*_: object) -> None:
    raise RefusedSheet("dtd")


def new_parser() -> expat.XMLParserType:
    """A parser that gives names as `namespace local`."""
    return expat.ParserCreate(namespace_separator=" ")


def local(name: str) -> str:
    """A name without its namespace; the strict and the usual format have different ones."""
    return name.rpartition(" ")[2]


def scan_xlsx(parts: Parts) -> tuple[dict[str, Scan], bool]:
    """Every sheet's scan by its name, and whether the file holds macros.

    Raises:
        RefusedSheet: `dtd`, `unpacked`, `damaged`, `locked`.
    """
    book = next((n for n in parts.names if n.lower() == "xl/workbook.xml"), "")
    targets = _targets(parts, book)
    for name in sorted(parts.names):
        small = name.lower().endswith((".xml", ".rels")) and "/worksheets/sheet" not in name.lower()
        if small and name.startswith(("xl/", "[", "_rels/")):
            parts.parse(name, new_parser())
    macros = any(name.lower().endswith("vbaproject.bin") for name in parts.names)
    return {
        sheet: _scan_sheet(parts, targets[relation])
        for sheet, relation in _sheets(parts, book)
        if targets.get(relation) in parts.names
    }, macros


def _sheets(parts: Parts, book: str) -> list[tuple[str, str]]:
    """Name and relationship of each sheet, in the file's order."""
    found = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if local(name) == "sheet":
            relation = next((v for k, v in attributes.items() if local(k) == "id"), "")
            found.append((attributes.get("name", ""), relation))

    parser = new_parser()
    parser.StartElementHandler = start
    parts.parse(book, parser)
    return found


def _targets(parts: Parts, book: str) -> dict[str, str]:
    """Relationship of the workbook to the name of its part."""
    folder, _, file = book.rpartition("/")
    found = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else f"{folder}/{target}"
            found[attributes.get("Id", "")] = posixpath.normpath(path)

    rels = f"{folder}/_rels/{file}.rels"
    if rels in parts.names:
        parser = new_parser()
        parser.StartElementHandler = start
        parts.parse(rels, parser)
    return found


def _scan_sheet(parts: Parts, name: str) -> Scan:
    """A sheet's rows, by patterns: a parser with handlers takes ten times as long."""
    parts.parse(name, new_parser())
    xml = b"".join(parts.pieces(name))
    if not xml.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # UTF-16 hides from patterns
        raise RefusedSheet("damaged")
    if prefix := _PREFIX.search(xml):
        xml = re.sub(rb"(</?)" + prefix[1], rb"\1", xml)
    scan, number = Scan(), 0
    for attributes, content in _rows(xml):
        known = _ROW_NUMBER.search(attributes)
        number = int(known[1]) if known else number + 1
        if _HIDDEN.search(attributes):
            scan.hidden.add(number)
        if b"<f" in content or b't="e"' in content:
            _add_bad_cells(scan, number, content)
        _add_last_cell(scan, number, content)
    return scan


def _rows(xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The opening tag and the content of each row."""
    at = 0
    while found := _ROW.search(xml, at):
        at = found.end()
        if xml[at - 2 : at] == b"/>":
            yield found[0], b""
            continue
        end = xml.find(b"</row>", at)
        yield found[0], xml[at:end]
        at = max(end, at)


def _add_bad_cells(scan: Scan, row: int, content: bytes) -> None:
    """Every cell of a row that shows an error, or a formula without its result."""
    for place, found in enumerate(_CELL.finditer(content), 1):
        attributes, inside = found[1], found[2] or b""
        column = _column(attributes) or place
        valued = _VALUE.search(inside) is not None
        if b't="e"' in attributes and valued:
            scan.add(row, column, bad="error")
        elif b"<f" in inside and not valued and b't="str"' not in attributes:
            scan.add(row, column, bad="no_result")


def _add_last_cell(scan: Scan, row: int, content: bytes) -> None:
    """The last cell of a row that has a value; formats alone do not count."""
    at = max(content.rfind(b"<v>"), content.rfind(b"<v "), content.rfind(b"<is"))
    while at >= 0 and content.startswith((b"<v></v>", b"<v/>"), at):
        at = max(content.rfind(mark, 0, at) for mark in (b"<v>", b"<v ", b"<is"))
    if at < 0:
        return
    begin = content.rfind(b"<c", 0, at)
    attributes = content[begin : content.find(b">", begin)]
    scan.add(row, _column(attributes) or content.count(b"<c ", 0, at))


def _column(attributes: bytes) -> int:
    """The column of `r="C12"`, counted from 1; 0 where it is not said."""
    found = _CELL_COLUMN.search(attributes)
    column = 0
    for byte in found[1] if found else b"":
        column = column * 26 + byte - 64
    return column
