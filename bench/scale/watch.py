"""A batch under way: its progress, a worker killed in the middle of it, and who takes over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.crew import PATIENCE_SECONDS
from service.desk.batch.batches import view_batch
from service.desk.tools import Desk
from service.jobs.line import DurableLine
from service.store.models import Worker

_LOOK_SECONDS = 0.2
_FOLLOW_SECONDS = 60
"""How long a dead worker's chunk is followed after the end of the batch."""


@dataclass(kw_only=True)
class Progress:
    """What was seen, seconds since the start of the batch.

    Attributes:
        made: moments and forms made by then.
        joining: when the last form was made.
        killed: when the worker was killed, and how many forms were made then.
        queued: from the kill until its chunk was back in the line.
        taken: from the kill until another had it in hand.
        ended: when the batch was done.
    """

    made: list[tuple[float, int]] = field(default_factory=list)
    joining: float | None = None
    killed: tuple[float, int] | None = None
    queued: float | None = None
    taken: float | None = None
    ended: float = 0.0

    def at(self, share: float) -> float:
        """When that share of the forms was made."""
        wanted = share * self.made[-1][1]
        return next(seconds for seconds, count in self.made if count >= wanted)


class Watch:
    """Looks at a batch until it ends.

    Args:
        desk: shares the machines' database.
        pids: workers that may be killed.
        kill: ends one of them at once.
        when: how many forms are made before one is killed, and seconds; None for no kill.
    """

    def __init__(
        self,
        desk: Desk,
        pids: Sequence[int],
        kill: Callable[[int], None],
        when: tuple[int, float] | None,
    ) -> None:
        self._desk, self._pids, self._kill, self._when = desk, pids, kill, when
        assert isinstance(desk.line, DurableLine)
        self._client = desk.line.client
        self._victim = ""
        self._orphans: set[str] = set()

    def until_done(self, batch_id: str, start: float) -> Progress:
        """All that was seen; raises where the batch does not come to its end."""
        seen = Progress()
        while True:
            view = view_batch(self._desk, batch_id, items=False)
            now = time.perf_counter() - start
            made = view.counts.get("made", 0)
            if not seen.made or seen.made[-1][1] != made:
                seen.made.append((now, made))
            if made == view.total and seen.joining is None:
                seen.joining = now
            if view.ended:
                seen.ended = seen.ended or now
                told = seen.killed is None or seen.taken is not None
                if told or now > seen.ended + _FOLLOW_SECONDS:
                    break
            if now > PATIENCE_SECONDS:
                raise RuntimeError("the batch does not end")
            self._trouble(seen, made, start, ended=view.ended)
            time.sleep(_LOOK_SECONDS)
        if view.state != "done" or view.counts.get("made") != view.total:
            raise RuntimeError(f"the batch is {view.state}: {dict(view.counts)}")
        return seen

    def _trouble(self, seen: Progress, made: int, start: float, *, ended: bool) -> None:
        if self._when is None:
            return
        now = time.perf_counter() - start
        if seen.killed is not None:
            if seen.taken is None:
                self._follow(seen, now - seen.killed[0])
            return
        due = made >= self._when[0] and now >= self._when[1] and not ended
        if due and (chosen := self._choose()) is not None:
            self._kill(chosen)
            seen.killed = (time.perf_counter() - start, made)
            # What it had in hand when it died, whatever it was when it was chosen.
            self._orphans = self._in_hand(self._victim)

    def _choose(self) -> int | None:
        """A worker that has a chunk in hand."""
        with self._desk.store.read() as session:
            workers = {one.pid: one.id for one in session.query(Worker)}
        for pid in self._pids:
            if pid in workers and self._in_hand(workers[pid]):
                self._victim = workers[pid]
                return pid
        return None

    def _in_hand(self, worker_id: str) -> set[str]:
        found = self._client.list_workflows(
            executor_id=worker_id, status="PENDING", load_input=False, load_output=False
        )
        return {one.workflow_id for one in found}

    def _follow(self, seen: Progress, since: float) -> None:
        if not self._orphans:
            seen.queued = seen.taken = 0.0
            return
        found = self._client.list_workflows(
            workflow_ids=list(self._orphans), load_input=False, load_output=False
        )
        away = [one for one in found if one.status != "PENDING" or one.executor_id != self._victim]
        if len(away) == len(found) and seen.queued is None:
            seen.queued = since
        if all(one.executor_id not in {self._victim, None} for one in found):
            seen.taken = since
