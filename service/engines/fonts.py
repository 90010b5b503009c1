"""Fonts: completes the project's fontconfig file and says which font serves which name."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from service.settings import Settings

LOG = logging.getLogger(__name__)
SHIPPED = Path(__file__).resolve().parent.parent / "fonts" / "fonts.conf"
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
)
SYSTEM_CACHE = Path("/var/cache/fontconfig")
FC_SECONDS = 120

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
    """

    families: tuple[str, ...]
    style: str
    file: Path
    postscript: str
    index: int


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
    caches = "".join(f"<cachedir>{escape(str(c))}</cachedir>" for c in (cache, SYSTEM_CACHE))
    conf = home / "fonts.conf"
    _write(conf, text.replace("<!-- CACHE -->", caches))
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
    """Output of one of fontconfig's programs under the project's file; "" where it is missing."""
    if shutil.which(command[0]) is None:
        return ""
    environment = {**os.environ, "FONTCONFIG_FILE": str(files.conf), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=FC_SECONDS,
        check=False,
    )
    if done.returncode:
        LOG.warning("%s ended with %d", command[0], done.returncode)
    return done.stdout


_FORMAT = "%{family}\t%{style}\t%{file}\t%{postscriptname}\t%{index}\n"


def _faces(output: str) -> tuple[Face, ...]:
    found = []
    for line in output.splitlines():
        family, style, file, postscript, index = line.split("\t")
        found.append(
            Face(
                families=tuple(family.split(",")),
                style=style.split(",", maxsplit=1)[0],
                file=Path(file),
                postscript=postscript,
                index=int(index or 0),
            )
        )
    return tuple(found)


def all_faces(files: FontFiles) -> tuple[Face, ...]:
    """Every face that LibreOffice may use."""
    return _faces(_run(files, ["fc-list", "-f", _FORMAT]))


def candidates(files: FontFiles, family: str) -> tuple[Face, ...]:
    """Faces that serve a family, best first; glyphs missing in one come from the next."""
    pattern = family.replace("\\", r"\\").replace(":", r"\:").replace("-", r"\-")
    pattern = pattern.replace(",", r"\,")
    return _faces(_run(files, ["fc-match", "-s", "-f", _FORMAT, pattern]))


@cache
def same_font(family: str) -> frozenset[str]:
    """Other names of the same font (仿宋, FangSong, …), casefolded, itself included."""
    return frozenset({family.casefold()})
