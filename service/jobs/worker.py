"""The worker: this process as one that takes chunks from the line, and looks after the others."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer

from service.desk.batch.work import do_chunk, do_join
from service.desk.bundle.work import do_bundle
from service.desk.sweep import sweep
from service.desk.tools import Desk
from service.errors import EngineError, GongwenError
from service.jobs.line import NAME, QUEUE, RESCUE, VERSION, DurableLine
from service.store import batches, bundles, faults, workers
from service.store.database import Session
from service.store.models import Making

LOG = logging.getLogger(__name__)
BUSY_SECONDS, IDLE_SECONDS = 0.2, 1.0
"""Between two looks at the line: while a batch is open, and while none is."""
BEAT_SECONDS = 2.0
STOP_SECONDS = 8.0
_STRANDED_SECONDS = 30.0
_PRUNE_SECONDS = 3600.0
_SWEEP_SECONDS = 24 * 3600.0
"""Between two sweeps of a worker; the first comes within the hour."""


class Worker:
    """This process as one that takes chunks, one at a time.

    Args:
        desk: the use cases' tools; its line must be a DurableLine.
    """

    def __init__(self, desk: Desk) -> None:
        line = desk.line
        assert isinstance(line, DurableLine)
        self._desk, self._line = desk, line
        # Never the engine's default `local`: two living workers would run each other's work.
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._stop = threading.Event()
        self._due = {"stranded": 0.0, "prune": 0.0}
        self._pace = 0.0

    def run(self) -> int:
        """Takes chunks until SIGTERM or SIGINT, then hands on what is under way.

        Returns:
            The exit code; 1 where the others took this worker for dead.

        Raises:
            EngineError: the store cannot be written.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        store = self._desk.store
        store.blobs.sweep()
        try:
            store.written(
                lambda session: workers.enrol(session, self.id, socket.gethostname(), os.getpid())
            )
            with faults.in_our_words():
                self._listen()
        except EngineError:
            store.reserve.give_up()  # a full disk: the next start can say so in the database
            raise
        threading.Thread(target=self._sweep, name="sweep", daemon=True).start()
        code = self._watch()
        self._end()
        return code

    def _listen(self) -> None:
        DBOS(
            config={
                "name": NAME,
                "system_database_engine": self._desk.store.database.engine,
                "executor_id": self.id,
                "application_version": VERSION,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
                "run_migrations": False,
                "enable_otlp": False,
            }
        )
        self._register()
        DBOS.listen_queues([QUEUE, RESCUE])
        DBOS.launch()
        for queue, seconds in ((QUEUE, BUSY_SECONDS), (RESCUE, IDLE_SECONDS)):
            DBOS.register_queue(
                queue,
                worker_concurrency=1,
                polling_interval_sec=seconds,
                on_conflict="always_update",
            )

    def _register(self) -> None:
        @DBOS.workflow(name="chunk", max_recovery_attempts=None)
        def chunk(batch_id: str, round_: int, number: int) -> None:
            if do_chunk(self._desk, batch_id, round_, number, stop=self._stop.is_set):
                self._hand_on(batch_id, round_, number)

        @DBOS.workflow(name="join", max_recovery_attempts=None)
        def join(batch_id: str, round_: int) -> None:
            if do_join(self._desk, batch_id, round_, stop=self._stop.is_set):
                self._hand_on(batch_id, round_)

        @DBOS.workflow(name="bundle", max_recovery_attempts=None)
        def bundle(making_id: str, round_: int) -> None:
            if do_bundle(self._desk, making_id, round_, stop=self._stop.is_set):
                self._desk.store.written(
                    lambda session: self._line.add_bundle(session, making_id, round_, 1)
                )

    def _hand_on(self, batch_id: str, round_: int, *numbers: int) -> None:
        """What is left goes back into the line, in front."""

        def add(session: Session) -> None:
            for number in numbers:
                self._line.add_chunks(session, batch_id, round_, [number], 1 - number)
            if not numbers:
                self._line.add_join(session, batch_id, round_, 1)

        self._desk.store.written(add)

    def _watch(self) -> int:
        """Signs of life, and a look at the others, until this worker is to end."""
        while not self._stop.wait(BEAT_SECONDS):
            try:
                if not self._beat():
                    LOG.error("the other workers took this one for dead; it begins anew")
                    return 1
                self._look_around()
            except GongwenError as error:
                LOG.warning("the line cannot be looked at: %s", error.problems[0].code)
            except Exception:
                LOG.exception("the line cannot be looked at")
        return 0

    def _beat(self) -> bool:
        with self._desk.store.write() as session:
            return workers.beat(session, self.id)

    def _look_around(self) -> None:
        with self._desk.store.write() as session:
            dead = workers.take_over(session, self.id)
        for one in dead:
            taken = self._line.take_from(one, queue=RESCUE)
            LOG.warning("worker %s is dead; %d chunks taken over", one, taken)
            with self._desk.store.write() as session:
                workers.leave(session, one)
        self._keep_pace()
        self._now_and_then("stranded", _STRANDED_SECONDS, self._mend_stranded)
        self._now_and_then("prune", _PRUNE_SECONDS, self._line.prune)

    def _keep_pace(self) -> None:
        """Looks at the line often only while there is something in it: a look costs 6 % of a core.

        The pace is the engine's row, the same for all workers; all of them set it alike.
        """
        with self._desk.store.read() as session:
            busy = batches.any_open(session) or bundles.every_open(session)
        pace = BUSY_SECONDS if busy else IDLE_SECONDS
        queue = DBOS.retrieve_queue(QUEUE) if pace != self._pace else None
        if queue is not None:
            queue.set_polling_interval_sec(pace)
            self._pace = pace

    def _now_and_then(self, what: str, seconds: float, work: Callable[[], Any]) -> None:
        if time.monotonic() >= self._due[what]:
            self._due[what] = time.monotonic() + seconds
            work()

    def _mend_stranded(self) -> None:
        """Work that nobody has is given out again: of a worker without a row, or not in the line.

        It is not to happen; a restored backup or a table that somebody emptied bring it about.
        """
        held = self._line.holders()
        with self._desk.store.read() as session:
            gone = held - set(workers.known(session))
            open_ = [one for one in batches.every(session) if one.state in batches.OPEN]
            makings = bundles.every_open(session)
        for executor in gone:
            LOG.warning("worker %s is unknown; its work is given out again", executor)
            self._line.take_from(executor, queue=RESCUE)
        for one in open_:
            if not self._line.is_owed(one.id):
                LOG.warning("batch %s was owed to nobody", one.id)
                with self._desk.store.write() as session:
                    self._owe(session, one.id)
        self._mend_bundles(makings)

    def _mend_bundles(self, makings: Sequence[Making]) -> None:
        for one in makings:
            if not self._line.is_owed(one.id):
                LOG.warning("bundle %s was owed to nobody", one.id)
                with self._desk.store.write() as session:
                    self._line.add_bundle(session, one.id, one.round, 1)

    def _owe(self, session: Session, batch_id: str) -> None:
        batch = batches.find(session, batch_id, lock=True)
        if batch is None or batch.state not in batches.OPEN:
            return
        if batch.state == "joining":
            self._line.add_join(session, batch.id, batch.round, batch.turn)
            return
        numbers = batches.chunks_left(session, batch.id) or [0]  # an empty chunk ends the batch
        self._line.add_chunks(session, batch.id, batch.round, numbers, batch.turn)

    def _sweep(self) -> None:
        """Beside the signs of life: a large store takes long. Not all workers at one moment."""
        wait = _SWEEP_SECONDS * (0.01 + 0.04 * secrets.randbelow(1000) / 1000)
        while not self._stop.wait(wait):
            wait = _SWEEP_SECONDS
            try:
                found = sweep(self._desk, stop=self._stop.is_set)
                if found.removed:
                    LOG.info("%d files that nothing refers to were removed", found.removed)
            except GongwenError as error:
                LOG.warning("files could not be swept: %s", error.problems[0].code)
            except Exception:
                LOG.exception("files could not be swept")

    def _end(self) -> None:
        """Within ten seconds, whatever is under way: what is not handed on is taken over."""
        self._stop.set()
        threading.Timer(STOP_SECONDS, lambda: os._exit(1)).start()
        DBOS.destroy(workflow_completion_timeout_sec=int(STOP_SECONDS))
        try:
            self._line.take_from(self.id)  # what was taken up at the last moment, or takes longer
            with self._desk.store.write() as session:
                workers.leave(session, self.id)
        except Exception as error:
            LOG.warning("the line could not be left (%s); it is swept", type(error).__name__)
