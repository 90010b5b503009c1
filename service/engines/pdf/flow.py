"""Engine room, PDF: a file that is written piece by piece, so that its length costs no memory."""

from __future__ import annotations

import hashlib
import io
from array import array
from typing import BinaryIO

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, NullObject, PdfObject

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
        self._put_off: dict[int, DictionaryObject] = {}
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def writer(self) -> PdfWriter:
        """For the next piece."""
        writer = PdfWriter()
        writer._objects += [None] * (len(self._offsets) - _OWN)
        return writer

    def fresh(self, writer: PdfWriter) -> list[PdfObject | None]:
        """The objects of a piece that is not added yet."""
        return writer._objects[len(self._offsets) :]

    @property
    def length(self) -> int:
        """Bytes written."""
        return self._length

    def put_off(self, writer: PdfWriter, reference: IndirectObject) -> DictionaryObject:
        """An object of a piece that is written at the end only, since it is not finished yet."""
        held = writer._objects[reference.idnum - 1]
        assert isinstance(held, DictionaryObject)
        held.indirect_reference = None  # it would keep the whole piece
        self._put_off[reference.idnum] = held
        return held

    def add(self, writer: PdfWriter) -> None:
        """Writes a piece: all but the three objects that belong to the whole."""
        piece = io.BytesIO()
        for number, held in enumerate(self.fresh(writer), start=len(self._offsets) + 1):
            self._offsets.append(self._length + piece.tell())
            if number not in self._put_off:
                _put(piece, number, held)
        self._write(piece.getvalue())

    def close(self, writer: PdfWriter) -> None:
        """Writes the last piece, with page tree, catalog and Info of the whole, and the end."""
        self.add(writer)
        piece = io.BytesIO()
        last = {number: writer._objects[number - 1] for number in range(1, _OWN + 1)}
        for number, held in (last | self._put_off).items():
            self._offsets[number - 1] = self._length + piece.tell()
            _put(piece, number, held)
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
