"""Engine room, sheets: CSV and its like: which encoding, which separator, never a guess untold."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from service.core.roster.model import Book, Sheet
from service.engines.sheets.refusals import MAX_COLUMNS, MAX_MEMBERS, MAX_ROWS, RefusedSheet, note

MAX_LINE = 1_000_000
"""Characters of one line; a row with all a member can write has a tenth."""
MAX_TEXT = 16 * 1024 * 1024
"""Bytes of a text file: twenty thousand rows of 800 each."""
_SAMPLE = 50
_SEPARATORS = {
    ",": ("以逗号分列", "columns parted by commas"),
    ";": ("以分号分列", "columns parted by semicolons"),
    "\t": ("以制表符分列", "columns parted by tabs"),
    "|": ("以竖线分列", "columns parted by bars"),
    "，": ("以全角逗号分列", "columns parted by full-width commas"),
    "": ("只有一列", "a single column"),
}
_END = re.compile(r"\r\n|\r|\n")
_END_BYTES = re.compile(rb"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SPOILT = re.compile("\ufffd|锟斤拷")
"""The replacement character, and what two of them become in GBK."""
_NOT_CHINESE = re.compile("[\ue000-\ue765]")
"""Where GB18030 puts the codes that no character has."""
_HAN_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")


def read_text(data: bytes, *, name: str) -> Book:
    """A text file as a book of one sheet.

    Raises:
        RefusedSheet: with the line that is wrong.
    """
    if len(data) > MAX_TEXT:
        raise RefusedSheet("megabytes", megabytes=MAX_TEXT // 1024 // 1024)
    text, encoding = decode(data)
    text = text.removesuffix("\x1a")  # DOS ended its files so
    rows, separator = _rows(text)
    words = _SEPARATORS.get(separator, ("单列", "nothing"))
    said = note("sheet_encoding_taken", file=name, encoding=encoding.upper(), separator=words)
    return Book(name=name, sheets=(Sheet(name="", rows=rows),), encoding=encoding, notes=(said,))


def decode(data: bytes) -> tuple[str, str]:
    """The text, and `utf-8`, `gb18030` or `utf-16`.

    Raises:
        RefusedSheet: `undecodable`, `mixed`, `utf32`, `spoilt`, `control`, with the line.
    """
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise RefusedSheet("utf32")
    if data.startswith(b"\xef\xbb\xbf"):
        text, encoding = _strict(data[3:], "utf-8"), "utf-8"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        order = "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-16-be"
        text, encoding = _strict(data[2:], order), "utf-16"
    elif b"\x00" in data:
        text, encoding = _utf16_without_mark(data), "utf-16"
    else:
        text, encoding = _utf8_or_gb(data)
    for code, wrong in (("control", _CONTROL), ("spoilt", _SPOILT)):
        if found := wrong.search(text.removesuffix("\x1a")):
            raise RefusedSheet(code, line=_line_of(text, found.start()))
    return text, encoding


def _line_of(text: str, at: int) -> int:
    return len(_END.findall(text, 0, at)) + 1


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise RefusedSheet("undecodable", line=_line_of(before, len(before))) from None


def _utf16_without_mark(data: bytes) -> str:
    """UTF-16 by the side on which the zeros of commas, digits and line ends stand."""
    zeros = (data[0::2].count(0), data[1::2].count(0))
    text = _strict(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    if found := _CONTROL.search(text):
        raise RefusedSheet("control", line=_line_of(text, found.start()))
    return text


def _utf8_or_gb(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    lines = _END_BYTES.split(data)
    _refuse_mixed(lines)
    text = _strict(data, "gb18030")
    nowhere = {char for char in set(text) if unicodedata.category(char) == "Cn"}
    nowhere |= set(_NOT_CHINESE.findall(text))
    if nowhere:
        raise RefusedSheet("undecodable", line=_line_of(text, min(map(text.index, nowhere))))
    return text, "gb18030"


def _refuse_mixed(lines: Sequence[bytes]) -> None:
    """GB18030 takes nearly any bytes: lines in UTF-8 among them would become other characters."""
    utf8 = [n for n, line in enumerate(lines, 1) if _is_utf8_alone(line)]
    if not utf8:
        return
    other = next(n for n, line in enumerate(lines, 1) if not _decodes(line, "utf-8"))
    raise RefusedSheet("mixed", line=min(utf8[0], other), other=max(utf8[0], other))


def _is_utf8_alone(line: bytes) -> bool:
    """Chinese in UTF-8, and as GB18030 none of the characters that are in common use."""
    if not _HAN_IN_UTF8.search(line) or not _decodes(line, "utf-8"):
        return False
    return not _decodes(line, "gb2312")


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str) -> tuple[tuple[tuple[int, tuple[str | None, ...]], ...], str]:
    """Rows with content or before one that has some, and the separator."""
    lines = list(io.StringIO(text, newline=""))
    _refuse_long(lines)
    separator = ""
    if hint := re.fullmatch(r"sep=(.)\s*", lines[0]) if lines else None:
        separator, lines = hint[1], lines[1:]
    separator = separator or _separator(lines)
    rows: list[tuple[int, tuple[str | None, ...]]] = []
    last = full = 0
    for number, cells in _parsed(lines, separator):
        rows.append((number, tuple(cell or None for cell in cells)))
        if any(cell.strip() for cell in cells):
            last, full = len(rows), full + 1
    if full > MAX_MEMBERS:
        raise RefusedSheet("too_many_lines", count=full, limit=MAX_MEMBERS)
    if separator == ",":
        _refuse_fullwidth(rows[:last])
    return tuple(rows[:last]), separator


def _refuse_long(lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise RefusedSheet("long_line", line=number)
    count = sum(1 for line in lines if line.strip())
    if count > MAX_ROWS:
        raise RefusedSheet("too_many_lines", count=count, limit=MAX_MEMBERS)


def _parsed(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows as Excel counts them; quotation marks that do not match are refused."""
    reader = csv.reader(lines, delimiter=separator or ",", strict=True)
    number, begun = 0, 1
    while True:
        begun = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RefusedSheet("quotes", line=begun) from None
        number += 1
        if len(cells) > MAX_COLUMNS:
            raise RefusedSheet("long_line", line=begun)
        yield number, cells


def _separator(lines: Sequence[str]) -> str:
    """The one that parts most lines into the same number of columns; "" for a single column.

    Quotation marks tell a separator inside a cell from one between cells; only where they match
    with none of them is it found without them, and the line where they do not is told.
    """
    sample = [line for line in lines if line.strip()][:_SAMPLE]
    for strict in (True, False):
        scores = {one: _agreement(sample, one, strict=strict) for one in _SEPARATORS if one}
        best = max(scores, key=lambda one: scores[one])
        if best == "，" and scores[best][0] < len(sample):
            best = ","
        if scores[best][0]:
            return best
    return ""


def _agreement(sample: Sequence[str], separator: str, *, strict: bool) -> tuple[int, int]:
    """(lines with the commonest number of columns, that number); nothing for one column."""
    widths: Counter[int] = Counter()
    reader = csv.reader(sample, delimiter=separator, strict=strict)
    try:
        widths.update(len(row) for row in reader if row)
    except csv.Error:
        if reader.line_num < len(sample):
            return 0, 0  # at its end the sample may have cut a cell of several lines in two
    several = [(count, width) for width, count in widths.items() if width > 1]
    return max(several, default=(0, 0))


def _refuse_fullwidth(rows: Sequence[tuple[int, Sequence[str | None]]]) -> None:
    """A line with full-width commas has too few columns, by just as many."""
    widths = Counter(len(cells) for _, cells in rows if any(cells))
    usual = max(widths, key=lambda width: widths[width], default=0)
    for number, cells in rows:
        commas = sum((cell or "").count("，") for cell in cells)
        if commas and len(cells) < usual and len(cells) + commas >= usual:
            raise RefusedSheet("fullwidth_comma", line=number)
