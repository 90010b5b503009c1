"""What was made of files, kept while each of them looks as it did when it was read."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from service.errors import DefinitionError, InputError
from service.source import Source, read_source

Stamp = tuple[int, int, int, int]
_Made = TypeVar("_Made")
_Of = ParamSpec("_Of")
_YOUNG = 2_000_000_000
"""A file changed so few nanoseconds ago may change again without looking different: clocks of file
systems are coarse."""


class Watched:
    """Keeps what was made, with all that was looked at on the way, missing files included.

    Nothing is taken on trust for a while: every file is looked at each time, which costs a
    thousandth of reading it.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[dict[str, Stamp | None], object]] = {}
        self._making = threading.local()

    def look(self, path: Path | str) -> bool:
        """Whether there is such a file or folder; what is made just now hangs on it from now on."""
        self._note(name := str(path), stamp := stamp_of(name))
        return stamp is not None

    def keep(self, make: Callable[_Of, _Made], /, *of: _Of.args, **named: _Of.kwargs) -> _Made:
        """What `make` gives, made again only where a file that it looked at has changed."""
        key = (make.__name__, *of)
        kept = self._kept.get(key)
        if kept and all(stamp_of(name) == stamp for name, stamp in kept[0].items()):
            seen, value = kept
        else:
            seen, value = self._made(lambda: make(*of, **named))
            if not any(map(_young, seen.values())):
                self._kept[key] = seen, value
        for name, stamp in seen.items():
            self._note(name, stamp)
        return cast(_Made, value)

    def _made(self, make: Callable[[], object]) -> tuple[dict[str, Stamp | None], object]:
        seen: dict[str, Stamp | None] = {}
        outer = getattr(self._making, "seen", None)
        self._making.seen = seen
        try:
            return seen, make()
        finally:
            self._making.seen = outer
            # What failed was looked at too: the whole around it may live without it.
            for name, stamp in seen.items():
                self._note(name, stamp)

    def _note(self, name: str, stamp: Stamp | None) -> None:
        seen: dict[str, Stamp | None] | None = getattr(self._making, "seen", None)
        if seen is not None:
            # The first look counts: whatever changed since then has not been read by all.
            seen.setdefault(name, stamp)


@dataclass(frozen=True, kw_only=True)
class _Parsed:
    """What was made of a file: holds while its content, and what it was made with, are the same.

    `basis` is compared by identity and held: an object that is gone lends its id to another.
    """

    content: str
    basis: tuple[object, ...]
    value: Any


class Parsed(Watched):
    """The same for YAML files, which are parsed once for each content however they look."""

    def __init__(self) -> None:
        super().__init__()
        self._contents: dict[tuple[str, Path], _Parsed] = {}

    def parsed(self, what: str, file: Path, parse: Callable[[Source], Any], *basis: object) -> Any:
        """Parses a file once for each content and basis; problems get their line."""
        self.look(file)
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        kept = self._contents.get((what, file))
        if kept and kept.content == content and _same(kept.basis, basis):
            return kept.value
        try:
            source = read_source(file)
        except InputError as error:
            # Broken YAML here is its author's, not the clerk's.
            raise DefinitionError(error.problems) from None
        try:
            value = parse(source)
        except DefinitionError as error:
            raise DefinitionError(source.placed(error.problems)) from None
        self._contents[(what, file)] = _Parsed(content=content, basis=basis, value=value)
        return value


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _young(stamp: Stamp | None) -> bool:
    return stamp is not None and time.time_ns() - max(stamp[:2]) < _YOUNG


def stamp_of(name: str) -> Stamp | None:
    """How a file or folder looks from outside; None where there is none that could be asked of."""
    try:
        found = os.stat(name)  # noqa: PTH116  # half of a page's looks: no object for each
    except (OSError, ValueError):  # also a name that no disk takes
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
