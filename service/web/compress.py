"""Web door: style and script travel compressed; pages do not.

A page bears what was typed beside the token that guards its form, and the length of a compressed
answer tells an eavesdropper of such neighbours (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_TYPES = {"text/css", "text/javascript", "application/javascript", "image/svg+xml"}


def init_compress(app: Flask) -> None:
    """Compresses static text for browsers that take gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in _TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code == 200 and request.accept_encodings.quality("gzip"):
            response.direct_passthrough = False
            response.set_data(_small(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
        return response


@lru_cache(maxsize=32)
def _small(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
