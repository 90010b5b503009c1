"""The edge, Word: `{# bind ind.right=layout.name_right #}` in a paragraph becomes an attribute.

Word cannot hold a tag in an indent or a font size; a Jinja comment, which docxtpl ignores, can say
that the template wants one there, and the file still opens in Word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement, parse_xml
from lxml import etree

from service.errors import DefinitionError, Problem, problem

_COMMENT = re.compile(r"\{#\s*bind\s(.*?)#\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# The children of w:rPr that may follow w:w, w:sz and w:szCs (ECMA-376 part 1, 17.3.2.28).
_AFTER_SIZE = (
    *("w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl"),
    *("w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath"),
)
_RUN_ELEMENTS = {
    "w:w": ("w:kern", "w:position", "w:sz", "w:szCs", *_AFTER_SIZE),
    "w:sz": ("w:szCs", *_AFTER_SIZE),
    "w:szCs": _AFTER_SIZE,
}
# attribute -> what would override it (ECMA-376 part 1, 17.3.1.12 and 17.3.1.33)
_IND = {
    "right": ("rightChars", "end", "endChars"),
    "left": ("leftChars", "start", "startChars"),
    "firstLine": ("firstLineChars", "hanging", "hangingChars"),
    "hanging": ("hangingChars", "firstLine", "firstLineChars"),
}
_SPACING = {"before": ("beforeLines", "beforeAutospacing")}


def bind_part(xml: bytes, *, part: str, file: str) -> bytes:
    """Carries out the bind comments of one part; the same bytes where there is none.

    Raises:
        DefinitionError: `bad_binding`, one for each binding that cannot be understood.
    """
    root = parse_xml(xml)
    problems: list[Problem] = []
    found = False
    for paragraph in root.iter(qn("w:p")):
        for binding in _taken_comments(paragraph):
            found = True
            problems += [
                _bad_binding(item, part, file)
                for item in binding.split() or [""]
                if not _bind(paragraph, item)
            ]
    if problems:
        raise DefinitionError(problems)
    return etree.tostring(root, encoding="UTF-8", standalone=True) if found else xml


def _own(paragraph: Any, tag: str) -> list[Any]:
    """Descendants of this paragraph that are not in a text box's paragraph inside it."""
    nested = paragraph.xpath(".//w:p")
    return [
        e for e in paragraph.iter(qn(tag)) if not any(box in nested for box in e.iterancestors())
    ]


def _taken_comments(paragraph: Any) -> Iterator[str]:
    """What bind comments of this paragraph say; their text, in one run or several, goes."""
    texts = _own(paragraph, "w:t")
    whole = "".join(t.text or "" for t in texts)
    hits = list(_COMMENT.finditer(whole))
    for hit in reversed(hits):
        _cut(texts, hit.start(), hit.end())
    for hit in hits:
        yield hit.group(1)


def _cut(texts: list[Any], start: int, end: int) -> None:
    offset = 0
    for element in texts:
        text = element.text or ""
        left, right = max(start - offset, 0), max(end - offset, 0)
        if left < len(text) and right > 0:
            element.text = text[:left] + text[right:]
            element.set(_XML_SPACE, "preserve")
        offset += len(text)


def _bind(paragraph: Any, item: str) -> bool:
    target, equals, name = item.partition("=")
    setter = _SETTERS.get(target)
    if not setter or not equals or not _NAME.fullmatch(name):
        return False
    setter(paragraph, "{{ " + name + " }}")
    return True


def _set_attribute(
    child: str, attribute: str, overriding: tuple[str, ...]
) -> Callable[[Any, str], None]:
    def setter(paragraph: Any, tag: str) -> None:
        element = getattr(paragraph.get_or_add_pPr(), f"get_or_add_{child}")()
        for name in overriding:
            element.attrib.pop(qn(f"w:{name}"), None)
        element.set(qn(f"w:{attribute}"), tag)

    return setter


def _set_runs(*elements: str) -> Callable[[Any, str], None]:
    def setter(paragraph: Any, tag: str) -> None:
        for run in _own(paragraph, "w:r"):
            properties = run.get_or_add_rPr()
            for name in elements:
                element = properties.find(qn(name))
                if element is None:
                    element = OxmlElement(name)
                    properties.insert_element_before(element, *_RUN_ELEMENTS[name])
                element.set(qn("w:val"), tag)

    return setter


_SETTERS: dict[str, Callable[[Any, str], None]] = {
    **{f"ind.{a}": _set_attribute("ind", a, over) for a, over in _IND.items()},
    **{f"spacing.{a}": _set_attribute("spacing", a, over) for a, over in _SPACING.items()},
    "run.sz": _set_runs("w:sz", "w:szCs"),
    "run.w": _set_runs("w:w"),
}
BINDABLE = tuple(_SETTERS)
"""What a bind comment may bind."""


def _bad_binding(item: str, part: str, file: str) -> Problem:
    names = ", ".join(BINDABLE)
    return problem(
        "bad_binding",
        f"{part}：看不懂绑定“{item}”；写法如 ind.right=layout.name_right，可绑定：{names}。",
        f"{part}: cannot read the binding “{item}”; write ind.right=layout.name_right; "
        f"what can be bound: {names}.",
        file=file,
    )
