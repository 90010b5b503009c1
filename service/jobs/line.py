"""The line: chunks of batches in the job engine's tables."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions

from service.store.database import Session
from service.store.keep import Store

LOG = logging.getLogger(__name__)
VERSION = "1"
"""Of what is kept in the line; raised by hand when a body no longer understands older work."""
NAME = "gongwen"
QUEUE = "batches"
RESCUE = "rescue"
"""The line of what a dead worker had under way: taken up beside the chunk that a worker is busy
with, so that a takeover never waits for the end of a long one."""
_KEPT = timedelta(days=1)
_WAITS = ["ENQUEUED", "PENDING", "DELAYED"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class DurableLine:
    """A Line in the engine's tables, which share the database with ours."""

    def __init__(self, store: Store) -> None:
        self._store = store
        _quiet()
        engine = store.database.engine
        # By its own connection: its migration begins a transaction by itself, as ours do too.
        DBOS.migrate(engine.url.render_as_string(hide_password=False))
        self.client = DBOSClient(
            system_database_engine=engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
            retry_connection_errors=False,
        )

    def add_chunks(
        self, session: Session, batch_id: str, round_: int, numbers: Sequence[int], turn: int
    ) -> None:
        """Chunks of a batch, in the caller's transaction; chunk n stands at `turn` + n."""
        for number in numbers:
            self._add(session, "chunk", turn + number, batch_id, round_, number)

    def add_join(self, session: Session, batch_id: str, round_: int, turn: int) -> None:
        """The joining of a batch's printed chunks, in the caller's transaction."""
        self._add(session, "join", turn, batch_id, round_)

    def add_bundle(self, session: Session, making_id: str, round_: int, turn: int) -> None:
        """The making of a bundle, in the caller's transaction."""
        self._add(session, "bundle", turn, making_id, round_)

    def _add(self, session: Session, what: str, turn: int, batch_id: str, *rest: int) -> None:
        name = "-".join([batch_id, what, *map(str, rest), secrets.token_hex(4)])
        options: EnqueueOptions = {
            "workflow_name": what,
            "queue_name": QUEUE,
            "workflow_id": name,
            "app_version": VERSION,
            "priority": turn,
        }
        self.client.enqueue_in_transaction(session, options, batch_id, *rest)

    def is_owed(self, batch_id: str) -> bool:
        """True where work of a batch waits or is under way."""
        return bool(
            self.client.list_workflows(
                workflow_id_prefix=f"{batch_id}-",
                status=_WAITS,
                limit=1,
                load_input=False,
                load_output=False,
            )
        )

    def holders(self) -> set[str]:
        """Ids of the workers that have something under way."""
        found = self.client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.executor_id for one in found if one.executor_id}

    def take_from(self, worker_id: str, *, queue: str = QUEUE) -> int:
        """Puts what a worker had under way back into a line; how much it was."""
        found = self.client.list_workflows(
            executor_id=worker_id, status="PENDING", load_input=False, load_output=False
        )
        ids = [one.workflow_id for one in found]
        if ids:
            self.client.resume_workflows(ids, queue_name=queue)
        return len(ids)

    def prune(self) -> None:
        """Forgets work that ended more than a day ago."""
        before = (datetime.now(UTC) - _KEPT).isoformat()
        old = self.client.list_workflows(
            status=_ENDED, completed_before=before, limit=1000, load_input=False, load_output=False
        )
        self.client.delete_workflows([one.workflow_id for one in old])


def _quiet() -> None:
    """The engine tells of every connection; what matters is a warning."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
