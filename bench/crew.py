"""A converter and workers as `make run` starts them, and batches given to them."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.material import KIND, ROOT
from bench.processes import end, gongwen
from service.desk.batch.batches import start_batch, view_batch
from service.desk.batch.views import Pdf
from service.desk.roster.rosters import add_roster, share_answers
from service.desk.tools import Desk

PATIENCE_SECONDS = 7200
LOOK_SECONDS = 0.1


def started(desk: Desk, pdf: Pdf, sheet: bytes) -> str:
    """A batch of a new roster."""
    roster_id = add_roster(desk, KIND, lang="zh", name="roster.xlsx", data=sheet)
    shared = yaml.safe_load((ROOT / "samples" / "shared.zh.yaml").read_text("utf-8"))
    share_answers(desk, roster_id, shared)
    return start_batch(desk, roster_id, pdf=pdf, odd_start=False)


def done(desk: Desk, batch_id: str) -> None:
    """Waits until every form is made; raises where one is not."""
    end_at = time.monotonic() + PATIENCE_SECONDS
    while not (view := view_batch(desk, batch_id, items=False)).ended:
        if time.monotonic() > end_at:
            raise RuntimeError("the batch does not end")
        time.sleep(LOOK_SECONDS)
    if view.state != "done" or view.counts.get("made") != view.total:
        raise RuntimeError(f"the batch is {view.state}: {dict(view.counts)}")


@contextlib.contextmanager
def crew(data: Path, count: int) -> Iterator[list[int]]:
    """A converter and so many workers; their process ids."""
    converter = gongwen("converter", data=data)
    makers: list[subprocess.Popen[str]] = []
    try:
        while not (data / "converter.sock").exists():
            time.sleep(0.05)
        makers += [gongwen("worker", "--no-converter", data=data) for _ in range(count)]
        yield [converter.pid, *(one.pid for one in makers)]
    finally:
        for process in makers:
            end(process)
        end(converter)
