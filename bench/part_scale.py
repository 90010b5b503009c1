"""Scale: ten times as many forms, by the command and by workers: time for each, memory held."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE

from bench.crew import crew, done, started
from bench.material import KIND, ROOT
from bench.processes import Memory, gongwen
from bench.rosters import roster
from bench.rounds import in_turns
from bench.run import Run
from bench.table import Goal, Row, Section
from service.bootstrap import assemble
from service.desk.batch.views import Pdf
from service.settings import Settings

OURS_MB, OFFICE_MB = 400, 800
JUDGED = 120
"""Forms of the batch before: enough that the template's ODT twin is judged (some seconds)."""
COMMAND, WORKERS = "gongwen batch", "two workers"
NOTES = {
    COMMAND: "the whole program: the spreadsheet is read, every row checked, every file written",
    WORKERS: "from the start of the batch to done; uploading and checking the roster came before",
}


def measure(run: Run) -> list[Section]:
    """Word files, and joined PDFs by the command; by workers too in full mode."""
    few, many = run.share(1000, 40), run.share(10_000, 400)
    folder = run.folder("scale")
    for count in (JUDGED, few, many):
        (folder / f"{count}.xlsx").write_bytes(roster(count))
    counts = (few, many)
    found = [
        _section(run, "none", COMMAND, counts, run.rounds(3)),
        _section(run, "none", WORKERS, counts, 1),
        _section(run, "joined", COMMAND, counts, 1),
    ]
    if run.full or run.quick:
        found.append(_section(run, "joined", WORKERS, counts, 1))
    return found


@dataclass(kw_only=True)
class _Peaks:
    """Of all runs of a section, MB."""

    ours: int = 0
    office: int = 0

    def add(self, memory: Memory) -> None:
        """The larger of each."""
        self.ours = max(self.ours, memory.ours)
        self.office = max(self.office, memory.office)


def _section(run: Run, pdf: Pdf, way: str, counts: tuple[int, int], rounds: int) -> Section:
    peaks = _Peaks()
    make = _by_command if way == COMMAND else _by_workers
    works = {f"{count} forms": lambda count=count: make(run, pdf, count, peaks) for count in counts}
    few, many = counts
    if make is _by_command:
        make(run, pdf, JUDGED, peaks)
    found = in_turns(works, rounds, warm_up=False, say=run.say)
    rows = tuple(
        Row(
            name=name,
            samples=tuple(1000 * sample for sample in samples),
            unit="ms/form",
            per=(1000, "forms/s"),
        )
        for name, samples in found.items()
    )
    ours = Row(name="largest process of ours", samples=(peaks.ours,), unit="MB")
    office = Row(name="largest LibreOffice", samples=(peaks.office,), unit="MB")
    one = f"time for each of {many} forms, times that of {few}"
    goals = [Goal(name=one, ratio=rows[1].median / rows[0].median, wanted=1.1, at_most=True)]
    goals += [_memory(ours, OURS_MB)] + ([_memory(office, OFFICE_MB)] if peaks.office else [])
    return Section(
        title=f"scale: {way}, --pdf {pdf}, wall time",
        rows=(*rows, ours, *([office] if peaks.office else [])),
        goals=tuple(goals),
        notes=(NOTES[way],),
    )


def _memory(row: Row, limit: int) -> Goal:
    name = f"{row.name}, share of {limit} MB"
    return Goal(name=name, ratio=row.median / limit, wanted=1, at_most=True)


def _by_command(run: Run, pdf: Pdf, count: int, peaks: _Peaks) -> float:
    """Wall seconds for one form; fails unless the tally says that all were made."""
    folder = run.folder("scale")
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    shared = ROOT / "samples" / "shared.zh.yaml"
    start = time.perf_counter()
    program = gongwen(
        *("batch", KIND, str(folder / f"{count}.xlsx"), "--answers", str(shared)),
        *("-o", str(out), "--pdf", pdf, "--lang", "zh", "--json"),
        data=run.folder("scale-data"),
        stdout=PIPE,
        stderr=DEVNULL,
    )
    with Memory(program.pid) as memory:
        said, _ = program.communicate()
    seconds = time.perf_counter() - start
    tally = json.loads(said)["tally"]
    if tally["made"] != count or (pdf == "joined" and not list(out.glob("*.pdf"))):
        raise RuntimeError(f"{count} forms wanted, tally {tally}")
    peaks.add(memory)
    shutil.rmtree(out)
    return seconds / count


def _by_workers(run: Run, pdf: Pdf, count: int, peaks: _Peaks) -> float:
    """Wall seconds for one form."""
    data = run.folder("scale-store")
    shutil.rmtree(data)
    data.mkdir()
    desk = assemble(Settings(data=data))
    with crew(data, 2) as pids, Memory(*pids) as memory:
        done(desk, started(desk, pdf, (run.folder("scale") / f"{JUDGED}.xlsx").read_bytes()))
        batch = started(desk, pdf, (run.folder("scale") / f"{count}.xlsx").read_bytes())
        start = time.perf_counter()
        done(desk, batch)
        seconds = time.perf_counter() - start
    desk.close()
    peaks.add(memory)
    shutil.rmtree(data)
    return seconds / count
