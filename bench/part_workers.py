"""Workers: a batch by one `gongwen worker` and by two, on one database and one converter."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.material import KIND, ROOT
from bench.processes import end, gongwen
from bench.rosters import roster
from bench.rounds import in_turns
from bench.run import Run
from bench.table import Goal, Row, Section
from service.bootstrap import assemble
from service.desk.batch_views import Pdf
from service.desk.batches import start_batch, view_batch
from service.desk.rosters import add_roster, share_answers
from service.desk.tools import Desk
from service.settings import Settings

PATIENCE_SECONDS = 1800
LOOK_SECONDS = 0.1


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
    with _crew(data, count):
        _done(desk, _started(desk, pdf, roster(40)))
        start = time.perf_counter()
        _done(desk, _started(desk, pdf, sheet))
        seconds = time.perf_counter() - start
    desk.close()
    return seconds


def _started(desk: Desk, pdf: Pdf, sheet: bytes) -> str:
    roster_id = add_roster(desk, KIND, lang="zh", name="roster.xlsx", data=sheet)
    shared = yaml.safe_load((ROOT / "samples" / "shared.zh.yaml").read_text("utf-8"))
    share_answers(desk, roster_id, shared)
    return start_batch(desk, roster_id, pdf=pdf, odd_start=False)


def _done(desk: Desk, batch_id: str) -> None:
    end_at = time.monotonic() + PATIENCE_SECONDS
    while not (view := view_batch(desk, batch_id, items=False)).ended:
        if time.monotonic() > end_at:
            raise RuntimeError("the batch does not end")
        time.sleep(LOOK_SECONDS)
    if view.state != "done" or view.counts.get("made") != view.total:
        raise RuntimeError(f"the batch is {view.state}: {dict(view.counts)}")


@contextlib.contextmanager
def _crew(data: Path, count: int) -> Iterator[None]:
    """A converter and so many workers."""
    converter = gongwen("converter", data=data)
    crew: list[subprocess.Popen[str]] = []
    try:
        while not (data / "converter.sock").exists():
            time.sleep(0.05)
        crew += [gongwen("worker", "--no-converter", data=data) for _ in range(count)]
        yield
    finally:
        for process in crew:
            end(process)
        end(converter)
