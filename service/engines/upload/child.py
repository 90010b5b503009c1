"""Engine room, uploads: the child process in which files from outside are taken apart.

`python -m service.engines.upload.child pdf|picture`: the file on standard input; on standard
output one line of JSON, then the PDF. Whatever the file does, it does within the limits set here.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from service.engines.child import limit
from service.engines.upload.refusals import Refused

MEMORY = 512 * 1024 * 1024
"""Address space of the child beyond a few copies of the file, bytes."""
PICTURE_MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
"""And one second more for every 4 MB."""


def main() -> None:
    """Reads, works, answers."""
    kind = sys.argv[1]
    data = sys.stdin.buffer.read()
    _limit(kind, len(data))
    try:
        answer, pdf = _work(kind, data)
    except Refused as refused:
        answer, pdf = {"refused": refused.code}, b""
    except MemoryError:
        answer, pdf = {"refused": "too_costly"}, b""
    except Exception:
        # A broken file can make a parser raise anything at all; all of it means one thing.
        answer, pdf = {"refused": "damaged"}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + pdf)


def _limit(kind: str, size: int) -> None:
    memory = MEMORY + 8 * size if kind == "pdf" else PICTURE_MEMORY
    seconds = CPU_SECONDS + size // (4 * 1024 * 1024)
    limit(memory=memory, cpu_seconds=seconds)


def _work(kind: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    if kind == "picture":
        from service.engines.upload.picture import picture_pdf

        return {"pages": 1, "removed": []}, picture_pdf(data)
    import logging

    from service.engines.upload.pdf import clean_pdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pdf, pages, removed = clean_pdf(data)
    return {"pages": pages, "removed": sorted(removed)}, pdf


if __name__ == "__main__":
    main()
