"""The edge, Word: what in a template cannot stand beside its like in a composite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from service.engines.word.composite.lists import unfit_lists
from service.engines.word.composite.sections import has_final_section, taken_apart
from service.engines.word.package import Package, safe_parser
from service.engines.word.screen import Scan
from service.errors import Problem, problem

Reason = tuple[str, str]
"""What it is, in Chinese and English."""

# Each is counted through, or leads somewhere, over the whole of a file.
_ELEMENTS: dict[bytes, Reason] = {
    b"<w:footnoteReference": ("脚注", "footnotes"),
    b"<w:endnoteReference": ("尾注", "endnotes"),
    b"<w:commentReference": ("批注", "comments"),
    b"<w:lnNumType": ("行号", "line numbers"),
    b"<w:sectPrChange": ("节的修订", "tracked changes of sections"),
    b"linkedTxbx": ("链接的文本框", "linked text boxes"),
    b"<w:dataBinding": ("绑定文档属性的控件", "controls bound to properties"),
    b"<c:chart": ("图表", "charts"),
    b"<dgm:relIds": ("SmartArt 图形", "SmartArt"),
    b"<w:permStart": ("编辑权限区域", "editing permissions"),
}
_HARMLESS_FIELDS = frozenset({"PAGE", "HYPERLINK", "SYMBOL", "EQ"})
_FIELD = re.compile(r"\s*(\S*)")


def as_filled(package: Package) -> Package:
    """The same with body, headers and footers written as filling writes them, in UTF-8."""
    parts = (package.document, *package.headers, *package.footers)
    return package.replaced({part: _rewritten(package.members[part]) for part in parts})


def _rewritten(data: bytes) -> bytes:
    root = etree.fromstring(data, safe_parser())
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def unfit(package: Package) -> list[Reason]:
    """Everything in a template that would be another in a composite than alone."""
    if b"<w:body>" not in package.members[package.document]:
        return [("不常见的写法", "XML of an unusual make")]
    reasons: list[Reason] = []
    margins = (*package.headers, *package.footers)
    for part in (package.document, *margins):
        reasons += _of_part(package.members[part])
    if any(b"<w:numPr" in package.members[part] for part in margins):
        reasons.append(("页眉页脚中的自动编号", "numbering in headers or footers"))
    reasons += unfit_lists(package)
    if not has_final_section(taken_apart(package.members[package.document])[1]):
        reasons.append(("没有节属性", "no section properties"))
    if any(b"<w:framePr" in package.members[part] for part in package.of_type(".styles+xml")):
        reasons.append(("带图文框的样式", "styles with frames"))
    return list(dict.fromkeys(reasons))


def _of_part(data: bytes) -> Iterator[Reason]:
    for mark, reason in _ELEMENTS.items():
        if mark in data:
            yield reason
    scan = Scan()
    scan.read(data)
    for code in scan.fields:
        hit = _FIELD.match(code)
        name = hit[1].upper() if hit else ""
        if name not in _HARMLESS_FIELDS:
            yield (f"域 {name}", f"the field {name}")


def not_composable(file: str, *reasons: Reason) -> Problem:
    """The documents of a template are to be converted one by one."""
    zh, en = (", ".join(words) for words in zip(*reasons, strict=True))
    return problem(
        "not_composable",
        f"模板中有{zh}，各份不能合在一起转换；将逐份转换，速度较慢。",
        f"the template holds {en}: its documents cannot be converted together; "
        "each is converted alone, which is slower.",
        file=file,
    )
