"""`python -m bench [PART ...] [--quick] [--full]`: measures, prints, keeps the figures in build/.

The run ends with 0 whatever the figures are: a benchmark is no test.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from typing import cast

from bench import machine
from bench.material import SCRATCH, desk
from bench.run import Run
from bench.table import Section

PARTS = {
    "fill": "Word files from answers, CPU time",
    "pdf": "200 forms to one joined PDF, wall time",
    "singles": "200 forms to 200 PDFs, wall time",
    "bytes": "size of the joined PDF of 500 forms",
    "file": "500 papers of two pages joined, stamped and sealed, time, bytes, memory",
    "one": "one form, warm, from the click to pictures of its pages",
    "scale": "10,000 forms against 1,000, time and memory",
    "workers": "two worker processes against one",
    "desk": "pages of a desk with 50 activities and 5,000 documents",
    "load": "twenty clerks at once, five minutes",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the parts asked for, else all, and prints one table for each."""
    asked = _arguments(arguments)
    unknown = set(asked.part) - set(PARTS)
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    run = Run(quick=asked.quick, full=asked.full)
    about = machine.about()
    _print(f"{name:12} {value}" for name, value in about.items())
    sections: dict[str, list[dict[str, object]]] = {}
    try:
        for part in asked.part or PARTS:
            run.say(f"-- {part}: {PARTS[part]}")
            found = cast(list[Section], importlib.import_module(f"bench.part_{part}").measure(run))
            for section in found:
                _print(section.lines())
            sections[part] = [section.plain() for section in found]
    finally:
        desk().close()
    about["load at the end"] = machine.load()
    _print(["", f"load at the end: {about['load at the end']}"])
    file = SCRATCH / "results" / f"{about['when'].replace(':', '')}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {"about": about, "quick": run.quick, "full": run.full, "parts": sections}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    _print([f"figures kept in {file}"])


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=", ".join(f"{n}: {w}" for n, w in PARTS.items()))
    parser.add_argument("--quick", action="store_true", help="one round of little work")
    parser.add_argument("--full", action="store_true", help="nothing extrapolated; hours")
    return parser.parse_args(arguments)


def _print(lines: object) -> None:
    for line in cast(Sequence[str], lines):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
