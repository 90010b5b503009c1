"""Engine room, PDF: title and bookmarks of a file from outside, read in a child process.

`python -m service.engines.pdf.contents`: the file on standard input; on standard output its title
and its bookmarks as JSON.
"""

from __future__ import annotations

import io
import json
import logging
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from service.engines.child import ChildStoppedError, ask_child, limit
from service.engines.pdf.outline import own_outline
from service.engines.protocols import PdfContents

_WALL_SECONDS, _CPU_SECONDS = 60, 30
_MEMORY = 512 * 1024 * 1024
"""Address space of the child beyond a few copies of the file, bytes."""


class Contents:
    """The `PdfContentsReader` of the house."""

    def contents(self, pdf: bytes) -> PdfContents:
        """Title and bookmarks; none where they cannot be read."""
        try:
            told = json.loads(
                ask_child("service.engines.pdf.contents", data=pdf, seconds=_WALL_SECONDS)
            )
        except (ChildStoppedError, ValueError):
            return PdfContents()
        return PdfContents(
            title=told["title"], bookmarks=tuple((title, page) for title, page in told["bookmarks"])
        )


def _title(reader: PdfReader) -> str:
    try:
        return str((reader.metadata and reader.metadata.title) or "")
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError):
        return ""


def main() -> None:
    """Reads, works, answers; a file that makes a parser fall over ends it with an error."""
    data = sys.stdin.buffer.read()
    limit(memory=_MEMORY + 8 * len(data), cpu_seconds=_CPU_SECONDS)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data), strict=False)
    bookmarks = [(title, page) for title, page, level in own_outline(reader) if level == 1]
    sys.stdout.write(json.dumps({"title": _title(reader), "bookmarks": bookmarks}))


if __name__ == "__main__":
    main()
