"""Batch: names of its files in the blob store; ids, numbers and hashes, never a person's words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

Ending = Literal["docx", "pdf"]


def template_name(version: str) -> str:
    """A Word template, by its SHA-256: batches of one version share it."""
    return f"templates/{version}.docx"


def item_name(batch_id: str, item_id: str, ending: Ending) -> str:
    """A form as Word or PDF."""
    return f"batches/{batch_id}/items/{item_id}.{ending}"


def prints(batch_id: str) -> str:
    """The folder of what is printed together."""
    return f"batches/{batch_id}/prints"


def chunk_name(batch_id: str, number: int, printed: Iterable[str]) -> str:
    """A printed chunk; `printed` are the digests of its forms, in order.

    So the name tells what is in the file: a chunk that was printed again with one form more never
    takes the place of the one that a joined print is being made of.
    """
    return f"{prints(batch_id)}/{number:05d}-{_short(printed)}.pdf"


def joined_name(batch_id: str, chunks: Iterable[str]) -> str:
    """The joined print of chunks."""
    return f"{prints(batch_id)}/joined-{_short(chunks)}.pdf"


def returned_name(batch_id: str, item_id: str, digest: str) -> str:
    """A file that came back from a member."""
    return f"batches/{batch_id}/returned/{item_id}-{digest[:16]}"


def _short(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
