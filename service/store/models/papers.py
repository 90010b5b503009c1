"""The tables of papers: activity, document, version, review, task."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import db_now
from service.store.models.base import Base, new_id


class Activity(Base):
    """A campaign or yearly cycle, typed once.

    Attributes:
        profile: raw answers of the activity form by language, as typed.
        revision: counts saves, so that of two editors the second is told.
        copied_from: the activity that it was copied from, or None.
        closed: nothing is changed any more.
    """

    __tablename__ = "activity"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    profile: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    copied_from: Mapped[str | None] = mapped_column(String(32))
    closed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Document(Base):
    """One paper of an activity, from its first draft on.

    Attributes:
        part: an annex that is made alone, or "".
        person: the member or leader whose paper it is; "" for the unit's.
        branch: the person's branch; "" for the unit's.
        confidential: seen by its clerk and its reviewer only.
        handler_id: the clerk who handles it.
        state: of `core.papers.STATES`.
        reopened: number of the version from which a clerk went back to the draft, on purpose;
            a version edited by hand up to it does not stop a new one from being generated.
        due: day by which it is to be there.
        answers: raw answers as typed; what is prefilled is not in it.
        revision: counts saves of the draft.
        changes: counts every change of the row, by the database; no row ever goes alone, so that
            the sum of an activity's tells whether any of them has changed.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "activity_id", "kind"),
        Index(None, "activity_id", "changes"),
        Index(None, "handler_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(100))
    part: Mapped[str] = mapped_column(String(100), default="")
    lang: Mapped[str] = mapped_column(String(2))
    person: Mapped[str] = mapped_column(Text, default="")
    branch: Mapped[str] = mapped_column(Text, default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    handler_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    reopened: Mapped[int] = mapped_column(default=0)
    due: Mapped[date | None] = mapped_column(Date)
    answers: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=db_now())
    changed_at: Mapped[datetime] = mapped_column(server_default=db_now())
    changed_by: Mapped[str] = mapped_column(String(32))
    changes: Mapped[int] = mapped_column(
        default=1, server_default=text("1"), onupdate=text("changes + 1"), deferred=True
    )


class Version(Base):
    """One file of a document; none is ever changed or overwritten.

    Attributes:
        no: 1, 2, 3, … within the document.
        way: `generated`, `hand_edited` or `scan`.
        profile_id: facts of the activity that a generated one was made with.
        answers: raw answers that a generated one was made from.
        made_from: digest of form, template, facts and answers; another one means it is stale.
        blob: name in the blob store.
        file_name: for the download.
        sha256: of the file.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "no"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    no: Mapped[int]
    way: Mapped[str] = mapped_column(String(12))
    profile_id: Mapped[str | None] = mapped_column(ForeignKey("profile.id"))
    answers: Mapped[dict[str, Any] | None]
    made_from: Mapped[str] = mapped_column(String(64), default="")
    blob: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Review(Base):
    """One opinion in one round: a record, no workflow.

    Attributes:
        step: whose turn it was: `branch_secretary`, `team_leader`, `supervisory_team`, ….
        version_no: the version that was looked at; 0 where none was made.
        by: name of the reviewer, typed in where the opinion came on paper.
        recorded_by: the user who said or typed it.
        result: `agree`, `revise` or `rewrite`.
    """

    __tablename__ = "review"
    __table_args__ = (Index(None, "document_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    round: Mapped[int]
    step: Mapped[str] = mapped_column(String(30))
    version_no: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(32))
    result: Mapped[str] = mapped_column(String(10))
    opinion: Mapped[str] = mapped_column(Text)
    given_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Task(Base):
    """A task of the ledger: what the rectification plan says of it, and how far it is.

    Attributes:
        no: its number in the plan.
        plan: category, problem, goal, measures, who, deadline, as the plan has them.
        progress: state, progress, completion, evidence, verification, clearing, as typed.
        revision: counts saves.
    """

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("activity_id", "no"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    no: Mapped[int]
    plan: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
