"""The edge, packages: writes a BagIt bag as a zip, the same way every time."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import bagit

from service.core.filing import tags
from service.engines import bag_zip
from service.engines.bag_open import FolderBag, ZipBag
from service.engines.protocols import Digest, OpenBag
from service.errors import EngineError, problem

PIECE = 1 << 20
"""Bytes that are read at a time: a package of a gigabyte takes no more memory than a small one."""
_STAGING = ".gongwen-part-"

# It logs what it then raises, paths included; what is to be told is told by the error.
logging.getLogger("bagit").disabled = True


class BagItBags:
    """Writes bags and opens them."""

    def write(
        self,
        out: Path,
        *,
        name: str,
        info: Sequence[tuple[str, str]],
        files: Mapping[str, bytes | Path],
    ) -> Digest:
        """A bag as a zip; equal input gives equal bytes. See the protocol."""
        with tempfile.TemporaryDirectory(prefix=_STAGING, dir=out.parent) as staging:
            folder = Path(staging) / name
            members = _lay_out(folder, info, files)
            _prove(folder)
            whole = hashlib.sha256()
            size = 0
            with out.open("wb") as written:
                for piece in _zipped(folder, name, members):
                    whole.update(piece)
                    size += written.write(piece)
        return Digest(sha256=whole.hexdigest(), size=size)

    @contextmanager
    def open(self, target: Path | BinaryIO, *, name: str) -> Iterator[OpenBag]:
        """Opens a folder, or a file as a zip; `name` is for messages."""
        if isinstance(target, Path) and target.is_dir():
            yield FolderBag(target, name=name)
        elif isinstance(target, Path):
            with target.open("rb") as file:
                yield ZipBag(file, name=name)
        else:
            yield ZipBag(target, name=name)


def _lay_out(
    folder: Path, info: Sequence[tuple[str, str]], files: Mapping[str, bytes | Path]
) -> list[bag_zip.Member]:
    """The bag as a folder; what each of its files is, sorted by path."""
    members: dict[str, bag_zip.Member] = {}
    digests: dict[str, str] = {}

    def put(path: str, content: bytes | Path) -> None:
        members[path], digests[path] = _copied(content, folder / path, path)
        bag_zip.small_enough(members.values())

    for path in sorted(files):
        put(f"data/{path}", files[path])
    sizes = [member.size for member in members.values()]
    manifest = tags.manifest_file(digests)
    put(tags.BAGIT, tags.DECLARATION)
    put(tags.INFO, tags.info_file(info, sizes))
    put(tags.MANIFEST, manifest)
    named = {path: digests[path] for path in (tags.BAGIT, tags.INFO, tags.MANIFEST)}
    put(tags.TAG_MANIFEST, tags.manifest_file(named))
    return [members[path] for path in sorted(members)]


def _copied(content: bytes | Path, to: Path, path: str) -> tuple[bag_zip.Member, str]:
    digest, crc, size = hashlib.sha256(), 0, 0
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb") as copy:
        for piece in _pieces(content):
            digest.update(piece)
            crc = zlib.crc32(piece, crc)
            size += copy.write(piece)
    return bag_zip.Member(path=path, size=size, crc=crc), digest.hexdigest()


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _zipped(folder: Path, name: str, members: Sequence[bag_zip.Member]) -> Iterator[bytes]:
    heads, end = bag_zip.frame(name, members)
    for member, head in zip(members, heads, strict=True):
        yield head
        yield from _pieces(folder / member.path)
    yield end


def _prove(folder: Path) -> None:
    """The library looks at every bag before it is handed out: structure, files, digests."""
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        raise EngineError(
            problem(
                "package_unsound",
                f"归档包未通过自检（{error}），没有交出；请重新运行，仍然如此请报告管理员。",
                f"the package did not stand its proof ({error}) and was not handed out; "
                "run it again, and tell the administrator if it stays so.",
            )
        ) from None
