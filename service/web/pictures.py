"""Web door: pictures of pages, with their sizes, so that a page does not jump while they load."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page as a picture: its number from 1, width and height in pixels."""

    number: int
    width: int
    height: int


def picture_sizes(pictures: Iterable[bytes]) -> tuple[Picture, ...]:
    """The sizes of PNG files (the two numbers at the head of IHDR, PNG 11.2.2)."""
    sizes = [struct.unpack(">II", picture[16:24]) for picture in pictures]
    return tuple(
        Picture(number=number, width=width, height=height)
        for number, (width, height) in enumerate(sizes, 1)
    )
