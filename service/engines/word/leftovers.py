"""The edge, Word: what a file edited by hand still holds that no final paper may hold."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from service.engines.protocols import Leftovers
from service.engines.word.archive import Archive
from service.engines.word.package import Package, read_package, safe_parser
from service.engines.word.readback import lines_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES = tuple(
    _W + name
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange")
)

_COMMENTED = tuple(
    _W + name for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
)


def leftovers_of(docx: bytes) -> Leftovers:
    """Tracked changes, comments and the running heads of a Word file.

    Raises:
        DefinitionError: it is no Word file within limits.
    """
    package = read_package(docx, file="")
    parts = (package.document, *package.headers, *package.footers)
    return Leftovers(
        changes=sum(_tracked(_root(package, part)) for part in parts),
        comments=sum(
            len(list(_root(package, part).iter(_W + "comment")))
            for part in package.of_type(".wordprocessingml.comments+xml")
        ),
        heads=tuple(line for line in lines_of(package, package.headers) if line.strip()),
    )


def _root(package: Package, part: str) -> etree._Element:
    return etree.fromstring(package.members[part], safe_parser())


def _tracked(root: etree._Element) -> int:
    """Places with a change that nobody has accepted; a run of them in one paragraph counts once.

    A mark within another, as of a style in an inserted text, is no place of its own.
    """
    marked = set()
    for change in root.iter(*_CHANGES):
        paragraph = next(change.iterancestors(_W + "p"), change)
        marked.add(paragraph)
    return len(marked)


def without_comments(docx: bytes) -> bytes:
    """The same file, its comments without a place in the text; as it is where it has none.

    Comments are not printed, and LibreOffice 7.4 dies of them where it writes PDF/A.

    Raises:
        DefinitionError: it is no Word file within limits.
    """
    package = read_package(docx, file="")
    if not package.of_type(".wordprocessingml.comments+xml"):
        return docx
    bare = package.replaced({name: _bare(package, name) for name in _texts(package)})
    return Archive(bare.members).write(())


def _texts(package: Package) -> Iterator[str]:
    notes = (*package.of_type(".footnotes+xml"), *package.of_type(".endnotes+xml"))
    yield from dict.fromkeys((package.document, *package.headers, *package.footers, *notes))


def _bare(package: Package, part: str) -> bytes:
    root = etree.fromstring(package.members[part], safe_parser(blanks=True))
    for mark in list(root.iter(*_COMMENTED)):
        parent = mark.getparent()
        if parent is not None:
            parent.remove(mark)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
