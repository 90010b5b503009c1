"""Packages on disk: BagIt folders and their zips, written one way and read without trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from service.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What a file is known by.

    Attributes:
        sha256: of its bytes.
        size: bytes.
    """

    sha256: str
    size: int


class OpenBag(Protocol):
    """A bag's files, in a folder or in a zip; nothing of it is unpacked to disk.

    Attributes:
        name: its top folder.
        zipped: whether it is a zip.
        strange: what no bag of ours holds and what was therefore not read: names that leave the
            folder, links, doubled names, more than the limits, a zip that cannot be read.
        paths: every other file below the top folder (`data/…` and tag files), sorted.
    """

    name: str
    zipped: bool
    strange: tuple[Problem, ...]
    paths: tuple[str, ...]

    def digest(self, path: str) -> Digest | None:
        """Of a file, read in pieces; None where it cannot be read to its end."""

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file of at most `most` bytes; None where it is larger or cannot be read."""

    def frame_whole(self) -> bool:
        """Whether a zip is, beside its files' bytes, exactly as `Bags.write` writes it."""


class Bags(Protocol):
    """Writes bags and opens them."""

    def write(
        self,
        out: Path,
        *,
        name: str,
        info: Sequence[tuple[str, str]],
        files: Mapping[str, bytes | Path],
    ) -> Digest:
        """A bag as a zip; equal input gives equal bytes.

        Args:
            out: the zip; what stands there is overwritten.
            name: the top folder.
            info: names and values of bag-info.txt, in their order.
            files: path below `data/` to content, or to a file that holds it.

        Raises:
            InputError: `package_too_large`.
            EngineError: `package_unsound`, where the bag does not stand its proof.
        """

    def open(self, target: Path | BinaryIO, *, name: str) -> AbstractContextManager[OpenBag]:
        """Opens a folder, or a file as a zip; `name` is for messages."""


@dataclass(frozen=True, kw_only=True)
class PdfContents:
    """What a PDF is called and where its parts begin.

    Attributes:
        title: of the file, or "".
        bookmarks: of the topmost level, each with its page index from 0.
    """

    title: str = ""
    bookmarks: tuple[tuple[str, int], ...] = ()


class PdfContentsReader(Protocol):
    """Titles and bookmarks of files from outside."""

    def contents(self, pdf: bytes) -> PdfContents:
        """Nothing where they cannot be read; never raises for what is in the file."""
