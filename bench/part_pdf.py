"""PDF: many forms to one joined PDF, wall time, ours beside LibreOffice as people call it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
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
SAMPLE = 10


def measure(run: Run) -> list[Section]:
    """One table."""
    forms = run.share(200, 20)
    cold = forms if run.full else min(SAMPLE, run.share(SAMPLE, 3))
    values = contexts(forms)
    folder = run.folder("pdf")
    sources = filled(forms, folder)
    with contextlib.ExitStack() as stack:
        office = soffice.Soffice(folder, settings())
        office.fresh()
        warm = office.warm()
        stack.callback(warm.close)
        each = soffice.pages(warm.convert_each(sources[:1])[0])
        total = sum(map(soffice.pages, warm.convert_each(sources)))

        def ours_joined() -> None:
            made = ours.joined(values, folder / "ours.pdf", pages_each=each)
            if made != total:
                raise RuntimeError(f"{made} pages where single ones have {total}")

        def by_word() -> None:
            with ours.by_word():
                ours_joined()

        by_word()
        works: dict[str, Work] = {
            COLD: _scaled(office, sources[:cold], forms / cold, folder),
            CALL: wall(lambda: soffice.append(office.convert(sources), folder / "call.pdf")),
            WARM: wall(lambda: soffice.append(warm.convert_each(sources), folder / "warm.pdf")),
            WORD: wall(by_word),
        }
        twin = ours.has_twin()
        if twin:
            works[TWIN] = wall(ours_joined)
        found = in_turns(works, run.rounds(3), warm_up=False, say=run.say)
    note = f"extrapolated from {cold} files" if cold < forms else ""
    rows = {
        name: Row(
            name=name,
            samples=tuple(samples),
            unit="s",
            per=(forms, "forms/s"),
            note=note if name == COLD else "",
        )
        for name, samples in found.items()
    }

    def times(mine: str, peer: str, wanted: float) -> Goal:
        ratio = rows[peer].median / rows[mine].median
        return Goal(name=f"{mine}, times {peer}", ratio=ratio, wanted=wanted)

    goals = [times(WORD, WARM, 5), times(WORD, COLD, 50)]
    if twin:
        goals += [times(TWIN, WARM, 8), times(TWIN, COLD, 50)]
    notes = [
        f"ours on {ours.PROCESSES} LibreOffice processes, each peer on one",
        "the peers take files that are filled already; ours fills them, too",
    ]
    if not twin:
        notes.append("NO TWIN: its pages are not those of the Word file here; Word serves alone")
    return [
        Section(
            title=f"pdf: {forms} forms ({total} pages) to one joined PDF, wall time",
            rows=tuple(rows.values()),
            goals=tuple(goals),
            notes=tuple(notes),
        )
    ]


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


def _scaled(office: soffice.Soffice, sources: Sequence[Path], factor: float, folder: Path) -> Work:
    timed = wall(lambda: soffice.append(office.convert_each(sources), folder / "cold.pdf"))
    return lambda: timed() * factor
