"""The edge, Word: a child process with limits that tries a template out before anyone trusts it.

Started as `python -m service.engines.word.prove`; JSON on standard input ({"docx": base64, "file"})
and output ({"problems": [{code, zh, en}], "tags": [...]}).
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 4


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Reads one template, writes one proof; anything it cannot survive ends it."""
    _limit()
    asked = json.load(sys.stdin)
    try:
        answer = _prove(base64.b64decode(asked["docx"]), str(asked["file"]))
    except (MemoryError, RecursionError):
        answer = {"costly": True}
    sys.stdout.write(json.dumps(answer))


def _prove(docx: bytes, file: str) -> dict[str, Any]:
    from service.engines.word import trial
    from service.errors import DefinitionError

    try:
        problems, tags = trial.try_out(docx, file=file)
    except DefinitionError as error:
        problems, tags = list(error.problems), frozenset()
    return {"problems": list(_plain(problems)), "tags": sorted(tags)}


def _plain(problems: list[Any]) -> Iterator[dict[str, str]]:
    for p in problems:
        yield {"code": p.code, "zh": p.text.zh, "en": p.text.en}


if __name__ == "__main__":
    main()
