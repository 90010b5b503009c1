"""Engine room, sheets: the child process in which .xlsx, .xls and .ods files are taken apart.

`python -m service.engines.sheets.child zip|ole`: the file on standard input, one JSON object on
standard output: {"sheets": [...], "notes": [...]} or {"refused": code, "values": {...}}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from service.engines.child import limit
from service.engines.sheets.refusals import RefusedSheet

MEMORY = 512 * 1024 * 1024
"""Address space beyond a few copies of the file, bytes."""
CPU_SECONDS = 10
"""And one second more for every 2 MB."""


def main() -> None:
    """Reads, works, answers."""
    kind = sys.argv[1]
    data = sys.stdin.buffer.read()
    limit(memory=MEMORY + 4 * len(data), cpu_seconds=CPU_SECONDS + len(data) // (2 * 1024 * 1024))
    answer: dict[str, Any]
    try:
        from service.engines.sheets.cells import read_cells

        answer = read_cells(data, kind)
    except RefusedSheet as refused:
        answer = {"refused": refused.code, "values": refused.values}
    except MemoryError:
        answer = {"refused": "unpacked", "values": {}}
    except BaseException:
        # A broken file can make a parser raise anything at all, and Rust panic; it means one thing.
        answer = {"refused": "damaged", "values": {}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
