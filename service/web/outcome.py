"""Web door: what came of making one document: files on the shelf, pictures, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.desk.fill import Document, to_pdf
from service.desk.fonts import stand_ins
from service.errors import Problem
from service.web.pictures import Picture, picture_sizes
from service.web.room import room
from service.web.signed import person

GAPS = frozenset({"required", "too_few"})
"""Codes of notes that only say what is to be filled in later."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of pressing a button.

    Attributes:
        done: `checked`, `word`, `pdf`, `preview`, `sample` or `trial`.
        token: where the files lie; "" where none was made.
        pages: pages of the PDF, 0 where there is none.
        pictures: the pages as pictures.
        fonts: wanted font to its stand-ins.
        notes: what is not given yet, and warnings.
    """

    done: str
    token: str = ""
    pages: int = 0
    pictures: tuple[Picture, ...] = ()
    fonts: Mapping[str, list[str]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @property
    def gaps(self) -> tuple[Problem, ...]:
        """What may still be empty and will be needed."""
        return tuple(one for one in self.notes if one.code in GAPS)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What deserves a look."""
        return tuple(one for one in self.notes if one.code not in GAPS)


def as_word(document: Document, done: str) -> Outcome:
    """The Word file on the shelf."""
    token = room().shelf.put(person().id, document.name, {"paper.docx": document.docx})
    return Outcome(done=done, token=token, notes=document.notes)


def as_pdf(document: Document, done: str) -> Outcome:
    """Word file, PDF and pictures of its pages on the shelf."""
    converted = to_pdf(room().desk, document)
    pictures = room().desk.pages.pictures(converted.pdf)
    files = {"paper.docx": document.docx, "paper.pdf": converted.pdf}
    files |= {f"page-{number:03d}.png": data for number, data in enumerate(pictures, 1)}
    return Outcome(
        done=done,
        token=room().shelf.put(person().id, document.name, files),
        pages=converted.pages,
        pictures=picture_sizes(pictures),
        fonts=stand_ins(converted.fonts),
        notes=document.notes,
    )
