"""Fonts asked for by a Word file against fonts embedded in its PDF."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdf
from lxml import etree

from service.engines.fonts.config import Face, FontFiles, all_faces, candidates, same_font
from service.engines.office.glance import Glance
from service.engines.protocols import FontUse

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
SLOTS = ("ascii", "hAnsi", "eastAsia")
LARGEST_PART = 100 << 20  # bytes
Slots = dict[str, str]


class AskedFonts:
    """Which families bear which characters in one .docx (ECMA-376 part 1, 17.3.2.26)."""

    def __init__(self, docx: bytes) -> None:
        self.families: dict[str, set[str]] = defaultdict(set)
        with zipfile.ZipFile(io.BytesIO(docx)) as parcel:
            names = parcel.namelist()
            self._theme = _theme(_tree(parcel, "word/theme/theme1.xml"))
            self._styles: dict[str, tuple[Slots, str]] = {}
            self._plain: Slots = {}
            self._usual = ""
            styles = _tree(parcel, "word/styles.xml")
            if styles is not None:
                self._read_styles(styles)
            for name in names:
                if PARTS.fullmatch(name) and (part := _tree(parcel, name)) is not None:
                    self._read_part(part)

    def _read_styles(self, root: Any) -> None:
        self._plain = self._slots(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iterfind(f"{W}style"):
            name, based = style.get(f"{W}styleId", ""), style.find(f"{W}basedOn")
            parent = based.get(f"{W}val", "") if based is not None else ""
            self._styles[name] = (self._slots(style.find(f"{W}rPr")), parent)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}:
                self._usual = name

    def _slots(self, properties: Any) -> Slots:
        """Families named right here; a theme's font goes before a name."""
        fonts = properties.find(f"{W}rFonts") if properties is not None else None
        found: Slots = {}
        if fonts is None:
            return found
        for slot in SLOTS:
            theme = self._theme.get(fonts.get(f"{W}{slot}Theme", ""), "")
            family = theme or fonts.get(f"{W}{slot}", "")
            if family:
                found[slot] = family
        return found

    def _style(self, name: str) -> Slots:
        """Families of a style with those that it is based on."""
        found: Slots = {}
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            own, parent = self._styles[name]
            found = {**own, **found}
            name = parent
        return found

    def _read_part(self, root: Any) -> None:
        for paragraph in root.iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            named = style.get(f"{W}val", "") if style is not None else self._usual
            base = {**self._plain, **self._style(named)}
            for run in paragraph.iter(f"{W}r"):
                self._read_run(run, base)

    def _read_run(self, run: Any, base: Slots) -> None:
        text = "".join(node.text or "" for node in run.iterchildren(f"{W}t"))
        if not text.strip():
            return
        properties = run.find(f"{W}rPr")
        slots, hint = base, ""
        if properties is not None:
            style = properties.find(f"{W}rStyle")
            named = self._style(style.get(f"{W}val", "")) if style is not None else {}
            slots = {**base, **named, **self._slots(properties)}
            fonts = properties.find(f"{W}rFonts")
            hint = fonts.get(f"{W}hint", "") if fonts is not None else ""
        for slot, chars in _by_slot(text, hint).items():
            if slot in slots:
                self.families[slots[slot]] |= chars


def _by_slot(text: str, hint: str) -> Mapping[str, set[str]]:
    """Characters by the slot whose font they take; ambiguous ones follow hint or neighbours."""
    found: dict[str, set[str]] = defaultdict(set)
    chars = {char for char in text if not char.isspace()}
    wide = {char for char in chars if unicodedata.east_asian_width(char) in "WF"}
    for char in chars:
        ambiguous = unicodedata.east_asian_width(char) == "A"
        if char in wide or (ambiguous and (wide or hint == "eastAsia")):
            found["eastAsia"].add(char)
        else:
            found["ascii" if char.isascii() else "hAnsi"].add(char)
    return found


def _tree(parcel: zipfile.ZipFile, name: str) -> Any:
    """A part's root, or None where there is none or it is absurdly large."""
    if name not in parcel.namelist() or parcel.getinfo(name).file_size > LARGEST_PART:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(parcel.read(name), parser)


def _theme(root: Any) -> Slots:
    """The theme's names (`minorEastAsia`, …) and their families."""
    found: Slots = {}
    if root is None:
        return found
    for kind in ("major", "minor"):
        scheme = root.find(f".//{A}{kind}Font")
        if scheme is None:
            continue
        latin, asian = scheme.find(f"{A}latin"), scheme.find(f"{A}ea")
        chinese = scheme.find(f"{A}font[@script='Hans']")
        found[f"{kind}Ascii"] = found[f"{kind}HAnsi"] = _face_name(latin)
        found[f"{kind}EastAsia"] = _face_name(asian) or _face_name(chinese)
    return found


def _face_name(node: Any) -> str:
    return str(node.get("typeface", "")) if node is not None else ""


def embedded_fonts(pdf: bytes) -> frozenset[str]:
    """PostScript names of the fonts embedded in a PDF, without their subset tags."""
    names = Glance(pdf).fonts
    return _parsed_fonts(pdf) if names is None else names


def _parsed_fonts(pdf: bytes) -> frozenset[str]:
    seen: dict[int, Any] = {}
    names: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in _fonts(page.get("/Resources"), seen):
            parts = [font, *(child.get_object() for child in font.get("/DescendantFonts", ()))]
            for part in parts:
                descriptor = part.get("/FontDescriptor")
                if descriptor is not None and any("/FontFile" in key for key in descriptor):
                    names.add(re.sub(r"^/?([A-Z]{6}\+)?", "", str(part["/BaseFont"])))
    return frozenset(names)


def _fonts(holder: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """Font dictionaries of a resource dictionary and of the forms in it, each looked at once."""
    resources = holder.get_object() if holder is not None else {}
    if id(resources) in seen:
        return
    seen[id(resources)] = resources
    for font in (resources.get("/Font") or {}).values():
        yield font.get_object()
    for form in (resources.get("/XObject") or {}).values():
        if (inner := form.get_object()).get("/Subtype") == "/Form":
            yield from _fonts(inner.get("/Resources"), seen)


def _plain_name(embedded: str, known: frozenset[str]) -> str:
    """The face's PostScript name that an embedded name stands for.

    For a CID-keyed font LibreOffice writes the name of its last inner font, which is the face's
    own name and a tail: `NotoSerifCJKjp-Bold-VKana`.
    """
    name = embedded
    while name not in known and "-" in name:
        name = name.rpartition("-")[0]
    return name if name in known else embedded


def fonts_used(files: FontFiles, docx: bytes, pdf: bytes) -> tuple[FontUse, ...]:
    """One line for each family that bears text in the Word file, in the order of their names."""
    known = frozenset(face.postscript for face in all_faces(files))
    names = {_plain_name(name, known) for name in embedded_fonts(pdf)}
    present = {face.file for face in all_faces(files) if face.postscript in names}
    asked = AskedFonts(docx).families
    return tuple(_use(files, family, asked[family], present) for family in sorted(asked))


def _use(files: FontFiles, family: str, chars: set[str], present: set[Path]) -> FontUse:
    """Which of the embedded fonts must have served these characters, best first."""
    served: list[Face] = []
    left = set(chars)
    for face in candidates(files, family):
        if face.file in present and (got := {char for char in left if face.has(char)}):
            served.append(face)
            left -= got
    own = bool(served) and any(same_font(family, name) for name in served[0].families)
    return FontUse(
        wanted=family,
        served=tuple(dict.fromkeys(face.called(family) for face in served)),
        stand_in=not own,
    )
