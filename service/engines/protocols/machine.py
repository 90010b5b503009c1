"""The machine: what the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from service.errors import Text


@dataclass(frozen=True, kw_only=True)
class DoctorLine:
    """One line of `gongwen doctor`.

    Attributes:
        name: stable name, e.g. `libreoffice`.
        ok: True fine, False broken.
        needed: a broken line makes `doctor` exit 1 only where needed.
        found: what is there, both languages.
        mend: what to type or do; empty where fine.
    """

    name: str
    ok: bool
    needed: bool
    found: Text
    mend: Text = field(default_factory=lambda: Text("", ""))


class Passwords(Protocol):
    """Passwords at rest."""

    def hashed(self, password: str) -> str:
        """The text that is kept."""

    def fits(self, kept: str, password: str) -> bool:
        """Whether it is the password; with "" the work is done and the answer is no."""
