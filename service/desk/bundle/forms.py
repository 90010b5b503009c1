"""Forms of a roster as one part of a bundle: planned row by row, printed by composites."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

from service.core.bundle import Slot
from service.core.definition import Stage
from service.desk.batch.plan import PlannedItem, Terms, plan_items, printed
from service.desk.batch.sources import read_people, read_terms
from service.desk.fill import rare_names, template_bytes
from service.desk.printing import Chunk, chunk_sizes, print_chunk
from service.desk.tools import Desk
from service.engines.protocols import PdfPart
from service.errors import EngineError, InputError, Lang, Problem, problem

_USUAL_PAGES = 4
"""Pages that a form is expected to have."""


@dataclass(frozen=True, kw_only=True)
class PlannedForms:
    """The forms of a roster, every one of them sound.

    Attributes:
        terms: what they have in common.
        items: what is made, in the roster's order; never empty.
        file: the roster, for messages.
        notes: rows that are left out and why, blank forms, rare names.
    """

    terms: Terms
    items: tuple[PlannedItem, ...]
    file: Path
    notes: tuple[Problem, ...]

    def titled(self, title: str) -> str:
        """The part's title with the number of forms."""
        count = len(self.items)
        if self.terms.lang == "zh":
            return f"{title}（{count}份）"
        return f"{title} ({count} {'form' if count == 1 else 'forms'})"


@dataclass(frozen=True, kw_only=True)
class PrintedForms:
    """The forms as one PDF.

    Attributes:
        pdf: all pages.
        pages: how many.
        outline: a bookmark for each form: member, page from 0, level 1.
    """

    pdf: bytes
    pages: int
    outline: tuple[tuple[str, int, int], ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """The pages on which forms begin."""
        return tuple(page for _, page, _ in self.outline)


def plan_forms(
    desk: Desk,
    slot: Slot,
    roster: Path,
    shared: Path | None,
    *,
    lang: Lang,
    stage: Stage,
    activity: Mapping[str, Any],
) -> PlannedForms:
    """Reads a roster and checks every row.

    Args:
        desk: the catalog and the engines.
        slot: where the forms go.
        roster: the spreadsheet.
        shared: answers that are the same for all, or None.
        lang: the bundle's language.
        stage: what a form with its member's own words must pass; others are blank forms.
        activity: checked values.

    Raises:
        InputError: all that is wrong with the roster, each row named by file and line: a bundle
            is whole or not made at all.
    """
    terms = read_terms(desk, str(slot.kind), lang=lang, shared=shared, activity=activity)
    if slot.part:
        kind = desk.catalog.kind(terms.kind)
        terms = replace(terms, template=template_bytes(kind, lang, slot.part))
    terms = replace(terms, stage=stage)
    people = read_people(desk, terms, roster.read_bytes(), name=str(roster))
    rows = plan_items(terms, people)
    problems = [
        _at(roster, row, why) for row in rows if row.outcome == "failed" for why in row.reasons
    ]
    items = tuple(row for row in rows if row.outcome == "queued")
    problems += [
        _at(roster, row, _wrong_slot(slot.only.field))
        for row in items
        if slot.only
        and row.answers
        and not slot.only.holds(row.answers.values.get(slot.only.field))
    ]
    if problems:
        raise InputError(problems)
    left_out = [
        _at(roster, row, why) for row in rows if row.outcome != "queued" for why in row.reasons
    ]
    return PlannedForms(
        terms=terms,
        items=items,
        file=roster,
        notes=(*people.notes, *left_out, *_notes(desk, roster, items)),
    )


def _notes(desk: Desk, roster: Path, items: Sequence[PlannedItem]) -> Iterator[Problem]:
    for item in items:
        rare = rare_names(desk, item.answers) if item.answers else ()
        yield from (_at(roster, item, note) for note in (*item.notes, *rare))
    if blank := sum(not item.filled for item in items):
        yield _blank(roster, blank, len(items))


def print_forms(desk: Desk, forms: PlannedForms, *, at_once: int = 0) -> PrintedForms:
    """All forms as one PDF.

    Args:
        desk: the engines.
        forms: checked.
        at_once: chunks made at once; as many as the machine has cores where 0. With 1 the chunks,
            and so the bytes, are the same on every machine.

    Raises:
        EngineError: forms that could not be made, each named by its row.
    """
    processes = at_once or os.cpu_count() or 1
    lots = [
        forms.items[lot.start : lot.stop]
        for lot in chunk_sizes(len(forms.items), pages_each=_USUAL_PAGES, processes=processes)
    ]
    with ThreadPoolExecutor(processes) as pool:
        chunks = list(pool.map(lambda items: _print_lot(desk, forms, items), lots))
    wrong = [
        _at(forms.file, items[index], why)
        for items, chunk in zip(lots, chunks, strict=True)
        for index, why in chunk.failed.items()
    ]
    if wrong:
        raise EngineError(wrong)
    counts = [count for chunk in chunks for count in chunk.pages]
    starts = accumulate(counts[:-1], initial=0)
    return PrintedForms(
        pdf=_joined(desk, chunks),
        pages=sum(counts),
        outline=tuple(
            (_bookmark(item, forms.terms.lang), start, 1)
            for item, start in zip(forms.items, starts, strict=True)
        ),
    )


def _print_lot(desk: Desk, forms: PlannedForms, items: Sequence[PlannedItem]) -> Chunk:
    contexts = [printed(forms.terms, item) for item in items]
    return print_chunk(desk, forms.terms.template, contexts, file=forms.terms.kind)


def _joined(desk: Desk, chunks: Sequence[Chunk]) -> bytes:
    if len(chunks) == 1:
        return chunks[0].pdf
    made = BytesIO()
    parts = (PdfPart(title="", pdf=chunk.pdf) for chunk in chunks)
    desk.joiner.join_to(made, parts, properties={}, lang="zh")
    return made.getvalue()


def _bookmark(item: PlannedItem, lang: Lang) -> str:
    if not item.department:
        return item.name
    return (
        f"{item.name}（{item.department}）" if lang == "zh" else f"{item.name} ({item.department})"
    )


def _at(roster: Path, row: PlannedItem, found: Problem) -> Problem:
    """Named by the roster's file and the row in it."""
    return replace(found, file=str(roster), line=row.row)


def _wrong_slot(field: str) -> Problem:
    zh, en = "这份材料不属于这一项。", "this paper does not belong in this slot."
    return problem("wrong_slot", zh, en, path=field)


def _blank(roster: Path, blank: int, total: int) -> Problem:
    return problem(
        "blank_forms",
        f"{total}份表中有{blank}份本人尚未填写，按空白表收入。",
        f"{blank} of {total} forms are not filled in by their members yet; they are in as blanks.",
        file=str(roster),
    )
