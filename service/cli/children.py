"""Processes that a command starts and keeps: begun again when they die, ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

_STOP_SECONDS = 12
_SHORT_SECONDS = 10.0
_LONGEST_PAUSE = 30.0
# Linux sends the child SIGTERM when we die, however we die (prctl(2), PR_SET_PDEATHSIG). Set by the
# child itself before it becomes the command: nothing of ours may run between fork and exec here,
# where other threads may hold locks.
_WITH_US = (
    [
        sys.executable,
        "-Sc",
        "import ctypes, os, sys\n"
        f"ctypes.CDLL(None).prctl(1, {signal.SIGTERM:d})\n"
        "os.execv(sys.argv[1], sys.argv[1:])",
    ]
    if sys.platform == "linux"
    else []
)


def gongwen(*words: str) -> list[str]:
    """One of our own commands as a command line."""
    return [sys.executable, "-m", "service", *words]


def was_killed(code: int) -> bool:
    """A signal ended it."""
    return code < 0


class Child:
    """A process of ours.

    Args:
        command: its command line.
        again: says by the exit code whether it is started again.
    """

    def __init__(
        self, command: Sequence[str], *, again: Callable[[int], bool] = lambda _: False
    ) -> None:
        self._command, self._again = list(command), again
        self._pause, self._not_before = 1.0, 0.0
        self._start()

    def _start(self) -> None:
        self._begun = time.monotonic()
        # A session of its own, so that Ctrl-C reaches it through us only.
        self._process = subprocess.Popen([*_WITH_US, *self._command], start_new_session=True)

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def look_after(self) -> None:
        """Starts it again where it has ended so; one that dies at once, after a pause."""
        code = self.code
        if code is None or not self._again(code):
            return
        now = time.monotonic()
        if not self._not_before:
            short = now - self._begun < _SHORT_SECONDS
            self._pause = min(2 * self._pause, _LONGEST_PAUSE) if short else 0.5
            self._not_before = now + (self._pause if short else 0)
        if now >= self._not_before:
            self._not_before = 0.0
            self._kill_group()  # what a killed one has left: it may hold the port
            self._start()

    def ask_to_end(self) -> None:
        """SIGTERM, where it runs."""
        if self.code is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Waits for its end; kills it and all its own at the deadline (time.monotonic)."""
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._kill_group()
            self._process.wait()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def end_all(children: Sequence[Child]) -> None:
    """Asks all, then waits for all."""
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        child.end(deadline)
