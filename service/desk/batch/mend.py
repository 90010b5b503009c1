"""Batch: a line of it as it stands, to be mended in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from service.desk.batch.kept import found_batch, found_item
from service.desk.batch.plain import problems_of
from service.desk.batch.views import ItemState, RowView
from service.desk.tools import Desk
from service.store import rosters


def row_of_item(desk: Desk, batch_id: str, item_id: str) -> RowView:
    """The values of one form of a batch, and what is wrong with them.

    Raises:
        NotFoundError: no such batch or item.
    """
    with desk.store.read() as session:
        found_batch(session, batch_id)
        item = found_item(session, batch_id, item_id)
    plain = {name: one for name, one in item.raw.items() if not _is_table(one)}
    return RowView(
        row=item.row,
        outcome=cast(ItemState, item.state),
        name=item.name,
        department=item.department,
        values=plain,
        filled=item.filled,
        mended=False,
        reasons=problems_of(item.reasons),
        notes=(),
    )


def facts_of_batch(desk: Desk, batch_id: str) -> Mapping[str, Any]:
    """The activity's facts as they were when the batch was started. Raises NotFoundError."""
    with desk.store.read() as session:
        return rosters.profile(session, found_batch(session, batch_id).profile_id).facts


def _is_table(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
