"""Fonts: completes the project's fontconfig file and says which font serves which name."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
import weakref
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from lxml import etree

from service.engines.protocols import FontUse
from service.settings import Settings

LOG = logging.getLogger(__name__)
SHIPPED = Path(__file__).resolve().parents[2] / "fonts" / "fonts.conf"
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
)
FC_SECONDS = 120
HUB = "gongwen:"  # the shipped file's own names, each standing for a line of stand-ins

WANTED = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "仿宋",
    "楷体_GB2312",
    "楷体",
    "黑体",
    "宋体",
    "Times New Roman",
)
"""The families that the official layout asks for (GB/T 9704-2012, 5.2.2 and 7)."""


@dataclass(frozen=True, kw_only=True)
class FontFiles:
    """The project's font world on this machine.

    Attributes:
        conf: the completed fontconfig file, for FONTCONFIG_FILE.
        cache: fontconfig's private cache folder.
        folders: the folders that hold fonts; a sandbox shows them at the same paths.
    """

    conf: Path
    cache: Path
    folders: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Face:
    """One face as fontconfig names it.

    Attributes:
        families: all family names of the face, the first the one we print.
        style: e.g. `Regular`, `Bold`.
        file: the font file.
        postscript: its name inside a PDF; may be "".
        index: the face's number in a collection.
        starts: first code points of the ranges it covers, rising.
        ends: last code points of the same ranges.
    """

    families: tuple[str, ...]
    style: str
    file: Path
    postscript: str
    index: int
    starts: tuple[int, ...] = field(repr=False, default=())
    ends: tuple[int, ...] = field(repr=False, default=())

    def has(self, char: str) -> bool:
        """True where fontconfig finds the character in the face."""
        place = bisect_right(self.starts, ord(char)) - 1
        return place >= 0 and ord(char) <= self.ends[place]

    def called(self, wanted: str) -> str:
        """Its family name; the wanted one where the face bears several."""
        return wanted if wanted in self.families else self.families[0]


def font_folders(settings: Settings) -> tuple[Path, ...]:
    """Folders with fonts that exist: the unit's own, the system's, the user's."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "fonts"
    own = (settings.fonts.resolve(),) if settings.fonts else ()
    return tuple(folder for folder in (*own, *SYSTEM_FOLDERS, home) if folder.is_dir())


def prepare_fonts(settings: Settings) -> FontFiles:
    """Writes the completed fontconfig file into the data folder and warms its cache."""
    home = settings.data.resolve() / "fonts"
    cache = home / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    folders = font_folders(settings)
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace("<!-- DIRS -->", "".join(f"<dir>{escape(str(f))}</dir>" for f in folders))
    # The system's own cache is left out: it was made without our file's scan rules.
    text = text.replace("<!-- CACHE -->", f"<cachedir>{escape(str(cache))}</cachedir>")
    conf = home / "fonts.conf"
    _write(conf, text)
    files = FontFiles(conf=conf, cache=cache, folders=folders)
    _run(files, ["fc-cache"])
    return files


def _write(path: Path, text: str) -> None:
    """Writes whole or not at all, and only what changed: other processes may be reading."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as new:
        new.write(text)
    Path(new.name).chmod(0o644)
    Path(new.name).replace(path)


def _run(files: FontFiles, command: Sequence[str]) -> str:
    """Output of one of fontconfig's programs under the project's file; "" where there is none."""
    if shutil.which(command[0]) is None:
        return ""
    environment = {**os.environ, "FONTCONFIG_FILE": str(files.conf), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=FC_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        LOG.warning("%s took more than %d s", command[0], FC_SECONDS)
        return ""
    if done.returncode:
        LOG.warning("%s ended with %d", command[0], done.returncode)
    return done.stdout


_FORMAT = "%{family}\t%{style}\t%{file}\t%{postscriptname}\t%{index}\t%{charset}\n"


def _faces(output: str) -> tuple[Face, ...]:
    return tuple(_face(line) for line in output.splitlines() if line.count("\t") == 5)


def _face(line: str) -> Face:
    family, style, file, postscript, index, charset = line.split("\t")
    ranges = [part.partition("-") for part in charset.split()]
    return Face(
        families=tuple(family.split(",")),
        style=style.split(",", maxsplit=1)[0],
        file=Path(file),
        postscript=postscript,
        index=int(index or 0) & 0xFFFF,  # the upper half numbers instances of variable fonts
        starts=tuple(int(first, 16) for first, _, _ in ranges),
        ends=tuple(int(last or first, 16) for first, _, last in ranges),
    )


@lru_cache(maxsize=4)
def all_faces(files: FontFiles) -> tuple[Face, ...]:
    """Every face that LibreOffice may use."""
    return _faces(_run(files, ["fc-list", "-f", _FORMAT]))


@lru_cache(maxsize=256)
def candidates(files: FontFiles, family: str) -> tuple[Face, ...]:
    """Faces that serve a family, best first; glyphs missing in one come from the next."""
    pattern = re.sub(r"([\\:,-])", r"\\\1", family)
    return _faces(_run(files, ["fc-match", "-s", "-f", _FORMAT, pattern]))


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """Family -> all names of the same font, casefolded, out of the shipped file's aliases."""
    found = {}
    for alias in etree.parse(SHIPPED).iterfind("alias"):
        names = [name.text or "" for name in alias.iter("family")]
        if names[-1].startswith(HUB):
            same = frozenset(name.casefold() for name in names[:-1])
            found.update({names[0].casefold(): same})
    return found


def same_font(one: str, other: str) -> bool:
    """True where both are names of one font: 仿宋 and FangSong, 仿宋 and 仿宋_GB2312."""
    name = one.casefold()
    return other.casefold() in _names().get(name, frozenset({name}))


def wanted_fonts(files: FontFiles) -> tuple[FontUse, ...]:
    """What serves each family of the official layout; `served` is empty where nothing can."""
    return tuple(_use(files, family) for family in WANTED)


def _use(files: FontFiles, family: str) -> FontUse:
    sample = "A" if family.isascii() else "国"
    faces = candidates(files, family)
    if not faces or not faces[0].has(sample):
        return FontUse(wanted=family, served=(), stand_in=True)
    own = any(same_font(family, name) for name in faces[0].families)
    return FontUse(wanted=family, served=(faces[0].called(family),), stand_in=not own)


class DrawnFont:
    """The font that serves a family; it stays open, for opening costs 0.1 s and 15 MB."""

    def __init__(self, files: FontFiles, family: str) -> None:
        self._characters: Mapping[int, str] = {}
        if faces := candidates(files, family):
            font = _open(faces[0])
            weakref.finalize(self, font.close)
            self._characters, self._glyphs = font.getBestCmap(), font.getGlyphSet()

    def lacks(self, text: str) -> frozenset[str]:
        """Characters of `text` that the font has no glyph for, or an empty one."""
        return frozenset(char for char in text if not char.isspace() and not self._draws(ord(char)))

    def _draws(self, code: int) -> bool:
        name = self._characters.get(code)
        return name is not None and not _is_empty(self._glyphs, name)


def covers(files: FontFiles, family: str, text: str) -> frozenset[str]:
    """Characters of `text` that the font serving `family` lacks, empty glyphs included.

    They come from the next font in line: worth a note beside a person's name.
    """
    return DrawnFont(files, family).lacks(text)


def _open(face: Face) -> TTFont:
    number = face.index if face.file.suffix.lower() in {".ttc", ".otc"} else -1
    return TTFont(face.file, fontNumber=number, lazy=True)


def _is_empty(glyphs: Any, name: str) -> bool:
    """True where a glyph draws nothing: AR PL UKai maps 䶮 to such a one."""
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds is None
