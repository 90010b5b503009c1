"""Engine room, PDF: the child process in which a file that is no longer whole is looked into.

`python -m service.engines.pdf.child`: the file on standard input; on standard output its pages'
digests and its XMP packet as JSON.
"""

from __future__ import annotations

import io
import json
import logging
import sys

from pypdf import PdfReader
from pypdf.generic import StreamObject

from service.engines.child import limit
from service.engines.pdf.digests import page_digests
from service.engines.pdf.values import value_of

_MEMORY = 512 * 1024 * 1024
"""Address space of the child beyond a few copies of the file, bytes."""
_CPU_SECONDS = 20
"""And one second more for every 4 MB."""


def main() -> None:
    """Reads, works, answers; a file that makes a parser fall over ends it with an error."""
    data = sys.stdin.buffer.read()
    seconds = _CPU_SECONDS + len(data) // (4 * 1024 * 1024)
    limit(memory=_MEMORY + 8 * len(data), cpu_seconds=seconds)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data), strict=False)
    packet = value_of(reader.root_object, "/Metadata")
    held = packet.get_data() if isinstance(packet, StreamObject) else b""
    told = {"pages": page_digests(reader), "packet": held.decode("utf-8", "replace")}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
