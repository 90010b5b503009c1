"""The edge, Word: Chinese marks behind Latin characters in a twin, as office_marks does it.

LibreOffice gives them the Latin font, half as wide; a span of their own names the Chinese one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from service.engines.office.marks import MARKS, is_chinese, pieces_of
from service.engines.word.twin.styles import TwinStyles

_TOKEN = re.compile(r"<[^<>]*>|[^<]+")
_PARAGRAPH = re.compile(r"<text:[ph][ >]")
_STYLE = re.compile(r'text:style-name="([^"]*)"')
_ENDS = ("</text:p>", "</text:h>")
_LATIN = re.compile(r"[!-~\u00c0-\u024f]\Z")


def mended(body: str, styles: TwinStyles) -> str:
    """The body with spans around such marks; the same text where there are none."""
    found: list[str] = []
    last = 0
    for start, end in _candidates(body):
        found += [body[last:start], _mended(body[start:end], styles)]
        last = end
    return "".join([*found, body[last:]]) if found else body


def _candidates(body: str) -> Iterator[tuple[int, int]]:
    """Paragraphs with a mark behind a Latin character."""
    done = 0
    for mark in MARKS.finditer(body):
        if mark.start() < done or not _LATIN.search(_char_before(body, mark.start())):
            continue
        start = max(body.rfind(f"<text:{name}", done, mark.start()) for name in ("p ", "h ", "p>"))
        ends = [at for end in _ENDS if (at := body.find(end, mark.end())) >= 0]
        if start >= 0 and ends:
            done = min(ends)
            yield start, done


def _char_before(body: str, place: int) -> str:
    """The character of the same paragraph before a place, tags passed over."""
    while body[place - 1] == ">":
        start = body.rfind("<", 0, place)
        tag = body[start:place]
        if tag.startswith("<text:s ") or tag == "<text:s/>":
            return " "
        if _PARAGRAPH.match(tag):
            return ""
        place = start
    return body[place - 1]


def _mended(paragraph: str, styles: TwinStyles) -> str:
    tokens = _TOKEN.findall(paragraph)
    if not is_chinese(unescape("".join(token for token in tokens if token[0] != "<"))):
        return paragraph
    written: list[str] = []
    around: list[str] = []
    before = ""
    for token in tokens:
        if token[0] != "<":
            written += _spans(token, before, styles.marks(tuple(around)))
            before = token[-1]
            continue
        written.append(token)
        if token.startswith("</text:span"):
            around.pop()
        elif token.startswith(("<text:span", "<text:p", "<text:h")) and token[-2] != "/":
            named = _STYLE.search(token)
            around.append(named[1] if named else "")
        elif token.startswith("<text:s"):
            before = " "
    return "".join(written)


def _spans(words: str, before: str, style: str | None) -> Iterator[str]:
    for piece, latin in pieces_of(words, before):
        if latin and style is not None:
            yield f'<text:span text:style-name="{style}">{piece}</text:span>'
        else:
            yield piece
