"""Rows of bundles: files for their slots, and how far they are made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from service.store.models import Making, Upload

OPEN = ("queued", "running")
"""States of a making in which work goes on."""


def uploads(session: Session, activity_id: str, bundle: str) -> Sequence[Upload]:
    """The files for a bundle's slots, the oldest first."""
    wanted = select(Upload).where(Upload.activity_id == activity_id, Upload.bundle == bundle)
    return session.scalars(wanted.order_by(Upload.added_at, Upload.id)).all()


def upload(session: Session, activity_id: str, upload_id: str) -> Upload | None:
    """A file of an activity."""
    return session.scalar(
        select(Upload).where(Upload.activity_id == activity_id, Upload.id == upload_id)
    )


def making(
    session: Session,
    activity_id: str,
    bundle: str,
    lang: str,
    handler_id: str,
    *,
    purpose: str = "look",
) -> Making | None:
    """What one clerk had made, or filed, of an activity's bundle."""
    return session.scalar(
        select(Making).where(
            Making.activity_id == activity_id,
            Making.bundle == bundle,
            Making.lang == lang,
            Making.handler_id == handler_id,
            Making.purpose == purpose,
        )
    )


def find(session: Session, making_id: str, *, lock: bool = False) -> Making | None:
    """A making by its id; `lock` makes other writers wait (PostgreSQL)."""
    return session.get(Making, making_id, with_for_update=lock or None, populate_existing=lock)


def every_open(session: Session) -> Sequence[Making]:
    """Makings in which work goes on."""
    return session.scalars(select(Making).where(Making.state.in_(OPEN))).all()


def forget(session: Session, handler_id: str, activity_ids: Collection[str]) -> Sequence[str]:
    """What one clerk had made in some activities is as never made; ids, for their files to go.

    Work under way finds that its round is over.
    """
    whose = Making.handler_id == handler_id, Making.activity_id.in_(activity_ids)
    nothing = {"state": "none", "blob": "", "title": "", "part": "", "pages": 0, "pictures": 0}
    empty: dict[str, Any] = {"entries": [], "fonts": {}, "notes": [], "reasons": []}
    return session.scalars(
        update(Making)
        .where(*whose)
        .values(round=Making.round + 1, done=0, total=0, **nothing, **empty)
        .returning(Making.id)
        .execution_options(synchronize_session=False)
    ).all()


def tell(session: Session, making_id: str, round_: int, **values: Any) -> bool:
    """New values of a making under way in this round; True where it still is."""
    done = session.execute(
        update(Making)
        .where(Making.id == making_id, Making.round == round_, Making.state.in_(OPEN))
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1
