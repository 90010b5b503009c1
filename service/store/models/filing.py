"""The tables of filing: register."""

from __future__ import annotations

from datetime import date, datetime

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
