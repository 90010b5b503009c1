"""CPU seconds by what spent them: processes under named roots, LibreOffice apart."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bench.processes import OFFICE, _with_below

_LOOK_SECONDS = 0.25
_TICK = os.sysconf("SC_CLK_TCK")


class Cpu:
    """CPU spent while it is entered, seconds; what ran for less than a look is missed.

    Args:
        roots: name to the process ids to begin at, asked at each look. Their LibreOffice
            processes are counted under its own name.
    """

    def __init__(self, roots: Mapping[str, Callable[[], Iterable[int]]]) -> None:
        self._roots = roots
        self._before: dict[int, float] = {}
        self._last: dict[int, tuple[str, float]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Cpu:
        self._look()
        self._before = {pid: seconds for pid, (_, seconds) in self._last.items()}
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    @property
    def seconds(self) -> dict[str, float]:
        """By name."""
        found = dict.fromkeys([*self._roots, OFFICE], 0.0)
        for pid, (name, seconds) in self._last.items():
            found[name] += seconds - self._before.get(pid, 0.0)
        return found

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        for name, roots in self._roots.items():
            for pid in _with_below(roots()):
                if seen := _spent(pid):
                    office = seen[0] == OFFICE
                    self._last[pid] = (OFFICE if office else name, seen[1])


def _spent(pid: int) -> tuple[str, float] | None:
    """Name and CPU seconds of a process itself; None where it has ended."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    fields = rest.split()
    return name.partition("(")[2], (int(fields[11]) + int(fields[12])) / _TICK
