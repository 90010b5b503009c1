"""Archive: a stamped PDF per item, a catalogue per year and retention, a sheet per box."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from service.core.bundle import ArchiveSource
from service.core.filing.catalogue import CODES, Group, Item, number_items, retention_words
from service.core.naming import file_name
from service.desk.bundle.parts import MadePart, Progress, make_parts, read_uploads
from service.desk.bundle.plan import BundlePlan
from service.desk.filing.archive_sheets import CATALOGUE, make_catalogues, make_closing_sheets
from service.desk.filing.conforming import check_conforming
from service.desk.filing.editions import edition_of, keep_filing
from service.desk.filing.pack import Pack
from service.desk.filing.preflight import date_of, number_of, own_title, preflight
from service.desk.filing.request import FiledFile, Filing, Request, Sheet, package_file
from service.desk.filing.said import issuer_of, retention_of, values_of
from service.desk.filing.steady import steadily
from service.desk.tools import Desk
from service.engines.protocols import ArchiveStamp, PdfPart, StampedItem
from service.errors import InputError, problem

_PLACES = {"slip": 0, "other": 2, "draft": 3}
_OWN_PLACE = 1
"""Order inside an item (DA/T 22-2015, 5.2)."""
_FOLDER = {"zh": "件", "en": "items"}


@dataclass(frozen=True, kw_only=True)
class _Made:
    """Everything of an archive, before it is packed.

    Attributes:
        parts: as made, in the order of the bundle.
        apart: what stands in no PDF.
        groups: items in the archive's order.
        backing: index of a part to its backing papers, in the order of the item.
        stamped: index of a part to its stamped PDF.
        catalogue: covers and catalogues, joined and sealed.
        pages: of it.
        sheets: catalogues, then closing sheets.
    """

    parts: Sequence[MadePart]
    apart: Sequence[MadePart]
    groups: Sequence[Group]
    backing: Mapping[int, Sequence[MadePart]]
    stamped: dict[int, StampedItem]
    catalogue: bytes
    pages: int
    sheets: Sequence[Sheet]

    @property
    def items(self) -> Iterator[Item]:
        """Items in the archive's order."""
        for group in self.groups:
            yield from group.items


def archive(desk: Desk, asked: Request, *, progress: Progress | None = None) -> Filing:
    """The order of work: look through, make and stamp on a fresh converter, pack, keep.

    Nothing is locked: what is archived was handed over before.

    Raises:
        InputError: everything that stops it, before any work is done.
        ConflictError: archived already, with another content.
        EngineError: the converter or the disk failed; nothing is kept then.
    """
    checked = preflight(asked.plan, day=asked.day)
    terms = terms_of(asked.plan)
    edition = edition_of(desk, asked.key, sent_back=asked.sent_back)
    told = progress or (lambda *_: None)
    made = steadily(desk, lambda alone: _made(alone, asked, terms, told))
    with tempfile.TemporaryDirectory(prefix="gongwen-filing-") as folder:
        pack = _pack(desk, asked, terms, made)
        package = pack.write(
            desk,
            made.catalogue,
            title=asked.plan.title,
            pages=made.pages,
            to="",
            edition=(edition.no, edition.replaces),
            out=Path(folder) / "package.zip",
        )
        zipped = package_file(asked.plan, asked.plan.title, package.file.read_bytes())
    notes = [note for part in (*made.parts, *made.apart) for note in part.notes]
    for item in made.items:
        pdf, part = made.stamped[item.index].pdf, made.parts[item.index]
        notes += check_conforming(desk, pdf, [part], name=item.title)
    filing = Filing(
        id="",
        profile="archive",
        edition=edition.no,
        again=False,
        title=asked.plan.title,
        pages=sum(one.pages for one in made.items),
        sha256=package.manifest.pdf.sha256,
        package_sha256=package.sha256,
        manifest=package.manifest,
        files=(*_files(asked, made), zipped),
        notes=(*checked.notes, *notes),
        pdfa=all(one.pdfa for one in made.stamped.values()),
    )
    return keep_filing(desk, asked, edition, filing, ())


def terms_of(plan: BundlePlan) -> ArchiveSource:
    """The instance's words, gaps filled from the activity. Raises InputError without a fonds."""
    said, facts = plan.instance.archive, plan.activity
    found = said.model_copy(
        update={
            "fonds_no": said.fonds_no or str(facts.get("fonds_no") or ""),
            "fonds_name": said.fonds_name or str(facts.get("unit") or ""),
            "section": said.section or str(facts.get("section_code") or ""),
        }
    )
    if not found.fonds_no:
        raise InputError(
            problem(
                "no_fonds",
                "归档须有全宗号；请写在活动档案的“全宗号”里，或写在 archive.fonds_no。",
                "an archive needs the fonds number; write it into the activity profile or into "
                "archive.fonds_no.",
                path="archive.fonds_no",
                file=plan.file,
            )
        )
    return found


def _made(desk: Desk, asked: Request, terms: ArchiveSource, progress: Progress) -> _Made:
    plan = _with_backing(asked.plan)
    uploads = read_uploads(desk, plan)
    apart = [one for one in uploads.values() if one.apart]
    gone = {one.plan.path for one in apart}
    inside = replace(plan, parts=tuple(one for one in plan.parts if one.path not in gone))
    papers = {
        one.plan.path: one for one in make_parts(desk, inside, uploads, progress, day=asked.day)
    }
    parts = [papers[one.path] for one in asked.plan.parts if one.path in papers]
    items = [_item(asked, terms, index, part) for index, part in enumerate(parts)]
    groups = number_items(
        items, fonds_no=terms.fonds_no, section=terms.section, first=terms.first_item
    )
    inner = {index: _papers(part, papers) for index, part in enumerate(parts)}
    stamped = {
        one.index: _stamped(desk, asked, terms, one, papers=inner[one.index])
        for group in groups
        for one in group.items
    }
    groups = tuple(
        replace(
            group,
            items=tuple(replace(one, pages=stamped[one.index].pages) for one in group.items),
        )
        for group in groups
    )
    catalogues = [*make_catalogues(desk, asked, terms, groups)]
    joined = desk.joiner.join(
        [PdfPart(title=one.title, pdf=one.pdf, odd_start=True) for one in catalogues],
        stamp=False,
        properties=_properties(plan, asked, CATALOGUE[plan.lang]),
        lang=plan.lang,
        sealed=True,
    )
    return _Made(
        parts=parts,
        apart=apart,
        groups=groups,
        backing={
            at: [one for one in inner[at] if one is not part] for at, part in enumerate(parts)
        },
        stamped=stamped,
        catalogue=joined.pdf,
        pages=joined.pages,
        sheets=[*catalogues, *make_closing_sheets(desk, asked, terms, groups)],
    )


def _item(asked: Request, terms: ArchiveSource, index: int, part: MadePart) -> Item:
    plan = asked.plan
    dated = date_of(part.plan)
    retention = next(key for key, code in CODES.items() if code == retention_of(part))
    return Item(
        index=index,
        title=_title(plan, part),
        number=number_of(part.plan),
        responsible=issuer_of(plan, part),
        date=dated,
        secrecy=str(values_of(part).get("secrecy") or ""),
        year=terms.year or (dated or asked.day).year,
        retention=retention,
    )


def _title(plan: BundlePlan, part: MadePart) -> str:
    """As on the paper; what is supplied stands in brackets (DA/T 22-2015, 题名)."""
    if part.plan.slot.upload and not part.plan.source.title:
        return f"[{part.plan.title}]"
    own, person = own_title(plan, part.plan), str(values_of(part).get("person_name") or "")
    before = " " if plan.lang == "en" else ""
    return f"{own}{before}[{person}]" if person and person not in own else own


def _with_backing(plan: BundlePlan) -> BundlePlan:
    """The plan with backing papers as parts of their own, behind all others."""
    backing = (paper for part in plan.parts for paper in part.backing)
    return replace(plan, parts=(*plan.parts, *backing))


def _papers(part: MadePart, made: Mapping[str, MadePart]) -> list[MadePart]:
    """What an item is made of, in the order of the standard: slips, the paper, others, drafts."""
    backing = zip(part.plan.source.backing, part.plan.backing, strict=True)
    held = [(_PLACES[said.role], made[one.path]) for said, one in backing]
    ranked = sorted([*held, (_OWN_PLACE, part)], key=lambda one: one[0])
    return [paper for _, paper in ranked]


def _stamped(
    desk: Desk, asked: Request, terms: ArchiveSource, item: Item, *, papers: Sequence[MadePart]
) -> StampedItem:
    plan, properties = asked.plan, _properties(asked.plan, asked, item.title)
    pdf = papers[0].pdf
    if len(papers) > 1:
        sides = [PdfPart(title=one.plan.title, pdf=one.pdf, odd_start=True) for one in papers]
        pdf = desk.joiner.join(sides, stamp=False, properties=properties, lang=plan.lang).pdf
    stamp = ArchiveStamp(
        fonds=terms.fonds_no,
        year=str(item.year),
        number=str(item.item_no),
        office=terms.section,
        retention=retention_words(item.retention, plan.lang),
    )
    return desk.archivist.stamp_item(
        pdf,
        name=item.title,
        stamp=stamp,
        properties=properties,
        lang=plan.lang,
    )


def _properties(plan: BundlePlan, asked: Request, title: str) -> dict[str, str]:
    found = {
        "title": title,
        "author": str(plan.activity.get("unit") or ""),
        "subject": str(plan.activity.get("campaign_name") or ""),
        "date": asked.day.isoformat(),
    }
    return {name: text for name, text in found.items() if text}


def _pack(desk: Desk, asked: Request, terms: ArchiveSource, made: _Made) -> Pack:
    served = (name for part in made.parts for use in part.fonts for name in use.served)
    pack = Pack(asked, "archive", len(made.parts), desk.made_with(served))
    section = terms.section_name or terms.section
    for item in made.items:
        stamped = made.stamped[item.index]
        pack.add_item(
            made.parts[item.index],
            item,
            made.backing[item.index],
            pdf=stamped.pdf,
            sides=stamped.sides,
            section=section,
        )
    pack.add_sheets(made.sheets)
    pack.add_apart(made.apart)
    return pack


def _files(asked: Request, made: _Made) -> Iterator[FiledFile]:
    lang = asked.plan.lang
    title = file_name(CATALOGUE[lang], suffix=".pdf")
    yield FiledFile(role="pdf", name=title, data=made.catalogue)
    for item in made.items:
        name = file_name(item.archive_no, item.title, suffix=".pdf")
        data = made.stamped[item.index].pdf
        yield FiledFile(role="item", name=f"{_FOLDER[lang]}/{name}", data=data)
    for sheet in made.sheets:
        yield from sheet.files()
