"""Core: where name, date and letterhead stand; all widths in 字 (one 3号 character, 15.75 pt).

Sources: GB/T 9704-2012, 7.2.4 and 7.3.5; sections 1.5 and 1.9 of layout-and-filing.md.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from service.core.gbt9704 import (
    MARK_MAX_PT,
    MARK_MIN_PT,
    MARK_MIN_SCALE,
    SEALED_DATE_RIGHT_ZI,
    TYPE_WIDTH_MM,
    UNSEALED_DATE_IN_ZI,
    UNSEALED_NAME_RIGHT_ZI,
    ZI_PT,
    ZI_TW,
    points,
)


def is_wide(char: str) -> bool:
    """Whether a character takes a whole 字 in a Chinese font (“ ” … — · too)."""
    return unicodedata.east_asian_width(char) in {"W", "F", "A"}


def joins(text: str) -> int:
    """How often Chinese and Latin characters meet."""
    return sum(is_wide(left) != is_wide(right) for left, right in pairwise(text))


def text_width(text: str, *, join_pt: float = 0.0) -> float:
    """Width in 字: 1 for a Chinese character, 0.5 for a digit or Latin letter.

    Args:
        text: one line.
        join_pt: what the program adds where Chinese and digits meet, points; `JOIN_PT` for the
            LibreOffice that makes the PDF (`2014年2月28日` is then 7.55 字, not 6.5).
    """
    plain = sum(1.0 if is_wide(char) else 0.5 for char in text)
    return plain + joins(text) * join_pt / ZI_PT


@dataclass(frozen=True, kw_only=True)
class SignaturePlace:
    """How far name and date end from the right edge of the type area.

    Attributes:
        name_right: 字.
        date_right: 字.
    """

    name_right: float
    date_right: float

    @property
    def name_right_tw(self) -> int:
        """As a right indent, twips."""
        return round(self.name_right * ZI_TW)

    @property
    def date_right_tw(self) -> int:
        """As a right indent, twips."""
        return round(self.date_right * ZI_TW)


def place_signature(name: str, date: str, *, sealed: bool, join_pt: float = 0.0) -> SignaturePlace:
    """Indents of name and date for one organ (7.3.5.1 and 7.3.5.2).

    Sealed: the date 4 字 from the right and the name centred on it; a name too long for that
    ends at the edge and the date is centred under it. Unsealed: the name 2 字 from the right and
    the date beginning 2 字 to the right of it; a date too long for that takes the 2 字 itself.
    """
    wide = text_width(name, join_pt=join_pt)
    long = text_width(date, join_pt=join_pt)
    if sealed:
        name_right = SEALED_DATE_RIGHT_ZI + (long - wide) / 2
        if name_right >= 0:
            return SignaturePlace(name_right=name_right, date_right=SEALED_DATE_RIGHT_ZI)
        return SignaturePlace(name_right=0.0, date_right=(wide - long) / 2)
    if long <= wide:
        date_right = UNSEALED_NAME_RIGHT_ZI + wide - UNSEALED_DATE_IN_ZI - long
        return SignaturePlace(name_right=UNSEALED_NAME_RIGHT_ZI, date_right=date_right)
    return SignaturePlace(
        name_right=UNSEALED_NAME_RIGHT_ZI + long - wide + UNSEALED_DATE_IN_ZI,
        date_right=UNSEALED_NAME_RIGHT_ZI,
    )


@dataclass(frozen=True, kw_only=True)
class MarkFit:
    """How a letterhead of some characters fits the width of the type area.

    Attributes:
        size_pt: type size, points, a half point exact.
        scale: `w:w`, width of each character in per cent.
        fits: False where even the narrowest characters are too wide for one line.
    """

    size_pt: float
    scale: int
    fits: bool


def fit_mark(text: str) -> MarkFit:
    """Size and character width of a 发文机关标志, at most 156 mm wide on one line.

    As large as fits up to 62 pt; below 42 pt the size stays and the characters grow narrower,
    down to 60 per cent (16 characters: 42 pt at 65 per cent).
    """
    wide = max(text_width(text), 1.0)
    room = points(TYPE_WIDTH_MM)
    size = min(MARK_MAX_PT, int(room / wide * 2) / 2)
    if size >= MARK_MIN_PT:
        return MarkFit(size_pt=size, scale=100, fits=True)
    scale = int(room / wide / MARK_MIN_PT * 100)
    return MarkFit(
        size_pt=MARK_MIN_PT, scale=max(scale, MARK_MIN_SCALE), fits=scale >= MARK_MIN_SCALE
    )
