"""Engine room, fonts: the characters of a few words, Chinese too, as one small TrueType file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from service.engines.fonts.config import Face, candidates, prepare_fonts
from service.errors import EngineError, problem
from service.settings import Settings

_EM = 1000
_MOST_OFF = 0.5
"""How far a curve may lie from the one it stands for, thousandths of the size."""


@dataclass(frozen=True, kw_only=True)
class TextFont:
    """A font of its own for some characters, its measures in thousandths of its size.

    Attributes:
        name: PostScript name with the six letters that mark a subset.
        data: the TrueType file; glyph 0 is empty.
        glyphs: glyph of each character.
        widths: advance width of every glyph.
        box: around all glyphs.
    """

    name: str
    data: bytes
    glyphs: dict[str, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]

    def width(self, text: str, size: float) -> float:
        """Width of a line at `size` points, points."""
        return sum(self.widths[self.glyphs[char]] for char in text) * size / _EM


def text_font(text: str, *, family: str, settings: Settings) -> TextFont:
    """The characters of a text, each from the first face in line for the family that draws it.

    Outlines of any kind become TrueType's, so that every PDF embeds them in one way; the same text
    and fonts give the same bytes.

    Raises:
        EngineError: `stamp_font_missing`, where no font on this machine draws a character.
    """
    faces = candidates(prepare_fonts(settings), family)
    chars = sorted(set(text))
    opened: dict[tuple[Path, int], TTFont] = {}
    try:
        drawn = [_drawn(char, faces, opened) for char in chars]
    finally:
        for font in opened.values():
            font.close()
    return _built(chars, drawn)


def _drawn(
    char: str, faces: Sequence[Face], opened: dict[tuple[Path, int], TTFont]
) -> tuple[Any, int]:
    """Outline and advance width of a character."""
    for font in _having(char, faces, opened):
        glyphs, name = font.getGlyphSet(), font.getBestCmap().get(ord(char))
        bounds = BoundsPen(glyphs)
        if name is not None:
            glyphs[name].draw(bounds)
        if name is None or (bounds.bounds is None and not char.isspace()):
            continue  # AR PL UKai maps 䶮 to an empty glyph
        scale = _EM / int(font["head"].unitsPerEm)
        pen = TTGlyphPen(None)
        # PostScript outlines run the other way round.
        curves = Cu2QuPen(pen, _MOST_OFF, reverse_direction="glyf" not in font)
        glyphs[name].draw(TransformPen(curves, (scale, 0, 0, scale, 0, 0)))
        return pen.glyph(), round(glyphs[name].width * scale)
    raise EngineError(
        problem(
            "stamp_font_missing",
            f"本机没有字体能写出「{char}」；请安装：apt-get install fonts-noto-cjk。",
            f"No font on this machine draws {char}; install one: apt-get install fonts-noto-cjk.",
        )
    )


def _having(
    char: str, faces: Sequence[Face], opened: dict[tuple[Path, int], TTFont]
) -> Iterator[TTFont]:
    for face in faces:
        if face.has(char) and face.file.suffix.lower() in {".ttf", ".otf", ".ttc", ".otc"}:
            place = (face.file, face.index)
            if place not in opened:
                number = face.index if face.file.suffix.lower() in {".ttc", ".otc"} else -1
                opened[place] = TTFont(face.file, fontNumber=number, lazy=True)
            yield opened[place]


def _built(chars: Sequence[str], drawn: Sequence[tuple[Any, int]]) -> TextFont:
    names = [".notdef", *(f"c{number}" for number in range(len(chars)))]
    outlines = [TTGlyphPen(None).glyph(), *(outline for outline, _ in drawn)]
    widths = [_EM, *(width for _, width in drawn)]
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupGlyf(dict(zip(names, outlines, strict=True)))
    lefts = [getattr(outline, "xMin", 0) for outline in outlines]
    builder.setupHorizontalMetrics(dict(zip(names, zip(widths, lefts, strict=True), strict=True)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupMaxp()
    builder.updateHead(created=0, modified=0)
    out = io.BytesIO()
    builder.font.save(out)
    head = builder.font["head"]
    return TextFont(
        name="GONGWN+GongwenStamp",
        data=out.getvalue(),
        glyphs={char: number for number, char in enumerate(chars, start=1)},
        widths=tuple(widths),
        box=(head.xMin, head.yMin, head.xMax, head.yMax),
    )
