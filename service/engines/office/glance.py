"""The converter: reads off a PDF, as LibreOffice writes it, what would cost a parse otherwise.

LibreOffice writes one classic cross-reference table and leaves its dictionaries uncompressed. A
file of any other shape gets no answer here, and pypdf judges it (pypdf takes 6 ms for the number of
pages of a two-page form and 8 ms for its fonts; this takes 0.02 and 1 ms).
"""

from __future__ import annotations

import re
from functools import cached_property

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s*\n")
_ENTRY = 20  # bytes of one line of the table (ISO 32000-1, 7.5.4)
_LONGEST = 1 << 20  # bytes of a page tree's root: it lists every page
_TAIL = 2048  # bytes at the end in which `startxref` stands
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_PAGES = re.compile(rb"<</Type/Catalog/Pages (\d+) 0 R\b")
_COUNT = re.compile(rb"<</Type/Pages\b.*/Count (\d+)\s*>>", re.DOTALL)
_DESTS = re.compile(rb"/Dests (\d+) 0 R")
_DEST = re.compile(rb"/(\w+)\s*\[\s*(\d+) 0 R")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_FONT = re.compile(rb"<</Type/FontDescriptor/FontName/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # in names, ISO 32000-1, 7.3.5


class Glance:
    """One PDF; everything is None where it is not what LibreOffice writes.

    Args:
        pdf: the file.
    """

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf

    @property
    def pages(self) -> int | None:
        """Number of pages that the page tree claims."""
        count = _COUNT.match(self._tree)
        return int(count.group(1)) if count else None

    @property
    def destinations(self) -> dict[str, int] | None:
        """Named destinations and their pages from 0; LibreOffice's page tree has one level."""
        named, kids = _DESTS.search(self._catalog), _KIDS.search(self._tree)
        if named is None or kids is None:
            return None
        numbers = kids.group(1).split(b"0 R")[:-1]
        places = {int(number): page for page, number in enumerate(numbers)}
        if len(places) != self.pages:
            return None
        found = _DEST.findall(self._object(int(named.group(1))))
        return {name.decode("ascii"): places[int(n)] for name, n in found if int(n) in places}

    @cached_property
    def _catalog(self) -> bytes:
        """The text of the document's root; "" where it is not found."""
        root = _ROOT.search(self._pdf, self._table[1])
        return self._object(int(root.group(1))) if root else b""

    @cached_property
    def _tree(self) -> bytes:
        """The text of the page tree's root; "" where it is not found."""
        pages = _PAGES.match(self._catalog)
        return self._object(int(pages.group(1))) if pages else b""

    @property
    def fonts(self) -> frozenset[str] | None:
        """PostScript names of the embedded fonts, without their subset tags."""
        found = set()
        for number in range(1, self._table[0]):
            text = self._object(number, _TAIL)
            if (font := _FONT.match(text)) and b"/FontFile" in text:
                found.add(_name(font.group(1)))
        return frozenset(found) or None

    @cached_property
    def _table(self) -> tuple[int, int]:
        """Entries of the table and where they end; (0, 0) where there is no such table."""
        end = _END.search(self._pdf, max(0, len(self._pdf) - _TAIL))
        head = _TABLE.match(self._pdf, int(end.group(1))) if end else None
        if head is None:
            return 0, 0
        self._first = head.end()
        behind = head.end() + _ENTRY * int(head.group(1))
        whole = self._pdf[behind : behind + 7] == b"trailer"
        return (int(head.group(1)), behind) if whole else (0, 0)

    def _object(self, number: int, most: int = _LONGEST) -> bytes:
        """An object's text, without its number; "" where it is not at its place."""
        count, _ = self._table
        if not 0 < number < count:
            return b""
        entry = self._first + _ENTRY * number
        if self._pdf[entry + 17 : entry + 18] != b"n":
            return b""
        start = int(self._pdf[entry : entry + 10])
        head = b"%d 0 obj\n" % number
        if not self._pdf.startswith(head, start):
            return b""
        text = self._pdf[start + len(head) : start + len(head) + most]
        return text.partition(b"endobj")[0]


def _name(written: bytes) -> str:
    """A PDF name as it is meant: `FangSong#5FGB2312` is FangSong_GB2312."""
    plain = _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), written)
    return plain.decode("utf-8", "replace")
