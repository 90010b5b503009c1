"""Batch, behind the page: a chunk of forms made, the printed chunks joined; each may be repeated.

What is made is kept under a name that depends on nothing but the form itself, and counted after
it is on the disk. So a killed worker leaves a form either made, with its file, or still to make.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from service.desk.batch.chunk import ChunkWork, Stopped
from service.desk.batch.files import chunk_name, joined_name, prints
from service.desk.batch.kept import frozen_terms
from service.desk.batch.plain import plain_problems
from service.desk.printing import Chunk, join_print
from service.desk.tools import Desk
from service.errors import GongwenError, Lang, Problem, problem
from service.store import batches as rows
from service.store import faults
from service.store.database import Session
from service.store.models import Batch, Item

LOG = logging.getLogger(__name__)


def do_chunk(
    desk: Desk, batch_id: str, round_: int, number: int, *, stop: Callable[[], bool]
) -> bool:
    """Makes what is left of one chunk; the last chunk of a batch ends it or has it joined.

    Args:
        desk: the store and the engines.
        batch_id: which batch.
        round_: of the batch, when this work was asked for; work of an earlier one does nothing.
        number: which chunk.
        stop: this worker is to end soon.

    Returns:
        True where something is left because the worker ends: another is to go on.
    """

    def begin(session: Session) -> tuple[Batch, Sequence[Item]] | None:
        batch = _current(session, batch_id, round_, ("queued", "running"))
        if batch is None:
            return None
        if batch.state == "queued":
            counts = rows.progress(session, batch).counts
            rows.begin_round(session, batch, counts.get("made", 0) + counts.get("failed", 0))
        return batch, rows.chunk(session, batch_id, number)

    try:
        found = desk.store.written(begin)
        if found is None:
            return False
        batch, items = found
        with desk.store.read() as session:
            terms = frozen_terms(desk, session, batch)
        ChunkWork(desk=desk, batch=batch, terms=terms, number=number, stop=stop).make(items)
        desk.store.written(lambda session: _finish(desk, session, batch_id, round_))
    except Stopped as stopped:
        return stopped.by_worker
    except Exception as error:
        return _ended_badly(desk, batch_id, round_, error, stop)
    return False


def do_join(desk: Desk, batch_id: str, round_: int, *, stop: Callable[[], bool]) -> bool:
    """Joins the printed chunks of a batch to one PDF, in the roster's order.

    Returns:
        True where another is to go on, as with `do_chunk`.
    """
    try:
        with desk.store.read() as session:
            batch = _current(session, batch_id, round_, ("joining",))
            printed = rows.printed(session, batch_id) if batch else ()
        if batch is not None:
            _join(desk, batch, printed)
    except Exception as error:
        return _ended_badly(desk, batch_id, round_, error, stop)
    return False


def _ended_badly(
    desk: Desk, batch_id: str, round_: int, error: Exception, stop: Callable[[], bool]
) -> bool:
    """Fails the batch as a whole; but a database that is away is no fault of the batch."""
    if not isinstance(error, GongwenError):
        LOG.error("work on batch %s failed", batch_id, exc_info=error)
        _fail(desk, batch_id, round_, (_unexpected(),), stop)
        return False
    if {one.code for one in error.problems} <= faults.PASSING:
        return True
    _fail(desk, batch_id, round_, error.problems, stop)
    return False


def _current(session: Session, batch_id: str, round_: int, states: Sequence[str]) -> Batch | None:
    """The batch, where this work is still wanted."""
    batch = rows.find(session, batch_id)
    wanted = batch is not None and batch.round == round_ and batch.state in states
    return batch if wanted else None


def _finish(desk: Desk, session: Session, batch_id: str, round_: int) -> None:
    """After a chunk: the one that leaves nothing to make ends the batch; only one can."""
    batch = rows.find(session, batch_id, lock=True)
    if batch is None or batch.round != round_ or rows.left(session, batch_id):
        return
    made = rows.progress(session, batch).counts.get("made", 0)
    if batch.pdf != "joined" or not made:
        rows.finish(session, batch_id, round_, of="running")
    elif rows.move(session, batch_id, of=("running",), to="joining", round_=round_):
        desk.line.add_join(session, batch_id, round_, batch.turn)


def _join(desk: Desk, batch: Batch, printed: Sequence[rows.Printed]) -> None:
    chunks: dict[int, list[rows.Printed]] = {}
    for one in printed:
        chunks.setdefault(one.chunk, []).append(one)
    names = {
        number: chunk_name(batch.id, number, [one.digest for one in some])
        for number, some in chunks.items()
    }
    name = joined_name(batch.id, [*names.values(), str(batch.odd_start)])
    read = (
        Chunk(pdf=desk.store.blobs.get(names[number]), pages=tuple(one.pages for one in some))
        for number, some in chunks.items()
    )
    with tempfile.TemporaryDirectory(prefix="gongwen-join-") as folder:
        target = Path(folder) / "joined.pdf"
        lang: Lang = "en" if batch.lang == "en" else "zh"
        titles = [one.title for one in printed]
        try:
            done = join_print(
                desk, read, titles, target, odd_start=batch.odd_start, title=batch.title, lang=lang
            )
        except OSError as error:
            raise faults.of_disk(error) from error
        desk.store.blobs.put_file(name, target)
    kept = desk.store.written(
        lambda session: rows.finish(
            session, batch.id, batch.round, of="joining", joined=name, joined_pages=done.pages
        )
    )
    if kept:
        _tidy(desk, batch.id, {name, *names.values()})


def _tidy(desk: Desk, batch_id: str, kept: Collection[str]) -> None:
    """Prints of earlier rounds go; those of this one stay for the next retry."""
    found = list(desk.store.blobs.names(prints(batch_id)))
    desk.store.blobs.remove(set(found) - set(kept))


def _fail(
    desk: Desk,
    batch_id: str,
    round_: int,
    problems: Sequence[Problem],
    stop: Callable[[], bool],
) -> None:
    """The batch has failed as a whole; said as soon as there is room to say it."""
    LOG.warning("batch %s failed: %s", batch_id, ", ".join(one.code for one in problems))
    desk.store.insist(
        lambda session: rows.finish(
            session,
            batch_id,
            round_,
            of=("running", "joining", "queued"),
            state="failed",
            reasons=plain_problems(problems),
        ),
        stop,
    )


def _unexpected() -> Problem:
    return problem(
        "unexpected",
        "程序出错，这一批没有做完；已记入日志，请告诉管理员。",
        "the program failed and the batch is not finished; it is in the log, tell the "
        "administrator.",
    )
