"""What PostgreSQL was asked for meanwhile: transactions, connections, bytes of its log."""

from __future__ import annotations

import threading
import time

from sqlalchemy import event, text

from service.desk.tools import Desk

_LOOK_SECONDS = 1.0
_SETTLED_SECONDS = 1.5  # until the server has counted what was done


class Activity:
    """Counted by the server itself while it is entered; what this process asks is taken off.

    Attributes:
        transactions: committed or rolled back.
        connections: at most at once, of all clients but this process.
        written: bytes of the write-ahead log.
    """

    def __init__(self, desk: Desk) -> None:
        self._engine = desk.store.database.engine
        self.transactions = self.connections = self.written = 0
        self._ours = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Activity:
        self._begin = self._now()
        event.listen(self._engine, "begin", self._count)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        event.remove(self._engine, "begin", self._count)
        time.sleep(_SETTLED_SECONDS)
        end = self._now()
        self.transactions = end[0] - self._begin[0] - self._ours
        self.written = end[1] - self._begin[1]

    def _count(self, _: object) -> None:
        self._ours += 1

    def _now(self) -> tuple[int, int]:
        asked = text(
            "select xact_commit + xact_rollback, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
            " from pg_stat_database where datname = current_database()"
        )
        with self._engine.connect() as connection:
            connection.execute(text("select pg_stat_clear_snapshot()"))
            transactions, written = connection.execute(asked).one()
        return int(transactions), int(written)

    def _watch(self) -> None:
        asked = text(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend'"
        )
        while not self._over.wait(_LOOK_SECONDS):
            with self._engine.connect() as connection:
                there = int(connection.scalar(asked) or 0)
            ours = self._engine.pool.checkedin()  # type: ignore[attr-defined]
            self.connections = max(self.connections, there - ours)
