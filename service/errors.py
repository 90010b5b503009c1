"""One family of errors; every message exists in Chinese and English and says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """The same words in both languages of the product."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """The words in one language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and what to do.

    Attributes:
        code: stable name for programs, e.g. `required`, `bad_date`, `upload_encrypted`.
        text: the message for a person; never echoes personal input.
        path: dotted path of the field, rows counted from 0 (`agenda.2.item`), or "".
        file: the file that the problem is in, or "".
        line: line in that file counted from 1, or 0 where there is none.
    """

    code: str
    text: Text
    path: str = ""
    file: str = ""
    line: int = 0

    def place(self) -> str:
        """`file:line` where known, else `file`, else ""."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file

    def say(self, lang: Lang) -> str:
        """One line for a person: place, path, message."""
        head = " ".join(part for part in (self.place(), self.path) if part)
        return f"{head}: {self.text.of(lang)}" if head else self.text.of(lang)


@dataclass
class GongwenError(Exception):
    """Base of all errors that a person is told; carries ALL problems found, not the first."""

    problems: tuple[Problem, ...] = field(default_factory=tuple)

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(p.say("en") for p in self.problems))

    def say(self, lang: Lang) -> str:
        """All problems, one a line."""
        return "\n".join(p.say(lang) for p in self.problems)


class DefinitionError(GongwenError):
    """A form.yaml, layout.yaml, bundle or Word template is wrong; its author mends it."""


class InputError(GongwenError):
    """What was typed or uploaded is wrong; the clerk mends it."""


class NotFoundError(GongwenError):
    """There is no such kind, file or page."""


class ConflictError(GongwenError):
    """Somebody else changed it meanwhile, or it is locked."""


class WaitError(GongwenError):
    """Too much at once, or wrong too often; it may be tried again after some time.

    Attributes:
        seconds: how long to wait.
    """

    def __init__(self, problems: Iterable[Problem] | Problem, *, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(problems)


class EngineError(GongwenError):
    """An outside program failed or is missing; the operator mends it."""


# One table for the command line, mapped once to HTTP by the web door.
EXIT_CODES: dict[type[GongwenError], int] = {
    DefinitionError: 3,
    InputError: 4,
    NotFoundError: 5,
    ConflictError: 6,
    WaitError: 6,
    EngineError: 7,
}


def problem(
    code: str, zh: str, en: str, *, path: str = "", file: str = "", line: int = 0
) -> Problem:
    """Shorthand for a Problem with a two-language text."""
    return Problem(code=code, text=Text(zh, en), path=path, file=file, line=line)
