"""One: a clerk clicks; when are the pages there? Warm, against LibreOffice called once."""

from __future__ import annotations

from bench.material import KIND, desk, members, settings, terms
from bench.peers import soffice
from bench.rounds import in_turns, wall
from bench.run import Run
from bench.table import Goal, Row, Section
from service.desk.fill import fill, to_pdf

OURS, COLD = "gongwen: answers to pictures of the pages", "one cold soffice: Word to PDF only"


def measure(run: Run) -> list[Section]:
    """One table."""
    raw = {**terms().shared, **next(members(1))}

    def click() -> bytes:
        made = fill(desk(), KIND, raw, lang="zh", activity=terms().activity)
        pdf = to_pdf(desk(), made).pdf
        if len(desk().pages.pictures(pdf)) < 1:
            raise RuntimeError("no page")
        return made.docx

    folder = run.folder("one")
    source = folder / "form.docx"
    source.write_bytes(click())
    office = soffice.Soffice(folder, settings())
    office.fresh()
    works = {OURS: wall(click), COLD: wall(lambda: office.convert([source]))}
    found = in_turns(works, run.rounds(7), say=run.say)
    rows = {
        name: Row(name=name, samples=tuple(1000 * sample for sample in samples), unit="ms")
        for name, samples in found.items()
    }
    ratio = rows[OURS].median / rows[COLD].median
    goal = Goal(name=f"{OURS}, of {COLD}", ratio=ratio, wanted=0.2, at_most=True)
    return [
        Section(
            title="one: one form, warm, click to page pictures, wall time",
            rows=tuple(rows.values()),
            goals=(goal,),
        )
    ]
