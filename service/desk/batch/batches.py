"""Batches that are kept: started, looked at, cancelled, retried, mended."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from service.core.roster.mends import mended
from service.core.roster.model import RosterRow
from service.desk.batch.files import template_name
from service.desk.batch.kept import found_batch, found_item, frozen_terms
from service.desk.batch.plain import plain_problems, problems_of
from service.desk.batch.plan import PlannedItem, Terms, numbered, plan_row, renamed
from service.desk.batch.results import (
    list_batches,
    not_filled,
    open_item,
    open_joined,
    tally_of,
    view_batch,
    zip_of,
)
from service.desk.batch.returned import match_returned, open_returned
from service.desk.batch.views import Pdf
from service.desk.once import Keep, Once, only_once
from service.desk.printing import chunk_sizes
from service.desk.roster.kept import standing
from service.desk.roster.rosters import nothing_to_make, refuse_unknown
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, Problem, problem
from service.store import batches as rows
from service.store import workers
from service.store.database import Session
from service.store.models import Batch, Item, new_id

_FORMS = {"none": 200, "each": 20}
"""Forms in a chunk: a second of filling, some seconds of converting one by one."""


def start_batch(
    desk: Desk, roster_id: str, *, pdf: Pdf, odd_start: bool, once: Once | None = None
) -> str:
    """Starts a batch of a roster as it stands; its terms are frozen now.

    Batch, items and work are kept in one transaction: all of it is there, or nothing.

    Args:
        desk: the store and the engines.
        roster_id: which roster.
        pdf: `none`, `each` (one PDF for each form), `joined` (one for printing).
        odd_start: in the joined PDF every form begins on an odd page.
        once: a caller's key: the same again gets the first batch, and nothing is started twice.

    Returns:
        The batch's id.

    Raises:
        NotFoundError: no such roster.
        InputError: no row of it can be made; the key was used for something else.
    """
    return only_once(
        desk, once, lambda keep: _start(desk, roster_id, pdf=pdf, odd_start=odd_start, keep=keep)
    )


def _start(desk: Desk, roster_id: str, *, pdf: Pdf, odd_start: bool, keep: Keep) -> str:
    with desk.store.read() as session:
        now = standing(session, roster_id)
    terms = now.terms(desk)
    found = now.plans(terms)
    planned = numbered(terms, [plan for _, plan in found])
    if not any(one.outcome == "queued" for one in planned):
        raise InputError(nothing_to_make())
    desk.store.blobs.put_new(template_name(terms.version), terms.template)
    line = desk.line
    with desk.store.write() as session:
        batch = _batch(now.kept.id, now.kept.profile_id, terms, pdf, odd_start)
        chunks = _chunks(session, batch, _to_place(planned, pdf))
        items = [
            _item(row, plan, chunks.get(row.row, -1))
            for (row, _), plan in zip(found, planned, strict=True)
        ]
        rows.add(session, batch, items)
        numbers = {item["chunk"] for item in items if item["state"] == "queued"}
        line.add_chunks(session, batch.id, 1, sorted(numbers), batch.turn)
        keep(session, batch.id)
    return batch.id


def cancel_batch(desk: Desk, batch_id: str) -> None:
    """Stops a batch after the form (joined: the chunk) under way; what is made stays.

    Raises:
        ConflictError: it has ended already.
    """
    with desk.store.write() as session:
        batch = found_batch(session, batch_id, lock=True)
        if batch.state not in rows.OPEN:
            raise ConflictError(_ended())
        rows.end(session, batch, "cancelled", cancelled=True)


def retry_batch(desk: Desk, batch_id: str) -> None:
    """Makes what failed, and what a stop has left; what is made stays as it is.

    A failed row that still cannot be made stays failed, with its reasons as they are now.

    Raises:
        ConflictError: the batch is still under way, or there is nothing to retry.
    """
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
        terms = frozen_terms(desk, session, batch)
    with desk.store.write() as session:
        batch = found_batch(session, batch_id, lock=True)
        if batch.state in rows.OPEN:
            raise ConflictError(_under_way())
        queued = _queue_again(session, batch, terms)
        unjoined = batch.pdf == "joined" and not batch.joined
        made = rows.progress(session, batch).counts.get("made", 0)
        if not queued and not (unjoined and made):
            raise ConflictError(_nothing_to_retry())
        rows.open_again(session, batch, "queued" if queued else "joining")
        if queued:
            desk.line.add_chunks(session, batch.id, batch.round, queued, batch.turn)
        else:
            desk.line.add_join(session, batch.id, batch.round, batch.turn)


def mend_item(desk: Desk, batch_id: str, item_id: str, values: Mapping[str, Any]) -> None:
    """Changes values of a failed row; `retry_batch` then makes it.

    Raises:
        NotFoundError: no such batch or item.
        ConflictError: the form is made, or waits to be.
        InputError: a field that the form does not ask for.
    """
    with desk.store.read() as session:
        terms = frozen_terms(desk, session, found_batch(session, batch_id))
    refuse_unknown(terms, values)
    with desk.store.write() as session:
        batch = found_batch(session, batch_id, lock=True)
        item = found_item(session, batch_id, item_id)
        if item.state != "failed" or batch.state in rows.OPEN:
            raise ConflictError(_not_failed())
        row = mended(_row_of(item), values)
        item.doubts = plain_problems(row.reasons)
        _take(item, plan_row(terms, row, position=0, of=0), terms)


def _batch(roster_id: str, profile_id: str, terms: Terms, pdf: Pdf, odd_start: bool) -> Batch:
    return Batch(
        id=new_id(),
        roster_id=roster_id,
        profile_id=profile_id,
        kind=terms.kind,
        title=terms.form.title.of(terms.lang),
        lang=terms.lang,
        pdf=pdf,
        odd_start=odd_start,
        state="queued",
        stage=terms.stage,
        form=terms.form.model_dump(mode="json", by_alias=True),
        template=terms.version,
        shared=dict(terms.shared),
        reasons=[],
    )


def _to_place(planned: Sequence[PlannedItem], pdf: Pdf) -> list[int]:
    """Rows that get a place in a chunk: in a joined print also those that failed, for later."""
    outcomes = {"queued", "failed"} if pdf == "joined" else {"queued"}
    return [one.row for one in planned if one.outcome in outcomes]


def _chunks(session: Session, batch: Batch, places: Sequence[int]) -> dict[int, int]:
    """Row to number of its chunk, and the batch's turn in the line.

    Chunk n of a batch stands in the line at the turn of its first one plus n, and a new batch
    begins where the line stands now. So batches take turns chunk by chunk: a small one waits for
    one chunk of each other batch at most, and a large one is never pushed back for ever.
    """
    batch.turn = rows.next_turn(session)
    busy = len(workers.alive(session)) or os.cpu_count() or 1
    if batch.pdf == "joined":
        pages = rows.pages_each(session, batch.template)
        ranges = chunk_sizes(len(places), pages_each=pages, processes=busy)
    else:
        most = min(_FORMS[batch.pdf], -(-len(places) // busy))
        ranges = [range(one, min(one + most, len(places))) for one in range(0, len(places), most)]
    return {places[at]: number for number, one in enumerate(ranges) for at in one}


def _item(row: RosterRow, planned: PlannedItem, chunk: int) -> dict[str, Any]:
    doubts = row.reasons if row.outcome == "failed" else ()
    return {
        "row": planned.row,
        "position": planned.position,
        "chunk": chunk,
        "state": planned.outcome,
        "name": planned.name,
        "department": planned.department,
        "member_no": planned.member_no,
        "file": planned.file,
        "filled": planned.filled,
        "raw": dict(planned.raw),
        "doubts": plain_problems(doubts),
        "digest": planned.digest,
        "attempts": 0,
        "has_pdf": False,
        "returned": "",
        "returned_blob": "",
        "reasons": plain_problems((*planned.reasons, *planned.notes)),
    }


def _queue_again(session: Session, batch: Batch, terms: Terms) -> list[int]:
    """Failed items checked again and queued where they can be made; numbers of their chunks."""
    items = rows.items(session, batch.id)
    for item in items:
        if item.state == "failed":
            plan = plan_row(terms, _row_of(item), position=0, of=0)
            _take(item, plan, terms)
            item.state = plan.outcome
    queued = [item for item in items if item.state == "queued"]
    for item in queued:
        item.attempts = 0
    if batch.pdf != "joined":
        chunks = _chunks(session, batch, [item.row for item in queued]) if queued else {}
        for item in queued:
            item.chunk = chunks[item.row]
    session.flush()
    return sorted({item.chunk for item in queued})


def _row_of(item: Item) -> RosterRow:
    doubts = problems_of(item.doubts)
    return RosterRow(
        row=item.row,
        outcome="failed" if doubts else "ready",
        member_no=item.member_no,
        values=item.raw,
        reasons=doubts,
    )


def _take(item: Item, plan: PlannedItem, terms: Terms) -> None:
    """What a check found; the running number stays."""
    item.raw = dict(plan.raw)
    item.name, item.department = plan.name, plan.department
    item.file = renamed(terms, plan.raw, item.file)
    item.filled, item.digest = plan.filled, plan.digest
    item.reasons = plain_problems((*plan.reasons, *plan.notes))


def _ended() -> Problem:
    zh, en = "这一批已经结束，不用再停止。", "the batch has ended already."
    return problem("batch_ended", zh, en)


def _under_way() -> Problem:
    zh = "这一批还在生成；请等它结束，或先停止。"
    en = "the batch is still under way; wait for its end, or cancel it first."
    return problem("batch_under_way", zh, en)


def _nothing_to_retry() -> Problem:
    zh = "没有可以重试的：未生成的行要先改正。"
    en = "there is nothing to retry: rows that failed are to be mended first."
    return problem("nothing_to_retry", zh, en)


def _not_failed() -> Problem:
    zh = "只有没能生成的行可以改正；请等这一批结束。"
    en = "only a row that failed can be mended, once the batch has ended."
    return problem("item_not_failed", zh, en)


__all__ = [
    "cancel_batch",
    "list_batches",
    "match_returned",
    "mend_item",
    "not_filled",
    "open_item",
    "open_joined",
    "open_returned",
    "retry_batch",
    "start_batch",
    "tally_of",
    "view_batch",
    "zip_of",
]
