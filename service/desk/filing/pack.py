"""The files of a package and its manifest, gathered part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from service.core.filing.catalogue import CODES, Item
from service.core.filing.manifest import FileSaid, MadeWith, Manifest, PartSaid, Profile
from service.core.filing.metadata import metadata_of
from service.core.filing.places import Places
from service.desk.bundle.parts import MadePart
from service.desk.filing import said
from service.desk.filing.package import Package, said_of, write_package
from service.desk.filing.preflight import date_of, number_of
from service.desk.filing.request import Request, Sheet
from service.desk.tools import Desk


class Pack:
    """A package that is being put together.

    Args:
        asked: what is filed.
        profile: submission or archive.
        total: parts that it will have.
        made_with: versions.
    """

    def __init__(self, asked: Request, profile: Profile, total: int, made_with: MadeWith) -> None:
        self._asked = asked
        self._profile: Profile = profile
        self._places = Places(profile, total)
        self._made_with = made_with
        self._files: dict[str, bytes] = {}
        self._parts: list[PartSaid] = []
        self._sheets: list[PartSaid] = []
        self._apart: list[FileSaid] = []

    def add_part(
        self, part: MadePart, title: str, *, pdf: bytes, pages: int, first_page: int = 0
    ) -> None:
        """A part of a submission, in its order, with the number of its first page."""
        self._add(part, title, pdf=pdf, pages=pages, section="", first_page=first_page)

    def add_item(
        self,
        part: MadePart,
        item: Item,
        backing: Sequence[MadePart],
        *,
        pdf: bytes,
        sides: int,
        section: str,
    ) -> None:
        """An item of an archive, stamped, in its order, with what its backing papers came from."""
        no = len(self._parts) + 1
        kept = (self._original(no, one.plan.title, one) for one in backing)
        self._add(
            part,
            item.title,
            pdf=pdf,
            pages=sides,
            section=section,
            archive_no=item.archive_no,
            item_no=item.item_no,
            retention=CODES[item.retention],
            backing=tuple(one for one in kept if one),
        )

    def _add(
        self, part: MadePart, title: str, *, pdf: bytes, pages: int, section: str, **more: Any
    ) -> None:
        plan, no = self._asked.plan, len(self._parts) + 1
        told = {"retention": said.retention_of(part), **more}
        one = PartSaid(
            no=no,
            title=title,
            role=said.role_of(part),
            slot=part.plan.slot.id,
            kind=part.plan.kind.name if part.plan.kind else "",
            number=number_of(part.plan),
            date=date_of(part.plan),
            issuer=said.issuer_of(plan, part),
            pages=pages,
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            pdf=self._keep(self._places.part(no, title), pdf),
            original=self._original(no, title, part),
            template=part.template,
            answers_sha256=said.answers_digest(part),
            removed=tuple(text.of(plan.lang) for text in part.removed),
            reviews=said.reviews_of(part),
            **told,
        )
        facts = said.facts_of(part, plan.lang, section=section)
        metadata = metadata_of(one, facts, self._made_with)
        self._parts.append(one.model_copy(update={"metadata": metadata}))

    def add_sheets(self, sheets: Iterable[Sheet]) -> None:
        """Letter, list, catalogues, closing sheets, each as Word and PDF."""
        for sheet in sheets:
            pdf = self._keep(self._places.sheet(sheet.title, ".pdf"), sheet.pdf)
            docx = self._keep(self._places.sheet(sheet.title, ".docx"), sheet.docx)
            self._sheets.append(
                PartSaid(
                    no=len(self._sheets) + 1,
                    title=sheet.title,
                    role="sheet",
                    kind=sheet.kind,
                    number=sheet.number,
                    date=self._asked.day,
                    pages=sheet.pages,
                    pdf_sha256=pdf.sha256,
                    pdf=pdf,
                    original=docx,
                    template=sheet.template,
                )
            )

    def add_apart(self, apart: Sequence[MadePart]) -> None:
        """What stands in no PDF, as it came."""
        for one in apart:
            assert one.original is not None
            stem, suffix = _split(one.original.name)
            path = self._places.apart(stem or one.plan.title, suffix)
            self._apart.append(self._keep(path, one.original.data))

    def write(
        self, desk: Desk, pdf: bytes, *, title: str, pages: int, to: str, edition: tuple[int, str],
        out: Path,
    ) -> Package:  # fmt: skip
        """Writes the package, proved.

        Args:
            desk: for the engines.
            pdf: the joined PDF; of an archive, its catalogue.
            title: of the bundle.
            pages: of that PDF.
            to: who receives it.
            edition: its number, and the digest of the PDF that it replaces.
            out: the zip.
        """
        asked, facts = self._asked, self._asked.plan.activity
        joined = self._keep(self._places.joined, pdf)
        manifest = Manifest(
            profile=self._profile,
            edition=edition[0],
            replaces=edition[1],
            title=title,
            activity=str(facts.get("campaign_name") or ""),
            unit=str(facts.get("unit") or ""),
            to=to,
            by=asked.by,
            date=asked.day,
            lang=asked.plan.lang,
            pdf=joined,
            pages=pages,
            parts=tuple(self._parts),
            sheets=tuple(self._sheets),
            apart=tuple(self._apart),
            made_with=self._made_with,
        )
        return write_package(desk, manifest, self._files, out)

    def _original(self, no: int, title: str, part: MadePart) -> FileSaid | None:
        if part.original is None:
            return None
        path = self._places.original(no, title, _split(part.original.name)[1])
        return self._keep(path, part.original.data)

    def _keep(self, path: str, data: bytes) -> FileSaid:
        self._files[path] = data
        return said_of(path, data)


def _split(name: str) -> tuple[str, str]:
    """Stem and ending with its dot; a name without one is all stem."""
    stem, dot, ending = name.rpartition(".")
    return (stem, f"{dot}{ending}") if stem else (name, "")
