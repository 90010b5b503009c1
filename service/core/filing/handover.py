"""What letter and handover list say of a bundle: its parts, counted, and the PDF's digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_HALF = 32


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One line of the list.

    Attributes:
        title: of the part.
        number: document number, or "".
        pages: of one copy; 0 where it is a file that is not joined.
        remark: for the list.
        apart: it goes as a file alone.
    """

    title: str
    number: str = ""
    pages: int = 0
    remark: str = ""
    apart: bool = False


def letter_answers(parts: Sequence[Handed], *, edition: int) -> dict[str, Any]:
    """Raw answers of the cover letter that come from the bundle itself."""
    rows = [_filled({"title": one.title, "pages": one.pages or None}) for one in parts]
    return {
        "items": rows,
        "total_parts": len(parts),
        "total_pages": sum(one.pages for one in parts),
        "edition": edition,
    }


def list_answers(
    parts: Sequence[Handed],
    *,
    edition: int,
    filed_on: date,
    filed_by: str,
    to: str,
    letter_number: str,
    pdf_pages: int,
    sha256: str,
) -> dict[str, Any]:
    """Raw answers of the handover list, but for which copy it is."""
    rows = [
        _filled(
            {
                "title": one.title,
                "number": one.number,
                "copies": None if one.apart else 1,
                "pages": one.pages or None,
                "medium": "electronic" if one.apart else "both",
                "remark": one.remark,
            }
        )
        for one in parts
    ]
    return _filled(
        {
            "edition": edition,
            "filed_on": filed_on.isoformat(),
            "filed_by": filed_by,
            "to": to,
            "letter_number": letter_number,
            "items": rows,
            "total_parts": len(parts),
            "total_copies": sum(not one.apart for one in parts) or None,
            "total_pages": sum(one.pages for one in parts),
            "pdf_pages": pdf_pages,
            "digest_1": _grouped(sha256[:_HALF]),
            "digest_2": _grouped(sha256[_HALF:]),
        }
    )


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not given."""
    return {name: one for name, one in row.items() if one not in (None, "")}


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
