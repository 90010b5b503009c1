"""Bytes: the joined PDF of many forms against the least and the most that it could weigh."""

from __future__ import annotations

from pathlib import Path

from bench import ours
from bench.material import KIND, contexts, desk, terms
from bench.peers import soffice
from bench.run import Run
from bench.table import Goal, Row, Section


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
    sizes = {
        "gongwen": _size(folder / "ours.pdf", values, each),
        "one composite conversion of all": _at_once(values),
        "single PDFs joined by pypdf": soffice.append(singles, folder / "singles.pdf"),
    }
    rows = {
        name: Row(
            name=name, samples=(size / 1000,), unit="kB", note=f"{size / forms / 1000:.1f} each"
        )
        for name, size in sizes.items()
    }
    mine, least, most = sizes.values()
    goals = (
        Goal(name="gongwen, times one composite", ratio=mine / least, wanted=1.3, at_most=True),
        Goal(name="single PDFs joined, times gongwen", ratio=most / mine, wanted=8),
    )
    title = f"bytes: one PDF of {forms} forms, {each} pages each, PDF/A-2b all"
    return [Section(title=title, rows=tuple(rows.values()), goals=goals)]


def _size(target: Path, values: ours.Contexts, each: int) -> int:
    ours.joined(values, target, pages_each=each)
    return target.stat().st_size


def _at_once(values: ours.Contexts) -> int:
    template = desk().templates.load(terms().template, file=KIND)
    composite = template.composite(values)
    made = desk().converter.convert(composite.source, name=KIND, suffix=composite.suffix)
    return len(made.pdf)
