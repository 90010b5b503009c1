"""Engine room: a child process with limits, in which files from outside are taken apart."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


class ChildStoppedError(Exception):
    """The child ran into one of its limits, or fell over."""


def ask_child(module: str, *arguments: str, data: bytes, seconds: float) -> bytes:
    """What `python -m module arguments` answers to a file on its standard input.

    However the child ends, this process goes on.

    Args:
        module: full name, e.g. `service.engines.upload.child`.
        arguments: for its command line.
        data: the file.
        seconds: its whole life.

    Raises:
        ChildStoppedError: it was stopped, or ended by itself with an error.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        raise ChildStoppedError from None
    if done.returncode:
        raise ChildStoppedError
    return done.stdout


def limit(*, memory: int, cpu_seconds: int) -> None:
    """Called by the child: address space in bytes, processor time, and no core file.

    A limit that is lower already stays.
    """
    wanted = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in wanted:
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
