"""The manifest of a package: what was handed over, part by part, and what it was made with.

It holds no moment but the filing date: the same papers filed on the same day give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date as Day
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.core.parsing import parse_model
from service.errors import InputError, Lang

Profile = Literal["submission", "archive"]
"""A submission goes out within days; an archive is made in the first half of the next year."""
Role = Literal["document", "upload", "forms", "sheet", "apart"]
"""`forms`: members' forms in one part. `sheet`: cover, contents, catalogue, closing sheet, letter,
list. `apart`: an upload that could not be made safe, kept as it came and in no PDF."""
Sha256 = Field(pattern=r"^[0-9a-f]{64}$")


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSaid(_Said):
    """A file of the package.

    Attributes:
        path: below the package's `data/`, with `/`.
        sha256: of its bytes.
        size: bytes.
    """

    path: str = Field(min_length=1)
    sha256: str = Sha256
    size: int = Field(ge=0)


class ReviewSaid(_Said):
    """One opinion on a part."""

    by: str
    result: Literal["agree", "revise", "rewrite"]
    date: Day | None = None


class PartSaid(_Said):
    """One part (of a submission) or one item (件, of an archive), in their order.

    Attributes:
        no: 1, 2, 3, …: as in the contents or catalogue.
        title: as there.
        role: what it is.
        slot: id of its slot in the bundle, or "".
        kind: of the document, or "".
        number: document number, or "".
        date: of the paper.
        issuer: who is responsible for it.
        first_page: number stamped on its first page; 0 where it stands in no numbered PDF.
        pages: sides of it, blanks of its own included.
        pdf_sha256: of the part as PDF, before it was joined and stamped; "" for `apart`.
        pdf: its own PDF in the package, where it has one.
        original: what the PDF was made from (Word file or upload), where it is kept.
        backing: the same of an item's backing papers, in the order of the item.
        template: version (content hash) of the kind's template, or "".
        answers_sha256: of the answers as canonical JSON, or "".
        removed: what was taken out of an upload, in the package's language.
        archive_no: 档号, or "".
        retention: code of the retention period (Y, D30, D10), or "".
        item_no: 件号 within its year, section and retention; 0 in a submission.
        reviews: closed review rounds, the last opinion of each reviewer.
        metadata: GB/T 33480 and GB/T 18894 names to texts.
    """

    no: int = Field(ge=1)
    title: str
    role: Role
    slot: str = ""
    kind: str = ""
    number: str = ""
    date: Day | None = None
    issuer: str = ""
    first_page: int = Field(default=0, ge=0)
    pages: int = Field(default=0, ge=0)
    pdf_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    pdf: FileSaid | None = None
    original: FileSaid | None = None
    backing: tuple[FileSaid, ...] = ()
    template: str = ""
    answers_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    removed: tuple[str, ...] = ()
    archive_no: str = ""
    retention: str = ""
    item_no: int = Field(default=0, ge=0)
    reviews: tuple[ReviewSaid, ...] = ()
    metadata: Mapping[str, str] = Field(default_factory=dict)

    @property
    def files(self) -> tuple[FileSaid, ...]:
        """All of its own files, metadata left out."""
        own = (self.pdf, self.original)
        return (*(one for one in own if one), *self.backing)


class MadeWith(_Said):
    """What the package was made with; other versions may give other bytes.

    Attributes:
        gongwen: version of the program.
        office: what LibreOffice says of itself.
        fonts: file name of every font that served to its SHA-256.
    """

    gongwen: str
    office: str
    fonts: Mapping[str, str] = Field(default_factory=dict)


class Manifest(_Said):
    """A submission or an archive, as its package says it.

    Attributes:
        profile: which of the two.
        edition: 1, 2, …: one more each time the receiver sends it back.
        replaces: SHA-256 of the PDF of the edition before, or "".
        title: of the bundle, in one line.
        activity: title of the activity.
        unit: who hands over.
        to: who receives.
        by: who filed it.
        date: the filing date.
        lang: language of the papers.
        pdf: the joined PDF (a submission), the catalogue's (an archive).
        pages: of that PDF.
        parts: in their order.
        sheets: letter, handover list, closing sheets and the like.
        apart: uploads that could not be made safe and were kept by choice.
        made_with: versions.
    """

    format: Literal["gongwen-package/1"] = "gongwen-package/1"
    profile: Profile
    edition: int = Field(default=1, ge=1)
    replaces: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    title: str
    activity: str = ""
    unit: str = ""
    to: str = ""
    by: str = ""
    date: Day
    lang: Lang
    pdf: FileSaid
    pages: int = Field(ge=1)
    parts: tuple[PartSaid, ...]
    sheets: tuple[PartSaid, ...] = ()
    apart: tuple[FileSaid, ...] = ()
    made_with: MadeWith

    def to_json(self) -> bytes:
        """Canonical: equal manifests give equal bytes (UTF-8, LF, keys sorted, two blanks)."""
        data = self.model_dump(mode="json", exclude_defaults=False)
        return _canonical(data)


def parse_manifest(data: Any, *, file: str) -> Manifest:
    """A manifest as read from JSON; raises InputError with every wrong key path."""
    return parse_model(Manifest, data, file=file, wrong=InputError)


def _canonical(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
