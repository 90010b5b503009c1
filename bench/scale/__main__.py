"""`python -m bench.scale`: four machines on one, PostgreSQL and S3 between them; `make scale`.

Nothing is written into the repository; figures are kept in build/scale/. Ends with 0 where a
server cannot be had, and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import machine
from bench.crew import done, started
from bench.material import ROOT
from bench.processes import OFFICE, Memory
from bench.rosters import roster
from bench.scale import parts
from bench.scale.checked import reckon
from bench.scale.cpu import Cpu
from bench.scale.database import Activity
from bench.scale.machines import Site, site
from bench.scale.servers import Missing, Servers, servers
from bench.scale.watch import Progress, Watch
from bench.table import Row, Section
from service.bootstrap import assemble
from service.desk.batch.views import Pdf
from service.desk.tools import Desk
from service.settings import Settings

KEPT = ROOT / "build" / "scale"
_IDLE_SECONDS = 10
_WARM = 50  # forms: with fewer in a chunk no twin is judged
_KILL_AT = {"none": 0.3, "each": 0.3, "joined": 0.0}
"""Share of the forms that are made before: all chunks of a joined print are begun at once."""
_KILL_AFTER = 3.0
"""Seconds of the batch before, so that the chunk is well under way."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Everything, in one run."""
    asked = _arguments(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):  # however it ends, the servers end with it
        signal.signal(number, lambda *_: sys.exit(1))
    for name in [name for name in os.environ if name.startswith("GONGWEN_")]:
        del os.environ[name]
    about = machine.about()
    _print(f"{name:12} {value}" for name, value in about.items())
    sections: list[Section] = []
    figures: dict[str, Any] = {}
    try:
        with _folder() as folder, servers() as shared:
            for section, data in _run(folder, shared, asked):
                _print(section.lines())
                sections.append(section)
                figures |= data
    except Missing as missing:
        _print([f"SKIPPED: {missing}"])
        return
    about["load at the end"] = machine.load()
    _print(["", f"load at the end: {about['load at the end']}"])
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{about['when'].replace(':', '')}.json"
    kept = {"about": about, "parts": [one.plain() for one in sections], "figures": figures}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    _print([f"figures kept in {file}"])


def _run(
    folder: Path, shared: Servers, asked: argparse.Namespace
) -> Iterator[tuple[Section, dict[str, Any]]]:
    os.environ["GONGWEN_BLOBS_URL"] = "s3://gongwen/scale"
    if asked.workers:
        yield from _machines(folder, shared, asked)
    if asked.parts:
        measured, found = parts.measure(folder, shared.database, _say)
        for section in measured:
            yield section, {"parts": found}


def _machines(
    folder: Path, shared: Servers, asked: argparse.Namespace
) -> Iterator[tuple[Section, dict[str, Any]]]:
    os.environ["GONGWEN_DATABASE_URL"] = shared.database()
    desk = assemble(Settings(data=folder / "desk"))
    try:
        with site(folder, asked.workers) as crew:
            _warm(desk, asked.workers)
            yield _idle(desk, shared, crew)
            counts: dict[Pdf, int] = {
                "none": asked.forms, "each": asked.each, "joined": asked.joined
            }  # fmt: skip
            for pdf, count in counts.items():
                for kill in (False, True) if count else ():
                    yield _batch(desk, shared, crew, pdf=pdf, count=count, kill=kill)
                    if kill:
                        crew.fill_up(asked.workers)
                        _warm(desk, asked.workers)
    finally:
        desk.close()


def _warm(desk: Desk, workers: int) -> None:
    """A machine's first chunk proves the template, starts LibreOffice, judges the twin."""
    done(desk, started(desk, "joined", roster(_WARM * workers)))
    _say("machines are warm")


def _idle(desk: Desk, shared: Servers, crew: Site) -> tuple[Section, dict[str, Any]]:
    """What workers cost that have nothing to do."""
    with _spent(shared, crew) as cpu, Activity(desk) as activity:
        time.sleep(_IDLE_SECONDS)
    spent = cpu.seconds
    count = len(crew.pids)
    found = {
        "transactions": (activity.transactions / _IDLE_SECONDS / count, "/s"),
        "PostgreSQL's CPU": (1000 * spent["postgresql"] / _IDLE_SECONDS / count, "ms/s"),
        "its own CPU": (1000 * spent["workers"] / _IDLE_SECONDS / count, "ms/s"),
        "connections": (activity.connections / count, ""),
    }
    rows = tuple(Row(name=n, samples=(value,), unit=unit) for n, (value, unit) in found.items())
    title = f"idle: {count} workers with nothing to do, each of them"
    return Section(title=title, rows=rows), {"idle": {n: value for n, (value, _) in found.items()}}


def _batch(
    desk: Desk, shared: Servers, crew: Site, *, pdf: Pdf, count: int, kill: bool
) -> tuple[Section, dict[str, Any]]:
    before, sheet = crew.pids, roster(count)
    at = round(_KILL_AT[pdf] * count)
    with _spent(shared, crew) as cpu, Activity(desk) as activity, Memory(*before) as memory:
        clock, own = time.perf_counter(), time.thread_time()
        batch_id = started(desk, pdf, sheet)
        begin, own = time.perf_counter(), time.thread_time() - own
        when = (at, _KILL_AFTER) if kill else None
        watch = Watch(desk, before, crew.kill, when)
        seen = watch.until_done(batch_id, begin)
    begun = begin - clock
    _say(f"{pdf}, {count} forms{', one worker killed' if kill else ''}: {seen.ended:.1f} s")
    right = reckon(desk, batch_id, count)
    _say("every result is there, and right")
    each = {name: 1000 * seconds / count for name, seconds in cpu.seconds.items()}
    rows = [
        _row("roster read, checked, batch started", begun, "s", f"{own:.1f} s of CPU"),
        *_progress(seen, pdf, count),
        *(_row(f"CPU of {name}, each form", cost, "ms") for name, cost in each.items()),
        _row("transactions, each form", activity.transactions / count, ""),
        _row("connections to PostgreSQL, at most", activity.connections, ""),
        _row("write-ahead log, each form", activity.written / count / 1000, "kB"),
        _row("largest process of a worker", memory.ours, "MB"),
        _row("largest LibreOffice", memory.office, "MB"),
    ]
    notes = [
        f"{right.forms} Word files, each as filled here again, no two alike ({right.digest[:16]})",
        f"{right.pdfs} single PDFs; joined: {right.pages} pages, {right.marks} bookmarks",
        f"{right.megabytes:.1f} MB in S3; forms begun again: {right.twice}; load {machine.load()}",
    ]
    title = f"{len(before)} workers, --pdf {pdf}, {count} forms" + (", one killed" if kill else "")
    figures = {
        "seconds": seen.ended, "cpu": each, "killed": seen.killed, "queued": seen.queued,
        "taken": seen.taken, "made": seen.made, "right": right.__dict__,
    }  # fmt: skip
    return Section(title=title, rows=tuple(rows), notes=tuple(notes)), {title: figures}


def _progress(seen: Progress, pdf: Pdf, count: int) -> Iterator[Row]:
    for share in (0.25, 0.5, 0.75):
        yield _row(f"{share:.0%} made after", seen.at(share), "s")
    if pdf == "joined" and seen.joining is not None:
        yield _row("all made, joining from", seen.joining, "s")
    yield Row(name="done after", samples=(seen.ended,), unit="s", per=(count, "forms/s"))
    if seen.killed is not None:
        after, made = seen.killed
        yield _row("a worker killed after", after, "s", f"{made} forms were made")
        if seen.queued is not None:
            yield _row("its chunk in the line again, since the kill", seen.queued, "s")
        if seen.taken is not None:
            yield _row("its chunk in another's hand, since the kill", seen.taken, "s")


def _spent(shared: Servers, crew: Site) -> Cpu:
    known = set(crew.pids)

    def workers() -> list[int]:
        known.update(crew.pids)
        return list(known)

    return Cpu(
        {
            "workers": workers,
            "postgresql": lambda: [shared.postmaster],
            "s3": lambda: [shared.weed],
        }
    )


def _row(name: str, value: float, unit: str, note: str = "") -> Row:
    return Row(name=name.replace(OFFICE, "LibreOffice"), samples=(value,), unit=unit, note=note)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gongwen-scale-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    for name, usual, what in (
        ("forms", 2000, "forms as Word files only"),
        ("each", 200, "forms with a PDF each"),
        ("joined", 400, "forms with one joined PDF"),
        ("workers", 4, "machines; 0: only the parts"),
    ):
        parser.add_argument(f"--{name}", type=int, default=usual, help=f"{what} (default {usual})")
    parser.add_argument("--no-parts", dest="parts", action="store_false", help="no parts")
    return parser.parse_args(arguments)


def _print(lines: Any) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"-- {time.strftime('%H:%M:%S')} {text}\n")


if __name__ == "__main__":
    main()
