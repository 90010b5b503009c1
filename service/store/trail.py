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
from typing import Any

from sqlalchemy import Row, event, select
from sqlalchemy.orm import Session

from service.errors import EngineError, Problem, problem
from service.store.columns import db_now, to_json
from service.store.models import Audit, AuditHead

LOG = logging.getLogger(__name__)
_AT_ONCE = 1000
_TOLD = ("seq", "at", "user_id", "action", "object_kind", "object_id")
"""Columns that go into the chain."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a look at the chain found.

    Attributes:
        rows: how many there are.
        head: the chain's end; printed and kept elsewhere, it proves the trail up to here.
        broken: the first row that is not what it was, or is missing; 0 where all is whole.
        kept: up to which row the file of ends bears witness; 0 where there is none.
    """

    rows: int
    head: str
    broken: int = 0
    kept: int = 0


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
        """Adds a row in the caller's transaction; writers wait for each other here.

        Raises:
            EngineError: the chain has lost its end; what cannot be recorded is not done.
        """
        head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
        if head is None:
            raise EngineError(_headless())
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
        anchors = self._anchors()  # first: no end in it is newer than the rows that are read
        seen, mac, met = 0, "", not expect
        while True:
            for row in self._after(session, seen):
                told = self._mac(mac, row)
                if row.seq != seen + 1 or row.mac != told or anchors.get(row.seq, told) != told:
                    return Verdict(rows=seen, head=mac, broken=seen + 1)
                seen, mac = row.seq, told
                met = met or mac == expect
            head = session.execute(select(AuditHead.seq, AuditHead.mac)).one_or_none()
            # Looked for after the head: in PostgreSQL others may have added rows meanwhile.
            if not self._after(session, seen):
                break
        kept = max(anchors, default=0)
        whole = head is not None and (head.seq, head.mac) == (seen, mac) and met and kept <= seen
        return Verdict(rows=seen, head=mac, broken=0 if whole else seen + 1, kept=kept)

    def _after(self, session: Session, seq: int) -> Sequence[Row[Any]]:
        columns = select(*(getattr(Audit, name) for name in (*_TOLD, "mac")))
        wanted = columns.order_by(Audit.seq).limit(_AT_ONCE)
        # Not even rows before the first are left out.
        return session.execute(wanted.where(Audit.seq > seq) if seq else wanted).all()

    def _mac(self, before: str, row: Audit | Row[Any]) -> str:
        told = [before, *(getattr(row, name) for name in _TOLD)]
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
        """Ends by row; the first that was written counts, so that no later one covers it up."""
        found: dict[int, str] = {}
        try:
            lines = self._anchor.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return found
        for line in lines:
            seq, _, mac = line.partition(" ")
            if seq.isdecimal() and len(mac) == 64:  # a full disk may have left half a line
                found.setdefault(int(seq), mac)
        return found


def every(session: Session, object_kind: str = "", object_id: str = "") -> Sequence[Audit]:
    """The newest five hundred rows, of one object where it is named."""
    wanted = select(Audit).order_by(Audit.seq.desc()).limit(500)
    if object_kind:
        wanted = wanted.where(Audit.object_kind == object_kind, Audit.object_id == object_id)
    return session.scalars(wanted).all()


def _headless() -> Problem:
    return problem(
        "trail_headless",
        "审计记录的末行标记不见了，这一步没有执行；有人改动过数据库，请管理员运行 gongwen audit "
        "verify 查明。",
        "the audit trail has lost its end and nothing was done; somebody changed the database, "
        "look into it with gongwen audit verify.",
    )
