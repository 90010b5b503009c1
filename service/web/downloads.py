"""Web door: files on their way out: names by RFC 8187, never run by the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response

from service.core.naming import file_name

TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/json",
}


def disposition(name: str, suffix: str, *, show: bool = False) -> str:
    """The Content-Disposition of a download.

    Old browsers read the plain ASCII name, all others the one in UTF-8 (RFC 6266, RFC 8187).
    """
    whole = file_name(name.encode("utf-8", "ignore").decode(), suffix=suffix)
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "", whole.removesuffix(suffix)).strip(" ._()-")
    way = "inline" if show else "attachment"
    # quote() leaves ~ as it is, which RFC 8187 allows; all else outside its attr-char is escaped.
    return (
        f'{way}; filename="{plain or "document"}{suffix}"; '
        f"filename*=UTF-8''{quote(whole, safe='')}"
    )


def hand_out(path: Path, name: str, *, show: bool = False) -> Response:
    """A file of ours: to be kept, or to be shown where `show`."""
    return hand_over(path.read_bytes(), name, path.suffix, show=show)


def hand_over(
    data: bytes | Iterator[bytes], name: str, suffix: str, *, show: bool = False
) -> Response:
    """Bytes at hand, or in pieces where they are many.

    Args:
        data: the file.
        name: with or without its ending.
        suffix: its ending with the dot, one of TYPES; "" where it is of no known kind.
        show: the browser may show it.
    """
    headers = {"Content-Disposition": disposition(name.removesuffix(suffix), suffix, show=show)}
    mimetype = TYPES.get(suffix, "application/octet-stream")
    return Response(data, mimetype=mimetype, headers=headers)
