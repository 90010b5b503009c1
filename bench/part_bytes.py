"""Bytes: the joined PDF of many forms against the least and the most that it could weigh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench import ours
from bench.material import KIND, contexts, desk, terms
from bench.peers import soffice
from bench.run import Run
from bench.table import Goal, Row, Section
from service.engines.protocols import PdfPart

OURS, RAW, COMPOSITE, SINGLES, PACKED = (
    "gongwen",
    "one composite of all, as LibreOffice wrote it",
    "one composite of all, packed like ours",
    "single PDFs joined by pypdf",
    "single PDFs joined and packed like ours",
)


def measure(run: Run) -> list[Section]:
    """One table; sizes do not swing, so there is one round."""
    forms = run.share(500, 30)
    values = contexts(forms)
    folder = run.folder("bytes")
    singles = []
    for number, pdf in enumerate(ours.singles(values)):
        singles.append(folder / f"{number:05}.pdf")
        singles[-1].write_bytes(pdf)
    each = soffice.pages(singles[0])
    run.say(f"   {forms} single PDFs are made")
    whole = _at_once(values)
    sizes = {
        OURS: _size(folder / "ours.pdf", values, each),
        RAW: len(whole),
        COMPOSITE: _packed([whole], folder / "whole.pdf"),
        SINGLES: soffice.append(singles, folder / "singles.pdf"),
        PACKED: _packed([single.read_bytes() for single in singles], folder / "packed.pdf"),
    }
    rows = tuple(
        Row(name=name, samples=(size / 1000,), unit="kB", note=f"{size / forms / 1000:.1f} each")
        for name, size in sizes.items()
    )
    mine = sizes[OURS]
    goals = (
        Goal(name=f"{OURS}, times {RAW}", ratio=mine / sizes[RAW], wanted=1.3, at_most=True),
        Goal(name=f"{OURS}, times {COMPOSITE}", ratio=mine / sizes[COMPOSITE], wanted=None),
        Goal(name=f"{SINGLES}, times {OURS}", ratio=sizes[SINGLES] / mine, wanted=8),
        Goal(name=f"{PACKED}, times {OURS}", ratio=sizes[PACKED] / mine, wanted=None),
    )
    title = f"bytes: one PDF of {forms} forms, {each} pages each, PDF/A-2b all"
    return [Section(title=title, rows=rows, goals=goals)]


def _size(target: Path, values: ours.Contexts, each: int) -> int:
    ours.joined(values, target, pages_each=each)
    return target.stat().st_size


def _packed(pdfs: Sequence[bytes], target: Path) -> int:
    """Joined as ours are: page trees and dictionaries compressed, equal objects once."""
    parts = [PdfPart(title=str(number), pdf=pdf) for number, pdf in enumerate(pdfs)]
    with target.open("wb") as out:
        desk().joiner.join_to(out, parts, properties={"title": KIND}, lang="zh")
    return target.stat().st_size


def _at_once(values: ours.Contexts) -> bytes:
    template = desk().templates.load(terms().template, file=KIND)
    composite = template.composite(values)
    made = desk().converter.convert(composite.source, name=KIND, suffix=composite.suffix)
    return made.pdf
