"""Engine room, fonts: the digits of a serif face as a small TrueType file to embed in a PDF."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from service.errors import EngineError, problem

DIGITS = "0123456789"
_FAMILIES = ("Liberation Serif", "Noto Serif", "DejaVu Serif", "FreeSerif")
_PLACES = (
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)
# Tables that a PDF viewer draws with; names, kerning and hints stay behind.
_DROPPED = ["OS/2", "name", "post", "GSUB", "GPOS", "GDEF", "kern", "FFTM", "DSIG", "gasp"]


@dataclass(frozen=True, kw_only=True)
class StampFont:
    """A subset font, its measures in thousandths of its size.

    Attributes:
        name: PostScript name with the six letters that mark a subset.
        data: the TrueType file.
        widths: advance width of each of DIGITS.
        ascent, descent, cap_height: heights over the baseline (descent is negative).
        box: the font's bounding box.
    """

    name: str
    data: bytes
    widths: tuple[int, ...]
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]

    def width(self, text: str, size: float) -> float:
        """Width of a run of digits at `size` points, points."""
        return sum(self.widths[DIGITS.index(digit)] for digit in text) * size / 1000


@functools.lru_cache(maxsize=4)
def stamp_font(path: Path | None = None) -> StampFont:
    """The digits of the font file given, or of the first serif face found on this machine.

    Raises:
        EngineError: `stamp_font_missing`, when there is no TrueType serif face.
    """
    source = path or _find()
    with TTFont(source, fontNumber=0, recalcTimestamp=False) as font:
        name = font["name"].getDebugName(6) or "Serif"
        cap_height = getattr(font["OS/2"], "sCapHeight", 0) or font["OS/2"].sTypoAscender
        _cut(font)
        return _measured(font, name=f"GONGWN+{name}", cap_height=cap_height)


def _cut(font: TTFont) -> None:
    options = subset.Options(
        hinting=False, notdef_outline=True, layout_features=[], recalc_timestamp=False
    )
    options.drop_tables = [*options.drop_tables, *_DROPPED]
    cutter = subset.Subsetter(options)
    cutter.populate(text=DIGITS)
    cutter.subset(font)


def _measured(font: TTFont, *, name: str, cap_height: int) -> StampFont:
    head, hhea, cmap = font["head"], font["hhea"], font.getBestCmap()

    def thousandths(value: float) -> int:
        return round(value * 1000 / int(head.unitsPerEm))

    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return StampFont(
        name=name,
        data=out.getvalue(),
        widths=tuple(thousandths(font["hmtx"][cmap[ord(digit)]][0]) for digit in DIGITS),
        ascent=thousandths(hhea.ascent),
        descent=thousandths(hhea.descent),
        cap_height=thousandths(cap_height),
        box=(
            thousandths(head.xMin),
            thousandths(head.yMin),
            thousandths(head.xMax),
            thousandths(head.yMax),
        ),
    )


def _find() -> Path:
    for place in _PLACES:
        if Path(place).is_file():
            return Path(place)
    for family in _FAMILIES:
        if found := _ask_fontconfig(family):
            return found
    raise EngineError(
        problem(
            "stamp_font_missing",
            "没有可用于页码的衬线字体；请安装：apt-get install fonts-liberation2。",
            "There is no serif font for the page numbers; install one: "
            "apt-get install fonts-liberation2.",
        )
    )


def _ask_fontconfig(family: str) -> Path | None:
    """The regular TrueType file of a family, or None; fontconfig answers with any font."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    asked = subprocess.run(
        [program, "-f", "%{family}\n%{file}", f"{family}:fontformat=TrueType:style=Regular"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    said, _, file = asked.stdout.partition("\n")
    path = Path(file)
    return path if family in said and path.suffix.lower() == ".ttf" and path.is_file() else None
