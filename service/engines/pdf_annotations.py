"""Engine room, PDF: what of a page's annotations is kept: safe links, and what can be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from service.engines.pdf_copy import Copier, add_resource, new_stream, wrap_contents
from service.engines.pdf_sheet import Matrix, box_array

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
    return Kept(links=tuple(links), pictures=tuple(pictures), removed=removed)


def _annotations(page: DictionaryObject) -> Iterator[DictionaryObject]:
    held = page.get("/Annots")
    held = held.get_object() if held is not None else None
    if isinstance(held, ArrayObject):
        for item in list.__iter__(held):
            annotation = item.get_object()
            if isinstance(annotation, DictionaryObject):
                yield annotation


def _left_behind(annotation: DictionaryObject, kind: str) -> str:
    """The code of an annotation that is dropped with its picture, or "" where it is seen."""
    if kind in _CARRIERS:
        return _CARRIERS[kind]
    if kind == "/Popup" or _number(annotation.get("/F"), 0) & (_HIDDEN | _NO_VIEW):
        return "hidden_note"
    return "note" if kind == "/Text" else ""


def _no_longer(annotation: DictionaryObject, kind: str) -> list[str]:
    """What a flattened annotation no longer is: its picture stays, its function goes."""
    if kind != "/Widget":
        return []
    field = str(annotation.get("/FT") or _get(annotation.get("/Parent"), "/FT") or "")
    return ["signature"] if field == "/Sig" else ["form"]


def _actions(annotation: DictionaryObject) -> list[str]:
    """Codes of the actions of an annotation that are not carried on."""
    found = ["action"] if "/AA" in annotation else []
    action = annotation.get("/A")
    action = action.get_object() if action is not None else None
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
    rect = _numbers(annotation.get("/Rect"), 4)
    if rect is None:
        return None
    box = (rect[0], rect[1], rect[2], rect[3])
    if "/Dest" in annotation:
        target = page_of(reader, annotation["/Dest"])
        return Link(rect=box, target=target) if target is not None else None
    action = annotation.get("/A")
    action = action.get_object() if action is not None else None
    if not isinstance(action, DictionaryObject):
        return None
    if action.get("/S") == "/GoTo":
        target = page_of(reader, action.get("/D"))
        return Link(rect=box, target=target) if target is not None else None
    uri = _uri(action) if action.get("/S") == "/URI" else ""
    return Link(rect=box, uri=uri) if uri else None


def _uri(action: DictionaryObject) -> str:
    """The web address of an action, or "" where it is none of WEB."""
    held = action.get("/URI")
    held = held.get_object() if held is not None else None
    said = held.decode("latin-1") if isinstance(held, bytes) else str(held or "")
    try:
        return said if urlsplit(said.strip()).scheme.lower() in WEB else ""
    except ValueError:
        return ""


def page_of(reader: PdfReader, destination: PdfObject | None) -> PdfObject | None:
    """The reference of the page that a destination, explicit or named, leads to."""
    held = destination.get_object() if destination is not None else None
    if isinstance(held, (str, bytes)):
        name = held.decode("latin-1") if isinstance(held, bytes) else held
        named = reader.named_destinations.get(str(name))
        held = named.dest_array if named is not None else None
    if isinstance(held, DictionaryObject):  # a named destination may be a dictionary
        held = held.get("/D")
        held = held.get_object() if held is not None else None
    if not isinstance(held, ArrayObject) or not held:
        return None
    first = list.__getitem__(held, 0)
    if isinstance(first, NumberObject):
        inside = 0 <= first < len(reader.pages)
        return reader.pages[int(first)].indirect_reference if inside else None
    return first if isinstance(first, IndirectObject) else None


def _appearance(annotation: DictionaryObject) -> IndirectObject | None:
    """The stream that draws the annotation now, or None where nothing is drawn."""
    held = _raw(_get_dict(annotation, "/AP"), "/N")
    target = held.get_object() if held is not None else None
    if isinstance(target, DictionaryObject) and not isinstance(target, StreamObject):
        held = _raw(target, str(annotation.get("/AS", "/Off")))
        target = held.get_object() if held is not None else None
    drawn = isinstance(target, StreamObject) and isinstance(held, IndirectObject)
    return held if drawn and _numbers(annotation.get("/Rect"), 4) else None


def add_links(writer: PdfWriter, page: DictionaryObject, links: list[tuple[Link, Any]]) -> None:
    """Writes links anew; each comes with the reference of its page in the writer, or None."""
    made = [_annotation(link, target) for link, target in links if link.uri or target is not None]
    if made:
        held = page.get("/Annots", ArrayObject())
        page[NameObject("/Annots")] = ArrayObject(
            [*list.__iter__(held), *(writer._add_object(one) for one in made)]
        )


def _annotation(link: Link, target: PdfObject | None) -> DictionaryObject:
    made = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): box_array(*link.rect),
            NameObject("/Border"): ArrayObject([NumberObject(0)] * 3),
            NameObject("/F"): NumberObject(4),  # printed: PDF/A asks for it
        }
    )
    if target is not None:
        made[NameObject("/Dest")] = ArrayObject([target, NameObject("/Fit")])
    else:
        made[NameObject("/A")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/URI"),
                NameObject("/URI"): ByteStringObject(link.uri.encode("utf-8")),
            }
        )
    return made


def draw(
    copier: Copier,
    page: DictionaryObject,
    pictures: tuple[tuple[DictionaryObject, IndirectObject], ...],
) -> None:
    """Draws appearances into the contents of a page, where they stood (ISO 32000-1, 12.5.5)."""
    lines: list[str] = []
    for annotation, picture in pictures:
        copied = copier.copy(picture)
        stream = copied.get_object()
        if not isinstance(stream, StreamObject):
            continue
        stream[NameObject("/Type")] = NameObject("/XObject")
        stream[NameObject("/Subtype")] = NameObject("/Form")
        matrix = _placed(annotation, stream)
        if matrix is not None:
            name = add_resource(copier.writer, page, "/XObject", "/GwSeen", copied)
            numbers = " ".join(f"{number:.5f}" for number in matrix)
            lines.append(f"q {numbers} cm {name} Do Q")
    if lines:
        before = new_stream(copier.writer, b"q\n")
        after = new_stream(copier.writer, ("\nQ\n" + "\n".join(lines) + "\n").encode("ascii"))
        wrap_contents(page, [before], [after])


def _placed(annotation: DictionaryObject, stream: StreamObject) -> Matrix | None:
    """The matrix that brings the appearance's box into the annotation's rectangle."""
    rect = _numbers(annotation.get("/Rect"), 4)
    box = _numbers(stream.get("/BBox"), 4)
    if rect is None or box is None:
        return None
    m = _numbers(stream.get("/Matrix"), 6) or [1, 0, 0, 1, 0, 0]
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [m[0] * x + m[2] * y + m[4] for x, y in corners]
    ys = [m[1] * x + m[3] * y + m[5] for x, y in corners]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if width <= 0 or height <= 0:
        return None
    left, right = sorted((rect[0], rect[2]))
    low, high = sorted((rect[1], rect[3]))
    sx, sy = (right - left) / width, (high - low) / height
    return (sx, 0.0, 0.0, sy, left - min(xs) * sx, low - min(ys) * sy)


def _numbers(value: Any, count: int) -> list[float] | None:
    held = value.get_object() if hasattr(value, "get_object") else value
    if not isinstance(held, ArrayObject) or len(held) != count:
        return None
    try:
        return [float(item) for item in held]
    except (TypeError, ValueError):
        return None


def _number(value: Any, default: int) -> int:
    held = value.get_object() if hasattr(value, "get_object") else value
    return int(held) if isinstance(held, (NumberObject, FloatObject)) else default


def _get(value: Any, key: str) -> Any:
    held = value.get_object() if hasattr(value, "get_object") else value
    return held.get(key) if isinstance(held, DictionaryObject) else None


def _get_dict(owner: DictionaryObject, key: str) -> DictionaryObject:
    held = _get(owner, key)
    held = held.get_object() if held is not None else None
    return held if isinstance(held, DictionaryObject) else DictionaryObject()


def _raw(owner: DictionaryObject, key: str) -> Any:
    return owner.raw_get(key) if key in owner else None
