"""Core, layout rules: a whole measured file as read: pages, documents, running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import LayoutHints
from service.core.layout_rules.views import (
    ROMAN,
    Kind,
    Paper,
    View,
    at_its_place,
    foreign,
    separators_apart,
    view_of,
)
from service.core.sheet import Page, Sheet
from service.errors import Lang

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A whole file as read.

    Attributes:
        sheet: as measured.
        hints: what the asker knows.
        bundle: it is a joined file.
        views: every page.
        papers: documents of our own; front matter, blanks and uploads are in none.
    """

    sheet: Sheet
    hints: LayoutHints
    bundle: bool
    views: tuple[View, ...]
    papers: tuple[Paper, ...]

    @cached_property
    def ours(self) -> tuple[View, ...]:
        """Pages that this project sets."""
        return tuple(view for view in self.views if view.ours)

    @cached_property
    def chinese(self) -> tuple[Paper, ...]:
        """Papers in Chinese."""
        return tuple(paper for paper in self.papers if paper.lang == "zh")

    @cached_property
    def english(self) -> tuple[Paper, ...]:
        """Papers in English."""
        return tuple(paper for paper in self.papers if paper.lang == "en")

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The Chinese papers as running text."""
        return tuple(Flow(paper) for paper in self.chinese)


def read(sheet: Sheet, hints: LayoutHints) -> Reading:
    """Reads a measured file."""
    bundle = is_bundle(sheet) if hints.bundle is None else hints.bundle
    views: list[View] = []
    papers: list[Paper] = []
    for title, pages in _groups(sheet, bundle):
        lang = hints.lang if hints.lang and not bundle else language(pages)
        group = [view_of(page, lang, bundle) for page in pages]
        if bundle and not any(at_its_place(view) for view in group):
            group = [foreign(view) for view in group]
        group = separators_apart(group) if bundle else group
        views += group
        own = tuple(view for view in group if view.kind in {Kind.TEXT, Kind.LANDSCAPE})
        if own:
            papers.append(Paper(title=title, lang=lang, views=own))
    return Reading(
        sheet=sheet, hints=hints, bundle=bundle, views=tuple(views), papers=tuple(papers)
    )


def is_bundle(sheet: Sheet) -> bool:
    """Front matter counted in Roman numerals, then Arabic, and an outline."""
    labels = [page.label for page in sheet.pages]
    roman = [bool(ROMAN.fullmatch(label)) for label in labels]
    return bool(sheet.outline) and any(roman) and not all(roman)


def language(pages: Sequence[Page]) -> Lang:
    """English where Latin letters far outnumber Chinese characters."""
    text = "".join(char.text for page in pages for char in page.chars)
    return "en" if len(_LATIN.findall(text)) > 4 * len(_HAN.findall(text)) else "zh"


def _groups(sheet: Sheet, bundle: bool) -> list[tuple[str, list[Page]]]:
    """Pages by document: by first-level bookmarks in a bundle."""
    if not bundle:
        return [("", list(sheet.pages))]
    starts = {mark.page: mark.title for mark in sheet.outline if mark.level == 1}
    groups: list[tuple[str, list[Page]]] = [("", [])]
    for page in sheet.pages:
        front = bool(ROMAN.fullmatch(page.label))
        was_front = bool(groups[-1][1]) and bool(ROMAN.fullmatch(groups[-1][1][-1].label))
        if page.index in starts or (groups[-1][1] and front != was_front):
            groups.append((starts.get(page.index, ""), []))
        groups[-1][1].append(page)
    return [group for group in groups if group[1]]
