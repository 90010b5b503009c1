"""Core: which role in an official paper a font can play, real fonts and stand-ins alike.

Names are PostScript names as a PDF carries them. The stand-ins are those of section 4 of
layout-and-filing.md and of service/fonts/fonts.conf.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

Role = Literal["fangsong", "kaiti", "heiti", "xiaobiaosong", "songti", "latin"]

# role -> beginnings of names, lower case, letters and digits only
_FAMILIES: dict[Role, tuple[str, ...]] = {
    "fangsong": ("fandolfang", "fangsong", "simfang", "stfangsong", "fzfangsong", "fzfs"),
    "kaiti": ("lxgwwenkai", "ukai", "arplukai", "kaiti", "simkai", "stkaiti", "fzkai", "fzkt",
              "fandolkai"),
    "heiti": ("notosanscjk", "notosanssc", "simhei", "stheiti", "fzhei", "fzht", "fandolhei",
              "wenquanyi", "wqy", "microsoftyahei", "dengxian", "sourcehansans"),
    "xiaobiaosong": ("fzxiaobiaosong", "fzxbs", "fandolsongbold", "xiaobiaosong"),
    "songti": ("simsun", "nsimsun", "stsong", "stzhongsong", "fzshusong", "fandolsongregular",
               "uming", "arpluming"),
    "latin": ("liberation", "timesnewroman", "arial", "couriernew", "calibri", "cambria",
              "carlito", "caladea", "tinos"),
}  # fmt: skip
_SERIF_CJK = ("notoserifcjk", "notoserifsc", "sourcehanserif")
_BOLD = re.compile(r"bold|black|heavy")
# What stands in for 仿宋 and 楷体 glyph by glyph, or where neither is installed.
_FALLBACK: dict[Role, tuple[Role, ...]] = {
    "fangsong": ("songti", "kaiti"), "kaiti": ("songti", "fangsong"),
}  # fmt: skip


def _plain(font: str) -> str:
    return re.sub(r"[^a-z0-9]", "", font.lower())


@cache
def roles(font: str) -> frozenset[Role]:
    """Every role whose own font or family stand-in this is; empty for an unknown font."""
    name = _plain(font)
    if name.startswith(_SERIF_CJK):
        return frozenset({"xiaobiaosong"} if _BOLD.search(name) else {"songti"})
    return frozenset(role for role, starts in _FAMILIES.items() if name.startswith(starts))


@cache
def serves(font: str, role: Role) -> bool:
    """Whether a character of that role may be drawn in this font (fallback counted in)."""
    found = roles(font)
    return role in found or any(other in found for other in _FALLBACK.get(role, ()))


@cache
def bold(font: str) -> bool:
    """Whether the font itself is a bold cut."""
    return bool(_BOLD.search(_plain(font)))


@cache
def chinese(font: str) -> bool:
    """Whether it is one of the Chinese fonts."""
    return bool(roles(font) - {"latin"})
