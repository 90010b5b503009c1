"""The edge, Word: many filled documents of one template in one file, for the converter only.

Each document becomes sections of its own: what was its final section stands in a paragraph that
LibreOffice takes out again, pages are counted from 1 anew, and a bookmark at its first paragraph
says in the PDF where it begins. All of it is work on the filled text; nothing is parsed for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service.engines.protocols import Composite
from service.engines.word_archive import Archive
from service.engines.word_composite_sections import Sections, final_section
from service.engines.word_package import Package
from service.errors import DefinitionError, Problem, problem

MARK = "GongwenItem"
"""A bookmark's name without its number; LibreOffice writes `_` as `5F` in destinations."""
_FIRST_MARK = 90_000_000
"""Ids of our bookmarks; far from what Word gives out."""
_BODY = re.compile(rb"<w:body(?: [^<>]*)?>")
_PARAGRAPH = re.compile(rb"<w:p(?: [^<>]*)?(/?)>(?:<w:pPr/>|<w:pPr>.*?</w:pPr>)?", re.DOTALL)


class Composer:
    """Puts filled documents of one template together.

    Args:
        package: the prepared template; parts that are filled are replaced by what is composed.
        file: its name, for messages.

    Raises:
        DefinitionError: `not_composable`.
    """

    def __init__(self, package: Package, *, file: str) -> None:
        self._file = file
        self._document = package.document
        static = dict(package.members)
        del static[package.document]
        self._archive = Archive(static)
        self._sections = Sections(package.members[package.document])

    def compose(self, documents: Sequence[Mapping[str, bytes]]) -> Composite:
        """One file of documents that are filled and read back already.

        Args:
            documents: for each document the member name and bytes of every filled part.
        """
        bodies: list[bytes] = []
        head = tail = b""
        for number, parts in enumerate(documents):
            head, body, tail = _taken_apart(parts[self._document])
            last = number == len(documents) - 1
            bodies.append(self._member(body, number, last=last))
        whole = b"".join([head, *bodies, tail])
        return Composite(
            source=self._archive.write([(self._document, whole)]),
            suffix=".docx",
            marks=tuple(f"{MARK}{number}" for number in range(len(documents))),
        )

    def _member(self, body: bytes, number: int, *, last: bool) -> bytes:
        """One document's body with its mark, its sections closed."""
        cut = final_section(body)
        if cut is None:
            raise DefinitionError(not_composable(self._file))
        text = self._sections.restarted(_marked(body[:cut], number), body[cut:])
        content, section = text
        if last:
            return content + section
        return content + b"<w:p><w:pPr>" + section + b"</w:pPr></w:p>"


def _taken_apart(document: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before, in and behind the body."""
    start = _BODY.search(document)
    assert start is not None  # a template without body was refused
    end = document.rindex(b"</w:body>")
    return document[: start.end()], document[start.end() : end].rstrip(), document[end:]


def _marked(content: bytes, number: int) -> bytes:
    """A bookmark in the first paragraph."""
    ident = _FIRST_MARK + number
    mark = (
        f'<w:bookmarkStart w:id="{ident}" w:name="{MARK}{number}"/><w:bookmarkEnd w:id="{ident}"/>'
    ).encode("ascii")
    first = _PARAGRAPH.search(content)
    if first is None:
        return b"<w:p>" + mark + b"</w:p>" + content
    if first.group(1):  # <w:p/>
        return content[: first.end() - 2] + b">" + mark + b"</w:p>" + content[first.end() :]
    return content[: first.end()] + mark + content[first.end() :]


def not_composable(file: str) -> Problem:
    """The template holds what cannot stand beside its like."""
    return problem(
        "not_composable",
        "这个模板的文书不能合在一起转换，将逐份转换。",
        "documents of this template cannot be converted together; each is converted alone.",
        file=file,
    )
