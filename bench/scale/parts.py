"""What one chunk costs, part by part: a worker's work done in this process, its calls timed."""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.crew import started
from bench.processes import OFFICE
from bench.rosters import roster
from bench.scale.checked import filled_again
from bench.scale.cpu import Cpu
from bench.table import Row, Section
from service.bootstrap import assemble
from service.desk.batch.views import Pdf
from service.desk.batch.work import do_chunk, do_join
from service.desk.tools import Desk
from service.settings import Settings
from service.store import batches as rows

WARM = 1
"""The first chunk starts LibreOffice and proves the template: made, not measured."""
KINDS: dict[Pdf, int] = {"none": 800, "each": 80, "joined": 400}
"""Forms of a measurement: four chunks of each kind."""
_PUT = 15_000  # bytes of a Word file


@dataclass(kw_only=True)
class Cost:
    """One chunk, seconds.

    Attributes:
        forms: in it.
        wall: from begin to end.
        own: CPU of the worker.
        office: CPU of LibreOffice.
        database: spent in transactions, waiting included.
        blobs: spent in the blob store, waiting included.
        convert: spent waiting for the converter.
    """

    forms: int
    wall: float = 0.0
    own: float = 0.0
    office: float = 0.0
    database: float = 0.0
    blobs: float = 0.0
    convert: float = 0.0


class _Clock:
    """Wall seconds by name; a call inside another of the same name counts once."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.suffix = ""  # of what was converted last: .odt where a template's twin serves
        self._deep: dict[str, int] = {}

    @contextlib.contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Counts what is done inside."""
        self._deep[name] = self._deep.get(name, 0) + 1
        start = time.perf_counter()
        try:
            yield
        finally:
            self._deep[name] -= 1
            if not self._deep[name]:
                spent = time.perf_counter() - start
                self.seconds[name] = self.seconds.get(name, 0.0) + spent

    def call(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same, timed."""

        def timed(*words: Any, **named: Any) -> Any:
            with self.on(name):
                return work(*words, **named)

        return timed

    def transaction(
        self, work: Callable[[], AbstractContextManager[Any]]
    ) -> Callable[[], AbstractContextManager[Any]]:
        """The same for a transaction."""

        @contextlib.contextmanager
        def timed() -> Iterator[Any]:
            with self.on("database"), work() as session:
                yield session

        return timed


def measure(
    folder: Path, database: Callable[[], str], say: Callable[[str], None]
) -> tuple[list[Section], dict[str, dict[str, float]]]:
    """A table for each pair of stores, and the figures by kind for the shared pair."""
    shared_blobs = os.environ["GONGWEN_BLOBS_URL"]
    shared, figures = _section(folder / "shared", database(), f"{shared_blobs}-parts", say)
    alone, _ = _section(folder / "alone", "", "", say)
    return [shared, alone], figures


def _section(
    folder: Path, database: str, blobs: str, say: Callable[[str], None]
) -> tuple[Section, dict[str, dict[str, float]]]:
    where = "PostgreSQL and S3 on loopback" if database else "SQLite and a folder"
    settings = Settings(data=folder, database_url=database, blobs_url=blobs, converters=1)
    desk = assemble(settings)
    found: list[Row] = []
    figures: dict[str, dict[str, float]] = {}
    try:
        clock = _wound(desk)
        for pdf, count in KINDS.items():
            costs, joining, filling = _batch(desk, clock, pdf, count)
            say(f"   {where}, {pdf}: {len(costs)} chunks measured")
            kind = _rows(pdf, costs, clock.suffix)
            if filling:
                kind.append(_ms(f"{pdf}: of it, row checked and form filled", [filling]))
            if joining:
                kind.append(_ms(f"{pdf}: joining, each 1,000 forms", [joining * 1e6 / count]))
            found += kind
            figures[pdf] = {row.name.partition(": ")[2]: row.median for row in kind}
        found.append(_put_alone(desk))
    finally:
        desk.close()
        shutil.rmtree(folder, ignore_errors=True)
    return Section(
        title=f"parts: one worker, {where}; each form of a chunk", rows=tuple(found)
    ), figures


def _wound(desk: Desk) -> _Clock:
    """The desk's calls to its neighbours, timed."""
    clock = _Clock()
    store: Any = desk.store
    for owner in (store.database, store):
        owner.read = clock.transaction(owner.read)
        owner.write = clock.transaction(owner.write)
    for name in ("put", "put_all", "put_file", "get"):
        setattr(store.blobs, name, clock.call("blobs", getattr(store.blobs, name)))
    converter: Any = desk.converter
    convert = clock.call("convert", converter.convert)

    def noting(*words: Any, **named: Any) -> Any:
        clock.suffix = named.get("suffix", ".docx")
        return convert(*words, **named)

    converter.convert = noting
    return clock


def _batch(desk: Desk, clock: _Clock, pdf: Pdf, count: int) -> tuple[list[Cost], float, float]:
    """Costs of its chunks but the first, seconds of joining, ms of CPU for filling a form."""
    batch_id = started(desk, pdf, roster(count))
    with desk.store.read() as session:
        numbers = list(rows.chunks_left(session, batch_id))
        forms = {one: len(rows.chunk(session, batch_id, one)) for one in numbers}
    costs = [_chunk(desk, clock, batch_id, one, forms[one]) for one in numbers]
    start = time.perf_counter()
    if pdf == "joined":
        do_join(desk, batch_id, 1, stop=lambda: False)
    joining = time.perf_counter() - start if pdf == "joined" else 0.0
    with desk.store.read() as session:
        batch = rows.find(session, batch_id)
        if batch is None or batch.state != "done":
            raise RuntimeError(f"the batch is {batch.state if batch else 'gone'}")
    return costs[WARM:], joining, _filling(desk, batch_id, count) if pdf == "none" else 0.0


def _chunk(desk: Desk, clock: _Clock, batch_id: str, number: int, forms: int) -> Cost:
    clock.seconds.clear()
    cost = Cost(forms=forms)
    with Cpu({"own": lambda: [os.getpid()]}) as cpu:
        start, own = time.perf_counter(), time.thread_time()
        do_chunk(desk, batch_id, 1, number, stop=lambda: False)
        cost.wall, cost.own = time.perf_counter() - start, time.thread_time() - own
    cost.office = cpu.seconds[OFFICE]
    cost.database = clock.seconds.get("database", 0.0)
    cost.blobs = clock.seconds.get("blobs", 0.0)
    cost.convert = clock.seconds.get("convert", 0.0)
    return cost


def _filling(desk: Desk, batch_id: str, count: int) -> float:
    """CPU for reading, checking and filling one row, ms; nothing kept."""
    start = time.thread_time()
    for _ in filled_again(desk, batch_id):
        pass
    return 1000 * (time.thread_time() - start) / count


def _rows(pdf: Pdf, costs: list[Cost], suffix: str) -> list[Row]:
    def each(what: Callable[[Cost], float]) -> list[float]:
        return [1000 * what(one) / one.forms for one in costs]

    forms = round(statistics.median(one.forms for one in costs))
    found = [
        _ms(f"{pdf}: a form, wall", each(lambda one: one.wall), f"chunks of {forms}"),
        _ms(f"{pdf}: worker's CPU", each(lambda one: one.own), "filling, checks, SQL, HTTP"),
        _ms(f"{pdf}: LibreOffice's CPU", each(lambda one: one.office), f"from {suffix}"),
        _ms(f"{pdf}: in conversion", each(lambda one: one.convert)),
        _ms(f"{pdf}: in transactions", each(lambda one: one.database)),
        _ms(f"{pdf}: in the blob store", each(lambda one: one.blobs)),
    ]
    return [row for row in found if row.median or "wall" in row.name]


def _ms(name: str, samples: list[float], note: str = "") -> Row:
    return Row(name=name, samples=tuple(samples), unit="ms", note=note)


def _put_alone(desk: Desk) -> Row:
    """A Word file put by itself."""
    samples = []
    for number in range(50):
        start = time.perf_counter()
        desk.store.blobs.put(f"trials/{number}", os.urandom(_PUT))
        samples.append(1000 * (time.perf_counter() - start))
    return _ms("one file of 15 kB put", samples)
