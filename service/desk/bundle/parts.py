"""The parts of a bundle as PDF: papers filled and converted, uploads made safe, rosters printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from service.desk.bundle.forms import print_forms
from service.desk.bundle.plan import BundlePlan, PartFile, PlannedPart
from service.desk.fill import produce
from service.desk.tools import Desk
from service.engines.protocols import FontUse
from service.errors import InputError, Problem, Text, problem

Progress = Callable[[int, int, str], None]
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Original:
    """What a part's PDF was made from; `name` is a file name with its ending."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class MadePart:
    """A part as PDF.

    Attributes:
        plan: what was asked for.
        pdf: its pages; empty for a file that is kept apart.
        pages: how many.
        notes: gaps and warnings, and what was taken out of an upload.
        fonts: which fonts served.
        outline: bookmarks where it holds many forms: title, page from 0, level.
        starts: pages (from 0) that begin on a right-hand page too.
        original: the Word file or upload, where the part is one.
        template: version of the Word template it was made from, or "".
        removed: what was taken out of an upload.
    """

    plan: PlannedPart
    pdf: bytes
    pages: int
    notes: tuple[Problem, ...] = ()
    fonts: tuple[FontUse, ...] = ()
    outline: tuple[tuple[str, int, int], ...] = ()
    starts: tuple[int, ...] = ()
    original: Original | None = None
    template: str = ""
    removed: tuple[Text, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether it is kept as it came, outside the PDF."""
        return not self.pages


def make_parts(
    desk: Desk,
    plan: BundlePlan,
    uploads: Mapping[str, MadePart],
    progress: Progress,
    *,
    day: date | None = None,
) -> list[MadePart]:
    """Every part, in the order of the plan.

    Args:
        desk: the engines.
        plan: all of it checked.
        uploads: by key path, as `read_uploads` gives them.
        progress: called with (done, total, title of the part under way).
        day: the parts are made one after another, in this order, and bear this day instead of the
            moment of their making: with a converter of its own, equal work gives equal bytes.

    Raises:
        EngineError: the converter failed.
    """
    made: list[MadePart] = []
    with ThreadPoolExecutor(max_workers=1 if day else _AT_ONCE) as pool:
        for part in pool.map(
            lambda one: uploads.get(one.path) or _make_part(desk, plan, one, steady=bool(day)),
            plan.parts,
        ):
            progress(len(made) + 1, len(plan.parts), part.plan.title)
            made.append(_settled(desk, part, day) if day else part)
    return made


def _settled(desk: Desk, part: MadePart, day: date) -> MadePart:
    return replace(part, pdf=desk.joiner.settled(part.pdf, day, name=part.plan.title))


def read_uploads(desk: Desk, plan: BundlePlan) -> dict[str, MadePart]:
    """Key path to safe pages, for each file from outside.

    Raises:
        InputError: all that is wrong, at once; but a file that is to be kept apart is.
    """
    read: dict[str, MadePart] = {}
    problems: list[Problem] = []
    for part in plan.parts:
        if part.file is None or part.file.ours:
            continue
        try:
            read[part.path] = _read_upload(desk, part, part.file)
        except InputError as error:
            if part.source.apart:
                read[part.path] = _kept_apart(part, part.file, error)
            else:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return read


def _read_upload(desk: Desk, part: PlannedPart, file: PartFile) -> MadePart:
    data = file.read()
    clean = desk.uploads.read(data, name=file.name, title=part.title)
    notes = tuple(
        Problem(code="upload_cleaned", text=text, file=file.name) for text in clean.removed
    )
    return MadePart(
        plan=part,
        pdf=clean.pdf,
        pages=clean.pages,
        notes=notes,
        original=Original(name=file.name, data=data),
        removed=clean.removed,
    )


def _kept_apart(part: PlannedPart, file: PartFile, error: InputError) -> MadePart:
    reasons = Text(
        "；".join(one.text.zh for one in error.problems),
        "; ".join(one.text.en for one in error.problems),
    )
    note = problem(
        "kept_apart",
        f"按要求另附原件，没有放进合并的 PDF：{reasons.zh}",
        f"kept apart as it came, as asked, and not in the joined PDF: {reasons.en}",
        file=file.name,
    )
    original = Original(name=file.name, data=file.read())
    return MadePart(plan=part, pdf=b"", pages=0, notes=(note,), original=original)


def _make_part(desk: Desk, plan: BundlePlan, part: PlannedPart, *, steady: bool) -> MadePart:
    if part.forms:
        made = print_forms(desk, part.forms, at_once=1 if steady else 0)
        odd = made.starts if part.odd_start else ()
        return MadePart(plan=part, pdf=made.pdf, pages=made.pages, outline=made.outline, starts=odd)
    name, docx, template, notes = _word(desk, plan, part)
    converted = desk.converter.convert(docx, name=part.title, urgent=False, fonts=True)
    return MadePart(
        plan=part,
        pdf=converted.pdf,
        pages=converted.pages,
        notes=notes,
        fonts=converted.fonts,
        original=Original(name=name, data=docx),
        template=template,
    )


def _word(
    desk: Desk, plan: BundlePlan, part: PlannedPart
) -> tuple[str, bytes, str, tuple[Problem, ...]]:
    """Name, Word file, version of its template, and what is to be told."""
    if part.file:
        return part.file.name, part.file.read(), part.file.template, ()
    assert part.kind and part.answers  # a planned part is a file, a roster or a document
    document = produce(
        desk, part.kind, part.answers, lang=plan.lang, activity=plan.activity, part=part.part
    )
    notes = tuple(replace(note, file=part.title) for note in document.notes)
    return f"{part.title}.docx", document.docx, document.version, notes
