"""Workers: a batch by one `gongwen worker` and by two, on one database and one converter."""

from __future__ import annotations

import shutil
import time

from bench.crew import crew, done, started
from bench.part_scale import JUDGED
from bench.rosters import roster
from bench.rounds import in_turns
from bench.run import Run
from bench.table import Goal, Row, Section
from service.bootstrap import assemble
from service.desk.batch.views import Pdf
from service.settings import Settings


def measure(run: Run) -> list[Section]:
    """One table for PDFs of each form, one for a joined PDF."""
    return [
        _section(run, "each", run.share(200, 40)),
        _section(run, "joined", run.share(400, 60)),
    ]


def _section(run: Run, pdf: Pdf, forms: int) -> Section:
    sheet = roster(forms)
    works = {
        f"{count} worker{'s' * (count > 1)}": lambda count=count: _batch(run, pdf, sheet, count)
        for count in (1, 2)
    }
    found = in_turns(works, run.rounds(3), warm_up=False, say=run.say)
    rows = tuple(
        Row(name=name, samples=tuple(samples), unit="s", per=(forms, "forms/s"))
        for name, samples in found.items()
    )
    ratio = rows[0].median / rows[1].median
    return Section(
        title=f"workers: a batch of {forms} forms, --pdf {pdf}, wall time from start to done",
        rows=rows,
        goals=(Goal(name="two workers, times one", ratio=ratio, wanted=1.6),),
        notes=("one converter with two LibreOffice processes serves them in both cases; SQLite",),
    )


def _batch(run: Run, pdf: Pdf, sheet: bytes, count: int) -> float:
    """Wall seconds of a batch, workers and LibreOffice warm."""
    data = run.folder("workers")
    shutil.rmtree(data)
    data.mkdir()
    desk = assemble(Settings(data=data))
    with crew(data, count):
        done(desk, started(desk, pdf, roster(JUDGED)))
        start = time.perf_counter()
        done(desk, started(desk, pdf, sheet))
        seconds = time.perf_counter() - start
    desk.close()
    return seconds
