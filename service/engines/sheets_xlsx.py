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

from service.engines.sheets_refusals import RefusedSheet
from service.engines.sheets_scan import Scan

MAX_PART = 96 * 1024 * 1024
"""Largest part once unpacked, bytes: twenty thousand rows with all a member can write."""
MAX_PARTS = 256 * 1024 * 1024
MAX_MEMBERS = 4_000
_CHUNK = 256 * 1024
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


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
    reading = _SheetReading()
    parser = new_parser()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parts.parse(name, parser)
    return reading.scan


class _SheetReading:
    """One pass over a sheet's XML."""

    def __init__(self) -> None:
        self.scan = Scan()
        self._row = self._column = 0
        self._kind = ""
        self._formula = self._value = self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "is"}:
            self._inside = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.scan.hidden.add(self._row)

    def text(self, text: str) -> None:
        if self._inside and text:
            self._value = True

    def end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name in {"v", "is"}:
            self._inside = False
        elif name == "c":
            self._end_cell()

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        if found := _REF.fullmatch(attributes.get("r", "")):
            self._column = 0
            for char in found[1]:
                self._column = self._column * 26 + ord(char) - 64
            self._row = int(found[2])
        self._kind = attributes.get("t", "")
        self._formula = self._value = False

    def _end_cell(self) -> None:
        if self._kind == "e" and self._value:
            self.scan.add(self._row, self._column, bad="error")
        elif self._formula and not self._value and self._kind != "str":
            self.scan.add(self._row, self._column, bad="no_result")
        elif self._value:
            self.scan.add(self._row, self._column)
