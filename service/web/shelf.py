"""Web door: documents that were made lie here for an hour, each for the browser that asked."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 3600
_AT_MOST = 200
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_FILE = re.compile(r"paper\.(?:docx|pdf)|page-\d{3}\.png")


@dataclass(frozen=True)
class Shelf:
    """A folder of folders with random names; names typed by people are never names on the disk.

    Attributes:
        folder: where; only the service's own user can read it.
    """

    folder: Path

    def put(self, owner: str, name: str, files: Mapping[str, bytes]) -> str:
        """Lays files down and hands back their token.

        Args:
            owner: whose they are; only the same owner gets them.
            name: file name for the download, without ending.
            files: `paper.docx`, `paper.pdf`, `page-001.png`…
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.tidy()
        token = secrets.token_urlsafe(24)
        place = self.folder / token
        place.mkdir(mode=0o700)
        for file, data in files.items():
            (place / file).write_bytes(data)
        about = json.dumps({"owner": owner, "name": name}, ensure_ascii=False)
        (place / "about.json").write_text(about, encoding="utf-8")
        return token

    def get(self, owner: str, token: str, file: str) -> tuple[Path, str] | None:
        """The file and its name for the download; None where it is gone, too old or not theirs."""
        if not (_TOKEN.fullmatch(token) and _FILE.fullmatch(file) and owner):
            return None
        place = self.folder / token
        if _age(place) > _SECONDS:
            self.tidy()
            return None
        try:
            about = json.loads((place / "about.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        theirs = secrets.compare_digest(str(about["owner"]), owner)
        found = place / file
        return (found, str(about["name"])) if theirs and found.is_file() else None

    def tidy(self) -> None:
        """Throws away what is older than an hour, and the oldest of too many."""
        places = self.folder.iterdir() if self.folder.is_dir() else ()
        aged = sorted(((_age(place), place) for place in places), key=lambda pair: pair[0])
        for number, (age, place) in enumerate(aged):
            if age > _SECONDS or number >= _AT_MOST:
                shutil.rmtree(place, ignore_errors=True)


def _age(place: Path) -> float:
    try:
        return time.time() - place.stat().st_mtime
    except OSError:
        return 0.0  # another process has just tidied it away
