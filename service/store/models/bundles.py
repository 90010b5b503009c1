"""The tables of bundles: upload, making."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import db_now
from service.store.models.base import Base, new_id


class Upload(Base):
    """A file from outside for a slot of an activity's bundle, kept as it came.

    Attributes:
        bundle: name of the bundle's definition.
        slot: id of the slot in it.
        blob: name in the blob store.
        file_name: as it was called where it came from.
        sha256: of the file.
    """

    __tablename__ = "upload"
    __table_args__ = (Index(None, "activity_id", "bundle"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    bundle: Mapped[str] = mapped_column(String(100))
    slot: Mapped[str] = mapped_column(String(100))
    blob: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Making(Base):
    """The making of an activity's bundle by one clerk, or its filing: under way, done or failed.

    Attributes:
        handler_id: who had it made, and alone sees it: papers of persons are in it.
        purpose: `look`: to look at; `submission` or `archive`: it is filed as this.
        asked: for a filing, what the clerk said: day, by, exceptions.
        submission_id: for a filing, the id that its row gets: so it is filed once.
        state: `queued`, `running`, `done` or `failed`.
        round: counts makings; older work finds that it is stale.
        done: parts that are made, of `total`.
        part: title of the part last made.
        blob: name of the PDF in the blob store, "" where none was made yet.
        pictures: pages that can be shown as pictures.
        entries: number, title and page of each line of the contents.
        fonts: wanted font to its stand-ins.
        reasons: why it failed.
    """

    __tablename__ = "making"
    __table_args__ = (UniqueConstraint("activity_id", "bundle", "lang", "handler_id", "purpose"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    bundle: Mapped[str] = mapped_column(String(100))
    lang: Mapped[str] = mapped_column(String(2))
    handler_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[str] = mapped_column(String(12), default="look")
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    submission_id: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(10), default="queued")
    round: Mapped[int] = mapped_column(default=1)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    part: Mapped[str] = mapped_column(Text, default="")
    blob: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    pages: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[int] = mapped_column(default=0)
    entries: Mapped[list[Any]]
    fonts: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    reasons: Mapped[list[Any]]
    made_at: Mapped[datetime | None]
