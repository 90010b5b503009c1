"""The edge, Word: bookmarks at the first and last paragraph of a document in a composite."""

from __future__ import annotations

import re

_FIRST_ID = 90_000_000
"""Far from the ids that Word gives out."""
_PARAGRAPH = re.compile(
    rb"<w:p(?: [^<>]*?)?(/?)>(?:<w:pPr/>|<w:pPr(?: [^<>]*)?>.*?</w:pPr>)?", re.DOTALL
)
_LAST = re.compile(rb".*(</w:p>|<w:p(?: [^<>]*)?/>)", re.DOTALL)
_BOOKMARK = re.compile(rb"<w:bookmark(?:Start|End)(?: [^<>]*)?/>")


def mark_of(number: int) -> str:
    """Where a document begins; LibreOffice would write `_` as `5F` in destinations."""
    return f"GongwenItem{number}"


def end_of(number: int) -> str:
    """Where a document ends."""
    return f"GongwenEnd{number}"


def without_bookmarks(body: bytes) -> bytes:
    """The template's own bookmarks go: no field of a composite leads to one."""
    return _BOOKMARK.sub(b"", body)


def marked(content: bytes, number: int) -> bytes | None:
    """Both marks in a document's content; None where no paragraph can bear one.

    A frame cannot: LibreOffice renames the bookmarks in it. The paragraph that bears nothing but
    a section cannot either, since LibreOffice takes it out; it gets another before it, on a page
    that is empty anyway.
    """
    ending = _LAST.match(content)
    if ending is not None:
        mark = _bookmark(2 * number + 1, end_of(number))
        content = content[: ending.start(1)] + _with(mark, ending[1]) + content[ending.end() :]
    mark = _bookmark(2 * number, mark_of(number))
    for found in _PARAGRAPH.finditer(content):
        if b"<w:framePr" in found[0]:
            continue
        before, behind = content[: found.start()], content[found.end() :]
        if b"<w:sectPr" in found[0] and behind.startswith(b"</w:p>"):
            return before + b"<w:p>" + mark + b"</w:p>" + found[0] + behind
        opened = found[0][:-2] + b">" + mark + b"</w:p>" if found[1] else found[0] + mark
        return before + opened + behind
    return None


def _with(mark: bytes, ending: bytes) -> bytes:
    """A paragraph's end with a mark before it; `<w:p/>` is opened for it."""
    return mark + ending if ending.startswith(b"</") else ending[:-2] + b">" + mark + b"</w:p>"


def _bookmark(ident: int, name: str) -> bytes:
    number = _FIRST_ID + ident
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'
    ).encode("ascii")
