"""The edge, Word: opens the zip of a .docx within limits, trusting nothing that it claims."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from service.errors import DefinitionError, Problem, problem

MAX_MEMBERS = 2000
MAX_XML_BYTES = 20 * 1024 * 1024
"""Largest XML member, bytes; other members may fill the sum."""
MAX_SUM_BYTES = 100 * 1024 * 1024
MAX_RATIO = 100
"""Uncompressed to compressed; looked at from 1 MB up, small members compress as they like."""
_RATIO_FROM = 1024 * 1024
_CHUNK = 64 * 1024

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


def read_members(docx: bytes, *, file: str) -> dict[str, bytes]:
    """Names and bytes, in the archive's order, before anything in them is parsed.

    Raises:
        DefinitionError: `not_a_docx`, `archive_too_large`, `bad_archive_entry`,
            `xml_dtd_forbidden`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            entries = archive.infolist()
            _refuse([*_sizes(entries), *_names(entries)], file)
            members = dict(_read_all(archive, entries, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise DefinitionError(not_a_docx(docx, file)) from None
    _refuse(list(_dtds(members)), file)
    return members


def _refuse(problems: list[Problem], file: str) -> None:
    if problems:
        raise DefinitionError([_in_file(p, file) for p in problems])


def _in_file(found: Problem, file: str) -> Problem:
    return Problem(code=found.code, text=found.text, path=found.path, file=file)


def not_a_docx(docx: bytes, file: str) -> Problem:
    """Says which it is: an old or encrypted file, or no Word file at all."""
    if docx.startswith(OLE_MAGIC):
        zh = "这是旧式 .doc 文件，或加了密码的文件；请在 Word 中去掉密码并另存为 .docx。"
        en = "This is an old .doc file or has a password; remove it and save as .docx in Word."
    else:
        zh = "这不是 Word 的 .docx 文件，或文件已损坏；请在 Word 中打开后另存为 .docx。"
        en = "This is not a .docx file, or it is damaged; open it in Word and save as .docx."
    return problem("not_a_docx", zh, en, file=file)


def _too_large(zh: str, en: str) -> Problem:
    return problem("archive_too_large", f"模板太大：{zh}。", f"The template is too large: {en}.")


def _sizes(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    if len(entries) > MAX_MEMBERS:
        yield _too_large(f"内含文件多于 {MAX_MEMBERS} 个", f"more than {MAX_MEMBERS} members")


def _names(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries[: MAX_MEMBERS + 1]:
        # OPC names are equal without regard to case.
        name = entry.orig_filename
        if not _good_name(name) or name.lower() in seen or _odd(entry):
            yield problem(
                "bad_archive_entry",
                f"模板内部有不合规的条目（{name[:60]!a}）；请在 Word 中打开后另存。",
                f"A bad entry inside the template ({name[:60]!a}); open it in Word and save anew.",
            )
        seen.add(name.lower())


def _good_name(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    clean = not re.search(r"[\x00-\x1f\\:\x7f]", name)
    return clean and all(part not in {"", ".", ".."} for part in parts)


def _odd(entry: zipfile.ZipInfo) -> bool:
    encrypted = bool(entry.flag_bits & 0x1)
    return encrypted or stat.S_ISLNK(entry.external_attr >> 16)


def _read_all(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], file: str
) -> Iterator[tuple[str, bytes]]:
    left = MAX_SUM_BYTES
    for entry in entries:
        if not entry.is_dir():
            data = _read(archive, entry, left, file)
            left -= len(data)
            yield entry.filename, data


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, file: str) -> bytes:
    """One member, counted while it is read: the sizes that the archive claims prove nothing."""
    named_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    limit = min(left, MAX_XML_BYTES if named_xml else left)
    limit = min(limit, max(_RATIO_FROM, entry.compress_size * MAX_RATIO))
    data = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > limit:
                _refuse([_too_large(f"{entry.filename} 解压后过大", f"{entry.filename}")], file)
    return bytes(data)


def _dtds(members: Mapping[str, bytes]) -> Iterator[Problem]:
    """Looked for as bytes, since relationships are parsed before the child process sees them."""
    marks = ["<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    for name, data in members.items():
        if is_xml(name, data) and any(mark in data for mark in marks):
            yield problem(
                "xml_dtd_forbidden",
                f"模板内的 {name} 含有 DTD 声明，不允许；请在 Word 中打开后另存。",
                f"{name} in the template holds a DTD, which is not allowed; save it anew in Word.",
            )


def is_xml(name: str, data: bytes) -> bool:
    """True for a member that some reader may take for XML."""
    named = name.lower().endswith((".xml", ".rels", ".vml"))
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return named or start.startswith(b"<")
