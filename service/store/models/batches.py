"""The tables of batches: profile, roster, member, batch, item, worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import db_now
from service.store.models.base import Base, new_id


class Profile(Base):
    """Checked facts of an activity; a row never changes, so whoever names it has them frozen."""

    __tablename__ = "profile"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    lang: Mapped[str] = mapped_column(String(2))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Roster(Base):
    """A roster that was uploaded for a kind; its file lies in the blob store.

    Attributes:
        handler_id: the user who handles it and sees it; "" where the command line made it.
        activity_id: the activity whose facts it was made with; None for the sample's or a file's.
        chosen: what the clerk said of columns: `Sheet!A` to a field path, `#`, or "".
        columns: how each column was understood.
        checked: digest of the terms that the members' outcomes were found with.
        version: counts changes, so that two at once do not lose one.
    """

    __tablename__ = "roster"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(100))
    lang: Mapped[str] = mapped_column(String(2))
    file_name: Mapped[str] = mapped_column(Text)
    handler_id: Mapped[str] = mapped_column(String(32), default="")
    activity_id: Mapped[str | None] = mapped_column(String(32))
    profile_id: Mapped[str] = mapped_column(ForeignKey("profile.id"))
    chosen: Mapped[dict[str, Any]]
    columns: Mapped[list[Any]]
    missing: Mapped[list[Any]]
    shared: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    checked: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Member(Base):
    """One row of a roster: as read, what was mended, and what a check found.

    Attributes:
        read: as it was read: outcome, raw values, reasons, notes (`desk.kept`).
        mends: values that a clerk has changed since.
        plan: what a check made of it (`desk.kept`).
    """

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("roster_id", "row"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    roster_id: Mapped[str] = mapped_column(ForeignKey("roster.id", ondelete="CASCADE"))
    row: Mapped[int]
    read: Mapped[dict[str, Any]]
    mends: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]


class Batch(Base):
    """One kind x a roster, with its terms frozen.

    Attributes:
        round: 1 when started, one more for each retry; older work finds that it is stale.
        turn: where its first chunk stands in the line; see `jobs`.
        form: the form definition.
        template: SHA-256 of the Word template, which is its blob's name too.
        cancelled: looked at between items.
        ready_before: forms that were finished when this round began, for the measured speed.
        joined: name of the joined PDF's blob, or "".
    """

    __tablename__ = "batch"
    __table_args__ = (Index(None, "state"), Index(None, "roster_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    roster_id: Mapped[str] = mapped_column(ForeignKey("roster.id"))
    profile_id: Mapped[str] = mapped_column(ForeignKey("profile.id"))
    kind: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(2))
    pdf: Mapped[str] = mapped_column(String(10))
    odd_start: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    cancelled: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)
    turn: Mapped[int] = mapped_column(default=1)
    stage: Mapped[str] = mapped_column(String(10))
    form: Mapped[dict[str, Any]]
    template: Mapped[str] = mapped_column(String(64))
    shared: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())
    started_at: Mapped[datetime | None]
    ready_before: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    joined: Mapped[str] = mapped_column(Text, default="")
    joined_pages: Mapped[int | None]
    reasons: Mapped[list[Any]]


class Item(Base):
    """One row of a batch and what became of it.

    Attributes:
        chunk: number of the chunk that makes it, counted from 0; -1 where nothing is made.
        raw: the member's own raw answers.
        doubts: what was wrong with the row as it was read, until it is mended.
        attempts: how often its making was begun; raised before.
        digest: hash of all that the form is made from.
        has_pdf: a PDF of its own lies in the blob store.
        returned: name of the file that came back, or "".
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("batch_id", "row"),
        Index(None, "batch_id", "state"),
        Index(None, "batch_id", "chunk"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    row: Mapped[int]
    position: Mapped[int]
    chunk: Mapped[int] = mapped_column(default=-1)
    state: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    member_no: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(Text)
    filled: Mapped[bool]
    raw: Mapped[dict[str, Any]]
    doubts: Mapped[list[Any]]
    digest: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    has_pdf: Mapped[bool] = mapped_column(default=False)
    returned: Mapped[str] = mapped_column(Text, default="")
    returned_blob: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[list[Any]]


class Worker(Base):
    """A worker process and its last sign of life; the row goes when the worker ends.

    Attributes:
        id: its executor id in the job engine.
        taken_at: when a living worker began to take over its work.
    """

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    pid: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(server_default=db_now())
    beat: Mapped[datetime] = mapped_column(server_default=db_now())
    taken_at: Mapped[datetime | None]
