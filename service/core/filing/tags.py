"""The tag files of a BagIt bag (RFC 8493), written one way only, and its manifests read back.

The library `bagit` makes bags in place by changing the folder of the whole process, lists tag files
in the order of the disk and writes version 0.97: so it proves every bag here, but writes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

BAGIT, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_BREAKS = re.compile(r"\s+")


def info_file(info: Iterable[tuple[str, str]], sizes: Iterable[int]) -> bytes:
    """bag-info.txt: what was given, one line each, empty ones left out, and the payload's count."""
    sizes = tuple(sizes)
    oxum = ("Payload-Oxum", f"{sum(sizes)}.{len(sizes)}")
    rows = [(name, _BREAKS.sub(" ", value).strip()) for name, value in (*info, oxum)]
    return "".join(f"{name}: {value}\n" for name, value in rows if value).encode()


def manifest_file(digests: Mapping[str, str]) -> bytes:
    """A manifest of files and their SHA-256, sorted by path, LF.

    Paths hold no `%` and no line break (`places.py`), so nothing is escaped.
    """
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def read_manifest(data: bytes) -> dict[str, str] | None:
    """Path to SHA-256 as a manifest says; None where it is not as one is written here."""
    try:
        lines: Sequence[str] = data.decode().split("\n")
    except UnicodeDecodeError:
        return None
    if lines[-1]:
        return None
    said: dict[str, str] = {}
    for line in lines[:-1]:
        found = _LINE.fullmatch(line)
        if not found or found[2] in said:
            return None
        said[found[2]] = found[1]
    return said
