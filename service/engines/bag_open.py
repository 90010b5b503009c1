"""Engine room, packages: a bag from outside, in a folder or a zip, read without trust.

Nothing is unpacked to disk, so no name can write anywhere; what no bag of ours holds is named and
not read. Files are read in pieces.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from service.engines import bag_zip
from service.engines.protocols import Digest
from service.errors import Problem, problem

PIECE = 1 << 20
MOST_FILES, MOST_BYTES, MOST_RATIO = 70_000, 8 << 30, 400
"""Of a zip from outside, by its directory; tables may pack a hundredfold, bombs a thousandfold."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What zipfile raises at a zip that is none, or is no longer whole."""


class FolderBag:
    """A bag in a folder."""

    zipped = False

    def __init__(self, folder: Path, *, name: str) -> None:
        self._strange: list[Problem] = []
        self._files: dict[str, Path] = {}
        root = _bag_root(folder)
        self.name = root.name or name
        for path, file in self._walk(root):
            if path in self._files:
                self._strange.append(_strange("doubled_name", path))
            self._files[path] = file
            if len(self._files) > MOST_FILES:
                self._strange.append(_too_much(name))
                break
        self.strange = tuple(self._strange)
        self.paths = tuple(sorted(self._files))

    def _walk(self, root: Path) -> Iterator[tuple[str, Path]]:
        for here, folders, files in os.walk(root):
            for one in sorted((*folders, *files)):
                file = Path(here) / one
                path = unicodedata.normalize("NFC", file.relative_to(root).as_posix())
                mode = file.lstat().st_mode
                if stat.S_ISREG(mode) and _printable(path):
                    yield path, file
                elif not stat.S_ISDIR(mode):
                    self._strange.append(_strange("no_plain_file", path))

    def digest(self, path: str) -> Digest | None:
        """Of a file, read in pieces."""
        try:
            with self._open(path) as file:
                return _digest(file)
        except OSError:
            return None

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file of at most `most` bytes."""
        try:
            with self._open(path) as file:
                data = file.read(most + 1)
        except OSError:
            return None
        return data if len(data) <= most else None

    def _open(self, path: str) -> BinaryIO:
        handle = os.open(self._files[path], os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        return os.fdopen(handle, "rb")

    def frame_whole(self) -> bool:
        """A folder has no frame."""
        return True


class ZipBag:
    """A bag in a zip, ours or zipped anew by somebody."""

    zipped = True

    def __init__(self, file: BinaryIO, *, name: str) -> None:
        self._file = file
        self._strange: list[Problem] = []
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._tops: set[str] = set()
        self._taken: set[str] = set()
        try:
            self._zip = zipfile.ZipFile(file)
            self._list(name)
        except _BROKEN:
            self._strange = [_broken(name)]
            self._members = {}
        self.name = min(self._tops, default="")
        self.strange = tuple(self._strange)
        self.paths = tuple(sorted(self._members))

    def _list(self, name: str) -> None:
        infos = self._zip.infolist()
        packed = sum(info.compress_size for info in infos)
        size = sum(info.file_size for info in infos)
        if len(infos) > MOST_FILES or size > MOST_BYTES or size > max(packed, 4096) * MOST_RATIO:
            self._strange.append(_too_much(name))
            return
        for info in infos:
            self._take(info)
        if len(self._tops) > 1:
            self._strange.append(_strange("several_tops", ", ".join(sorted(self._tops)[:3])))

    def _take(self, info: zipfile.ZipInfo) -> None:
        path = _name_of(info)
        steps = path.removesuffix("/").split("/")
        if "\\" in path or ":" in path or not _printable(path) or {"", ".", ".."} & {*steps}:
            self._strange.append(_strange("unsafe_name", path))
        elif stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            self._strange.append(_strange("no_plain_file", path))
        elif not path.endswith("/"):
            self._tops.add(steps[0] if len(steps) > 1 else "")
            below = "/".join(steps[1:]) or path
            if below.casefold() in self._taken:
                self._strange.append(_strange("doubled_name", path))
            self._taken.add(below.casefold())
            self._members[below] = info

    def digest(self, path: str) -> Digest | None:
        """Of a file, read in pieces."""
        with suppress(*_BROKEN), self._zip.open(self._members[path]) as file:
            return _digest(file)
        return None

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file of at most `most` bytes."""
        info = self._members[path]
        if info.file_size > most:
            return None
        with suppress(*_BROKEN), self._zip.open(info) as file:
            return file.read(most + 1)
        return None

    def frame_whole(self) -> bool:
        """Whether every byte beside the files' own is as `bag_zip` writes it."""
        members = [
            bag_zip.Member(path=path, size=info.file_size, crc=info.CRC)
            for path, info in sorted(self._members.items())
        ]
        heads, end = bag_zip.frame(self.name, members)
        place = 0
        for member, head in zip(members, heads, strict=True):
            if self._bytes(place, len(head)) != head:
                return False
            place += len(head) + member.size
        return self._bytes(place, len(end) + 1) == end

    def _bytes(self, place: int, count: int) -> bytes:
        self._file.seek(place)
        return self._file.read(count)


def _bag_root(folder: Path) -> Path:
    """The bag itself, also where somebody unpacked it into a folder of its own."""
    if not (folder / "bagit.txt").is_file():
        below = [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
        if len(below) == 1 and (below[0] / "data").is_dir():
            return below[0]
    return folder.resolve() if not folder.name else folder


def _name_of(info: zipfile.ZipInfo) -> str:
    """A member's name; zips made by Windows in China bear GB18030 and do not say so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                name = raw.decode(encoding)
                break
    return unicodedata.normalize("NFC", name)


def _printable(path: str) -> bool:
    return not any(unicodedata.category(one) in {"Cc", "Cs"} for one in path)


def _digest(file: BinaryIO | IO[bytes]) -> Digest:
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return Digest(sha256=digest.hexdigest(), size=size)


_STRANGE = {
    "doubled_name": ("这个名称出现两次。", "this name stands there twice."),
    "no_plain_file": (
        "这不是普通文件（链接、加密或设备），没有读取。",
        "this is no plain file (a link, encrypted, a device); it was not read.",
    ),
    "unsafe_name": (
        "这个名称会指到包外，或含不能用的字符，没有读取。",
        "this name leads out of the package or holds characters that no name may; it was not read.",
    ),
    "several_tops": (
        "包里应只有一个顶层文件夹。",
        "a package has one folder at its top, and nothing beside it.",
    ),
}


def _strange(code: str, path: str) -> Problem:
    shown = "".join(one if _printable(one) else "\ufffd" for one in path)[:300]
    return problem(code, *_STRANGE[code], file=shown)


def _broken(name: str) -> Problem:
    zh = "压缩包已损坏，读不出来；请重新复制或向移交方重新索取。"
    en = "the zip is damaged and cannot be read; copy it again, or ask for it again."
    return problem("zip_broken", zh, en, file=name)


def _too_much(name: str) -> Problem:
    zh = "压缩包里的文件过多或展开后过大，不是本系统的归档包，没有读取。"
    en = "it holds too many files or unpacks to too much: no package of ours; it was not read."
    return problem("archive_too_large", zh, en, file=name)
