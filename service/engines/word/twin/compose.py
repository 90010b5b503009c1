"""The edge, Word: a template's twin: the ODT that LibreOffice made of it, filled as composites.

LibreOffice reads ODT almost three times faster than Word. A twin makes composites for the converter
only; whether its pages are the Word file's is not judged here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

from jinja2 import TemplateError
from lxml import etree

from service.engines.protocols import Composite
from service.engines.word.compile import parse, template_of
from service.engines.word.composite.marks import end_of, mark_of
from service.engines.word.environment import Recording
from service.engines.word.package import Package, safe_parser
from service.engines.word.parts import has_tag
from service.engines.word.readback import lines_of, missing_value
from service.engines.word.twin.marks import mended
from service.engines.word.twin.source import UnfitError, tags_in, twin_source
from service.engines.word.twin.styles import TwinStyles
from service.engines.word.twin.values import ENVIRONMENT
from service.errors import EngineError, Problem, problem

_LARGEST = 32 << 20  # bytes of a part of the ODT
_KEPT = ("styles.xml", "settings.xml", "meta.xml")
_TYPE = "application/vnd.oasis.opendocument.text"
_FIRST = re.compile(r"\A\s*<(?:text:[ph]|table:table)(?= |>|/>)([^<>]*?)/?>")
_NAMED = re.compile(r'(?:text|table):style-name="([^"]*)"')
_PARAGRAPH = re.compile(r"<text:([ph])([^<>]*?)(/?)>")
_LAST = re.compile(r".*(</text:([ph])>|<text:[ph](?: [^<>]*)?/>)", re.DOTALL)
_FAILURES = (
    *(TemplateError, TypeError, ValueError, AttributeError),
    *(ArithmeticError, LookupError, RecursionError),
)


class TwinTemplate:
    """A template's twin, compiled; fills in process, from any thread.

    Args:
        odt: what LibreOffice saved the prepared Word template as.
        package: the prepared Word template.
        file: its name, for messages.

    Raises:
        UnfitError: no twin can be made of this template.
    """

    def __init__(self, odt: bytes, package: Package, *, file: str) -> None:
        self._file = file
        members = _members(odt)
        source = twin_source(members["content.xml"])
        if source.tags != tags_in(lines_of(package, [package.document])):
            raise UnfitError("tags differ")
        if _has_tag_elsewhere(package.members[package.document]):
            raise UnfitError("tags in attributes")
        if any(has_tag("".join(lines_of(package, [p]))) for p in _margins(package)):
            raise UnfitError("tags in headers or footers")
        tree = parse(source.body, environment=ENVIRONMENT)
        self._template = template_of(tree, environment=ENVIRONMENT)
        self._head, self._tail = source.head, source.tail
        self._styles = TwinStyles(members["content.xml"], members["styles.xml"])
        self._static = {name: members[name] for name in _KEPT}

    def composite(self, contexts: Sequence[Mapping[str, Any]]) -> Composite:
        """Many documents as one for the converter, each read back.

        Args:
            contexts: one for each document, at least one.

        Raises:
            EngineError: `twin_failed`: one of them cannot be filled, which its Word file will
                tell more about.
        """
        bodies = [self._body(number, context) for number, context in enumerate(contexts)]
        content = "".join([self._styles.added_to(self._head), *bodies, self._tail])
        numbers = range(len(bodies))
        return Composite(
            source=_written({**self._static, "content.xml": content.encode()}),
            suffix=".odt",
            marks=tuple(map(mark_of, numbers)),
            ends=tuple(map(end_of, numbers)),
        )

    def _body(self, number: int, context: Mapping[str, Any]) -> str:
        try:
            with Recording() as values:
                body = self._template.render(context)
            expat.ParserCreate().Parse(f"<x>{body}</x>".encode(), True)
        except (*_FAILURES, expat.ExpatError):
            raise EngineError(_failed(self._file)) from None
        if "\r" in body or missing_value(body, values) is not None:
            raise EngineError(_failed(self._file))
        return self._marked(self._begun(mended(body, self._styles)), number)

    def _begun(self, body: str) -> str:
        """The body with its first element on a new page, numbered 1."""
        first = _FIRST.match(body)
        if first is None:
            raise EngineError(_failed(self._file))
        is_table = "<table:table" in first[0]
        family = "table" if is_table else "paragraph"
        named = _NAMED.search(first[1])
        style = self._styles.starting(family, named[1] if named else "")
        attribute = f'{"table" if is_table else "text"}:style-name="{style}"'
        if named:
            start = first.start(1)
            return body[: start + named.start()] + attribute + body[start + named.end() :]
        place = first.end(1)
        return f"{body[:place]} {attribute}{body[place:]}"

    def _marked(self, body: str, number: int) -> str:
        """Bookmarks in the first and the last paragraph."""
        ending = _LAST.match(body)
        opening = _PARAGRAPH.search(body)
        if ending is None or opening is None:
            raise EngineError(_failed(self._file))
        start, end = map(_bookmark, (mark_of(number), end_of(number)))
        if not ending[2]:
            body = body[: ending.start(1)] + _opened(ending[1], end) + body[ending.end() :]
        else:
            body = body[: ending.start(1)] + end + body[ending.start(1) :]
        opening = _PARAGRAPH.search(body)
        assert opening is not None
        if opening[3]:
            return body[: opening.start()] + _opened(opening[0], start) + body[opening.end() :]
        return body[: opening.end()] + start + body[opening.end() :]


def _members(odt: bytes) -> dict[str, bytes]:
    """The parts that are used; what LibreOffice writes beside them (pictures, menus) is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(odt)) as parcel:
            wanted = ("content.xml", *_KEPT)
            if any(parcel.getinfo(name).file_size > _LARGEST for name in wanted):
                raise UnfitError("too large")
            return {name: parcel.read(name) for name in wanted}
    except (zipfile.BadZipFile, KeyError) as error:
        raise UnfitError("not an ODT") from error


def _has_tag_elsewhere(document: bytes) -> bool:
    """True where an attribute or a field is bound to a value, which LibreOffice would read now."""
    root = etree.fromstring(document, safe_parser())
    for element in root.iter(etree.Element):
        other = "" if str(element.tag).endswith("}t") else element.text or ""
        if any(map(has_tag, (*map(str, element.values()), other))):
            return True
    return False


def _margins(package: Package) -> tuple[str, ...]:
    return (*package.headers, *package.footers)


def _bookmark(name: str) -> str:
    return f'<text:bookmark text:name="{name}"/>'


def _opened(paragraph: str, inside: str) -> str:
    """`<text:p …/>` with something in it."""
    name = paragraph[1:7]
    return f"{paragraph[:-2]}>{inside}</{name}>"


def _written(members: Mapping[str, bytes]) -> bytes:
    """An ODT, not deflated: LibreOffice takes it off this very machine's disk."""
    entries = "".join(_entry(name, "text/xml") for name in members)
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" xmlns:'
        f'manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{_entry("/", _TYPE)}'
        f"{entries}</manifest:manifest>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as parcel:
        parcel.writestr(zipfile.ZipInfo("mimetype"), _TYPE)
        for name, data in members.items():
            parcel.writestr(zipfile.ZipInfo(name), data)
        parcel.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), manifest)
    return target.getvalue()


def _entry(path: str, kind: str) -> str:
    return f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'


def _failed(file: str) -> Problem:
    return problem(
        "twin_failed",
        "合并转换时有一份没有填好，改用 Word 文件转换。",
        "one of the forms could not be filled for converting together; its Word file is used.",
        file=file,
    )
