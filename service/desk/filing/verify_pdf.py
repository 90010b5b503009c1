"""Verifying a PDF by its seal: which of its pages are no longer what was sealed, part by part."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TypeAlias

from service.core.filing.manifest import Manifest
from service.core.filing.verdict import Difference, difference
from service.engines.protocols import PdfContents, SealReport

PartAt: TypeAlias = Callable[[int], tuple[int, str]]
"""Number (0 where it has none) and title ("" where it stands in none) of the part at an index."""


def sealed_differences(report: SealReport, *, file: str, part_at: PartAt) -> list[Difference]:
    """What a seal says is different; nothing where the file is whole, or was never sealed."""
    if report.whole or not report.sealed:
        return []
    if not report.pages:
        return [difference("pdf_unreadable", file=file)]
    found = []
    if report.said_pages and report.pages != report.said_pages:
        found.append(
            difference("page_count", file=file, said=report.said_pages, found=report.pages)
        )
    for (no, title), indices in groupby(report.changed, key=part_at):
        found.append(difference("pages_changed", file=file, part=no, title=title, pages=[*indices]))
    return found or [difference("seal_broken", file=file)]


def part_by_bookmark(contents: PdfContents) -> PartAt:
    """Which part an index is in, by the bookmarks of the file alone."""
    marks = sorted(contents.bookmarks, key=lambda mark: mark[1])

    def part_at(index: int) -> tuple[int, str]:
        before = [title for title, page in marks if page <= index]
        return 0, before[-1] if before else ""

    return part_at


def part_by_manifest(manifest: Manifest) -> PartAt:
    """Which part an index of the joined PDF is in, by the manifest; front matter goes before."""
    parts = [part for part in manifest.parts if part.first_page]
    ends = [part.first_page + part.pages - 1 for part in parts]
    front = manifest.pages - max(ends, default=0)

    def part_at(index: int) -> tuple[int, str]:
        number = index - front + 1
        for part in parts:
            if part.first_page <= number < part.first_page + part.pages:
                return part.no, part.title
        return 0, ""

    return part_at
