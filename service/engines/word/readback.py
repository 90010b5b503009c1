"""The edge, Word: every value that was put in is in the finished part; and a document's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from lxml import etree
from markupsafe import Markup

from service.engines.word.compile import CompiledPart
from service.engines.word.context import refuse_bad_characters, strings
from service.engines.word.environment import BREAK
from service.engines.word.package import Package, read_package, safe_parser
from service.errors import EngineError, problem

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_back(part: CompiledPart, xml: str, values: list[str], context: Mapping[str, Any]) -> bytes:
    """The part's bytes, once it is well-formed and every value printed is in it, in order.

    Raises:
        InputError: `bad_character`: a value holds what Word cannot keep.
        EngineError: `readback_failed`, naming the variable and never its value;
            `document_damaged` where the XML is broken.
    """
    data = _well_formed(part.part, xml, context)
    if part.kind == "properties":
        values = [value.replace(BREAK, "\n") for value in values]
    rebuilt = part.misplaced or part.tables
    missing = _missing_rebuilt(data, values) if rebuilt else missing_value(xml, values)
    if missing is not None:
        raise lost(part.part, missing, context)
    return data


def _well_formed(part: str, xml: str, context: Mapping[str, Any]) -> bytes:
    if "\r" in xml:  # every XML reader turns it into a newline
        refuse_bad_characters(context)
    try:
        data = xml.encode()
        # Prefixes are the template's own, whose proof looked at them.
        expat.ParserCreate().Parse(data, True)
    except (UnicodeEncodeError, expat.ExpatError):
        refuse_bad_characters(context)
        raise damaged(part) from None
    return data


def damaged(part: str) -> EngineError:
    """The filled part is not XML any more."""
    return EngineError(
        problem(
            "document_damaged",
            f"填好的 {part} 不是合格的 XML；请检查模板中的标记是否放在段落文字里。",
            f"The filled {part} is not valid XML; see that the template's tags stand in text.",
        )
    )


def missing_value(xml: str, values: list[str]) -> str | None:
    """The first value that is not in the XML; looked for in the order of printing."""
    place = 0
    for value in values:
        for text in value.split("\t") if "\t" in value else (value,):
            found = xml.find(text, place)
            if found >= 0:
                place = found + len(text)
            elif text not in xml:
                return value
    return None


def _missing_rebuilt(data: bytes, values: list[str]) -> str | None:
    """The same over the text that a reader sees, for parts that were taken apart again."""
    root = etree.fromstring(data, safe_parser(blanks=True))
    shown = [element.text or "" for element in root.iter(_W + "t")]
    seen = "".join(shown) + "\x00" + "\x00".join(_attributes(root))
    for value in values:
        if plain(value) not in seen:
            return value
    return None


def _attributes(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        yield from map(str, element.values())


def plain(value: str) -> str:
    """A value as it was handed in, less its newlines and tabs."""
    return str(Markup(value.replace(BREAK, "").replace("\t", "")).unescape())


def lost(part: str, value: str, context: Mapping[str, Any]) -> EngineError:
    """Names the variable; where several hold the same text, all of them."""
    wanted = plain(value)
    names = [p for p, text in strings(context) if text.translate(_NO_BREAKS) == wanted]
    name = ", ".join(names) or "?"
    return EngineError(
        problem(
            "readback_failed",
            f"“{name}”的内容没有完整写进 {part}；文件未生成，请检查模板中该标记的位置。",
            f"The value of “{name}” did not arrive in {part}; nothing was produced. "
            "See where its tag stands in the template.",
            path=names[0] if names else "",
        )
    )


_NO_BREAKS = {ord("\n"): None, ord("\t"): None}


def text_of(docx: bytes) -> str:
    """All text of a Word file, a line for each paragraph; line breaks and tabs as they are.

    Headers come first, then the body with its tables in order, footnotes, endnotes, footers.
    """
    package = read_package(docx, file="")
    return "\n".join(lines_of(package, _parts(package)))


def _parts(package: Package) -> Iterator[str]:
    yield from package.headers
    yield package.document
    yield from package.of_type(".wordprocessingml.footnotes+xml")
    yield from package.of_type(".wordprocessingml.endnotes+xml")
    yield from package.footers


def lines_of(package: Package, parts: Iterable[str]) -> Iterator[str]:
    """Text of some parts, paragraph by paragraph."""
    for part in parts:
        root = etree.fromstring(package.members[part], safe_parser(blanks=True))
        # A text box is written twice for old readers; the second copy is not text of its own.
        for fallback in list(root.iter(_MC_FALLBACK)):
            fallback.clear()
        yield from (_paragraph(p) for p in root.iter(_W + "p"))


_SIGNS = {_W + "br": "\n", _W + "cr": "\n", _W + "tab": "\t", _W + "noBreakHyphen": "\u2011"}


def _paragraph(paragraph: etree._Element) -> str:
    return "".join(_runs(paragraph))


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _SIGNS and element.tag == _W + "r":
            yield _SIGNS[child.tag]
        elif child.tag != _W + "p":
            yield from _runs(child)
