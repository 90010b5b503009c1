"""Metadata of a part, by the names of GB/T 33480-2016 and the least that GB/T 18894-2016 asks for.

As JSON and as XML, each with equal bytes for equal values; both are read back when a package is
verified. A name without a value stays there, empty: whoever reads it sees that nothing was given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from service.core.filing.manifest import MadeWith, PartSaid
from service.errors import InputError, problem

GBT_33480 = (
    "公文标识", "文种", "份号", "密级和保密期限", "紧急程度", "发文机关标志", "发文字号", "签发人",
    "标题", "主送机关", "附件说明", "发文机关或签发人署名", "成文日期", "附注", "抄送机关",
    "印发机关", "印发日期", "发布层次",
)  # fmt: skip
GBT_18894 = (
    "题名", "文件编号", "责任者", "日期", "机构或问题", "保管期限", "密级", "格式信息",
    "计算机文件名", "计算机文件大小", "文档创建程序",
)  # fmt: skip
STANDARDS = {"GB/T 33480-2016": GBT_33480, "GB/T 18894-2016": GBT_18894}
OTHER = "other"
_FORMATS = {
    ".pdf": "PDF",
    ".docx": "Office Open XML (DOCX)",
    ".doc": "Word 97-2003 (DOC)",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
}
_RETENTION = {"Y": "永久", "D30": "30年", "D10": "10年"}


@dataclass(frozen=True, kw_only=True)
class PartFacts:
    """What a paper says of itself beside what its part says; each "" where it does not.

    Attributes:
        kind: 文种 in words, e.g. 通知.
        copy_number: 份号.
        secrecy: 密级和保密期限.
        urgency: 紧急程度.
        letterhead: 发文机关标志.
        signer: 签发人.
        to: 主送机关.
        annexes: 附件说明.
        signed: 发文机关或签发人署名; the issuer where "".
        note: 附注.
        copies_to: 抄送机关.
        printed_by: 印发机关.
        printed_on: 印发日期.
        level: 发布层次.
        section: 机构或问题.
        pdfa: whether the part's PDF claims PDF/A-2b.
    """

    kind: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    letterhead: str = ""
    signer: str = ""
    to: str = ""
    annexes: str = ""
    signed: str = ""
    note: str = ""
    copies_to: str = ""
    printed_by: str = ""
    printed_on: str = ""
    level: str = ""
    section: str = ""
    pdfa: bool = False


def metadata_of(part: PartSaid, facts: PartFacts, made_with: MadeWith) -> dict[str, str]:
    """Every name of both standards with its text, in their order."""
    file = part.pdf or part.original
    day = part.date.isoformat() if part.date else ""
    digest = part.pdf_sha256 or (part.original.sha256 if part.original else "")
    identity = part.archive_no or part.number or (f"sha256:{digest}" if digest else "")
    core = (
        identity, facts.kind, facts.copy_number, facts.secrecy, facts.urgency, facts.letterhead,
        part.number, facts.signer, part.title, facts.to, facts.annexes,
        facts.signed or part.issuer, day, facts.note, facts.copies_to, facts.printed_by,
        facts.printed_on, facts.level,
    )  # fmt: skip
    least = (
        part.title, part.number, part.issuer, day, facts.section,
        _RETENTION.get(part.retention, part.retention), facts.secrecy,
        _format(file.path if file else "", pdfa=facts.pdfa),
        PurePosixPath(file.path).name if file else "", str(file.size) if file else "",
        f"Gongwen {made_with.gongwen}; {made_with.office}",
    )  # fmt: skip
    return dict(zip((*GBT_33480, *GBT_18894), (*core, *least), strict=True))


def _format(path: str, *, pdfa: bool) -> str:
    name = _FORMATS.get(PurePosixPath(path).suffix, PurePosixPath(path).suffix.lstrip(".").upper())
    return "PDF/A-2b" if pdfa and name == "PDF" else name


def to_json(part: PartSaid) -> bytes:
    """A part's metadata, grouped by standard; UTF-8, LF, in the order of the standards."""
    said = {"no": part.no, "title": part.title, "metadata": _grouped(part.metadata)}
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def to_xml(part: PartSaid) -> bytes:
    """The same as XML.

    Raises:
        InputError: `bad_character`: a text holds what no XML may hold.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<record no="{part.no}" title="{_escaped(part.title, part.no)}">')
    for standard, texts in _grouped(part.metadata).items():
        lines.append(f'  <elements standard="{_escaped(standard, part.no)}">')
        for name, text in texts.items():
            name_, text_ = _escaped(name, part.no), _escaped(text, part.no)
            lines.append(f'    <element name="{name_}">{text_}</element>')
        lines.append("  </elements>")
    return "\n".join([*lines, "</record>", ""]).encode()


def _grouped(metadata: Mapping[str, str]) -> dict[str, dict[str, str]]:
    groups = {
        standard: {name: metadata[name] for name in names if name in metadata}
        for standard, names in STANDARDS.items()
    }
    known = {name for names in STANDARDS.values() for name in names}
    groups[OTHER] = {name: metadata[name] for name in sorted(set(metadata) - known)}
    return {standard: texts for standard, texts in groups.items() if texts}


_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# A reader turns a bare \r, and in attributes \n and \t too, into something else.
_ESCAPES |= {mark: f"&#{ord(mark)};" for mark in "\r\n\t"}
_LOWEST, _SURROGATES, _NONE = 0x20, range(0xD800, 0xE000), {0xFFFE, 0xFFFF}


def _escaped(text: str, no: int) -> str:
    for mark in text:
        point = ord(mark)
        if mark not in _ESCAPES and (point < _LOWEST or point in _SURROGATES or point in _NONE):
            zh = f"第 {no} 份材料的说明含有不能写入的字符 U+{point:04X}，请删去。"
            en = f"what is said of part {no} holds U+{point:04X}, not to be written; delete it."
            raise InputError(problem("bad_character", zh, en, path=f"parts.{no - 1}.metadata"))
    return "".join(_ESCAPES.get(mark, mark) for mark in text)


def read_json(data: bytes) -> dict[str, Any] | None:
    """`no`, `title` and the flat metadata of a JSON file; None where it is none of ours."""
    try:
        said = json.loads(data)
        groups = said["metadata"]
        pairs = [pair for texts in groups.values() for pair in texts.items()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return _flat(said.get("no"), said.get("title"), pairs)


def read_xml(data: bytes) -> dict[str, Any] | None:
    """The same of an XML file; a DTD, and with it every entity of its own, is refused."""
    reading = _Reading()
    try:
        reading.parser.Parse(data, True)
    except (expat.ExpatError, _DtdError, ValueError, LookupError):
        return None
    no = reading.head.get("no", "")
    return _flat(int(no) if no.isdecimal() else None, reading.head.get("title"), reading.pairs)


def _flat(no: Any, title: Any, pairs: list[tuple[Any, Any]]) -> dict[str, Any] | None:
    if len({name for name, _ in pairs}) != len(pairs):
        return None
    return {"no": no, "title": title, "metadata": dict(pairs)}


class _DtdError(Exception):
    pass


class _Reading:
    def __init__(self) -> None:
        self.head: dict[str, str] = {}
        self.pairs: list[tuple[str, str]] = []
        self._name: str | None = None
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "record":
            self.head = attributes
        self._name = attributes.get("name") if tag == "element" else None
        self._text.clear()

    def _end(self, tag: str) -> None:
        if self._name is not None:
            self.pairs.append((self._name, "".join(self._text)))
        self._name = None

    def _refuse(self, *_: Any) -> None:
        raise _DtdError
