"""PDF: many forms to one joined PDF, wall time, ours beside LibreOffice as people call it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import ours
from bench.material import contexts, desk, settings, terms
from bench.peers import soffice
from bench.rounds import Work, in_turns, wall
from bench.run import Run
from bench.table import Goal, Row, Section

COLD, CALL, WARM = (
    "one soffice process per file + pypdf",
    "one soffice call for all files + pypdf",
    "one warm LibreOffice, one by one + pypdf",
)
WORD = "gongwen, Word composites"
TWIN = "gongwen, composites of the ODT twin"
WALL_GOALS = ((WORD, WARM, 5), (WORD, COLD, 50), (TWIN, WARM, 8), (TWIN, COLD, 50))
SAMPLE = 10


def measure(run: Run) -> list[Section]:
    """A table of wall time, and one of CPU time, which other work on the machine hardly moves."""
    forms = run.share(200, 20)
    cold = forms if run.full else run.share(SAMPLE, 3)
    folder = run.folder("pdf")
    with contextlib.ExitStack() as stack:
        peers, pages = _peers(stack, folder, forms, cold)
        works = {**peers, **_ours(folder, forms, pages)}
        scale = {name: forms / cold if name == COLD else 1 for name in works}
        spent: dict[str, list[float]] = {name: [] for name in works}
        timed = {name: wall(work, cpu=spent[name]) for name, work in works.items()}
        found = in_turns(
            {name: _times(work, scale[name]) for name, work in timed.items()},
            run.rounds(3),
            warm_up=False,
            say=run.say,
        )
    spent[COLD] = [seconds * scale[COLD] for seconds in spent[COLD]]
    note = f"extrapolated from {cold} files" if cold < forms else ""
    title = f"pdf: {forms} forms ({pages} pages) to one joined PDF"
    return _sections(title, forms, note, found, spent)


def _peers(
    stack: contextlib.ExitStack, folder: Path, forms: int, cold: int
) -> tuple[dict[str, Callable[[], object]], int]:
    """The usual ways, warmed, and the pages that all forms have."""
    sources = filled(forms, folder)
    target = folder / "peer.pdf"
    office = soffice.Soffice(folder, settings())
    office.fresh()
    warm = office.warm()
    stack.callback(warm.close)
    pages = sum(map(soffice.pages, warm.convert_each(sources)))
    return {
        COLD: lambda: soffice.append(office.convert_each(sources[:cold]), target),
        CALL: lambda: soffice.append(office.convert(sources), target),
        WARM: lambda: soffice.append(warm.convert_each(sources), target),
    }, pages


def _ours(folder: Path, forms: int, pages: int) -> dict[str, Callable[[], object]]:
    """By Word composites, and by the twin where it serves; warmed."""
    values = contexts(forms)

    def joined() -> None:
        made = ours.joined(values, folder / "ours.pdf", pages_each=pages // forms)
        if made != pages:
            raise RuntimeError(f"{made} pages where single ones have {pages}")

    def by_word() -> None:
        with ours.by_word():
            joined()

    by_word()
    return {WORD: by_word, TWIN: joined} if ours.has_twin() else {WORD: by_word}


def _times(work: Work, factor: float) -> Work:
    return lambda: work() * factor


def _sections(
    title: str,
    forms: int,
    note: str,
    found: Mapping[str, list[float]],
    spent: Mapping[str, list[float]],
) -> list[Section]:
    rows, cpu = _rows(found, "s", forms, note), _rows(spent, "CPU-s", forms, note)
    notes = [
        f"ours on {ours.PROCESSES} LibreOffice processes, each peer on one",
        "the peers take files that are filled already; ours fills them, too",
    ]
    if TWIN not in rows:
        notes.append("NO TWIN: its pages are not those of the Word file here; Word serves alone")
    goals = [_goal(rows, *goal) for goal in WALL_GOALS if goal[0] in rows]
    ratios = [_goal(cpu, name, WARM, None) for name in (WORD, TWIN) if name in cpu]
    return [
        Section(
            title=f"{title}, wall time",
            rows=tuple(rows.values()),
            goals=tuple(goals),
            notes=tuple(notes),
        ),
        Section(
            title=f"{title}, CPU time of all processes in the same rounds",
            rows=tuple(cpu.values()),
            goals=tuple(ratios),
        ),
    ]


def _goal(rows: Mapping[str, Row], mine: str, peer: str, wanted: float | None) -> Goal:
    ratio = rows[peer].median / rows[mine].median
    return Goal(name=f"{mine}, times {peer}", ratio=ratio, wanted=wanted)


def _rows(found: Mapping[str, list[float]], unit: str, forms: int, note: str) -> dict[str, Row]:
    return {
        name: Row(
            name=name,
            samples=tuple(samples),
            unit=unit,
            per=(forms, f"forms/{unit}"),
            note=note if name == COLD else "",
        )
        for name, samples in found.items()
    }


def filled(count: int, folder: Path) -> list[Path]:
    """The forms as Word files on disk."""
    template = desk().templates.load(terms().template, file="bench")
    place = folder / "forms"
    place.mkdir(exist_ok=True)
    made = []
    for number, context in enumerate(contexts(count)):
        made.append(place / f"{number:05}.docx")
        made[-1].write_bytes(template.fill(context))
    return made
