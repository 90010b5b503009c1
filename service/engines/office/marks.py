"""The converter's copy of a Word file, with Chinese quotation marks and dashes in Chinese fonts.

Word follows `w:hint="eastAsia"`; LibreOffice 7.4 does not, and gives “ ” ‘ ’ … — · behind a Latin
letter or digit the Latin font, half as wide (measured: `1972”` came out in Liberation Serif). Only
the copy that is converted is changed: these marks get a run of their own that names the Chinese
font for both. The Word file that the clerk gets stays as it is.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARKS = re.compile("([“”‘’…—·]+)")
"""Marks that are as wide as a Chinese character, and are in Latin fonts too."""
_LATIN_BEFORE = re.compile(r"[!-~\u00c0-\u024f]\Z")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTERS = re.compile(r"[A-Za-z]")
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml$")
_ROOT = re.compile(r"<[A-Za-z][^<>]*>")
_DECLARED = re.compile(r"""xmlns(?::[\w.-]+)?=(?:"[^"]*"|'[^']*')""")
_END = "</w:p>"
_BETWEEN = "<?gongwen?>"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def with_chinese_marks(docx: bytes) -> bytes:
    """The same document for LibreOffice; the same bytes where nothing needs it.

    What cannot be read goes to LibreOffice as it is: refusing it is the converter's part.
    """
    try:
        return _copied(docx)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, UnicodeDecodeError, OSError):
        return docx


def _copied(docx: bytes) -> bytes:
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        for name in filter(_PARTS.match, package.namelist()):
            xml = package.read(name).decode("utf-8")
            if found := _candidates(xml):
                fonts = _fonts(package.read("word/styles.xml"))
                if (new := _changed(xml, found, fonts)) is not None:
                    changed[name] = new
        if not changed:
            return docx
        target = io.BytesIO()
        # Not deflated: LibreOffice takes it off this very machine's disk.
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copied:
            for info in package.infolist():
                data = changed.get(info.filename)
                fixed = zipfile.ZipInfo(info.filename)
                copied.writestr(fixed, package.read(info) if data is None else data)
    return target.getvalue()


def _candidates(xml: str) -> list[tuple[int, int]]:
    """Where the paragraphs stand that hold a mark behind a Latin character.

    Only these are parsed: in a composite of a hundred forms they are few.
    """
    found: list[tuple[int, int]] = []
    done = 0
    for mark in MARKS.finditer(xml):
        if mark.start() < done or not _LATIN_BEFORE.search(_char_before(xml, mark.start())):
            continue
        begin = max(xml.rfind("<w:p>", done, mark.start()), xml.rfind("<w:p ", done, mark.start()))
        end = xml.find(_END, mark.end())
        if begin < 0 or end < 0 or _END in xml[begin : mark.start()]:
            return [_whole(xml)]  # a text box in the paragraph, or an unusual prefix
        done = end + len(_END)
        found.append((begin, done))
    return found


def _char_before(xml: str, place: int) -> str:
    """The character of the same paragraph before a place, tags passed over."""
    while xml[place - 1] == ">":
        start = xml.rfind("<", 0, place)
        tag = xml[start:place]
        if tag.startswith(("<w:p>", "<w:p ", _END)):
            return ""
        if ">" in tag[:-1]:
            return ">"
        place = start
    return xml[place - 1]


def _whole(xml: str) -> tuple[int, int]:
    """The root element."""
    root = _ROOT.search(xml)
    return (0 if root is None else root.start()), len(xml)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


class _Fonts:
    """The Chinese and the Latin font of styles, by inheritance."""

    def __init__(self, styles: bytes) -> None:
        root = etree.fromstring(styles, _parser())
        self._styles = {style.get(f"{_W}styleId"): style for style in root.iter(f"{_W}style")}
        self._normal = next(
            (key for key, style in self._styles.items() if style.get(f"{_W}default") == "1"
             and style.get(f"{_W}type") == "paragraph"), None,
        )  # fmt: skip
        self._defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")

    def chinese(self, run: etree._Element, paragraph: etree._Element) -> str | None:
        """The font that Chinese text of a run is set in; None where the document is not Chinese."""
        paragraph_style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        run_style = run.find(f"{_W}rPr/{_W}rStyle")
        name = self._normal if paragraph_style is None else paragraph_style.get(f"{_W}val")
        places = [run.find(f"{_W}rPr")]
        places += self._chain(None if run_style is None else run_style.get(f"{_W}val"))
        places += [*self._chain(name), self._defaults]
        for place in places:
            fonts = None if place is None else place.find(f"{_W}rFonts")
            if fonts is not None and (found := fonts.get(f"{_W}eastAsia")):
                latin = fonts.get(f"{_W}ascii")
                return None if found == latin else str(found)
        return None

    def _chain(self, name: str | None) -> Iterator[etree._Element | None]:
        seen: set[str | None] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name].find(f"{_W}rPr")
            above = self._styles[name].find(f"{_W}basedOn")
            name = None if above is None else above.get(f"{_W}val")


@lru_cache(maxsize=16)
def _fonts(styles: bytes) -> _Fonts:
    return _Fonts(styles)


def _changed(xml: str, found: list[tuple[int, int]], fonts: _Fonts) -> bytes | None:
    """The part with these places mended; None where nothing needed it."""
    try:
        mended = _mended([xml[start:end] for start, end in found], _namespaces(xml), fonts)
    except etree.XMLSyntaxError:  # what was cut out is no whole paragraph
        found = [_whole(xml)]
        mended = _mended([xml[slice(*found[0])]], "", fonts)
    if mended is None:
        return None
    pieces, last = [], 0
    for (start, end), new in zip(found, mended, strict=True):
        pieces += [xml[last:start], new]
        last = end
    return "".join([*pieces, xml[last:]]).encode()


def _namespaces(xml: str) -> str:
    """The declarations that paragraphs of a part need when they stand alone."""
    root = _ROOT.search(xml)
    return "" if root is None else " ".join(_DECLARED.findall(root.group()))


def _mended(pieces: list[str], namespaces: str, fonts: _Fonts) -> list[str] | None:
    whole = f"<x {namespaces}>{_BETWEEN.join(pieces)}</x>"
    root = etree.fromstring(whole, _parser())
    touched = [_mend(paragraph, fonts) for paragraph in root.iter(f"{_W}p")]
    if not any(touched):
        return None
    text = etree.tostring(root, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")].split(_BETWEEN)


def is_chinese(words: str) -> bool:
    """False for an English paragraph: its marks belong in the Latin font."""
    return len(_CHINESE.findall(words)) > len(_LETTERS.findall(words))


def _mend(paragraph: etree._Element, fonts: _Fonts) -> bool:
    """Splits the runs of a paragraph in which marks stand behind Latin; True where it did."""
    whole = "".join(text.text or "" for text in paragraph.iter(f"{_W}t"))
    if not is_chinese(whole):
        return False
    before, touched = "", False
    for run in list(paragraph.iter(f"{_W}r")):
        for text in list(run.findall(f"{_W}t")):
            words = text.text or ""
            pieces = list(pieces_of(words, before))
            before = (before + words)[-1:]
            if any(latin for _, latin in pieces) and (font := fonts.chinese(run, paragraph)):
                holder = text.getparent()
                _split(run if holder is None else holder, text, pieces, font)
                touched = True
    return touched


def pieces_of(words: str, before: str) -> Iterator[tuple[str, bool]]:
    """Runs of text, and True for marks that LibreOffice would set in the Latin font."""
    plain, latin = "", bool(_LATIN_BEFORE.search(before))
    for piece in MARKS.split(words):
        if latin and MARKS.fullmatch(piece):
            if plain:
                yield plain, False
            yield piece, True
            plain = ""
            continue
        plain += piece
        if piece and not MARKS.fullmatch(piece):
            latin = bool(_LATIN_BEFORE.search(piece))
    if plain:
        yield plain, False


def _split(
    run: etree._Element, text: etree._Element, pieces: list[tuple[str, bool]], font: str
) -> None:
    """Puts what follows `text` in the run, piece by piece, into runs behind it."""
    rest = list(text.itersiblings())
    text.text = ""
    current = run
    for words, latin in pieces:
        current = _run_behind(current, run)
        if latin:
            properties = current.find(f"{_W}rPr")
            if properties is None:
                properties = etree.Element(f"{_W}rPr")
                current.insert(0, properties)
            for old in properties.findall(f"{_W}rFonts"):
                properties.remove(old)
            attributes = {f"{_W}{key}": font for key in ("ascii", "hAnsi", "eastAsia")}
            style = properties.find(f"{_W}rStyle")
            place = 0 if style is None else 1
            properties.insert(place, etree.Element(f"{_W}rFonts", attributes))
        etree.SubElement(current, f"{_W}t", {_SPACE: "preserve"}).text = words
    tail = _run_behind(current, run)
    tail.extend(rest)


def _run_behind(current: etree._Element, like: etree._Element) -> etree._Element:
    new = etree.Element(f"{_W}r")
    properties = like.find(f"{_W}rPr")
    if properties is not None:
        new.append(copy.deepcopy(properties))
    current.addnext(new)
    return new
