"""Submission: a bundle is looked through, made, locked, and handed over with letter and list."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from service.core.naming import file_name
from service.desk.bundle.make import MadeBundle, make_planned
from service.desk.bundle.parts import Progress
from service.desk.bundle.plan import BundlePlan
from service.desk.filing.conforming import check_conforming
from service.desk.filing.editions import Edition, edition_of, keep_filing
from service.desk.filing.pack import Pack
from service.desk.filing.package import Package
from service.desk.filing.preflight import Preflight, preflight
from service.desk.filing.request import (
    FiledFile,
    Filing,
    Request,
    Sheet,
    package_file,
    receiver_of,
)
from service.desk.filing.sheets import Terms, letter_problems, make_sheets
from service.desk.filing.steady import steadily
from service.desk.tools import Desk


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
    letter = letter_problems(desk, asked.plan, asked.letter)
    checked = preflight(asked.plan, day=asked.day, also=letter)
    edition = edition_of(desk, asked.key, sent_back=asked.sent_back)
    told = progress or (lambda *_: None)
    made, sheets = steadily(desk, lambda alone: _made(alone, asked, edition, checked, told))
    faults = check_conforming(desk, made.pdf, made.parts, name=made.title)
    with tempfile.TemporaryDirectory(prefix="gongwen-filing-") as folder:
        package = _pack(desk, asked, edition, (made, sheets), Path(folder) / "package.zip")
        files = _files(asked, made, sheets, package.file.read_bytes())
    filing = Filing(
        id="",
        profile="submission",
        edition=edition.no,
        again=False,
        title=made.title,
        pages=made.pages,
        sha256=package.manifest.pdf.sha256,
        package_sha256=package.sha256,
        manifest=package.manifest,
        files=files,
        notes=(
            *checked.notes,
            *faults,
            *made.notes,
            *(one for sheet in sheets for one in sheet.notes),
        ),
        pdfa=made.pdfa,
    )
    return keep_filing(desk, asked, edition, filing, sheets)


def _made(
    desk: Desk, asked: Request, edition: Edition, checked: Preflight, progress: Progress
) -> tuple[MadeBundle, list[Sheet]]:
    """Parts, joined PDF, letter and list, one after another."""
    made = make_planned(desk, asked.plan, progress=progress, day=asked.day)
    terms = Terms(
        edition=edition.no,
        day=asked.day,
        by=asked.by,
        to=receiver_of(asked.plan),
        sha256=hashlib.sha256(made.pdf).hexdigest(),
        letter=asked.letter,
        remarks=_remarks(asked.plan, checked),
    )
    return made, make_sheets(desk, asked.plan, made, terms)


def _remarks(plan: BundlePlan, checked: Preflight) -> dict[str, str]:
    """Why a rule is broken stands on the list, beside the first part that the rule asks for."""
    found: dict[str, str] = {}
    for rule in plan.definition.rules:
        if reason := checked.excepted.get(rule.id):
            asked = [one for one in plan.parts if one.slot.id in rule.asked_slots]
            slot = (asked or plan.parts)[0].slot.id
            between = "；" if plan.lang == "zh" else "; "
            found[slot] = between.join(one for one in (found.get(slot), reason) if one)
    return found


def _pack(
    desk: Desk,
    asked: Request,
    edition: Edition,
    work: tuple[MadeBundle, list[Sheet]],
    out: Path,
) -> Package:
    made, sheets = work
    served = (name for use in made.fonts for name in use.served)
    pack = Pack(asked, "submission", len(made.parts), desk.made_with(served))
    numbered = asked.plan.instance.numbered
    for part, entry in zip(made.parts, made.entries, strict=True):
        first = entry.page if numbered else 0
        pack.add_part(part, entry.title, pdf=part.pdf, pages=part.pages, first_page=first)
    pack.add_sheets(sheets)
    pack.add_apart(made.apart)
    return pack.write(
        desk,
        made.pdf,
        title=made.title,
        pages=made.pages,
        to=receiver_of(asked.plan),
        edition=(edition.no, edition.replaces),
        out=out,
    )


def _files(
    asked: Request, made: MadeBundle, sheets: list[Sheet], package: bytes
) -> tuple[FiledFile, ...]:
    joined = FiledFile(role="pdf", name=file_name(made.title, suffix=".pdf"), data=made.pdf)
    with_it = [file for sheet in sheets for file in sheet.files()]
    return (joined, *with_it, package_file(asked.plan, made.title, package))
