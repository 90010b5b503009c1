"""Batch: its rows in the store as what the doors show, and its frozen terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from service.core.definition import FormDefinition, Stage
from service.desk.batch.files import template_name
from service.desk.batch.plain import problems_of
from service.desk.batch.plan import Terms
from service.desk.batch.views import BatchState, BatchView, ItemState, ItemView, Pdf
from service.desk.tools import Desk
from service.errors import EngineError, Lang, NotFoundError, Problem, problem
from service.store import batches as rows
from service.store import rosters as roster_rows
from service.store.blobs import digest
from service.store.database import Session
from service.store.models import Batch, Item


def found_batch(session: Session, batch_id: str, *, lock: bool = False) -> Batch:
    """The batch's row. Raises NotFoundError."""
    batch = rows.find(session, batch_id, lock=lock)
    if batch is None:
        raise NotFoundError(problem("no_batch", "没有这一批。", "there is no such batch."))
    return batch


def found_item(session: Session, batch_id: str, item_id: str) -> Item:
    """The item's row. Raises NotFoundError."""
    item = rows.item(session, batch_id, item_id)
    if item is None:
        raise NotFoundError(problem("no_item", "没有这一份。", "there is no such form."))
    return item


def frozen_terms(desk: Desk, session: Session, batch: Batch) -> Terms:
    """The terms that the batch was started with.

    Raises:
        EngineError: `template_corrupt`, the kept template is gone or not what it was.
    """
    facts = roster_rows.profile(session, batch.profile_id).facts
    return Terms(
        kind=batch.kind,
        form=FormDefinition.model_validate(batch.form),
        template=_template(desk, batch.template),
        version=batch.template,
        lang=cast(Lang, batch.lang),
        stage=cast(Stage, batch.stage),
        shared=batch.shared,
        activity=facts,
    )


def _template(desk: Desk, version: str) -> bytes:
    try:
        template = desk.store.blobs.get(template_name(version))
    except NotFoundError:
        raise EngineError(_corrupt()) from None
    if digest(template) != version:
        raise EngineError(_corrupt())
    return template


def batch_view(batch: Batch, progress: rows.Progress, items: Sequence[Item] = ()) -> BatchView:
    """A batch as shown."""
    counts = progress.counts
    done = counts.get("made", 0) + counts.get("failed", 0)
    left = counts.get("queued", 0)
    return BatchView(
        id=batch.id,
        roster=batch.roster_id,
        kind=batch.kind,
        title=batch.title,
        lang=cast(Lang, batch.lang),
        pdf=cast(Pdf, batch.pdf),
        odd_start=batch.odd_start,
        state=cast(BatchState, batch.state),
        created_at=batch.created_at,
        finished_at=batch.finished_at,
        done=done,
        total=done + left,
        seconds_left=_seconds_left(batch, progress.seconds, done, left),
        joined_pages=batch.joined_pages if batch.joined else None,
        counts=cast(Mapping[ItemState, int], counts),
        items=tuple(item_view(batch, one) for one in items),
        reasons=problems_of(batch.reasons),
    )


def item_view(batch: Batch, item: Item) -> ItemView:
    """An item as shown."""
    return ItemView(
        id=item.id,
        row=item.row,
        position=item.position,
        state=cast(ItemState, item.state),
        name=item.name,
        department=item.department,
        file=item.file,
        filled=item.filled,
        returned=item.returned,
        pages=item.pages,
        has_pdf=item.has_pdf,
        reasons=problems_of(item.reasons),
    )


def _seconds_left(batch: Batch, seconds: float | None, done: int, left: int) -> float | None:
    ready = done - batch.ready_before
    if batch.state != "running" or not seconds or ready < 1:
        return None
    return left * seconds / ready


def _corrupt() -> Problem:
    return problem(
        "template_corrupt",
        "这一批所用的模板在存储里丢失或已损坏，没有用它生成；请从备份恢复存储后重试。",
        "the template that this batch was started with is lost or damaged in the store, and "
        "nothing was made with it; restore the store from a backup and retry.",
    )
