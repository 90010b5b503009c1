"""The pool: documents wait in line, previews first, for one of a few warm LibreOffice processes."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import logging
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Literal

from service.engines.fonts.config import prepare_fonts
from service.engines.fonts.used import fonts_used
from service.engines.office import sandbox as office_sandbox
from service.engines.office.home import Home
from service.engines.office.marks import with_chinese_marks
from service.engines.office.outcome import closing, count_pages, failed, look_at_odt, storage
from service.engines.office.process import OfficeFailure, OfficeProcess, Why
from service.engines.office.sandbox import Surroundings
from service.engines.office.world import world_of
from service.engines.protocols import Converted, FontUse
from service.errors import EngineError, GongwenError, Problem
from service.settings import Settings

LOG = logging.getLogger(__name__)
WORKER = Path(__file__).resolve().parent / "worker.py"
ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True)
class Job:
    """One document in the line."""

    source: bytes
    name: str
    suffix: str
    fonts: bool = False
    target: str = ".pdf"
    result: Future[Converted] = field(default_factory=Future)


@dataclass(order=True)
class _Ticket:
    """A job's place in the line: urgent ones (0) before others (1), then first come."""

    rank: int
    turn: int
    job: Job | None = field(compare=False)


class OfficePool:
    """A Converter over warm LibreOffice processes of this process; starts nothing until asked.

    Args:
        settings: limits, folders, sandbox.
        worker: the script that serves a process; tests put saboteurs here.
        attempts: how often a document is tried.
    """

    reason: Problem | None = None

    def __init__(
        self, settings: Settings, *, worker: Path = WORKER, attempts: int = ATTEMPTS
    ) -> None:
        self._settings = settings
        self._attempts = attempts
        self._worker = worker
        self._line: PriorityQueue[_Ticket] = PriorityQueue()
        self._turns = itertools.count()
        self._lock = threading.Lock()
        self._slots: list[_Slot] = []
        self._home: Home | None = None
        self._around: Surroundings | None = None
        self._closed = False
        self.idle = 0  # slots that wait for a document
        self.starts = 0  # processes started so far
        self._most = settings.converters or os.cpu_count() or 1

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """Converts one document; see the protocol. Raises InputError `convert_refused` too."""
        if suffix == ".docx":
            source = with_chinese_marks(source)
        wanted = urgent if fonts is None else fonts
        return self._done(Job(source=source, name=name, suffix=suffix, fonts=wanted), urgent=urgent)

    def twin(self, docx: bytes, *, name: str) -> bytes:
        """A Word file as ODT; see the protocol."""
        return self._done(Job(source=docx, name=name, suffix=".docx", target=".odt")).pdf

    def world(self) -> str:
        """See the protocol; raises EngineError where there is no LibreOffice."""
        with self._lock:
            if self._around is None:
                self._around = self._look_around()
        return world_of(self._around)

    def _done(self, job: Job, *, urgent: bool = False) -> Converted:
        """Puts a job in the line and waits for it."""
        with self._lock:
            if self._closed:
                raise EngineError(closing())
            self._line.put(_Ticket(0 if urgent else 1, next(self._turns), job))
            if self._line.qsize() > self.idle and len(self._slots) < self._most:
                self._slots.append(_Slot(self))
        return job.result.result()

    @property
    def waiting(self) -> int:
        """Documents in the line, those under way not counted."""
        return self._line.qsize()

    def processes(self) -> list[int]:
        """Process ids (group leaders) of the processes that are warm now."""
        return [slot.process.pid for slot in self._slots if slot.process is not None]

    def close(self) -> None:
        """Ends every process; whoever still waits gets an EngineError."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        with contextlib.suppress(Empty):
            while True:  # a slot may take the last one meanwhile, so there is no asking first
                ticket = self._line.get_nowait()
                if ticket.job is not None:
                    ticket.job.result.set_exception(EngineError(closing()))
        for slot in self._slots:
            self._line.put(_Ticket(-1, next(self._turns), None))
            if slot.busy:
                slot.interrupt()
        for slot in self._slots:
            slot.thread.join(timeout=30)
        if self._home is not None:
            self._home.remove()

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        return self._closed

    def take(self) -> Job | None:
        """The next document for a slot; None when the pool is closing."""
        with self._lock:
            self.idle += 1
        ticket = self._line.get()
        with self._lock:
            self.idle -= 1
        return ticket.job

    def start(self) -> OfficeProcess:
        """A fresh process. Called by a slot's own thread only (see OfficeProcess)."""
        with self._lock:
            if self._closed:
                raise EngineError(closing())
            if self._around is None:
                self._around = self._look_around()
            if self._home is None:
                self._home = Home(self._settings.data.resolve() / "office")
                atexit.register(self.close)
            self.starts += 1
            return OfficeProcess(self._around, self._home.path / str(self.starts))

    def _look_around(self) -> Surroundings:
        missing = office_sandbox.why_no_pdf(self._settings)
        soffice = office_sandbox.find_soffice(self._settings)
        if missing is not None or soffice is None:
            raise EngineError(missing or ())
        walled = office_sandbox.walled(self._settings)
        if not walled and self._settings.sandbox == "auto":
            LOG.warning("bubblewrap is not in force: LibreOffice runs with its own limits only")
        return Surroundings(
            soffice=soffice.resolve(),
            python=self._settings.office_python,
            worker=self._worker.resolve(),
            fonts=prepare_fonts(self._settings),
            walled=walled,
        )

    def serve(self, job: Job, slot: _Slot) -> Converted:
        """One document on one slot: at most two tries, the second on a fresh process."""
        why: Why = "crashed"
        for _ in range(self._attempts):
            try:
                process = slot.process or slot.start()
                seconds = self._settings.convert_seconds
                made = process.convert(job.source, job.suffix, seconds, target=job.target)
                pages = count_pages(made) if job.target == ".pdf" else look_at_odt(made)
            except OfficeFailure as failure:
                why = failure.why
                LOG.warning("conversion failed: %s", why)
                if why == "refused" and slot.fresh:
                    break  # a fresh LibreOffice is right about a file, and none the worse for it
                slot.drop()
                if why == "no_uno":
                    break
                continue
            except OSError as error:
                LOG.error("conversion failed: %s", error.strerror)
                slot.drop()
                raise EngineError(storage()) from error
            self._recycle(slot, process)
            return Converted(pdf=made, pages=pages, fonts=self._fonts(job, made))
        raise failed(why, job.name, self._settings.convert_seconds)

    def _recycle(self, slot: _Slot, process: OfficeProcess) -> None:
        worn = process.documents >= self._settings.recycle_documents
        if worn or process.megabytes > self._settings.recycle_megabytes:
            LOG.info("recycled after %d documents, %d MB", process.documents, process.megabytes)
            slot.drop()

    def _fonts(self, job: Job, pdf: bytes) -> tuple[FontUse, ...]:
        wanted = job.fonts and job.suffix == ".docx"
        if not wanted or self._around is None or self._around.fonts is None:
            return ()
        try:
            return fonts_used(self._around.fonts, job.source, pdf)
        except Exception:  # a report on fonts must never cost a finished PDF
            LOG.exception("fonts could not be compared")
            return ()


class _Slot:
    """One thread for life with one process at a time."""

    def __init__(self, pool: OfficePool) -> None:
        self.process: OfficeProcess | None = None
        self.busy = False
        self.thread = threading.Thread(target=self._run, args=(pool,), name="office", daemon=True)
        self._pool = pool
        self.thread.start()

    @property
    def fresh(self) -> bool:
        """True where the process has seen one document only."""
        return self.process is not None and self.process.documents <= 1

    def start(self) -> OfficeProcess:
        """A new process for this slot."""
        self.process = self._pool.start()
        return self.process

    def drop(self) -> None:
        """Ends this slot's process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()

    def interrupt(self) -> None:
        """From another thread: the running conversion fails at once."""
        process = self.process
        if process is not None:
            process.interrupt()

    def _run(self, pool: OfficePool) -> None:
        while (job := pool.take()) is not None:
            self.busy = True
            try:
                done = pool.serve(job, self)
            except GongwenError as error:
                job.result.set_exception(EngineError(closing()) if pool.closed else error)
            except BaseException as error:  # the one who waits must be told, whatever it was
                job.result.set_exception(error)
            else:
                job.result.set_result(done)
            self.busy = False
        self.drop()
