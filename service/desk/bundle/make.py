"""Bundle: documents and uploads become one numbered, bookmarked PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from service.core.leaves import Section, leaves
from service.desk.bundle.forms import print_forms
from service.desk.bundle.front import ContentsEntry, fill_sheets, front_matter
from service.desk.bundle.plan import BundlePlan, PartFile, PlannedPart, plan_bundle
from service.desk.fill import produce
from service.desk.tools import Desk
from service.engines.protocols import FontUse, Joined, PdfPart
from service.errors import EngineError, InputError, Lang, Problem, problem

Progress = Callable[[int, int, str], None]
_AT_ONCE = 4


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
    """

    title: str
    pdf: bytes
    pages: int
    entries: tuple[ContentsEntry, ...]
    notes: tuple[Problem, ...]
    fonts: tuple[FontUse, ...]
    pdfa: bool


@dataclass(frozen=True, kw_only=True)
class _Pages:
    """A part as PDF; `outline` and `starts` where it holds many forms."""

    plan: PlannedPart
    pdf: bytes
    pages: int
    notes: tuple[Problem, ...] = ()
    fonts: tuple[FontUse, ...] = ()
    outline: tuple[tuple[str, int, int], ...] = ()
    starts: tuple[int, ...] = ()


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


def make_planned(desk: Desk, plan: BundlePlan, *, progress: Progress | None = None) -> MadeBundle:
    """The same of a plan at hand, in which all is there and checked."""
    sheets = fill_sheets(desk, plan)
    made = _make_parts(desk, plan, progress or (lambda *_: None))
    separators = sheets.convert_separators(desk)
    entries = _entries(plan, made, separators)
    front = front_matter(desk, plan, sheets, entries)
    body = list(_body(plan, made, separators))
    joined = desk.joiner.join(
        [*front, *body],
        stamp=plan.instance.numbered,
        properties=_properties(plan),
        lang=plan.lang,
    )
    _prove(joined, front, entries, bool(separators))
    return MadeBundle(
        title=plan.title,
        pdf=joined.pdf,
        pages=joined.pages,
        entries=entries,
        notes=(*plan.notes, *(note for part in made for note in part.notes)),
        fonts=tuple(dict.fromkeys(use for part in made for use in part.fonts)),
        pdfa=joined.pdfa,
    )


def _make_parts(desk: Desk, plan: BundlePlan, progress: Progress) -> list[_Pages]:
    """Every part as PDF, as many at once as the converter takes, in the order of the plan."""
    total, done = len(plan.parts), 0
    made: list[_Pages] = []
    uploads = _read_uploads(desk, plan)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        for part in pool.map(
            lambda one, read: read or _make_part(desk, plan, one), plan.parts, uploads
        ):
            done += 1
            progress(done, total, part.plan.title)
            made.append(part)
    return made


def _read_uploads(desk: Desk, plan: BundlePlan) -> list[_Pages | None]:
    """Each file from outside as safe pages, None for others; raises all that is wrong at once."""
    read: list[_Pages | None] = []
    problems: list[Problem] = []
    for part in plan.parts:
        try:
            outside = part.file if part.file and not part.file.ours else None
            read.append(_read_upload(desk, part, outside) if outside else None)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return read


def _read_upload(desk: Desk, part: PlannedPart, file: PartFile) -> _Pages:
    clean = desk.uploads.read(file.read(), name=file.name, title=part.title)
    notes = tuple(
        Problem(code="upload_cleaned", text=text, file=file.name) for text in clean.removed
    )
    return _Pages(plan=part, pdf=clean.pdf, pages=clean.pages, notes=notes)


def _make_part(desk: Desk, plan: BundlePlan, part: PlannedPart) -> _Pages:
    if part.forms:
        made = print_forms(desk, part.forms)
        odd = made.starts if part.odd_start else ()
        return _Pages(plan=part, pdf=made.pdf, pages=made.pages, outline=made.outline, starts=odd)
    if part.file:
        converted = desk.converter.convert(
            part.file.read(), name=part.title, urgent=False, fonts=True
        )
        return _Pages(
            plan=part, pdf=converted.pdf, pages=converted.pages, fonts=converted.fonts or ()
        )
    assert part.kind and part.answers  # a planned part is a file, a roster or a document
    document = produce(
        desk, part.kind, part.answers, lang=plan.lang, activity=plan.activity, part=part.part
    )
    converted = desk.converter.convert(document.docx, name=part.title, urgent=False, fonts=True)
    return _Pages(
        plan=part,
        pdf=converted.pdf,
        pages=converted.pages,
        notes=tuple(replace(note, file=part.title) for note in document.notes),
        fonts=converted.fonts,
    )


def _sections(
    plan: BundlePlan, made: Sequence[_Pages], separators: Sequence[bytes]
) -> Iterator[Section]:
    for part in made:
        odd = plan.instance.duplex and part.plan.odd_start
        if separators:
            yield Section(pages=1, odd_start=odd)
        starts = frozenset(part.starts if plan.instance.duplex else ())
        yield Section(pages=part.pages, odd_start=odd, odd_pages=starts)


def _entries(
    plan: BundlePlan, made: Sequence[_Pages], separators: Sequence[bytes]
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
    plan: BundlePlan, made: Sequence[_Pages], separators: Sequence[bytes]
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
