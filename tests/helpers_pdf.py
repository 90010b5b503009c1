"""PDFs under test: made by hand with pypdf, looked at with pdfium, judged with qpdf."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)

from service.engines.pages import PdfiumPages

A4 = (0.0, 0.0, 595.276, 841.89)
A4_WIDE = (0.0, 0.0, 841.89, 595.276)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A page to be made: boxes in points, and a drawing in PDF's own words."""

    media: tuple[float, float, float, float] = A4
    crop: tuple[float, float, float, float] | None = None
    rotate: int = 0
    unit: float = 1.0
    drawing: bytes = b""
    more: dict[str, object] = field(default_factory=dict)


def name(text: str) -> NameObject:
    return NameObject(text)


def dictionary(**entries: object) -> DictionaryObject:
    """A dictionary; keys without their slash."""
    return DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})


def numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)


def add_paper(writer: PdfWriter, paper: Paper):
    page = writer.add_blank_page(100, 100)
    page[name("/MediaBox")] = numbers(*paper.media)
    if paper.crop:
        page[name("/CropBox")] = numbers(*paper.crop)
    if paper.rotate:
        page[name("/Rotate")] = NumberObject(paper.rotate)
    if paper.unit != 1:
        page[name("/UserUnit")] = FloatObject(paper.unit)
    if paper.drawing:
        stream = DecodedStreamObject()
        stream.set_data(paper.drawing)
        page[name("/Contents")] = writer._add_object(stream)
        helvetica = dictionary(
            Type=name("/Font"), Subtype=name("/Type1"), BaseFont=name("/Helvetica")
        )
        page[name("/Resources")] = dictionary(Font=dictionary(F1=helvetica))
    for key, value in paper.more.items():
        page[name(key)] = value
    return page


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_pdf(*papers: Paper) -> bytes:
    writer = PdfWriter()
    for paper in papers or (Paper(),):
        add_paper(writer, paper)
    return written(writer)


def words(text: str, x: float = 100, y: float = 400, size: float = 20) -> bytes:
    """A drawing of one line of Latin text."""
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("ascii")


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def picture(pdf: bytes, page: int = 0, width: int = 900) -> Image.Image:
    """A page as it is shown, in greys."""
    png = PdfiumPages().pictures(pdf, width=width)[page]
    return Image.open(io.BytesIO(png)).convert("L")


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of what is darker than half, or None."""
    return image.point(lambda grey: 255 if grey < 128 else 0).getbbox()


def assert_pdf_text(pdf: bytes, *texts: str, page: int | None = None) -> None:
    """Each text stands in the PDF (on that page), white space aside."""
    pages = PdfiumPages().texts(pdf)
    there = "".join("".join(pages if page is None else [pages[page]]).split())
    missing = [text for text in texts if "".join(text.split()) not in there]
    assert not missing, f"not in the PDF: {missing}; there is: {there[:300]}"


def assert_sound(pdf: bytes, folder: Path) -> None:
    """qpdf finds nothing wrong."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def fonts(pdf: bytes) -> list[DictionaryObject]:
    """Every font object of the file."""
    reader = read(pdf)
    found = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))
    return [o for o in found if isinstance(o, DictionaryObject) and o.get("/Type") == "/Font"]


def all_bytes(pdf: bytes) -> bytes:
    """The file with every stream unpacked, to search for words."""
    done = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", "-", "-"],
        input=pdf, capture_output=True, check=False,
    )  # fmt: skip
    return done.stdout


def outline_pages(pdf: bytes) -> list[tuple[int, str, int]]:
    """Level from 1, title and page index of every bookmark."""
    reader = read(pdf)

    def walk(items: Sequence[object], level: int):
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                yield level, item.title, reader.get_destination_page_number(item)

    return list(walk(reader.outline, 1))
