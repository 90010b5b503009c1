"""What is asked to be filed, and what was filed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.core.filing.manifest import Manifest, Profile
from service.core.naming import file_name
from service.core.people import Person
from service.desk.bundle.plan import BundlePlan
from service.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be filed.

    Attributes:
        plan: the bundle, every required part there.
        day: filing date.
        by: who hands it over, as the papers name the person.
        person: who asks.
        key: what is filed again and again (`key_of`).
        activity_id: of this store, or None.
        letter: raw answers of the cover letter that were given.
        sent_back: why the last edition came back, where it did and that was not noted yet.
        id: of the row that is to be, or "" for a new one: the same work done twice is kept once.
    """

    plan: BundlePlan
    day: date
    by: str
    person: Person
    key: str
    activity_id: str | None = None
    letter: Mapping[str, Any] = field(default_factory=dict)
    sent_back: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet that goes with what is filed, as Word and PDF.

    Attributes:
        role: `letter`, `list`, `catalogue` or `closing`.
        title: for its name.
        docx: the Word file.
        pdf: the same, settled.
        pages: of it.
        kind: of the document, or "".
        number: document number, or "".
        template: version of the template, or "".
        notes: gaps.
    """

    role: str
    title: str
    docx: bytes
    pdf: bytes
    pages: int
    kind: str = ""
    number: str = ""
    template: str = ""
    notes: tuple[Problem, ...] = ()

    def files(self) -> Iterator[FiledFile]:
        """As files in a folder."""
        for suffix, data in ((".docx", self.docx), (".pdf", self.pdf)):
            yield FiledFile(role=self.role, name=file_name(self.title, suffix=suffix), data=data)


@dataclass(frozen=True, kw_only=True)
class FiledFile:
    """One file of a filing: `role` is a sheet's, `pdf`, `item` or `package`."""

    role: str
    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A bundle that was filed.

    Attributes:
        id: of its row.
        profile: `submission` or `archive`.
        edition: 1, 2, ….
        again: nothing was new: the same bundle was filed before, on that day.
        title: of the bundle.
        pages: of the PDF.
        sha256: of the PDF: the digest on the receipt.
        package_sha256: of the package.
        manifest: as in the package.
        files: everything, in order.
        notes: what to look at.
        pdfa: whether the PDF claims PDF/A-2b.
    """

    id: str
    profile: Profile
    edition: int
    again: bool
    title: str
    pages: int
    sha256: str
    package_sha256: str
    manifest: Manifest
    files: tuple[FiledFile, ...]
    notes: tuple[Problem, ...]
    pdfa: bool


def key_of(plan: BundlePlan, profile: Profile, activity_id: str | None, to: str) -> str:
    """What is filed again and again: an activity's bundle; of an instance, by whom and to whom."""
    facts = plan.activity
    names = [str(facts.get(one) or "") for one in ("unit", "campaign_name", "year")]
    whose = [activity_id] if activity_id else [*names, to, plan.title]
    words = "\n".join((profile, plan.definition.name, plan.lang, *whose))
    return hashlib.sha256(words.encode("utf-8")).hexdigest()


def receiver_of(plan: BundlePlan) -> str:
    """Who receives the bundle: as the instance says, else the fact its definition names."""
    fact = plan.activity.get(plan.definition.to) if plan.definition.to else None
    return str(plan.instance.to or fact or "")


def package_file(plan: BundlePlan, title: str, data: bytes) -> FiledFile:
    """The package, named as clerks call it."""
    words = {"zh": "归档包", "en": "package"}[plan.lang]
    return FiledFile(role="package", name=file_name(title, words, suffix=".zip"), data=data)
