"""Singles: many forms to as many PDFs, each with nobody else's glyphs in it, wall time."""

from __future__ import annotations

import contextlib

from bench import ours
from bench.material import contexts, settings
from bench.part_pdf import filled
from bench.peers import soffice
from bench.rounds import in_turns, wall
from bench.run import Run
from bench.table import Goal, Row, Section

WARM, OURS = "one warm LibreOffice, one by one", "gongwen, two processes"


def measure(run: Run) -> list[Section]:
    """One table."""
    forms = run.share(200, 20)
    values = contexts(forms)
    folder = run.folder("singles")
    sources = filled(forms, folder)
    with contextlib.ExitStack() as stack:
        warm = soffice.Soffice(folder, settings()).warm()
        stack.callback(warm.close)
        warm.convert_each(sources[:2])
        ours.singles(values[:4])
        works = {
            WARM: wall(lambda: warm.convert_each(sources)),
            OURS: wall(lambda: ours.singles(values)),
        }
        found = in_turns(works, run.rounds(3), warm_up=False, say=run.say)
    rows = {
        name: Row(name=name, samples=tuple(samples), unit="s", per=(forms, "forms/s"))
        for name, samples in found.items()
    }
    ratio = rows[WARM].median / rows[OURS].median
    return [
        Section(
            title=f"singles: {forms} forms to {forms} PDFs, wall time",
            rows=tuple(rows.values()),
            goals=(Goal(name=f"{OURS}, times {WARM}", ratio=ratio, wanted=1.7),),
            notes=("the peer takes files that are filled already; ours fills them, too",),
        )
    ]
