"""Front matter of a bundle: cover, contents, and the separator before each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.core import wording
from service.desk.bundle.plan import BundlePlan
from service.desk.fill import fill_front
from service.desk.tools import Desk
from service.engines.protocols import PartLink, PdfPart
from service.errors import InputError, Problem

_COVER, _CONTENTS, _SEPARATOR = "cover", "contents", "separator"
_TITLES = {"zh": ("封面", "目录"), "en": ("Cover", "Contents")}


@dataclass(frozen=True, kw_only=True)
class ContentsEntry:
    """A line of the contents: number, title and the page where the part begins."""

    no: int
    title: str
    page: int


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """The sheets that do not wait for page numbers, as Word files."""

    cover: bytes
    separators: tuple[bytes, ...]

    def convert_separators(self, desk: Desk) -> list[bytes]:
        """The separators as PDF; none where they are not wanted."""
        return [_pdf(desk, sheet, _SEPARATOR) for sheet in self.separators]


def fill_sheets(desk: Desk, plan: BundlePlan) -> Sheets:
    """Fills cover and separators, before any work: what they bear is checked here.

    Raises:
        InputError: every text that cannot stand on them, with the instance's own key.
    """
    problems: list[Problem] = []
    made = [_filled(desk, plan, sheet, problems) for sheet in _sheets(plan)]
    if problems:
        raise InputError(problems)
    return Sheets(cover=made[0], separators=tuple(made[1:]))


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """A sheet to be filled: which, with what, and the key path of the part it stands for."""

    name: str
    raw: Mapping[str, Any]
    path: str = ""


def _sheets(plan: BundlePlan) -> Iterator[_Sheet]:
    yield _Sheet(name=_COVER, raw=_cover(plan))
    for number, part in enumerate(plan.parts if plan.instance.separators else (), 1):
        raw = {"no": str(number), "title": [part.title]}
        yield _Sheet(name=_SEPARATOR, raw=raw, path=part.path)


def _cover(plan: BundlePlan) -> dict[str, Any]:
    instance, facts = plan.instance, plan.activity
    return {
        "title": list(instance.title_lines) or [plan.title],
        "unit": facts.get("unit"),
        "campaign_name": facts.get("campaign_name"),
        "to": instance.to,
        "date": wording.day(instance.date, plan.lang) if instance.date else "",
        "note": instance.note,
    }


def _filled(desk: Desk, plan: BundlePlan, sheet: _Sheet, problems: list[Problem]) -> bytes:
    try:
        return fill_front(desk, sheet.name, sheet.raw, lang=plan.lang)
    except InputError as error:
        for one in error.problems:
            # `title.0` of a separator is the title of its part.
            key = f"{sheet.path}.{one.path}" if sheet.path else one.path
            problems.append(replace(one, path=key, file=plan.file))
        return b""


def front_matter(
    desk: Desk, plan: BundlePlan, sheets: Sheets, entries: Sequence[ContentsEntry]
) -> list[PdfPart]:
    """Cover and contents, the lines of the contents leading to their parts."""
    lines = [{"no": str(e.no), "title": e.title, "page": str(e.page)} for e in entries]
    filled = fill_front(desk, _CONTENTS, {"entries": lines}, lang=plan.lang)
    contents = _pdf(desk, filled, _CONTENTS)
    cover = _pdf(desk, sheets.cover, _COVER)
    first, second = _TITLES[plan.lang]
    odd = plan.instance.duplex
    links = _links(desk, contents, entries, step=2 if sheets.separators else 1)
    return [
        PdfPart(title=first, pdf=cover, odd_start=odd, numbered=False),
        PdfPart(title=second, pdf=contents, odd_start=odd, numbered=False, links=links),
    ]


def _links(
    desk: Desk, contents: bytes, entries: Sequence[ContentsEntry], *, step: int
) -> list[PartLink]:
    """Each line of the contents leads to its part; the two front sheets stand before them."""
    found = desk.pages.lines(contents, [entry.title for entry in entries])
    return [
        PartLink(page=line.page, rect=line.rect, target=2 + number * step)
        for number, line in enumerate(found)
        if line
    ]


def _pdf(desk: Desk, sheet: bytes, name: str) -> bytes:
    return desk.converter.convert(sheet, name=name, urgent=False).pdf
