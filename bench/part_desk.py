"""Desk: pages of a desk with 50 activities and 5,000 documents: how long, how heavy."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.clerk import Clerk
from bench.desk_filled import ACTIVITIES, EACH, fill_desk
from bench.processes import end, gongwen
from bench.run import Run
from bench.table import Goal, Row, Section

MOST_MS, MOST_KB = 50, 100
_ACTIVITY = re.compile(r'href="(/activities/[0-9a-f]{32})"')
_DRAFT = re.compile(r'href="(/documents/[0-9a-f]{32})/draft"')


def measure(run: Run) -> list[Section]:
    """A table of times, and one of weights."""
    data = run.folder("desk")
    shutil.rmtree(data)
    data.mkdir()
    run.say(f"   filling {ACTIVITIES} activities with {EACH} documents each")
    [link] = fill_desk(data, 1)
    with served(data) as port:
        clerk = Clerk(port)
        clerk.sign_in(link)
        pages = _pages(clerk)
        rows, heavy = [], []
        for name, path in pages.items():
            clerk.get(path)
            times = []
            for _ in range(run.share(25, 3)):
                clerk.get(path)
                times.append(1000 * clerk.seconds)
            rows.append(Row(name=f"{name}", samples=tuple(times), unit="ms"))
            heavy.append(Row(name=name, samples=(clerk.weight / 1000,), unit="kB"))
    slowest = max(rows, key=lambda one: one.median)
    heaviest = max(heavy, key=lambda one: one.median)
    return [
        Section(
            title=f"desk: {ACTIVITIES} activities, {ACTIVITIES * EACH} documents, SQLite",
            rows=tuple(rows),
            goals=(
                Goal(
                    name=f"slowest ({slowest.name}), share of {MOST_MS} ms",
                    ratio=slowest.median / MOST_MS,
                    wanted=1,
                    at_most=True,
                ),
            ),
        ),
        Section(
            title="desk: the same pages as they travel (gzip), without what the browser keeps",
            rows=tuple(heavy),
            goals=(
                Goal(
                    name=f"heaviest ({heaviest.name}), share of {MOST_KB} kB",
                    ratio=heaviest.median / MOST_KB,
                    wanted=1,
                    at_most=True,
                ),
            ),
        ),
    ]


def _pages(clerk: Clerk) -> dict[str, str]:
    """The pages that a clerk opens all day."""
    activity = _first(_ACTIVITY, clerk.get("/activities"))
    document = _first(_DRAFT, clerk.get("/"))
    return {
        "to do": "/",
        "activities": "/activities",
        "an activity": activity,
        "its profile": f"{activity}/profile",
        "its bundle": f"{activity}/bundles/supervisory",
        "its ledger": f"{activity}/ledger",
        "a document": document,
        "its draft": f"{document}/draft",
        "kinds": "/kinds",
        "batches": "/batches",
    }


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise RuntimeError("the page has no such link")
    return found[1]


@contextlib.contextmanager
def served(data: Path) -> Iterator[int]:
    """`gongwen serve` on a free port, until it answers; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = gongwen("serve", "--port", str(port), data=data, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield port
    finally:
        end(program)


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            Clerk(port).get("/sign-in")
            return
        time.sleep(0.2)
    raise RuntimeError("the desk does not answer")
