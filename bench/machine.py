"""What a run was made on: without it no figure means anything."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("docxtpl", "jinja2", "lxml", "pypdf", "pypdfium2")


def about() -> dict[str, str]:
    """CPU, cores, memory, load, system and versions, in the words of a table."""
    return {
        "when": dt.datetime.now().astimezone().isoformat(timespec="minutes"),
        "cpu": f"{_cpu()}, {os.cpu_count()} cores, {_memory()}",
        "load": load(),
        "system": f"{_system()}, Linux {platform.release()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "libreoffice": said("soffice", "--version") or "none",
        "node": said("node", "--version") or "none",
        "commit": said("git", "rev-parse", "--short", "HEAD") or "?",
    }


def load() -> str:
    """Load of the last one, five and fifteen minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def said(*command: str) -> str:
    """First line that a program prints; "" where it is not there."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return (done.stdout.splitlines() or [""])[0].strip()


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> str:
    kilobytes = Path("/proc/meminfo").read_text().split()[1]
    return f"{int(kilobytes) / 1e6:.0f} GB"


def _system() -> str:
    lines = Path("/etc/os-release").read_text().splitlines()
    names = (line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY"))
    return next(names, platform.system())
