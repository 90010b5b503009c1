"""The audit trail: its newest lines, and the proof that it is whole."""

from __future__ import annotations

from dataclasses import dataclass

from service.desk.tools import Desk
from service.store import people, trail
from service.store.trail import Verdict


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """Who did what to what.

    Attributes:
        seq: 1, 2, 3, ….
        at: ISO text, UTC.
        who: as pages name the person; "" for the command line and for nobody.
        action: name of the action (`ACTIONS` in `web.people_words` says it in words).
        object_kind: what it was done to.
        object_id: its id.
        object_name: of a user, the name; else "".
    """

    seq: int
    at: str
    who: str
    action: str
    object_kind: str
    object_id: str
    object_name: str


def list_trail(desk: Desk, object_kind: str = "", object_id: str = "") -> tuple[TrailLine, ...]:
    """The newest lines, newest first, of one object where it is named."""
    with desk.store.read() as session:
        rows = trail.every(session, object_kind, object_id)
        names = {one.id: one.shown for one in people.every(session)}
    return tuple(
        TrailLine(
            seq=row.seq,
            at=row.at,
            who=names.get(row.user_id, ""),
            action=row.action,
            object_kind=row.object_kind,
            object_id=row.object_id,
            object_name=names.get(row.object_id, "") if row.object_kind == "user" else "",
        )
        for row in rows
    )


def verify_trail(desk: Desk, expect: str = "") -> Verdict:
    """Goes through the whole chain; `expect` is an end of it that was printed once."""
    with desk.store.read() as session:
        return desk.store.trail.verify(session, expect)
