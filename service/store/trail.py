"""The audit trail: who did what to what, each row chained to the one before by HMAC-SHA-256.

A row is written in the transaction of what it tells of: what cannot be recorded is not done. After
the commit the chain's end goes into a file beside the database, so that rows cut off are missed.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service.store.columns import db_now, to_json
from service.store.models import Audit, AuditHead

LOG = logging.getLogger(__name__)
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a look at the chain found.

    Attributes:
        rows: how many there are.
        head: the chain's end; printed and kept elsewhere, it proves the trail up to here.
        broken: the first row that is not what it was, or is missing; 0 where all is whole.
    """

    rows: int
    head: str
    broken: int = 0


class Trail:
    """The chain of one data folder.

    Args:
        key: what only the service knows.
        anchor: file to which ends of the chain are appended.
    """

    def __init__(self, key: bytes, anchor: Path) -> None:
        self._key, self._anchor = key, anchor

    def note(
        self,
        session: Session,
        user_id: str,
        action: str,
        object_kind: str = "",
        object_id: str = "",
    ) -> None:
        """Adds a row in the caller's transaction; writers wait for each other here."""
        head = session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)
        at = session.scalar(select(db_now()))
        row = Audit(
            seq=head.seq + 1,
            at=at.isoformat() if at else "",
            user_id=user_id,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
        )
        row.mac = self._mac(head.mac, row)
        head.seq, head.mac = row.seq, row.mac
        session.add(row)
        session.flush()
        line = f"{row.seq} {row.mac}\n"
        event.listen(session, "after_commit", lambda _: self._append(line), once=True)

    def verify(self, session: Session, expect: str = "") -> Verdict:
        """Goes through the whole chain.

        Args:
            session: one consistent view.
            expect: an end of the chain as it was once printed; it must still be in it.
        """
        anchors = self._anchors()
        seen, mac, missing = 0, "", bool(expect)
        while rows := self._after(session, seen):
            for row in rows:
                if row.seq != seen + 1 or not hmac.compare_digest(self._mac(mac, row), row.mac):
                    return Verdict(rows=seen, head=mac, broken=seen + 1)
                seen, mac = row.seq, row.mac
                if anchors.get(seen, mac) != mac:
                    return Verdict(rows=seen, head=mac, broken=seen)
                missing = missing and mac != expect
            session.expunge_all()
        head = session.get(AuditHead, 1)
        whole = head is not None and (head.seq, head.mac) == (seen, mac) and not missing
        if not whole or max(anchors, default=0) > seen:
            return Verdict(rows=seen, head=mac, broken=seen + 1)
        return Verdict(rows=seen, head=mac)

    def _after(self, session: Session, seq: int) -> Sequence[Audit]:
        wanted = select(Audit).where(Audit.seq > seq).order_by(Audit.seq).limit(_AT_ONCE)
        return session.scalars(wanted).all()

    def _mac(self, before: str, row: Audit) -> str:
        told = [before, row.seq, row.at, row.user_id, row.action, row.object_kind, row.object_id]
        return hmac.new(self._key, to_json(told).encode(), "sha256").hexdigest()

    def _append(self, line: str) -> None:
        """One write of a short line: lines of several processes do not mix (O_APPEND)."""
        try:
            out = os.open(self._anchor, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(out, line.encode())
            finally:
                os.close(out)
        except OSError as error:  # what it tells of is done already, and its row is in the chain
            LOG.error("the audit trail's end could not be kept: %s", error.strerror)

    def _anchors(self) -> dict[int, str]:
        try:
            lines = self._anchor.read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        pairs = (line.split() for line in lines)
        return {int(pair[0]): pair[1] for pair in pairs if len(pair) == 2 and pair[0].isdigit()}


def every(session: Session, object_kind: str = "", object_id: str = "") -> Sequence[Audit]:
    """The newest five hundred rows, of one object where it is named."""
    wanted = select(Audit).order_by(Audit.seq.desc()).limit(500)
    if object_kind:
        wanted = wanted.where(Audit.object_kind == object_kind, Audit.object_id == object_id)
    return session.scalars(wanted).all()
