"""Submission: a bundle is looked through, made, locked, and handed over with letter and list."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from service.core.filing.manifest import Manifest, PartSaid
from service.core.filing.places import Places
from service.core.naming import file_name
from service.desk.bundle.make import MadeBundle, make_planned
from service.desk.bundle.parts import Progress
from service.desk.bundle.plan import BundlePlan
from service.desk.filing.editions import Edition, edition_of, keep_filing
from service.desk.filing.package import said_of, write_package
from service.desk.filing.preflight import Preflight, preflight
from service.desk.filing.request import FiledFile, Filing, Request, receiver_of
from service.desk.filing.said import keep_apart, say_parts
from service.desk.filing.sheets import Sheet, Terms, make_sheets
from service.desk.tools import Desk
from service.errors import EngineError, InputError

ATTEMPTS = 2
"""A converter that fails is started anew, and the whole sequence with it: see `Desk.alone`."""


def submit(desk: Desk, asked: Request, *, progress: Progress | None = None) -> Filing:
    """The order of work: look through, make on a fresh converter, pack, keep and lock.

    Args:
        desk: the catalog, the engines and the store.
        asked: what is to be filed.
        progress: called with (done, total, title of the part under way).

    Raises:
        InputError: everything that stops it, before any work is done.
        ConflictError: filed already and not sent back; a number is another paper's.
        EngineError: the converter or the disk failed; nothing is kept then.
    """
    checked = preflight(asked.plan, day=asked.day)
    edition = edition_of(desk, asked.key, sent_back=asked.sent_back)
    made, sheets = _made(desk, asked, edition, checked, progress or (lambda *_: None))
    with tempfile.TemporaryDirectory(prefix="gongwen-filing-") as folder:
        package = Path(folder) / "package.zip"
        manifest, digest = _pack(desk, asked, edition, (made, sheets), package)
        files = _files(asked, made, sheets, package.read_bytes())
    filing = Filing(
        id="",
        profile="submission",
        edition=edition.no,
        again=False,
        title=made.title,
        pages=made.pages,
        sha256=manifest.pdf.sha256,
        package_sha256=digest,
        manifest=manifest,
        files=files,
        notes=(*checked.notes, *made.notes, *(one for sheet in sheets for one in sheet.notes)),
        pdfa=made.pdfa,
    )
    return keep_filing(desk, asked, edition, filing, sheets)


def _made(
    desk: Desk, asked: Request, edition: Edition, checked: Preflight, progress: Progress
) -> tuple[MadeBundle, list[Sheet]]:
    """Parts, joined PDF, letter and list, one after another on a converter of their own."""
    for left in reversed(range(ATTEMPTS)):
        try:
            with desk.alone() as alone:
                made = make_planned(alone, asked.plan, progress=progress, day=asked.day)
                terms = Terms(
                    edition=edition.no,
                    day=asked.day,
                    by=asked.by,
                    to=receiver_of(asked.plan),
                    sha256=hashlib.sha256(made.pdf).hexdigest(),
                    letter=asked.letter,
                    remarks=_remarks(asked.plan, checked),
                )
                return made, make_sheets(alone, asked.plan, made, terms)
        except InputError:
            raise
        except EngineError as error:
            if not left or any(one.code == "pdf_unavailable" for one in error.problems):
                raise
    raise AssertionError("unreachable")


def _remarks(plan: BundlePlan, checked: Preflight) -> dict[str, str]:
    """Why a rule is broken stands on the list, beside the first part that the rule asks for."""
    found: dict[str, str] = {}
    for rule in plan.definition.rules:
        if reason := checked.excepted.get(rule.id):
            slot = next((one.slot.id for one in plan.parts if one.slot.id in rule.asked_slots), "")
            found[slot] = "；".join(one for one in (found.get(slot), reason) if one)
    return found


def _pack(
    desk: Desk,
    asked: Request,
    edition: Edition,
    work: tuple[MadeBundle, list[Sheet]],
    out: Path,
) -> tuple[Manifest, str]:
    plan, (made, sheets) = asked.plan, work
    places = Places("submission", len(made.parts))
    served = [name for use in made.fonts for name in use.served]
    with_ = desk.made_with(served)
    parts, files = say_parts(plan, made.parts, made.entries, places, with_)
    apart, others = keep_apart(made.apart, places)
    files |= others
    files[places.joined] = made.pdf
    manifest = Manifest(
        profile="submission",
        edition=edition.no,
        replaces=edition.replaces,
        title=made.title,
        activity=str(plan.activity.get("campaign_name") or ""),
        unit=str(plan.activity.get("unit") or ""),
        to=receiver_of(plan),
        by=asked.by,
        date=asked.day,
        lang=plan.lang,
        pdf=said_of(places.joined, made.pdf),
        pages=made.pages,
        parts=tuple(parts),
        sheets=tuple(_say_sheets(asked, sheets, places, files)),
        apart=tuple(apart),
        made_with=with_,
    )
    package = write_package(desk, manifest, files, out)
    return package.manifest, package.sha256


def _say_sheets(
    asked: Request, sheets: list[Sheet], places: Places, files: dict[str, bytes]
) -> list[PartSaid]:
    said = []
    for no, sheet in enumerate(sheets, 1):
        pdf, docx = places.sheet(sheet.title, ".pdf"), places.sheet(sheet.title, ".docx")
        files[pdf], files[docx] = sheet.pdf, sheet.docx
        said.append(
            PartSaid(
                no=no,
                title=sheet.title,
                role="sheet",
                kind=sheet.kind,
                number=sheet.number,
                date=asked.day,
                pages=sheet.pages,
                pdf_sha256=hashlib.sha256(sheet.pdf).hexdigest(),
                pdf=said_of(pdf, sheet.pdf),
                original=said_of(docx, sheet.docx),
                template=sheet.template,
            )
        )
    return said


def _files(
    asked: Request, made: MadeBundle, sheets: list[Sheet], package: bytes
) -> tuple[FiledFile, ...]:
    found = [FiledFile(role="pdf", name=file_name(made.title, suffix=".pdf"), data=made.pdf)]
    for sheet in sheets:
        for suffix, data in ((".docx", sheet.docx), (".pdf", sheet.pdf)):
            name = file_name(sheet.title, suffix=suffix)
            found.append(FiledFile(role=sheet.role, name=name, data=data))
    zipped = file_name(
        made.title, {"zh": "归档包", "en": "package"}[asked.plan.lang], suffix=".zip"
    )
    return (*found, FiledFile(role="package", name=zipped, data=package))
