"""Scale: ten times as many forms, by `gongwen batch`: time for each, and the most memory held."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

from bench.material import KIND, ROOT
from bench.processes import Memory, gongwen
from bench.rosters import roster
from bench.rounds import in_turns
from bench.run import Run
from bench.table import Goal, Row, Section

OURS_MB, OFFICE_MB = 400, 800


def measure(run: Run) -> list[Section]:
    """Word files; joined PDFs too in full mode, which takes half an hour."""
    few, many = run.share(1000, 40), run.share(10_000, 400)
    folder = run.folder("scale")
    for count in (few, many):
        (folder / f"{count}.xlsx").write_bytes(roster(count))
    found = [_section(run, folder, "none", few, many, rounds=run.rounds(3))]
    if run.full or run.quick:
        found.append(_section(run, folder, "joined", few, many, rounds=1))
    return found


@dataclass(kw_only=True)
class _Peaks:
    """Of all runs of a section, MB."""

    ours: int = 0
    office: int = 0


def _section(run: Run, folder: Path, pdf: str, few: int, many: int, *, rounds: int) -> Section:
    peaks = _Peaks()
    works = {
        f"{count} forms": lambda count=count: _batch(run, folder, pdf, count, peaks)
        for count in (few, many)
    }
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
        title=f"scale: gongwen batch --pdf {pdf}, wall time from start to end of the program",
        rows=(*rows, ours, *([office] if peaks.office else [])),
        goals=tuple(goals),
        notes=("the roster's spreadsheet is read, every row checked, every file written to disk",),
    )


def _memory(row: Row, limit: int) -> Goal:
    name = f"{row.name}, share of {limit} MB"
    return Goal(name=name, ratio=row.median / limit, wanted=1, at_most=True)


def _batch(run: Run, folder: Path, pdf: str, count: int, peaks: _Peaks) -> float:
    """Wall seconds for one form; fails unless the tally says that all were made."""
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
    peaks.ours, peaks.office = max(peaks.ours, memory.ours), max(peaks.office, memory.office)
    shutil.rmtree(out)
    return seconds / count
