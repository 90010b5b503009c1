"""Engine room, sheets: an .ods looked through before its cells are read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.engines.sheets.refusals import RefusedSheet
from service.engines.sheets.scan import Bad, Scan
from service.engines.sheets.xlsx import Parts, local, new_parser

_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)|Err:\d+")
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def scan_ods(parts: Parts) -> dict[str, Scan]:
    """Every sheet's scan by its name.

    Raises:
        RefusedSheet: `dtd`, `unpacked`, `damaged`, `locked`.
    """
    for name in sorted(parts.names):
        if name.endswith(".xml") and name != "content.xml":
            _look(parts, name)
    reading = _ContentReading()
    parser = new_parser()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parts.parse("content.xml", parser)
    return reading.scans


def _look(parts: Parts, name: str) -> None:
    """A part without cells; the manifest says where the others are encrypted."""

    def start(element: str, _: Mapping[str, str]) -> None:
        if local(element) in {"encryption-data", "encrypted-key"}:
            raise RefusedSheet("locked")

    parser = new_parser()
    parser.StartElementHandler = start
    parts.parse(name, parser)


class _ContentReading:
    """One pass over content.xml."""

    def __init__(self) -> None:
        self.scans: dict[str, Scan] = {}
        self._scan = Scan()
        self._row = self._column = 1
        self._rows = self._cells = 1
        self._cell: Mapping[str, str] = {}
        self._depth = 0
        self._said = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = local(name)
        if name == "table":
            named = {local(key): value for key, value in attributes.items()}
            self._scan = self.scans.setdefault(named.get("name", ""), Scan())
            self._row = 1
        elif name == "table-row":
            named = {local(key): value for key, value in attributes.items()}
            self._rows = int(named.get("number-rows-repeated", 1))
            self._column = 1
            if named.get("visibility", "visible") != "visible":
                self._scan.hidden.update(range(self._row, self._row + min(self._rows, 100_000)))
        elif name in _CELLS:
            self._cell = {local(key): value for key, value in attributes.items()}
            self._cells = int(self._cell.get("number-columns-repeated", 1))
            self._said = ""
        elif name == "p":
            self._depth += 1

    def text(self, text: str) -> None:
        if self._depth and len(self._said) < 40:
            self._said += text

    def end(self, name: str) -> None:
        name = local(name)
        if name == "p":
            self._depth -= 1
        elif name in _CELLS:
            self._end_cell()
            self._column += self._cells
        elif name == "table-row":
            self._row += self._rows

    def _end_cell(self) -> None:
        cell = self._cell
        valued = cell.get("value-type", "")
        bad: Bad | None = None
        if "formula" in cell:
            if valued == "error" or _ERROR.fullmatch(self._said):
                bad = "error"
            elif not valued:
                bad = "no_result"
        if valued or bad or self._said:
            self._scan.add(self._row, self._column, bad=bad, down=self._rows, across=self._cells)
        spanned = int(cell.get("number-rows-spanned", 1))
        if spanned > 1 and cell.get("number-columns-spanned", "1") == "1":
            self._scan.merged.append((self._row, self._row + spanned - 1, self._column))
