"""Gongwen (公文): form input into official paperwork."""

from __future__ import annotations

__version__ = "0.1.0"
