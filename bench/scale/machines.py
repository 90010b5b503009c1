"""Workers as machines of their own run them: own data folder, own converter, all else shared."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.processes import end, gongwen

_READY_SECONDS = 120


class Machine:
    """One `gongwen worker` that starts its converter itself."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.data.mkdir()
        self._log = (folder / "log").open("ab")
        self.process = gongwen("worker", data=self.data, stdout=self._log, stderr=self._log)

    def await_converter(self) -> None:
        """Until its LibreOffice can be asked."""
        deadline = time.monotonic() + _READY_SECONDS
        while not (self.data / "converter.sock").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.data.name} does not start: {self.said()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to the worker alone; the kernel then ends its converter."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def said(self) -> str:
        """The end of its log."""
        return (self.data / "log").read_text(errors="replace")[-2000:]

    def end(self) -> None:
        """Asks it to end, where it runs."""
        end(self.process)
        self._log.close()


class Site:
    """All machines of a run; one that was killed can be replaced."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._number = folder, 0
        self.machines: list[Machine] = []
        self.fill_up(count)

    @property
    def pids(self) -> list[int]:
        """Of the workers that run."""
        return [one.process.pid for one in self.machines]

    def fill_up(self, count: int) -> None:
        """As many machines as there are to be."""
        while len(self.machines) < count:
            self._number += 1
            self.machines.append(Machine(self._folder / f"machine{self._number}"))
        for one in self.machines:
            one.await_converter()

    def kill(self, pid: int) -> None:
        """The machine of this worker dies."""
        machine = next(one for one in self.machines if one.process.pid == pid)
        self.machines.remove(machine)
        machine.kill()
        machine.end()


@contextlib.contextmanager
def site(folder: Path, count: int) -> Iterator[Site]:
    """So many machines; all ended at the end."""
    os.environ["GONGWEN_CONVERTERS"] = "1"
    made = Site(folder, 0)
    try:
        made.fill_up(count)
        yield made
    finally:
        for one in made.machines:
            with contextlib.suppress(subprocess.SubprocessError):
                one.end()
