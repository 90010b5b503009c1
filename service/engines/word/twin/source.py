"""The edge, Word: the ODT that LibreOffice made of a Word template becomes Jinja source.

Paragraph and row tags are lifted out of ODT's elements as docxtpl lifts them out of Word's. What an
ODT reader would drop (a blank beside a tag) is written as an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_OFFICE, _TABLE, _TEXT = (f"{{{_OASIS.format(name)}}}" for name in ("office", "table", "text"))
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_ROW, _CELL = f"{_TABLE}table-row", f"{_TABLE}table-cell"
_COVERED, _SPANS = f"{_TABLE}covered-table-cell", f"{_TABLE}number-rows-spanned"
# All that may stand in a body: lists, notes, fields, frames and pictures need more than copying.
_KNOWN = frozenset(
    {*_PARAGRAPHS, f"{_TEXT}span", _ROW, _CELL, _COVERED, f"{_TABLE}table-header-rows"}
    | {f"{_TABLE}{name}" for name in ("table", "table-column", "table-columns", "table-rows")}
)
# While tags are looked for, every element that stands for a character is one.
_SIGNS = {"\ue0f2": "<text:s/>", "\ue0f3": "<text:tab/>", "\ue0f4": "<text:line-break/>"}
_BLANKS = re.compile(r'<text:s(?: text:c="(\d+)")?/>')
_FRAME = "\ue0f1"
_MARKED = re.compile(f"{_FRAME}(\\d+){_FRAME}")
_OURS = re.compile(f"[{_FRAME}{''.join(_SIGNS)}]")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LIFTED = re.compile(r"(\{[{%#])(p|tr) (.*)", re.DOTALL)
_MERGED = re.compile(r"\{%\s*vm\s*%\}")
_UNFIT = re.compile(r"\{[{%#](?:-|r\s|tc\s)|-[}%#]\}|\{%\s*(?:hm|colspan|cellbg)\b")
_TEXTS = re.compile(r">[^<>]+<")
_LOST_BLANK = re.compile(rf"(?<=[>{_FRAME}]) | (?=[<{_FRAME}])")
_BODY = "<!--gongwen-body-->"
# What docxtpl does inside a tag: typographic quotes were meant straight.
_STRAIGHT = str.maketrans("“”‘’\ue0f2\ue0f3\ue0f4", "\"\"'' \t\n")


class UnfitError(Exception):
    """The template holds what no twin can be made of; its Word composites serve."""


@dataclass(frozen=True, kw_only=True)
class TwinSource:
    """An ODT's content, ready to be compiled.

    Attributes:
        head: everything before the body's first paragraph or table.
        body: Jinja source of one document's body.
        tail: everything behind it.
        tags: every tag as it was written, in order.
    """

    head: str
    body: str
    tail: str
    tags: tuple[str, ...]


def twin_source(content: bytes) -> TwinSource:
    """Jinja source of a `content.xml` as LibreOffice writes it. Raises UnfitError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(_with_signs(content.decode("utf-8")).encode(), parser)
    text = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise UnfitError("body")
    text.attrib.pop(f"{_TEXT}use-soft-page-breaks", "")
    first = next((n for n, child in enumerate(text) if child.tag in _KNOWN), len(text))
    for child in list(text)[first:]:
        _look_at(child)
    text.insert(first, etree.Comment(_BODY[4:-3]))
    lifting = _Lifting()
    for paragraph in list(text.iter(*_PARAGRAPHS)):
        lifting.paragraph(paragraph)
    head, behind = etree.tostring(root, encoding="unicode").split(_BODY)
    body, end, tail = behind.rpartition("</office:text>")
    body = _TEXTS.sub(lambda hit: _LOST_BLANK.sub(_SIGNS["\ue0f2"], hit[0]), f">{body}<")[1:-1]
    for sign, element in _SIGNS.items():
        body = body.replace(sign, element)
    return TwinSource(
        head=head,
        body=_MARKED.sub(lambda hit: lifting.sources[int(hit[1])], body),
        tail=end + tail,
        tags=tuple(lifting.tags),
    )


def tags_in(paragraphs: Iterator[str]) -> tuple[str, ...]:
    """Every tag in the text of some paragraphs, as `TwinSource.tags` has them."""
    return tuple(
        hit[0].translate(_STRAIGHT) for words in paragraphs for hit in _TAG.finditer(words)
    )


def _with_signs(content: str) -> str:
    if _OURS.search(content):
        raise UnfitError("private characters")
    content = content.replace("<text:soft-page-break/>", "")
    content = _BLANKS.sub(lambda hit: "\ue0f2" * int(hit[1] or 1), content)
    for sign, element in _SIGNS.items():
        content = content.replace(element, sign)
    return content


def _look_at(child: etree._Element) -> None:
    """Only known elements; names go, since LibreOffice numbers tables itself."""
    for element in child.iter():
        if element.tag not in _KNOWN:
            raise UnfitError(etree.QName(element).localname)
        element.attrib.pop(f"{_TABLE}name", "")


class _Lifting:
    """Takes the tags out of paragraphs; marks stand in their places until all is written.

    Attributes:
        tags: as they were found.
        sources: what the marks stand for.
    """

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.sources: list[str] = []

    def paragraph(self, paragraph: etree._Element) -> None:
        """All tags of one paragraph."""
        texts = list(_texts(paragraph))
        whole = "".join(text for _, _, text in texts)
        hits = [
            (hit.start(), hit.end(), hit[0].translate(_STRAIGHT)) for hit in _TAG.finditer(whole)
        ]
        self.tags += [tag for _, _, tag in hits]
        if any(_UNFIT.search(tag) for _, _, tag in hits):
            raise UnfitError("tag")
        for _, _, tag in hits:
            if lifted := _LIFTED.fullmatch(tag):
                self._lift(paragraph, lifted[2], f"{lifted[1]} {lifted[3]}")
                return
        for start, end, tag in reversed(hits):
            if _MERGED.fullmatch(tag):
                self._merge(next(paragraph.iterancestors(_CELL)))
            _cut(texts, start, end, "" if _MERGED.fullmatch(tag) else self._mark(tag))

    def _mark(self, source: str) -> str:
        self.sources.append(source)
        return f"{_FRAME}{len(self.sources) - 1}{_FRAME}"

    def _lift(self, paragraph: etree._Element, level: str, source: str) -> None:
        """A tag in the place of its paragraph or row."""
        element: etree._Element | None = paragraph
        if level == "tr":
            element = next(paragraph.iterancestors(_ROW), None)
        parent = None if element is None else element.getparent()
        if element is None or parent is None:
            raise UnfitError("tag")
        _write_before(element, self._mark(source) + (element.tail or ""))
        element.tail = None
        parent.remove(element)

    def _merge(self, cell: etree._Element) -> None:
        """A cell that all rows of its loop have in common spans them, and covers the others'.

        Only where the loop has one row: else the number of rows is not the loop's.
        """
        row = next(cell.iterancestors(_ROW))
        behind = row.getnext()
        opening = _MARKED.findall(_before(row))
        ending = "" if behind is None else "".join(map(str, behind.itertext()))
        alone = opening and self.sources[int(opening[-1])].startswith("{% for ")
        if not alone or ending != "{%tr endfor %}" or _SPANS in cell.attrib:
            raise UnfitError("vm")
        cell.set(_SPANS, self._mark("{{ loop.length }}"))
        covered = etree.Element(_COVERED)
        covered.tail = self._mark("{% endif %}") + (cell.tail or "")
        cell.tail = self._mark("{% else %}")
        _write_before(cell, self._mark("{% if loop.first %}"))
        cell.addnext(covered)


def _texts(element: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Text of a paragraph in order: its holder, which of the holder's texts, the characters."""
    yield element, "text", element.text or ""
    for child in element:
        yield from _texts(child)
        yield child, "tail", child.tail or ""


def _cut(texts: list[tuple[etree._Element, str, str]], start: int, end: int, words: str) -> None:
    """Puts words in the place of some characters, which may be spread over several elements."""
    offset = 0
    for number, (holder, place, text) in enumerate(texts):
        left, right = max(start - offset, 0), min(end - offset, len(text))
        offset += len(text)
        if left < right:
            new = text[:left] + words + text[right:]
            setattr(holder, place, new)
            texts[number] = (holder, place, new)
            words = ""
        if offset >= end:
            break


def _before(element: etree._Element) -> str:
    """The text directly before an element."""
    sibling, parent = element.getprevious(), element.getparent()
    if sibling is not None:
        return sibling.tail or ""
    return "" if parent is None else parent.text or ""


def _write_before(element: etree._Element, words: str) -> None:
    sibling, parent = element.getprevious(), element.getparent()
    assert parent is not None
    if sibling is not None:
        sibling.tail = (sibling.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
