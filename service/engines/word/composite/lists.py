"""The edge, Word: automatic numbering that begins anew with each document of a composite."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from service.engines.word.package import Package, safe_parser

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_USED = re.compile(rb'(<w:numId w:val=")(\d+)(")')
_STYLE = re.compile(rb'<w:pStyle w:val="([^"]*)"')
_STEP = 10_000
"""Between the ids of one document's lists and those of the next one."""
_UNCOUNTED = frozenset({"bullet", "none"})


class Lists:
    """The lists of a template; every document but the first gets copies of its own.

    The abstract numbering is copied too, in place of a start override: so lists of one document
    that go on from one another still do.

    Args:
        package: the template.

    Attributes:
        members: members that are replaced.
    """

    def __init__(self, package: Package) -> None:
        self._part, self._root = _numbering(package)
        direct = {int(hit[2]) for hit in _USED.finditer(package.members[package.document])}
        self._nums = [num for num in _nums(self._root) if _number(num, "numId") in direct]
        self._nums = [num for num in self._nums if _counts(_abstract(self._root, num), num)]
        self._own = frozenset(_number(num, "numId") for num in self._nums)
        self.members = (self._part,) if self._own else ()

    def renumbered(self, body: bytes, number: int) -> bytes:
        """A document's body with the lists of its own; `number` counts from 0."""
        if not self._own or not number:
            return body

        def own(hit: re.Match[bytes]) -> bytes:
            moved = int(hit[2]) + number * _STEP * (int(hit[2]) in self._own)
            return b"%s%d%s" % (hit[1], moved, hit[3])

        return _USED.sub(own, body)

    def parts(self, count: int) -> dict[str, bytes]:
        """The numbering of a composite of so many documents."""
        if not self._own:
            return {}
        root = copy.deepcopy(self._root)
        abstracts = {_number(one, "abstractNumId"): one for one in map(self._above, self._nums)}
        last_abstract, last_num = root.findall(f"{_W}abstractNum")[-1], _nums(root)[-1]
        for number in range(1, count):
            for abstract in abstracts.values():
                last_abstract.addnext(_copied(abstract, "abstractNumId", number))
            for num in self._nums:
                own = _copied(num, "numId", number)
                for target in own.findall(f"{_W}abstractNumId"):
                    target.set(f"{_W}val", str(_number(target, "val") + number * _STEP))
                last_num.addnext(own)
        return {self._part: etree.tostring(root, encoding="UTF-8", standalone=True)}

    def _above(self, num: etree._Element) -> etree._Element:
        return _abstract(self._root, num)


def unfit_lists(package: Package) -> Iterator[tuple[str, str]]:
    """Numbering that cannot begin anew, since styles bear it."""
    root = _numbering(package)[1]
    styles = {
        style.get(f"{_W}styleId", ""): style
        for part in package.of_type(".wordprocessingml.styles+xml")
        for style in _parsed(package.members[part]).findall(f"{_W}style")
    }
    body = package.members[package.document]
    named = {hit[1].decode() for hit in _STYLE.finditer(body)}
    named |= {name for name, style in styles.items() if style.get(f"{_W}default") == "1"}
    by_style = {_of_style(name, styles) for name in named}
    direct = {int(hit[2]) for hit in _USED.finditer(body)}
    for num in _nums(root):
        ident, abstract = _number(num, "numId"), _abstract(root, num)
        linked = abstract.find(f"{_W}numStyleLink") is not None
        if (ident in by_style and _counts(abstract, num)) or (ident in direct and linked):
            yield "样式中的自动编号", "numbering by styles"


def _of_style(name: str, styles: dict[str, etree._Element]) -> int:
    """The list that a style's paragraphs are in; 0 for none."""
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        found = styles[name].find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if found is not None:
            return _number(found, "val")
        above = styles[name].find(f"{_W}basedOn")
        name = "" if above is None else above.get(f"{_W}val", "")
    return 0


def _numbering(package: Package) -> tuple[str, etree._Element]:
    for part in package.of_type(".wordprocessingml.numbering+xml"):
        return part, _parsed(package.members[part])
    return "", etree.Element(f"{_W}numbering")


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, safe_parser())


def _nums(root: etree._Element) -> list[etree._Element]:
    return root.findall(f"{_W}num")


def _number(element: etree._Element, name: str) -> int:
    value = element.get(_W + name, "")
    return int(value) if value.isdecimal() else 0


def _abstract(root: etree._Element, num: etree._Element) -> etree._Element:
    """The definition of a list; an empty one where the file lacks it."""
    target = num.find(f"{_W}abstractNumId")
    wanted = "" if target is None else target.get(f"{_W}val", "")
    for found in root.findall(f"{_W}abstractNum"):
        if found.get(f"{_W}abstractNumId") == wanted:
            return found
    return etree.Element(f"{_W}abstractNum")


def _counts(*holders: etree._Element) -> bool:
    """Whether any level counts: bullets look the same wherever they begin."""
    kinds = {kind.get(f"{_W}val") for one in holders for kind in one.iter(f"{_W}numFmt")}
    linked = any(one.find(f"{_W}numStyleLink") is not None for one in holders)
    return linked or not kinds <= _UNCOUNTED


def _copied(element: etree._Element, ident: str, number: int) -> etree._Element:
    """The same under another id; Word takes lists of one `nsid` for one list."""
    own = copy.deepcopy(element)
    own.set(_W + ident, str(_number(element, ident) + number * _STEP))
    for name in ("nsid", "tmpl"):
        for old in own.findall(_W + name):
            own.remove(old)
    return own
