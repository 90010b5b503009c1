"""Bundle: documents and uploads become one numbered, bookmarked PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from service.core.leaves import Section, leaves
from service.desk.bundle.front import ContentsEntry, fill_sheets, front_matter
from service.desk.bundle.parts import MadePart, Progress, make_parts, read_uploads
from service.desk.bundle.plan import BundlePlan, plan_bundle
from service.desk.tools import Desk
from service.engines.protocols import FontUse, Joined, PdfPart
from service.errors import EngineError, InputError, Lang, Problem, problem


@dataclass(frozen=True, kw_only=True)
class MadeBundle:
    """The joined PDF and what is in it.

    Attributes:
        title: the bundle's.
        pdf: the file.
        pages: all pages, blanks included.
        entries: the contents.
        notes: gaps and warnings, and what was taken out of uploads.
        fonts: which fonts served.
        pdfa: whether the file claims PDF/A-2b.
        parts: each of them, as it went in.
        apart: files that could not be made safe and are kept beside the PDF, as asked.
    """

    title: str
    pdf: bytes
    pages: int
    entries: tuple[ContentsEntry, ...]
    notes: tuple[Problem, ...]
    fonts: tuple[FontUse, ...]
    pdfa: bool
    parts: tuple[MadePart, ...]
    apart: tuple[MadePart, ...] = ()


def make_bundle(
    desk: Desk, file: Path, *, lang: Lang | None = None, progress: Progress | None = None
) -> MadeBundle:
    """The order of work: check all, make the parts, then the contents, then join.

    Args:
        desk: the catalog and the engines.
        file: the bundle instance.
        lang: another language than the instance's.
        progress: called with (done, total, title of the part under way).

    Raises:
        InputError: everything that is missing or wrong, before any work is done.
        EngineError: the converter is not there or failed.
    """
    return make_planned(desk, plan_bundle(desk, file, lang=lang), progress=progress)


def make_planned(
    desk: Desk, plan: BundlePlan, *, progress: Progress | None = None, day: date | None = None
) -> MadeBundle:
    """The same of a plan at hand, in which all is there and checked.

    With `day`, the filing date, parts are made one after another and bear that day, and the joined
    PDF is sealed.
    """
    uploads = read_uploads(desk, plan)
    apart = tuple(one for one in uploads.values() if one.apart)
    plan = _without(plan, apart)
    sheets = fill_sheets(desk, plan)
    made = make_parts(desk, plan, uploads, progress or (lambda *_: None), day=day)
    separators = sheets.convert_separators(desk)
    if day:
        separators = [desk.joiner.settled(one, day, name=plan.title) for one in separators]
    entries = _entries(plan, made, separators)
    front = front_matter(desk, plan, sheets, entries)
    if day:
        front = [_settled(desk, one, day) for one in front]
    joined = desk.joiner.join(
        [*front, *_body(plan, made, separators)],
        stamp=plan.instance.numbered,
        properties=_properties(plan),
        lang=plan.lang,
        sealed=day is not None,
    )
    _prove(joined, front, entries, bool(separators))
    return MadeBundle(
        title=plan.title,
        pdf=joined.pdf,
        pages=joined.pages,
        entries=entries,
        notes=(*plan.notes, *(note for part in (*made, *apart) for note in part.notes)),
        fonts=tuple(dict.fromkeys(use for part in made for use in part.fonts)),
        pdfa=joined.pdfa,
        parts=tuple(made),
        apart=apart,
    )


def _settled(desk: Desk, part: PdfPart, day: date) -> PdfPart:
    return replace(part, pdf=desk.joiner.settled(part.pdf, day, name=part.title))


def _without(plan: BundlePlan, apart: Sequence[MadePart]) -> BundlePlan:
    gone = {one.plan.path for one in apart}
    left = tuple(one for one in plan.parts if one.path not in gone)
    if not left:
        raise InputError(
            problem(
                "nothing_to_join",
                "材料都另附原件，没有可以合并的；请至少放进一份能合并的材料。",
                "every part is kept apart; put in at least one that can be joined.",
                file=plan.file,
            )
        )
    return replace(plan, parts=left)


def _sections(
    plan: BundlePlan, made: Sequence[MadePart], separators: Sequence[bytes]
) -> Iterator[Section]:
    for part in made:
        odd = plan.instance.duplex and part.plan.odd_start
        if separators:
            yield Section(pages=1, odd_start=odd)
        starts = frozenset(part.starts if plan.instance.duplex else ())
        yield Section(pages=part.pages, odd_start=odd, odd_pages=starts)


def _entries(
    plan: BundlePlan, made: Sequence[MadePart], separators: Sequence[bytes]
) -> tuple[ContentsEntry, ...]:
    """Where each part begins: its separator's page, or its own first page.

    Front matter has Roman labels of its own, so these numbers do not depend on its length.
    """
    order = leaves(list(_sections(plan, made, separators)))
    step = 2 if separators else 1
    return tuple(
        ContentsEntry(
            no=number + 1,
            title=part.plan.title,
            page=next(leaf.number for leaf in order if leaf.section == number * step),
        )
        for number, part in enumerate(made)
    )


def _body(
    plan: BundlePlan, made: Sequence[MadePart], separators: Sequence[bytes]
) -> Iterator[PdfPart]:
    for number, part in enumerate(made):
        odd = plan.instance.duplex and part.plan.odd_start
        title = part.plan.title
        if separators:
            yield PdfPart(title=title, pdf=separators[number], odd_start=odd)
        # Behind its separator a part has no bookmark of its own.
        yield PdfPart(
            title="" if separators else title,
            pdf=part.pdf,
            odd_start=odd,
            outline=part.outline,
            odd_pages=part.starts if plan.instance.duplex else (),
        )


def _properties(plan: BundlePlan) -> dict[str, str]:
    title = plan.title
    found = {
        "title": title,
        "author": str(plan.activity.get("unit", "")),
        "subject": str(plan.activity.get("campaign_name", "")),
        "date": plan.instance.date.isoformat() if plan.instance.date else "",
    }
    return {name: value for name, value in found.items() if value}


def _prove(
    joined: Joined, front: Sequence[PdfPart], entries: Sequence[ContentsEntry], separated: bool
) -> None:
    """Contents numbers are the page labels of the joined file, or nothing is delivered."""
    step = 2 if separated else 1
    for number, entry in enumerate(entries):
        label = joined.labels[joined.starts[len(front) + number * step]]
        if label != str(entry.page):
            raise EngineError(
                problem(
                    "contents_wrong",
                    "目录页码与实际页码不符，未交付；请把此问题告诉管理员。",
                    "a contents number differs from the page's; nothing was delivered; "
                    "tell the administrator.",
                    file=entry.title,
                )
            )
