"""Engine room, PDF: a file that is written piece by piece, so that its length costs no memory."""

from __future__ import annotations

import hashlib
import io
from array import array
from typing import BinaryIO

from pypdf import PdfWriter
from pypdf.generic import NullObject, PdfObject

from service.engines.pdf.metadata import with_identifier

_OWN = 3
"""Objects that every PdfWriter begins with: Info, page tree, catalog."""


class Flow:
    """The file so far.

    Every piece is made by a PdfWriter of its own that numbers its objects on from those written;
    so pypdf makes and writes all objects, and none of them stays.

    Args:
        out: where it is written, from its beginning.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self._length = 0
        self._offsets = array("Q", [0] * _OWN)
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def writer(self) -> PdfWriter:
        """For the next piece."""
        writer = PdfWriter()
        writer._objects += [None] * (len(self._offsets) - _OWN)
        return writer

    def add(self, writer: PdfWriter) -> None:
        """Writes a piece: all but the three objects that belong to the whole."""
        piece = io.BytesIO()
        for number in range(len(self._offsets), len(writer._objects)):
            self._offsets.append(self._length + piece.tell())
            _put(piece, number + 1, writer._objects[number])
        self._write(piece.getvalue())

    def close(self, writer: PdfWriter) -> None:
        """Writes the last piece, with page tree, catalog and Info of the whole, and the end."""
        self.add(writer)
        piece = io.BytesIO()
        for number in range(_OWN):
            self._offsets[number] = self._length + piece.tell()
            _put(piece, number + 1, writer._objects[number])
        table = self._length + piece.tell()
        piece.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._offsets) + 1))
        piece.writelines(b"%010d 00000 n \n" % offset for offset in self._offsets)
        self._write(piece.getvalue())
        trailer = io.BytesIO()
        writer._write_trailer(trailer, table)
        self._write(with_identifier(trailer.getvalue(), self._hash.digest()))

    def _write(self, data: bytes) -> None:
        self._hash.update(data)
        self._out.write(data)
        self._length += len(data)


def _put(piece: BinaryIO, number: int, held: PdfObject | None) -> None:
    piece.write(b"%d 0 obj\n" % number)
    (NullObject() if held is None else held).write_to_stream(piece)
    piece.write(b"\nendobj\n")
