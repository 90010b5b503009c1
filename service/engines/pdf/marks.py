"""Engine room, PDF: writes links anew and draws what else was seen into the page."""

from __future__ import annotations

from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from service.engines.pdf.annotations import Link
from service.engines.pdf.copy import Copier, add_resource, new_stream, wrap_contents
from service.engines.pdf.sheet import Matrix, box_array
from service.engines.pdf.values import array_of, items_of, numbers_of


def add_links(
    writer: PdfWriter, page: DictionaryObject, links: Sequence[tuple[Link, PdfObject | None]]
) -> list[IndirectObject]:
    """Writes links anew; each comes with the reference of its page in the writer, or None."""
    made = [
        writer._add_object(_annotation(link, target))
        for link, target in links
        if link.uri or isinstance(target, IndirectObject)
    ]
    if made:
        page[NameObject("/Annots")] = ArrayObject([*items_of(array_of(page, "/Annots")), *made])
    return made


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
    rect = numbers_of(annotation.get("/Rect"), 4)
    box = numbers_of(stream.get("/BBox"), 4)
    if rect is None or box is None:
        return None
    m = numbers_of(stream.get("/Matrix"), 6) or [1, 0, 0, 1, 0, 0]
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
