"""Engine room, PDF: drawings as PDF/A-2b asks: known operators, colours that are covered."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DEEPEST = 28
_OPERATORS = frozenset(
    b"b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k"
    b" l m M MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W"
    b" W* y ' \"".split()
)
_WORDS = frozenset({b"true", b"false", b"null"})
_COLOURS = {b"rg": 3, b"RG": 3, b"k": 4, b"K": 4}
_INLINE = {b"RGB": 3, b"DeviceRGB": 3, b"CMYK": 4, b"DeviceCMYK": 4}
# What may hold letters that are no operators, and then whatever else stands by itself.
_TOKENS = re.compile(
    rb"""\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)
    |<<|>>|<[0-9A-Fa-f\s]*>|%[^\r\n]*|[\[\]{}]
    |/(?P<name>[^\s\[\]<>()/%{}]*)
    |(?<![^\s\[\]<>()])(?P<inline>BI\s.*?\sEI(?=\s|$))
    |(?P<word>[^\s\[\]<>()/%{}]+)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(rb"[-+]*[0-9]*\.?[0-9]*(-[0-9]*)?")


def drawing_faults(drawing: bytes, colours: int) -> Iterator[tuple[str, str]]:
    """Codes of faults with what stands there.

    Args:
        drawing: contents, unpacked.
        colours: how many colours the output intent is for; 0 where nothing is known.
    """
    depth = deepest = 0
    words: set[bytes] = set()
    for token in _TOKENS.finditer(drawing):
        word = token["word"]
        if word == b"q":
            depth += 1
            deepest = max(deepest, depth)
        elif word == b"Q":
            depth -= 1
        elif word:
            words.add(word)
        elif token["inline"]:
            yield from _inline(token["inline"], colours)
    if deepest > _DEEPEST:
        yield "nesting", ""
    for word in sorted(words):
        if colours and _COLOURS.get(word, colours) != colours:
            yield "colour", word.decode("latin-1")
        elif word not in _OPERATORS and word not in _WORDS and not _NUMBER.fullmatch(word):
            yield "operator", word[:20].decode("latin-1")


def _inline(picture: bytes, colours: int) -> Iterator[tuple[str, str]]:
    """The settings of a picture that stands within a drawing."""
    head = picture.split(b"ID", 1)[0]
    if re.search(rb"/LZW", head):
        yield "filter", "/LZWDecode"
    if re.search(rb"/(I|Interpolate)\s+true", head):
        yield "picture", "/Interpolate"
    for name in re.findall(rb"/(?:CS|ColorSpace)\s*/([A-Za-z]+)", head):
        if colours and _INLINE.get(name, colours) != colours:
            yield "colour", name.decode("latin-1")
