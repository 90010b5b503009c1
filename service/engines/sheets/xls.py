"""Engine room, sheets: an old .xls looked through before its cells are read.

[MS-CFB] for the container, [MS-XLS] 2.4 for the records; only what tells of passwords, far cells
and broken formulas is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from service.engines.sheets.refusals import RefusedSheet
from service.engines.sheets.scan import Scan

_END_OF_CHAIN, _NO_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF
_SMALL = 4096
_BOF, _BOUNDSHEET, _FILEPASS, _ROW = 0x0809, 0x0085, 0x002F, 0x0208
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_ONE_CELL = frozenset({_FORMULA, _BOOLERR, 0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6})
"""FORMULA, BOOLERR, NUMBER, RK, LABELSST, LABEL, RSTRING."""
_ERROR = 2
"""Kind of a formula's result that is an error."""


def scan_xls(data: bytes) -> list[tuple[str, Scan]]:
    """Name and scan of every sheet, in the order of their records.

    Raises:
        RefusedSheet: `locked`, `not_a_sheet`, `damaged`.
    """
    try:
        streams = Container(data)
        if "EncryptedPackage" in streams.names or "EncryptionInfo" in streams.names:
            raise RefusedSheet("locked")
        name = next((one for one in ("Workbook", "Book") if one in streams.names), "")
        if not name:
            raise RefusedSheet("not_a_sheet")
        return _scan(streams.read(name))
    except (struct.error, IndexError):
        raise RefusedSheet("damaged") from None


class Container:
    """The streams of an OLE2 file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in {9, 12} or small_shift != 6:
            raise RefusedSheet("damaged")
        self._size = 1 << shift
        directory, small_fat = (
            struct.unpack_from("<I", data, 48)[0],
            struct.unpack_from("<I", data, 60)[0],
        )
        self._fat = self._read_fat()
        entries = self._chain(directory)
        self.names: dict[str, tuple[int, int]] = {}
        root = (_END_OF_CHAIN, 0)
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            first, size = struct.unpack_from("<IQ", entries, at + 116)
            name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (first, size)
            elif kind == 2:
                self.names[name] = (first, size & 0xFFFFFFFF)
        self._small = self._chain(root[0])
        packed = self._chain(small_fat)
        self._small_fat = struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4])

    def read(self, name: str) -> bytes:
        """One stream."""
        first, size = self.names[name]
        if size >= _SMALL:
            return self._chain(first)[:size]
        pieces, seen = [], 0
        while first < len(self._small_fat) and seen <= len(self._small_fat):
            pieces.append(self._small[first * 64 : first * 64 + 64])
            first, seen = self._small_fat[first], seen + 1
        return b"".join(pieces)[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size]

    def _chain(self, first: int) -> bytes:
        pieces, seen = [], 0
        while first < len(self._fat):
            pieces.append(self._sector(first))
            first, seen = self._fat[first], seen + 1
            if seen > len(self._fat):  # it runs in a circle
                raise RefusedSheet("damaged")
        return b"".join(pieces)

    def _read_fat(self) -> tuple[int, ...]:
        """The table of sectors, whose own sectors the header and then a chain of lists name."""
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        more, count = struct.unpack_from("<II", self._data, 68)
        each = self._size // 4
        for _ in range(min(count, len(self._data) // self._size)):
            if more >= _END_OF_CHAIN:
                break
            listed = struct.unpack(f"<{each}I", self._sector(more))
            numbers += listed[:-1]
            more = listed[-1]
        fat = b"".join(self._sector(one) for one in numbers if one < _END_OF_CHAIN - 2)
        return struct.unpack(f"<{len(fat) // 4}I", fat)


def _scan(stream: bytes) -> list[tuple[str, Scan]]:
    """Records of the workbook, then of each sheet at the place that the workbook names."""
    places = []
    for kind, record in _records(stream, 0):
        if kind == _FILEPASS:
            raise RefusedSheet("locked")
        if kind == _BOUNDSHEET:
            places.append((_name(record), struct.unpack_from("<I", record)[0]))
    return [(name, _scan_sheet(stream, place)) for name, place in places]


def _name(record: bytes) -> str:
    """A sheet's name, one or two bytes a character."""
    length, wide = record[6], record[7] & 1
    return record[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record up to the end of the substream."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == 0x000A:  # EOF; charts inside a sheet have their own
            depth -= 1
            if depth <= 0:
                return
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _scan_sheet(stream: bytes, place: int) -> Scan:
    scan = Scan()
    for kind, record in _records(stream, place):
        if kind in _ONE_CELL:
            row, column = struct.unpack_from("<HH", record)
            broken = _is_error(kind, record)
            scan.add(row + 1, column + 1, bad="error" if broken else None)
        elif kind == _MULRK:
            row, column = struct.unpack_from("<HH", record)
            (last,) = struct.unpack_from("<H", record, len(record) - 2)
            scan.add(row + 1, column + 1, across=last - column + 1)
        elif kind == _ROW:
            (row,) = struct.unpack_from("<H", record)
            (options,) = struct.unpack_from("<H", record, 12)
            if options & 0x20:  # no height: hidden or filtered
                scan.hidden.add(row + 1)
    return scan


def _is_error(kind: int, record: bytes) -> bool:
    if kind == _BOOLERR:
        return record[7] == 1
    if kind == _FORMULA:
        return record[6] == _ERROR and record[12:14] == b"\xff\xff"
    return False
