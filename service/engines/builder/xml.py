"""Engines: WordprocessingML elements in the order that the schema wants (python-docx)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement

Element: TypeAlias = BaseOxmlElement

# Order of children in CT_PPr, CT_RPr, CT_TcPr (ECMA-376, 17.3.1.26, 17.3.2.28, 17.4.70).
_PPR = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr",
    "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct",
    "autoSpaceDE", "autoSpaceDN", "adjustRightInd", "snapToGrid", "spacing", "ind",
    "contextualSpacing", "jc", "textAlignment", "outlineLvl", "rPr", "sectPr",
)  # fmt: skip
_RPR = ("rStyle", "rFonts", "b", "i", "color", "spacing", "w", "sz", "szCs", "lang")
_TCPR = ("tcW", "gridSpan", "vMerge", "tcBorders", "tcMar", "textDirection", "vAlign")
_ORDER = {"w:pPr": _PPR, "w:rPr": _RPR, "w:tcPr": _TCPR}


def el(tag: str, attributes: Mapping[str, object] | None = None, *children: Element) -> Element:
    """An element; `tag` and attribute names are prefixed (`w:p`, `w:val`)."""
    made = cast(Element, OxmlElement(tag))
    for name, value in (attributes or {}).items():
        made.set(qn(name), str(value))
    made.extend(_ordered(tag, children))
    return made


def _ordered(tag: str, children: Iterable[Element]) -> list[Element]:
    order = _ORDER.get(tag)
    if order is None:
        return list(children)
    place = {qn(f"w:{name}"): number for number, name in enumerate(order)}
    return sorted(children, key=lambda child: place[child.tag])


def val(tag: str, value: int | str) -> Element:
    """An element with nothing but `w:val`."""
    return el(tag, {"w:val": value})


def run(text: str, *properties: Element) -> Element:
    """A run of text; line ends become breaks; quotes and dashes take the Chinese font."""
    children = []
    for number, part in enumerate(re.split(r"(\n|\t)", text)):
        if number % 2:
            children.append(el("w:br" if part == "\n" else "w:tab"))
        elif part:
            made = el("w:t", {"xml:space": "preserve"})
            made.text = part
            children.append(made)
    return el("w:r", None, *([el("w:rPr", None, *properties)] if properties else []), *children)


def paragraph(style: str, *runs: Element, properties: Iterable[Element] = ()) -> Element:
    """A paragraph in a style."""
    return el("w:p", None, el("w:pPr", None, val("w:pStyle", style), *properties), *runs)


def indent(*, left: int = 0, right: int = 0, first: int = 0, hanging: int = 0) -> Element:
    """`w:ind`, twips."""
    attributes = {"w:left": left, "w:right": right}
    attributes |= {"w:hanging": hanging} if hanging else {"w:firstLine": first}
    return el("w:ind", attributes)


def spacing(*, line: int, before: int = 0, after: int = 0, exact: bool = True) -> Element:
    """`w:spacing` of a paragraph: pitch and space around it, twips."""
    rule = "exact" if exact else "auto"
    attributes = {"w:before": before, "w:after": after, "w:line": line, "w:lineRule": rule}
    return el("w:spacing", attributes)


def border(side: str, eighths: int, *, colour: str = "000000", space: int = 0) -> Element:
    """One border line, eighths of a point thick."""
    attributes: dict[str, int | str] = {"w:val": "single", "w:sz": eighths}
    return el(f"w:{side}", {**attributes, "w:space": space, "w:color": colour})


def properties_of(paragraph: Element) -> Element:
    """`w:pPr` of a paragraph, made where it has none."""
    return cast(CT_P, paragraph).get_or_add_pPr()


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(str(part) for part in element.itertext())


def tag_paragraph(tag: str) -> Element:
    """A paragraph that docxtpl replaces by a tag: `{%p if … %}`."""
    return el("w:p", None, run(f"{{%p {tag} %}}"))


def tag_row(tag: str, columns: int) -> Element:
    """A table row that docxtpl replaces by a tag: `{%tr for … %}`."""
    first = el("w:tc", None, el("w:p", None, run(f"{{%tr {tag} %}}")))
    rest = [el("w:tc", None, el("w:p")) for _ in range(columns - 1)]
    return el("w:tr", None, first, *rest)
