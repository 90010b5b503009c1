"""Pages of a version as pictures, for who reads it in the browser; drawn once, then kept."""

from __future__ import annotations

import re

from service.desk.documents.versions import open_version
from service.desk.tools import Desk
from service.errors import NotFoundError, problem
from service.store import documents as rows

MOST_PAGES = 60
"""So many pages are drawn; whoever reads more opens the PDF."""
_NAME = re.compile(r".*/(\d+)-of-(\d+)\.png")


def draw_version(desk: Desk, document_id: str, no: int) -> list[bytes]:
    """The pages of a version, the first one first.

    Raises:
        NotFoundError: there is no such version.
        EngineError: no PDF can be made here.
    """
    folder = _folder(desk, document_id, no)
    kept = _kept(desk, folder)
    if kept:
        return [desk.store.blobs.get(name) for name in kept]
    pdf = open_version(desk, document_id, no, "pdf").data
    drawn = desk.pages.pictures(pdf, most=MOST_PAGES)
    count = len(drawn)
    named = [(f"{folder}/{number}-of-{count}.png", one) for number, one in enumerate(drawn, 1)]
    desk.store.blobs.put_all(named)
    return drawn


def open_page(desk: Desk, document_id: str, no: int, number: int) -> bytes:
    """One page as PNG, counted from 1. Raises NotFoundError where there is none."""
    kept = _kept(desk, _folder(desk, document_id, no))
    if not 1 <= number <= len(kept):
        raise NotFoundError(problem("no_page", "没有这一页。", "there is no such page."))
    return desk.store.blobs.get(kept[number - 1])


def _folder(desk: Desk, document_id: str, no: int) -> str:
    with desk.store.read() as session:
        version = rows.version(session, document_id, no)
    if version is None:
        raise NotFoundError(problem("no_version", "没有这一稿。", "there is no such version."))
    return f"documents/{document_id}/{version.id}.pages"


def _kept(desk: Desk, folder: str) -> list[str]:
    """Names of the pictures in order; none where the drawing was broken off."""
    found = [(_NAME.fullmatch(name), name) for name in desk.store.blobs.names(f"{folder}/")]
    numbered = sorted((int(one[1]), int(one[2]), name) for one, name in found if one)
    whole = bool(numbered) and all(of == len(numbered) for _, of, _ in numbered)
    return [name for _, _, name in numbered] if whole else []
