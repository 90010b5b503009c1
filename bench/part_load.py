"""Load: twenty clerks at once on one desk: answers against those of an idle one, memory."""

from __future__ import annotations

import random
import re
import shutil
import statistics
import threading
import time

from bench.clerk import Clerk, controls
from bench.desk_filled import fill_desk
from bench.part_desk import served
from bench.processes import resident
from bench.run import Run
from bench.table import Goal, Row, Section

CLERKS, SECONDS = 20, 300
_DRAFT = re.compile(r'href="(/documents/[0-9a-f]{32})/draft"')


def measure(run: Run) -> list[Section]:
    """One table; a mistake of the desk ends the run."""
    data = run.folder("load")
    shutil.rmtree(data)
    data.mkdir()
    links = fill_desk(data, CLERKS)
    with served(data) as port:
        clerks = [_Walk(port, link, number) for number, link in enumerate(links)]
        idle = [clerks[0].step() for _ in range(run.share(40, 5))]
        before = resident("gunicorn")
        end_at = time.monotonic() + run.share(SECONDS, 10)
        threads = [threading.Thread(target=one.walk, args=(end_at,)) for one in clerks]
        for one in threads:
            one.start()
        half = before
        while any(one.is_alive() for one in threads):
            time.sleep(1)
            if end_at - time.monotonic() > run.share(SECONDS, 10) / 2:
                half = resident("gunicorn")
        after = resident("gunicorn")
    wrong = [why for one in clerks for why in one.wrong]
    if wrong:
        raise RuntimeError(f"{len(wrong)} mistakes, the first: {wrong[0]}")
    times = sorted(ms for one in clerks for ms in one.times)
    median, p95 = statistics.median(idle), times[int(0.95 * len(times))]
    rows = (
        Row(name="form page, one clerk alone", samples=tuple(idle), unit="ms"),
        Row(name=f"form page, {CLERKS} clerks at once", samples=tuple(times), unit="ms"),
        Row(name="its 95th percentile", samples=(p95,), unit="ms"),
        Row(name="memory of the web process, half way", samples=(half,), unit="MB"),
        Row(name="the same at the end", samples=(after,), unit="MB"),
    )
    slow = Goal(
        name="95th percentile, times the idle median", ratio=p95 / median, wanted=10, at_most=True
    )
    flat = Goal(
        name="memory at the end, times half way", ratio=after / half, wanted=1.1, at_most=True
    )
    pages = sum(one.pages for one in clerks)
    note = f"{pages} pages and saves without a mistake; a clerk reads 1 to 3 seconds between them"
    return [Section(title=f"load: {CLERKS} clerks", rows=rows, goals=(slow, flat), notes=(note,))]


class _Walk:
    """A clerk at work: to-do list, a form, two saves of what was typed, the next form."""

    def __init__(self, port: int, link: str, number: int) -> None:
        self._clerk = Clerk(port)
        self._clerk.sign_in(link)
        self._chance = random.Random(number)
        drafts = _DRAFT.findall(self._clerk.get("/"))
        self._drafts = list(dict.fromkeys(drafts))
        self.times: list[float] = []
        self.wrong: list[str] = []
        self.pages = 0

    def step(self) -> float:
        """Opens a form page; milliseconds."""
        document = self._chance.choice(self._drafts)
        page = self._clerk.get(f"{document}/draft")
        taken = 1000 * self._clerk.seconds
        fields = [
            (name, f"{value}改" if name == "title" else value) for name, value in controls(page)
        ]
        self._clerk.post(f"{document}/draft", [*fields, ("_do", "save")])
        return taken

    def walk(self, end_at: float) -> None:
        """Until the end; every mistake is kept."""
        while time.monotonic() < end_at:
            try:
                self._clerk.get("/")
                time.sleep(self._chance.uniform(1, 3))
                self.times.append(self.step())
                self.pages += 3
            except Exception as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
            time.sleep(self._chance.uniform(1, 3))
