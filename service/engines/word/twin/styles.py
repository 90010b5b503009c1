"""The edge, Word: a twin's styles: the beginning of a document, and Chinese marks."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_STYLE = f"{{{_OASIS.format('style')}}}"
_OFFICE = f"{{{_OASIS.format('office')}}}"
_SVG = f"{{{_OASIS.format('svg-compatible')}}}"
_NAME, _PARENT, _FAMILY = f"{_STYLE}name", f"{_STYLE}parent-style-name", f"{_STYLE}family"
_MASTER, _NUMBER = f"{_STYLE}master-page-name", f"{_STYLE}page-number"
_NO_STYLES, _END = "<office:automatic-styles/>", "</office:automatic-styles>"
_DECLARED = re.compile(r' xmlns:\w+="[^"]*"')
_FIRST_MASTER = "Standard"  # the page style of a document's first page where none is named
_DEFAULT = ""


class TwinStyles:
    """Styles of one template, by inheritance; new ones are made when they are asked for.

    Args:
        content: the `content.xml`.
        styles: the `styles.xml`.
    """

    def __init__(self, content: bytes, styles: bytes) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        roots = [etree.fromstring(data, parser) for data in (styles, content)]
        self._families = {
            str(face.get(_NAME)): str(face.get(f"{_SVG}font-family", "")).strip("'")
            for root in roots
            for face in root.iter(f"{_STYLE}font-face")
        }
        self._common = dict(_named(roots[0].find(f"{_OFFICE}styles")))
        self._own = dict(_named(roots[1].find(f"{_OFFICE}automatic-styles")))
        self._added: dict[tuple[str, str], tuple[str, str]] = {}

    def starting(self, family: str, name: str) -> str:
        """A style like this one that begins a new page with number 1."""
        key = (family, name)
        if key not in self._added:
            fresh = f"GwStart{len(self._added)}"
            self._added[key] = (fresh, _text(self._started(family, name, fresh)))
        return self._added[key][0]

    def _started(self, family: str, name: str, fresh: str) -> etree._Element:
        own = self._own.get((family, name))
        if own is None:
            made = etree.Element(f"{_STYLE}style", {_FAMILY: family}, nsmap={"style": _STYLE[1:-1]})
            if name:
                made.set(_PARENT, name)
        else:
            made = copy.deepcopy(own)
        made.set(_NAME, fresh)
        if not made.get(_MASTER):
            made.set(_MASTER, _FIRST_MASTER)
        kind = f"{_STYLE}{family}-properties"
        properties = made.find(kind)
        if properties is None:
            properties = etree.Element(kind)
            made.insert(0, properties)
        if properties.get(_NUMBER, "auto") == "auto":
            properties.set(_NUMBER, "1")
        return made

    def marks(self, styles: tuple[str, ...]) -> str | None:
        """The text style that sets marks in the Chinese font of where they stand.

        Args:
            styles: of the paragraph and the spans around, the innermost last.

        Returns:
            None where the Latin font is that font already.
        """
        places = [("text", name) for name in reversed(styles[1:])]
        places += [("paragraph", styles[0]), ("paragraph", _DEFAULT)]
        chinese, latin = self._font(places, "font-name-asian"), self._font(places, "font-name")
        if chinese is None or self._families.get(chinese) == self._families.get(latin or ""):
            return None
        key = ("marks", chinese)
        if key not in self._added:
            fresh = f"GwMarks{len(self._added)}"
            made = etree.Element(
                f"{_STYLE}style", {_NAME: fresh, _FAMILY: "text"}, nsmap={"style": _STYLE[1:-1]}
            )
            etree.SubElement(made, f"{_STYLE}text-properties", {f"{_STYLE}font-name": chinese})
            self._added[key] = (fresh, _text(made))
        return self._added[key][0]

    def _font(self, places: list[tuple[str, str]], attribute: str) -> str | None:
        for family, name in places:
            for style in self._chain(family, name):
                properties = style.find(f"{_STYLE}text-properties")
                if properties is not None and (font := properties.get(_STYLE + attribute)):
                    return str(font)
        return None

    def _chain(self, family: str, name: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            style = self._own.get((family, name))
            style = self._common.get((family, name)) if style is None else style
            if style is None:
                return
            yield style
            name = str(style.get(_PARENT) or "")
            if not name:
                return

    def added_to(self, head: str) -> str:
        """The beginning of a `content.xml` with the styles that were made."""
        made = "".join(style for _, style in self._added.values())
        if _NO_STYLES in head:
            head = head.replace(_NO_STYLES, f"<office:automatic-styles>{_END}", 1)
        before, end, behind = head.partition(_END)
        return f"{before}{made}{end}{behind}"


def _named(holder: etree._Element | None) -> Iterator[tuple[tuple[str, str], etree._Element]]:
    """Styles by family and name; a family's default is named ""."""
    for style in () if holder is None else holder:
        if style.tag in {f"{_STYLE}style", f"{_STYLE}default-style"}:
            yield (str(style.get(_FAMILY)), str(style.get(_NAME) or _DEFAULT)), style


def _text(style: etree._Element) -> str:
    """Its prefixes are declared at the root."""
    return _DECLARED.sub("", etree.tostring(style, encoding="unicode"))
