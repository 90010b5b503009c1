"""Filing: 500 papers of two pages joined, stamped and sealed, against converting them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import yaml
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from bench.material import ROOT, desk
from bench.processes import cpu_below
from bench.rounds import in_turns, wall
from bench.run import Run
from bench.table import Goal, Row, Section
from service.desk.activity.files import sample_activity
from service.desk.fill import fill, to_pdf
from service.engines.protocols import PdfPart

KIND, FIELD = "experience_paper", "department"
DISTINCT = 50
MERGE, APPEND = "pypdf append, stamped by merge_page", "pypdf append, no stamp"
OURS = "gongwen, joined and stamped"
SEALED = "gongwen, joined, stamped and sealed"
WHOLE, CHANGED = "gongwen, seal of a whole file", "gongwen, seal of a changed file"


def measure(run: Run) -> list[Section]:
    """One table: time, bytes and memory."""
    count = run.share(500, 30)
    folder = run.folder("file")
    parts, each, office = _converted(folder, count, count if run.full else min(count, DISTINCT))
    target, forged = folder / "joined.pdf", folder / "forged.pdf"
    join(parts, target, sealed=True)
    data = target.read_bytes()
    forged.write_bytes(data.replace(b"endstream", b"endstreaM", 1))
    spent: list[float] = []
    works = {
        MERGE: wall(lambda: _peer(parts, folder / "merged.pdf", stamped=True)),
        APPEND: wall(lambda: _peer(parts, folder / "appended.pdf", stamped=False)),
        OURS: wall(lambda: join(parts, folder / "unsealed.pdf", sealed=False)),
        SEALED: wall(lambda: join(parts, target, sealed=True), cpu=spent),
        WHOLE: wall(lambda: desk().seals.examine(target.read_bytes())),
        CHANGED: wall(lambda: desk().seals.examine(forged.read_bytes())),
    }
    found = in_turns(works, run.rounds(3), warm_up=False, say=run.say)
    rows = {
        name: Row(name=name, samples=tuple(samples), unit="s") for name, samples in found.items()
    }
    convert = Row(name="one warm conversion", samples=tuple(each), unit="s")
    size = target.stat().st_size / sum(part.stat().st_size for part in parts)
    mine = rows[SEALED].median
    goals = (
        Goal(
            name=f"{SEALED}, part of {count} conversions",
            ratio=mine / (convert.median * count), wanted=0.2, at_most=True,
        ),
        Goal(
            name="the same in CPU time", wanted=0.2, at_most=True,
            ratio=statistics.median(spent) / (statistics.median(office) * count),
        ),
        Goal(name=f"{MERGE}, times {SEALED}", ratio=rows[MERGE].median / mine, wanted=None),
        Goal(name=f"{APPEND}, times {SEALED}", ratio=rows[APPEND].median / mine, wanted=None),
        Goal(name="bytes, times the sum of the parts", ratio=size, wanted=1.02, at_most=True),
        Goal(name="memory, MB", ratio=_peak(folder, target), wanted=400, at_most=True),
    )  # fmt: skip
    title = f"file: {count} papers, {len(PdfReader(target).pages)} pages, to one sealed PDF"
    notes = (f"{len(each)} distinct papers, each as often as needed",)
    return [Section(title=title, rows=(convert, *rows.values()), goals=goals, notes=notes)]


def _converted(
    folder: Path, count: int, distinct: int
) -> tuple[list[Path], list[float], list[float]]:
    """So many papers on disk; wall and CPU seconds of each conversion, the first left out."""
    raw = yaml.safe_load((ROOT / "samples" / "zh" / f"{KIND}.yaml").read_text("utf-8"))
    activity = sample_activity(desk(), "zh")
    pdfs, seconds, cpu = [], [], []
    for number in range(distinct + 1):
        mine = {**raw, FIELD: f"第{number + 1}小组"}
        document = fill(desk(), KIND, mine, lang="zh", activity=activity)
        before, start = cpu_below(), time.perf_counter()
        pdfs.append(to_pdf(desk(), document).pdf)
        seconds.append(time.perf_counter() - start)
        cpu.append(cpu_below() - before)
    parts = [folder / f"{number:03}.pdf" for number in range(count)]
    for number, part in enumerate(parts):
        part.write_bytes(pdfs[1 + number % distinct])
    return parts, seconds[1:], cpu[1:]


def join(parts: Sequence[Path], target: Path, *, sealed: bool) -> None:
    """As the desk joins a bundle."""
    joined = desk().joiner.join(
        [PdfPart(title=part.stem, pdf=part.read_bytes()) for part in parts],
        stamp=True,
        properties={"title": "bench", "date": "2014-03-20"},
        lang="zh",
        sealed=sealed,
    )
    target.write_bytes(joined.pdf)


def _peer(parts: Sequence[Path], target: Path, *, stamped: bool) -> None:
    """As most people join and number with pypdf."""
    writer = PdfWriter()
    for part in parts:
        writer.append(part, outline_item=part.stem)
    for number, page in enumerate(writer.pages if stamped else (), start=1):
        page.merge_page(_number(number))
    writer.write(target)


def _number(number: int) -> PageObject:
    """A page with nothing but a number."""
    writer = PdfWriter()
    page = writer.add_blank_page(595.276, 841.89)
    stream = DecodedStreamObject()
    stream.set_data(b"BT /Gw 10.5 Tf 500 790 Td (%d) Tj ET" % number)
    entries = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(k): NameObject(v) for k, v in entries.items()})
    fonts = DictionaryObject({NameObject("/Gw"): font})
    page[NameObject("/Contents")] = writer._add_object(stream)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return page


_CHILD = """
import sys
from pathlib import Path
from bench.part_file import join
join(sorted(Path(sys.argv[1]).glob("[0-9][0-9][0-9].pdf")), Path(sys.argv[2]), sealed=True)
told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(int(told["VmHWM"].split()[0]) / 1000)
"""
"""What `getrusage` says of a child begins with what its parent had."""


def _peak(folder: Path, target: Path) -> float:
    """The most memory of a process of its own that reads, joins, stamps, seals and writes, MB."""
    command = [sys.executable, "-c", _CHILD, str(folder), str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)
