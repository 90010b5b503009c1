"""API: its address, and whether a request is for it."""

from __future__ import annotations

from flask import request

BASE = "/api/v1"
_PAGES = frozenset({BASE, f"{BASE}/"})


def asks_api() -> bool:
    """Whether a program asks, and not a browser that shows pages."""
    return request.path.startswith("/api/") and request.path not in _PAGES
