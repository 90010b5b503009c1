"""Starting our own programs and looking at the most memory that they and theirs ever held."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.material import ROOT

LOOK_SECONDS = 0.2
OFFICE = "soffice.bin"


def gongwen(*arguments: str, data: Path, **more: Any) -> subprocess.Popen[str]:
    """A `gongwen` command on a data folder of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={**os.environ, "GONGWEN_DATA": str(data)},
        text=True,
        **more,
    )


def end(process: subprocess.Popen[str]) -> None:
    """Asks a program of ours to end, and waits."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Memory:
    """Peaks of resident memory of processes and all below, MB, as the kernel notes (VmHWM)."""

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self._peaks: dict[int, tuple[str, int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def office(self) -> int:
        """The largest LibreOffice process, MB; 0 where there was none."""
        return self._most(office=True)

    @property
    def ours(self) -> int:
        """The largest of all other processes, MB."""
        return self._most(office=False)

    def _most(self, *, office: bool) -> int:
        found = self._peaks.values()
        return max((peak for name, peak in found if (name == OFFICE) == office), default=0)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for pid in _with_below(self._roots):
                if seen := _peak(pid):
                    self._peaks[pid] = seen


def _with_below(roots: Iterable[int]) -> Iterator[int]:
    """Processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    line = list(roots)
    while line:
        pid = line.pop()
        yield pid
        line += children.get(pid, [])


def resident(word: str) -> int:
    """Resident memory of the largest process with this word in its command line, MB."""
    most = 0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word in (place / "cmdline").read_text(errors="replace"):
                said = (place / "status").read_text(errors="replace")
                lines = [line for line in said.splitlines() if line.startswith("VmRSS:")]
                most = max([most, *(int(line.split()[1]) // 1024 for line in lines)])
    return most


def cpu_below() -> float:
    """CPU seconds of this process and all below it, those that have ended included."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(map(_ticks, _with_below([os.getpid()]))) / tick


def _ticks(pid: int) -> int:
    """Own time and that of children that were waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15]))


def _peak(pid: int) -> tuple[str, int] | None:
    """Name and peak of a process; None where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return None
    said: Mapping[str, str] = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    if "VmHWM" not in said:
        return None
    return said["Name"].strip(), int(said["VmHWM"].split()[0]) // 1024
