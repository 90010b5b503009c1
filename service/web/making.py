"""Web door: a bundle is made behind the page; its state lies on disk for every web process.

Issue 3 brings durable jobs; until then one maker at a time for each bundle, and what a killed
process leaves is told as interrupted.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from service.core.naming import file_name
from service.desk.bundle.make import MadeBundle, make_bundle
from service.desk.fonts import stand_ins
from service.desk.tools import Desk
from service.errors import GongwenError, Lang, Problem, Text, problem
from service.web.errors import told_without_values

LOG = logging.getLogger(__name__)
PICTURES = 8
"""First pages that the bundle page shows."""
_INTERRUPTED = problem(
    "interrupted",
    "上次生成中途停止了，请重新生成。",
    "the last run was interrupted; make the bundle again.",
)
_BROKEN = problem(
    "unexpected",
    "程序出错，没有生成；已记入日志，请告诉管理员。",
    "the program failed and nothing was made; it is in the log, tell the administrator.",
)


@dataclass(frozen=True, kw_only=True)
class Making:
    """Where a bundle stands.

    Attributes:
        state: `none`, `running`, `done` or `failed`.
        done: parts that are made, of `total`.
        title: the part last made.
        name: file name for the download.
        pages: pages of the PDF.
        pictures: how many of its first pages can be shown.
        made_at: seconds since 1970.
        entries: number, title and page of each line of the contents.
        fonts: wanted font to its stand-ins.
        notes: what a clerk should see.
        problems: why it failed.
    """

    state: Literal["none", "running", "done", "failed"] = "none"
    done: int = 0
    total: int = 0
    title: str = ""
    name: str = ""
    pages: int = 0
    pictures: int = 0
    made_at: float = 0
    entries: tuple[tuple[int, str, int], ...] = ()
    fonts: dict[str, list[str]] | None = None
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


class BundleMaker:
    """Makes bundles in threads of this process; any process may ask how far they are."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = folder

    def start(self, file: Path, lang: Lang, name: str) -> bool:
        """Starts making, unless it is being made already; True where started."""
        place = self._place(lang)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _locked(place)
        if lock is None:
            return False
        self._write(lang, Making(state="running"))
        work = threading.Thread(
            target=self._make, args=(lock, file, lang, name), name=f"bundle {lang}", daemon=True
        )
        work.start()
        return True

    def making(self, lang: Lang) -> Making:
        """Where the bundle stands."""
        try:
            kept = json.loads((self._place(lang) / "state.json").read_text(encoding="utf-8"))
            found = _from_plain(kept)
        except (OSError, ValueError, LookupError, TypeError):
            return Making()  # none, or another version's
        if found.state == "running" and not self._under_way(lang):
            return Making(state="failed", problems=(_INTERRUPTED,))
        return found

    def pdf(self, lang: Lang) -> Path:
        """The PDF last made."""
        return self._place(lang) / "bundle.pdf"

    def picture(self, lang: Lang, number: int) -> Path:
        """A page as PNG, counted from 1."""
        return self._place(lang) / f"page-{number:03d}.png"

    def _place(self, lang: Lang) -> Path:
        return self._folder / lang

    def _under_way(self, lang: Lang) -> bool:
        lock = _locked(self._place(lang))
        if lock is not None:
            os.close(lock)
            # It may have ended between the two looks.
            kept = json.loads((self._place(lang) / "state.json").read_text(encoding="utf-8"))
            return bool(kept["state"] != "running")
        return True

    def _make(self, lock: int, file: Path, lang: Lang, name: str) -> None:
        def progress(done: int, total: int, title: str) -> None:
            self._write(lang, Making(state="running", done=done, total=total, title=title))

        with _released(lock):
            try:
                made = make_bundle(self._desk, file, lang=lang, progress=progress)
                self._keep(lang, made, name)
            except GongwenError as error:
                self._write(lang, Making(state="failed", problems=error.problems))
            except Exception as error:
                LOG.error("bundle of %s failed: %s", file.name, told_without_values(error))
                self._write(lang, Making(state="failed", problems=(_BROKEN,)))

    def _keep(self, lang: Lang, made: MadeBundle, name: str) -> None:
        pictures = self._desk.pages.pictures(made.pdf, most=PICTURES)
        for number, picture in enumerate(pictures, 1):
            _write_whole(self.picture(lang, number), picture)
        _write_whole(self.pdf(lang), made.pdf)
        self._write(
            lang,
            Making(
                state="done",
                name=file_name(name, suffix=""),
                pages=made.pages,
                pictures=len(pictures),
                made_at=time.time(),
                entries=tuple((one.no, one.title, one.page) for one in made.entries),
                fonts=stand_ins(made.fonts),
                notes=made.notes,
            ),
        )

    def _write(self, lang: Lang, making: Making) -> None:
        data = json.dumps(asdict(making), ensure_ascii=False).encode("utf-8")
        _write_whole(self._place(lang) / "state.json", data)


def _write_whole(path: Path, data: bytes) -> None:
    """Readers see the old content or the new one, never a part."""
    half = path.with_name(f"{path.name}.{threading.get_ident()}")
    half.write_bytes(data)
    half.replace(path)


def _locked(place: Path) -> int | None:
    """The lock of a bundle, or None where somebody has it; it ends with its process."""
    try:
        lock = os.open(place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


@contextmanager
def _released(lock: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(lock)


def _from_plain(kept: dict[str, Any]) -> Making:
    entries = tuple((one[0], one[1], one[2]) for one in kept["entries"])
    lists = {name: tuple(map(_problem, kept[name])) for name in ("notes", "problems")}
    return Making(**{**kept, **lists, "entries": entries})


def _problem(kept: dict[str, Any]) -> Problem:
    return Problem(**{**kept, "text": Text(**kept["text"])})
