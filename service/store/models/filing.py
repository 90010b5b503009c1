"""The tables of filing: register, submission."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.columns import db_now
from service.store.models.base import Base, new_id

LIVE = text("state = 'given'")


class RegisterEntry(Base):
    """One line of the register of document numbers (发文登记表); none is ever taken out.

    Attributes:
        word: issuing word; with `year` and `no` the number.
        state: `given`; `void`, never to be given again; or `gap`, not given here, with a reason.
        title: of the paper, in one line.
        kind: name of the document's kind, or "".
        genre: 文种 as it is printed in the register, or "".
        signer: who signed it, as far as known.
        handled_by: who had the number given out, as pages name the person.
        copies: how many were printed, where that is known.
        dated: date of the paper (成文日期), where it bears one.
        document_id: the document that bears it, or None.
        reason: why it was stated, why it is void, why there is none.
        given_on: day of the entry, as typed where it was given on paper before.
        given_by: the user; "" for the command line.
    """

    __tablename__ = "register"
    __table_args__ = (
        UniqueConstraint("word", "year", "no"),
        # A document bears one number at a time, whatever two windows do at once.
        Index(
            "uq_register_document_id",
            "document_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    word: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    no: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="given")
    title: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(100), default="")
    genre: Mapped[str] = mapped_column(Text, default="")
    signer: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[str] = mapped_column(Text, default="")
    copies: Mapped[int | None]
    dated: Mapped[date | None] = mapped_column(Date)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="")
    given_on: Mapped[date] = mapped_column(Date)
    given_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(server_default=db_now())


class Submission(Base):
    """One edition of a bundle as it was handed over, or of an archive as it was made; locked.

    Attributes:
        key: what is filed again and again: digest of profile, bundle, language, and the activity
            (or, without one, unit, campaign and receiver).
        edition: 1, 2, …; one more after each time it was sent back. Earlier ones stay.
        profile: `submission` or `archive`.
        activity_id: the activity in this store, or None where an instance was filed.
        bundle: name of the bundle's definition.
        state: `filed`, or `sent_back` with `reason` and `sent_back_on`.
        to: who received it.
        filed_on: the filing date, as on the papers.
        filed_by: who handed it over, as the papers name the person.
        filed_by_id: the user; "" for the command line.
        pages: of the PDF.
        pdf_sha256: of the PDF: the digest on the receipt.
        package_sha256: of the package.
        files: file name to what is kept of it: `blob`, `sha256`, `role`, in their order.
        manifest: as in the package.
        documents: ids of the documents in it; those of a submission are locked by it.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("key", "edition"), Index(None, "activity_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    edition: Mapped[int] = mapped_column(default=1)
    profile: Mapped[str] = mapped_column(String(12))
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    bundle: Mapped[str] = mapped_column(String(100))
    lang: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(Text)
    to: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="filed")
    reason: Mapped[str] = mapped_column(Text, default="")
    sent_back_on: Mapped[date | None] = mapped_column(Date)
    filed_on: Mapped[date] = mapped_column(Date)
    filed_by: Mapped[str] = mapped_column(Text, default="")
    filed_by_id: Mapped[str] = mapped_column(String(32), default="")
    filed_at: Mapped[datetime] = mapped_column(server_default=db_now())
    pages: Mapped[int]
    pdf_sha256: Mapped[str] = mapped_column(String(64), index=True)
    package_sha256: Mapped[str] = mapped_column(String(64), index=True)
    files: Mapped[list[Any]]
    manifest: Mapped[dict[str, Any]]
    documents: Mapped[list[Any]]
