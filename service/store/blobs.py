"""Files that are kept: a folder or S3, by obstore; names are ours, never a person's words."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlparse
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from service.errors import EngineError, NotFoundError, Problem, problem
from service.settings import Settings
from service.store import faults

PIECE = 1 << 20  # bytes read at a time
_HALVES = ".half"
_STALE_SECONDS = 3600


class Blobs:
    """Bytes under names such as `batches/<id>/items/<id>.docx`.

    Attributes:
        folder: where they lie on this machine; None elsewhere.
    """

    def __init__(self, url: str) -> None:
        self.folder = Path(unquote(urlparse(url).path)) if url.startswith("file:") else None
        try:
            self._store = LocalStore(self.folder, mkdir=True) if self.folder else from_url(url)
        except (BaseError, ValueError, OSError) as error:
            raise EngineError(_unusable()) from error

    def put(self, name: str, data: bytes) -> None:
        """Keeps a file, or puts it in place of an equal one; on the disk when this returns.

        Raises:
            EngineError: `storage_full`, `blobs_unreachable`.
        """
        self.put_all([(name, data)])

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """As `put`, for several: cheaper than one by one, since the disk syncs them together."""
        with _in_our_words():
            if self.folder is not None:
                _write_all(self.folder, files)
            else:
                for name, data in files:
                    obstore.put(self._store, name, data)

    def put_file(self, name: str, file: Path) -> None:
        """As `put`, from a file that may be large."""
        with _in_our_words():
            if self.folder is not None:
                _write_all(self.folder, [(name, file)])
            else:
                obstore.put(self._store, name, file)

    def put_new(self, name: str, data: bytes) -> bool:
        """Keeps a file unless the name is taken; True where it was kept."""
        with _in_our_words():
            if self.folder is not None:
                return _write_new(self.folder, name, data)
            try:
                obstore.put(self._store, name, data, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def get(self, name: str) -> bytes:
        """A file's content. Raises NotFoundError `blob_gone`."""
        with _in_our_words():
            return bytes(obstore.get(self._store, name).bytes())

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file's content, a piece at a time, so that a large one needs no memory."""
        with _in_our_words():
            for piece in obstore.get(self._store, name).stream(PIECE):
                yield bytes(piece)

    def has(self, name: str) -> bool:
        """True where the file is there."""
        with _in_our_words():
            try:
                obstore.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def names(self, prefix: str) -> Iterator[str]:
        """Names of all files under a prefix."""
        with _in_our_words():
            for some in obstore.list(self._store, prefix):
                yield from (one["path"] for one in some)

    def older(self, prefix: str, before: datetime) -> Iterator[str]:
        """Names of the files under a prefix that were written before a moment."""
        with _in_our_words():
            for some in obstore.list(self._store, prefix):
                yield from (one["path"] for one in some if one["last_modified"] < before)

    def remove(self, names: Iterable[str]) -> None:
        """Takes files away; those that are not there are no error."""
        with _in_our_words():
            for name in names:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, name)

    def room(self) -> int:
        """Free bytes where the files lie; a very large number where nobody knows."""
        return shutil.disk_usage(self.folder).free if self.folder else 1 << 62

    def sweep(self) -> None:
        """Takes away what killed processes have left half-written an hour ago and more."""
        if self.folder is None:
            return
        before = time.time() - _STALE_SECONDS
        for half in (self.folder / _HALVES).glob("*"):
            with suppress(FileNotFoundError):
                if half.stat().st_mtime < before:
                    half.unlink()

    def try_writing(self) -> None:
        """Writes a small file and takes it away again. Raises EngineError where it cannot."""
        name = f"trials/{uuid4().hex}"
        self.put(name, b"trial")
        self.remove([name])


def blobs_url(settings: Settings) -> str:
    """The address asked for, else the folder `blobs` in the data folder."""
    return settings.blobs_url or (settings.data.resolve() / "blobs").as_uri()


def digest(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


# Written by ourselves: obstore's LocalStore renames without fsync (seen by strace, 0.12.1), and a
# form must never be counted as made before its file is on the disk.
def _write_all(folder: Path, files: Iterable[tuple[str, bytes | Path]]) -> None:
    halves: list[tuple[Path, Path]] = []
    try:
        for name, data in files:
            halves.append((_half(folder, folder / name), folder / name))
            _write(halves[-1][0], data)
        for half, _ in halves:
            _sync(half)
        for half, whole in halves:
            half.replace(whole)
        for parent in {whole.parent for _, whole in halves}:
            _sync(parent)
    except BaseException:
        for half, _ in halves:
            half.unlink(missing_ok=True)
        raise


def _write_new(folder: Path, name: str, data: bytes) -> bool:
    whole = folder / name
    if whole.exists():
        return False
    half = _half(folder, whole)
    try:
        _write(half, data)
        _sync(half)
        os.link(half, whole)  # fails where the name is taken; a rename would replace
        _sync(whole.parent)
    except FileExistsError:
        return False
    finally:
        half.unlink(missing_ok=True)
    return True


def _half(folder: Path, whole: Path) -> Path:
    """Where a file is written before it gets its name: in one folder, so that it can be swept."""
    whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    halves = folder / _HALVES
    halves.mkdir(exist_ok=True, mode=0o700)
    return halves / uuid4().hex


def _write(file: Path, data: bytes | Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        if isinstance(data, bytes):
            out.write(data)
        else:
            with data.open("rb") as source:
                shutil.copyfileobj(source, out, PIECE)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError(_gone()) from error
    except OSError as error:
        full = error.errno in faults.NO_ROOM
        raise EngineError(faults.storage_full() if full else _unreachable()) from error
    except BaseError as error:
        full = "No space left" in str(error)
        raise EngineError(faults.storage_full() if full else _unreachable()) from error


def _gone() -> Problem:
    return problem(
        "blob_gone",
        "这个文件不在存储里；请检查存储文件夹（GONGWEN_BLOBS_URL）或从备份恢复。",
        "this file is not in the store; look at the store's folder (GONGWEN_BLOBS_URL), or restore "
        "it from a backup.",
    )


def _unreachable() -> Problem:
    return problem(
        "blobs_unreachable",
        "文件存储不可用；请检查存储文件夹的权限，或 S3 服务和 GONGWEN_BLOBS_URL，再试。",
        "the file store cannot be used; look at the rights of its folder, or at the S3 server and "
        "GONGWEN_BLOBS_URL, and try again.",
    )


def _unusable() -> Problem:
    return problem(
        "bad_setting",
        "GONGWEN_BLOBS_URL 不是可用的存储地址；例如 file:///共享文件夹 或 s3://桶/前缀。",
        "GONGWEN_BLOBS_URL is no address of a store that can be used; examples: "
        "file:///shared/folder, s3://bucket/prefix.",
    )
