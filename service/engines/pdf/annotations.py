"""Engine room, PDF: what of a page's annotations is kept: safe links, and what can be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from service.engines.pdf.values import (
    array_of,
    dictionary_of,
    items_of,
    numbers_of,
    plain,
    value_of,
)

WEB = frozenset({"http", "https", "mailto"})
"""Schemes that a link may have; all else could start something on the reader's machine."""

# Kinds of annotation that carry files, sound or film; their picture, if any, is not kept.
_CARRIERS = {
    "/FileAttachment": "embedded_file", "/Sound": "media", "/Movie": "media", "/Screen": "media",
    "/RichMedia": "media", "/3D": "media",
}  # fmt: skip
_HIDDEN, _NO_VIEW = 2, 32


@dataclass(frozen=True, kw_only=True)
class Link:
    """A rectangle that leads to a page of the same file or to the web."""

    rect: tuple[float, float, float, float]
    target: PdfObject | None = None
    uri: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is taken over from the annotations of one page.

    Attributes:
        links: in their order.
        pictures: appearance streams of everything else that is seen, with their annotation.
        removed: codes of what is left behind, counted.
    """

    links: tuple[Link, ...]
    pictures: tuple[tuple[DictionaryObject, IndirectObject], ...]
    removed: Counter[str]


def sift(reader: PdfReader, page: DictionaryObject) -> Kept:
    """Sorts the annotations of a page of the reader."""
    links: list[Link] = []
    pictures: list[tuple[DictionaryObject, IndirectObject]] = []
    removed: Counter[str] = Counter()
    for annotation in _annotations(page):
        kind = str(annotation.get("/Subtype", ""))
        removed.update(_actions(annotation))
        if kind == "/Link":
            if link := _link(reader, annotation):
                links.append(link)
        elif code := _left_behind(annotation, kind):
            removed[code] += 1
        elif picture := _appearance(annotation):
            pictures.append((annotation, picture))
            removed.update(_no_longer(annotation, kind))
        elif _unprinted(annotation, kind):
            removed["form_unprinted"] += 1
    return Kept(links=tuple(links), pictures=tuple(pictures), removed=removed)


def _annotations(page: DictionaryObject) -> Iterator[DictionaryObject]:
    for item in items_of(array_of(page, "/Annots")):
        annotation = plain(item)
        if isinstance(annotation, DictionaryObject):
            yield annotation


def _left_behind(annotation: DictionaryObject, kind: str) -> str:
    """The code of an annotation that is dropped with its picture, or "" where it is seen."""
    if kind in _CARRIERS:
        return _CARRIERS[kind]
    if kind == "/Popup" or _unseen(annotation):
        return "hidden_note"
    return "note" if kind == "/Text" else ""


def _unseen(annotation: DictionaryObject) -> bool:
    flags = value_of(annotation, "/F")
    return isinstance(flags, NumberObject) and bool(int(flags) & (_HIDDEN | _NO_VIEW))


def _no_longer(annotation: DictionaryObject, kind: str) -> list[str]:
    """What a flattened annotation no longer is: its picture stays, its function goes."""
    if kind != "/Widget":
        return []
    return ["signature"] if _field(annotation, "/FT") == "/Sig" else ["form"]


def _field(widget: DictionaryObject, key: str) -> Any:
    """An entry of a form field, which a widget takes from its parent where it has none."""
    own = value_of(widget, key)
    return own if own is not None else value_of(widget.get("/Parent"), key)


def _unprinted(annotation: DictionaryObject, kind: str) -> bool:
    """Whether this is a filled-in form field that nothing draws."""
    typed = _field(annotation, "/FT") in ("/Tx", "/Ch")
    return kind == "/Widget" and typed and bool(_field(annotation, "/V"))


def _actions(annotation: DictionaryObject) -> list[str]:
    """Codes of the actions of an annotation that are not carried on."""
    found = ["action"] if "/AA" in annotation else []
    action = value_of(annotation, "/A")
    if isinstance(action, DictionaryObject):
        kind = str(action.get("/S", ""))
        if kind == "/JavaScript":
            found.append("javascript")
        elif kind == "/Launch":
            found.append("launch")
        elif kind not in ("/GoTo", "/URI") or (kind == "/URI" and not _uri(action)):
            found.append("action")
        if "/Next" in action:
            found.append("action")
    return found


def _link(reader: PdfReader, annotation: DictionaryObject) -> Link | None:
    rect = numbers_of(annotation.get("/Rect"), 4)
    if rect is None:
        return None
    box = (rect[0], rect[1], rect[2], rect[3])
    if "/Dest" in annotation:
        target = page_of(reader, annotation["/Dest"])
        return Link(rect=box, target=target) if target is not None else None
    action = value_of(annotation, "/A")
    if not isinstance(action, DictionaryObject):
        return None
    if action.get("/S") == "/GoTo":
        target = page_of(reader, action.get("/D"))
        return Link(rect=box, target=target) if target is not None else None
    uri = _uri(action) if action.get("/S") == "/URI" else ""
    return Link(rect=box, uri=uri) if uri else None


def _uri(action: DictionaryObject) -> str:
    """The web address of an action, or "" where it is none of WEB."""
    held = value_of(action, "/URI")
    said = held.decode("latin-1") if isinstance(held, bytes) else str(held or "")
    try:
        return said if urlsplit(said.strip()).scheme.lower() in WEB else ""
    except ValueError:
        return ""


def page_of(reader: PdfReader, destination: PdfObject | None) -> PdfObject | None:
    """The reference of the page that a destination, explicit or named, leads to."""
    held: Any = plain(destination)
    if isinstance(held, (str, bytes)):
        name = held.decode("latin-1") if isinstance(held, bytes) else held
        named = reader.named_destinations.get(str(name))
        held = named.dest_array if named is not None else None
    if isinstance(held, DictionaryObject):  # a named destination may be a dictionary
        held = value_of(held, "/D")
    if not isinstance(held, ArrayObject) or not held:
        return None
    first = items_of(held)[0]
    if isinstance(first, NumberObject):
        inside = 0 <= first < len(reader.pages)
        return reader.pages[int(first)].indirect_reference if inside else None
    return first if value_of(first, "/Type") == "/Page" else None


def _appearance(annotation: DictionaryObject) -> IndirectObject | None:
    """The stream that draws the annotation now, or None where nothing is drawn."""
    held = dictionary_of(annotation, "/AP").get("/N")
    target = plain(held)
    if isinstance(target, DictionaryObject) and not isinstance(target, StreamObject):
        held = target.get(str(value_of(annotation, "/AS") or "/Off"))
        target = plain(held)
    drawn = isinstance(target, StreamObject) and isinstance(held, IndirectObject)
    return held if drawn and numbers_of(annotation.get("/Rect"), 4) else None
