"""Batch folder: what was written there, so that a later run knows its own files again.

Every file is announced here, with the hash of what it will hold, before it is written or renamed;
so a run that is killed at any moment leaves nothing that the next one cannot tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.desk.files import sha256_of, write_whole
from service.errors import ConflictError, Lang, Problem, problem

RECORD = ".gongwen-batch.json"
_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Record:
    """One file of ours.

    Attributes:
        names: under which it may lie; the last is where it belongs.
        shas: SHA-256 (hex) of what we wrote; the last is what it should hold.
        digest: hash of what it is made from.
        who: identities of the member, the surest first.
        pages: of each form in it (PDF).
    """

    names: tuple[str, ...]
    shas: tuple[str, ...]
    digest: str
    who: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Record:
        """From JSON; raises ValueError, TypeError or KeyError where it cannot be ours."""
        texts = {key: tuple(map(_text, plain[key])) for key in ("names", "shas", "who")}
        if not texts["names"] or not texts["shas"] or not all(map(_is_name, texts["names"])):
            raise ValueError("names")
        pages = tuple(int(count) for count in plain["pages"])
        return cls(**texts, digest=_text(plain["digest"]), pages=pages)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a file of ours is found.

    Attributes:
        name: where it lies; "" where it is gone.
        sha: SHA-256 of what lies there, hex.
        ours: it holds what we wrote; else somebody has changed it.
        newest: it holds what we wrote last.
    """

    name: str = ""
    sha: str = ""
    ours: bool = False
    newest: bool = False

    @property
    def edited(self) -> bool:
        """True where somebody has changed it since."""
        return bool(self.name) and not self.ours


class BatchRecord:
    """The record of one batch folder.

    Args:
        folder: where the batch lies.
        kind: the kind's name.
        lang: language of the forms.

    Raises:
        ConflictError: `other_batch`: the folder holds a batch of another kind or language.
    """

    def __init__(self, folder: Path, *, kind: str, lang: Lang) -> None:
        self.folder = folder
        self.notes: list[Problem] = []
        self._head = {"format": _FORMAT, "kind": kind, "lang": lang}
        self.files: dict[str, Record] = self._read()
        self._saved = dict(self.files)

    def _read(self) -> dict[str, Record]:
        try:
            plain = json.loads((self.folder / RECORD).read_bytes())
            if plain["format"] != _FORMAT:
                raise ValueError("format")
            head = {key: plain[key] for key in self._head}
            files = {str(key): Record.read(one) for key, one in plain["files"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.notes.append(_unreadable())
            return {}
        if head != self._head:
            raise ConflictError(_other_batch(self.folder))
        return files

    def save(self) -> None:
        """Writes the record whole, where anything has changed. Raises EngineError."""
        if self.files == self._saved:
            return
        plain = {**self._head, "files": {key: vars(one) for key, one in self.files.items()}}
        text = json.dumps(plain, ensure_ascii=False)
        write_whole(self.folder / RECORD, text.encode("utf-8", "surrogatepass"))
        self._saved = dict(self.files)

    def find(self, key: str) -> Standing:
        """How the file of a key stands now."""
        record = self.files.get(key)
        if record is None:
            return Standing()
        there = [(name, sha256_of(file)) for name, file in self._places(record) if file.is_file()]
        for wanted in reversed(record.shas):
            for name, sha in there:
                if sha == wanted:
                    newest = sha == record.shas[-1]
                    return Standing(name=name, sha=sha, ours=True, newest=newest)
        return Standing(name=there[0][0], sha=there[0][1]) if there else Standing()

    def where(self, key: str) -> str:
        """The file's name without a look inside; "" where it is gone."""
        names = reversed(self.files[key].names) if key in self.files else ()
        return next((name for name in names if (self.folder / name).is_file()), "")

    def _places(self, record: Record) -> list[tuple[str, Path]]:
        return [(name, self.folder / name) for name in record.names]

    def intend(self, key: str, record: Record) -> None:
        """Announces what a file will hold; until it is written, its earlier hash is known too."""
        before = self.files.get(key)
        if before is not None:
            earlier = tuple(sha for sha in before.shas if sha not in record.shas)
            record = replace(record, shas=(*earlier, *record.shas))
        self.files[key] = record

    def settle(self, key: str, standing: Standing) -> None:
        """Forgets earlier names and hashes of a file that was found."""
        if not standing.name:
            return
        record = replace(self.files[key], names=(standing.name,))
        self.files[key] = replace(record, shas=record.shas[-1:]) if standing.newest else record


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _is_name(name: str) -> bool:
    """A plain name in the folder itself: a record that was tampered with leads nowhere else."""
    return Path(name).name == name and name not in {".", "..", RECORD}


def _unreadable() -> Problem:
    return problem(
        "record_unreadable",
        f"文件夹里的记录 {RECORD} 已损坏，不再使用；内容相同的文件照认，其他已有文件一律不动。",
        f"the folder's record {RECORD} is damaged and is not used; files with the same content are "
        "known again, no other file is touched.",
        file=RECORD,
    )


def _other_batch(folder: Path) -> Problem:
    return problem(
        "other_batch",
        "这个文件夹里已有另一种文书或另一种语言的一批；请换一个文件夹。",
        "this folder holds a batch of another kind or language; take another folder.",
        file=str(folder),
    )
