"""Verifying: is it what was handed over? A package as zip or folder, or the joined PDF alone.

It works without a database. Whoever forges a package and makes every digest anew is found by the
digest on the receipt (`expect`) and by the register of submissions (`known_hashes`).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeAlias

from service.core.filing.verdict import Verdict, difference
from service.desk.filing.verify_package import check_package, is_package
from service.desk.filing.verify_pdf import part_by_bookmark, sealed_differences
from service.desk.tools import Desk
from service.errors import InputError, NotFoundError, Text, problem

_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_PDF = 1 << 30
_FORGED = Text(
    "校验能发现一切意外改动；要排除有意伪造，请用 --expect 与回执上的校验码核对。",
    "every accident is found; to rule out a forgery, give the digest on the receipt (--expect).",
)
_EXPECTED = Text("与给出的校验码一致。", "its digest is the one that was given.")
_REGISTERED = Text("与本系统登记的报送一致。", "this desk's register holds it.")
_NOT_ASKED = Text(
    "本系统的报送登记暂时打不开，没有核对。",
    "this desk's register cannot be opened and was not asked.",
)
_NOT_HERE = Text("本系统没有登记过这份报送。", "this desk's register knows nothing of it.")


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What a submission says it is, to be looked for in the register.

    Attributes:
        title: of the submission; of a lone PDF its own title.
        unit: who handed it over; "" of a lone PDF.
        edition: 0 of a lone PDF.
        sha256: of the joined PDF, as found.
    """

    title: str
    unit: str = ""
    edition: int = 0
    sha256: str = ""


KnownHashes: TypeAlias = Callable[[Filed], Collection[str] | None]
"""SHA-256 of the joined PDFs that the register holds for it; none where it knows of none, None
where it could not be asked."""


def verify_path(
    desk: Desk, target: Path, *, expect: str = "", known_hashes: KnownHashes | None = None
) -> Verdict:
    """Verifies a package zip, a package folder or a lone PDF.

    Args:
        desk: for the engines.
        target: file or folder.
        expect: SHA-256 of the joined PDF (as on the receipt) or of the zip; blanks in it and
            capitals do not matter.
        known_hashes: the register, where there is one.

    Raises:
        NotFoundError: `no_file`.
        InputError: `not_a_package`, `bad_hash`.
    """
    wanted = _hash(expect)
    if target.is_dir():
        verdict, filed = _package(desk, target, name=target.resolve().name)
        return _judged(verdict, filed, wanted, known_hashes)
    if not target.is_file():
        zh, en = "没有这个文件或文件夹。", "there is no such file or folder."
        raise NotFoundError(problem("no_file", zh, en, file=str(target)))
    with target.open("rb") as file:
        return _file(desk, file, target.name, wanted, known_hashes)


def verify_bytes(
    desk: Desk,
    data: bytes,
    *,
    name: str,
    expect: str = "",
    known_hashes: KnownHashes | None = None,
) -> Verdict:
    """The same for a file that somebody sent: a package zip or a lone PDF."""
    return _file(desk, io.BytesIO(data), name, _hash(expect), known_hashes)


def _file(
    desk: Desk, file: BinaryIO, name: str, wanted: str, known_hashes: KnownHashes | None
) -> Verdict:
    head, suffix = file.read(1024), Path(name).suffix.lower()
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    # One changed byte must not make another kind of file of it: the name may say it too.
    if head.startswith(b"%PDF-") or (suffix == ".pdf" and not head.startswith(b"PK")):
        verdict, filed = _pdf(desk, file, name=name, sha256=sha256)
    elif head.startswith(b"PK") or (suffix == ".zip" and head):
        verdict, filed = _package(desk, file, name=name)
    else:
        raise _no_package(name)
    return _judged(replace(verdict, sha256=sha256), filed, wanted, known_hashes)


def _package(desk: Desk, target: Path | BinaryIO, *, name: str) -> tuple[Verdict, Filed]:
    with desk.bags.open(target, name=name) as bag:
        if not is_package(bag):
            raise _no_package(name)
        found = check_package(desk, bag)
        said = found.manifest
        verdict = Verdict(
            target="zip" if bag.zipped else "folder",
            name=name,
            pdf_sha256=found.pdf_sha256,
            title=said.title if said else "",
            edition=said.edition if said else 0,
            files=found.files,
            pages=found.pages,
            differences=found.differences,
        )
    unit = said.unit if said else ""
    return verdict, Filed(
        title=verdict.title, unit=unit, edition=verdict.edition, sha256=found.pdf_sha256
    )


def _pdf(desk: Desk, file: BinaryIO, *, name: str, sha256: str) -> tuple[Verdict, Filed]:
    data = file.read(_MOST_PDF + 1)
    if len(data) > _MOST_PDF:
        zh, en = "PDF 超过 1 GB，无法打开核对。", "the PDF is over 1 GB and cannot be opened."
        raise InputError(problem("pdf_too_large", zh, en, file=name))
    report = desk.seals.examine(data)
    contents = desk.contents.contents(data)
    found = sealed_differences(report, file=name, part_at=part_by_bookmark(contents))
    if not report.sealed:
        code = "no_seal" if report.pages else "pdf_unreadable"
        found = [difference(code, file=name)]
    verdict = Verdict(
        target="pdf",
        name=name,
        pdf_sha256=sha256,
        title=contents.title,
        pages=report.pages,
        differences=tuple(found),
    )
    return verdict, Filed(title=contents.title, sha256=sha256)


def _judged(
    verdict: Verdict, filed: Filed, wanted: str, known_hashes: KnownHashes | None
) -> Verdict:
    """The verdict with what the receipt and the register say of it."""
    found, notes = list(verdict.differences), []
    hashes = {verdict.sha256, verdict.pdf_sha256} - {""}
    expected = bool(wanted) and wanted in hashes
    if wanted and not expected:
        found.insert(0, difference("not_expected", found=verdict.pdf_sha256 or "—"))
    if expected and verdict.target == "pdf":
        found = []  # it is the very file, whether it ever bore a seal or not
    if expected:
        notes.append(_EXPECTED)
    elif not wanted and not found:
        notes.append(_FORGED)
    known = known_hashes(filed) if known_hashes else ()
    if known and filed.sha256 not in known:
        found.insert(0, difference("not_registered", known="、".join(sorted(known))))
    elif known_hashes:
        notes.append(_NOT_ASKED if known is None else _REGISTERED if known else _NOT_HERE)
    return replace(verdict, differences=tuple(found), notes=tuple(notes))


def _hash(text: str) -> str:
    """A digest as somebody copied it from paper."""
    plain = "".join(text.split()).lower().removeprefix("sha256:")
    if plain and not _HASH.fullmatch(plain):
        zh = "校验码应为 64 位十六进制数字（0—9、a—f），请照回执重新输入。"
        en = "a digest has 64 characters 0-9 and a-f; copy it from the receipt again."
        raise InputError(problem("bad_hash", zh, en, path="--expect"))
    return plain


def _no_package(name: str) -> InputError:
    zh = "这不是归档包（.zip 或文件夹），也不是 PDF，无法校验。"
    en = "it is neither a package (.zip or folder) nor a PDF; it cannot be verified."
    return InputError(problem("not_a_package", zh, en, file=name))
