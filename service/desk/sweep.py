"""Kept files that nothing refers to are swept: what a killed process or a lost race left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from service.desk.tools import Desk
from service.store.sweep import PREFIXES, ownerless

GRACE_SECONDS = 24 * 3600.0
"""A file is written before the row that knows of it, and its work may take hours."""
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep found.

    Attributes:
        looked: files older than the grace time.
        removed: those of them that nothing refers to.
    """

    looked: int
    removed: int


def sweep(
    desk: Desk,
    *,
    grace: float = GRACE_SECONDS,
    keep: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Swept:
    """Takes away old files that no row knows of; safe beside others who write, read or sweep.

    Names bear ids that are never given out twice, and first it is looked what is old, then what
    the rows say: so a file is either too young, or its row has long been there.

    Args:
        desk: the store.
        grace: seconds during which a file is left alone.
        keep: counts only.
        stop: ends it early.

    Raises:
        EngineError: the store cannot be read or written.
    """
    looked = removed = 0
    before = datetime.now(UTC) - timedelta(seconds=grace)
    for prefix in PREFIXES:
        old = desk.store.blobs.older(prefix, before)
        while not stop() and (some := list(islice(old, _AT_ONCE))):
            with desk.store.read() as session:
                left = ownerless(session, prefix, some)
            if not keep:
                desk.store.blobs.remove(_until(left, stop))
            looked, removed = looked + len(some), removed + len(left)
    return Swept(looked=looked, removed=removed)


def _until(names: list[str], stop: Callable[[], bool]) -> Iterator[str]:
    for name in names:
        if stop():
            return
        yield name
