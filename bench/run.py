"""How much of the work a run does, and where it says so."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from bench.material import SCRATCH


@dataclass(frozen=True, kw_only=True)
class Run:
    """The choices of one run.

    Attributes:
        quick: few rounds of little work, to see that all goes.
        full: nothing is extrapolated that could be measured; takes hours.
    """

    quick: bool = False
    full: bool = False

    def rounds(self, usual: int) -> int:
        """Rounds of a measurement."""
        return 1 if self.quick else usual

    def share(self, usual: int, quick: int) -> int:
        """An amount of work, less of it in quick mode."""
        return quick if self.quick else usual

    def folder(self, name: str) -> Path:
        """A folder for files of this part."""
        path = SCRATCH / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def say(self, text: str) -> None:
        """Progress, apart from the result."""
        sys.stderr.write(text + "\n")
