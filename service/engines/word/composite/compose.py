"""The edge, Word: many filled documents of one template in one file, for the converter only.

Each document becomes sections of its own: its final section stands in a paragraph that LibreOffice
takes out again, pages are counted from 1 anew, and bookmarks say in the PDF where it begins and
ends. All of it is work on filled text; what does not depend on a document is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count

from service.engines.protocols import Composite
from service.engines.word.archive import Archive
from service.engines.word.composite.fitness import as_filled, not_composable, unfit
from service.engines.word.composite.lists import Lists
from service.engines.word.composite.margins import HeadersFooters
from service.engines.word.composite.marks import end_of, mark_of, marked, without_bookmarks
from service.engines.word.composite.sections import Sections, taken_apart
from service.engines.word.package import Package
from service.errors import DefinitionError

_PICTURE_ID = re.compile(rb'(<wp:docPr\b[^<>]*?\bid=")[^"]*(")')


class Composer:
    """Puts filled documents of one template together; may be used from any thread.

    Args:
        package: the prepared template.
        filled: its body, headers and footers that are filled for each document.
        file: its name, for messages.

    Raises:
        DefinitionError: `not_composable`, naming all that cannot stand in a composite.
    """

    def __init__(self, package: Package, filled: frozenset[str], *, file: str) -> None:
        package = as_filled(package)
        if reasons := unfit(package):
            raise DefinitionError(not_composable(file, *reasons))
        self._file = file
        self._document = package.document
        self._own = package.members[package.document]
        self._bookmarks = b"<w:bookmark" in self._own
        self._pictures = b"<wp:docPr" in self._own
        self._sections = Sections(self._own)
        self._lists = Lists(package)
        self._margins = HeadersFooters(package, filled)
        changing = {package.document, *self._lists.members, *self._margins.members}
        static = {name: data for name, data in package.members.items() if name not in changing}
        self._archive = Archive(static)

    def compose(self, documents: Sequence[Mapping[str, bytes]]) -> Composite:
        """One file of documents that are filled and read back already.

        Args:
            documents: for each document the member name and bytes of every filled part.

        Raises:
            DefinitionError: `not_composable`: filled like this, they would change each other.
        """
        margins = self._margins.shared_out(documents)
        taken = [taken_apart(parts.get(self._document, self._own)) for parts in documents]
        if not self._sections.independent([body for _, body, _ in taken]):
            reason = ("各节的页眉页脚不齐", "sections without headers of their own")
            raise DefinitionError(not_composable(self._file, reason))
        bodies = [
            self._body(body, number, margins.references[number], last=number == len(taken) - 1)
            for number, (_, body, _) in enumerate(taken)
        ]
        document = b"".join([taken[0][0], *bodies, taken[0][2]])
        if self._pictures:
            document = _numbered_pictures(document)
        changed = {**self._lists.parts(len(taken)), **margins.parts, self._document: document}
        numbers = range(len(taken))
        return Composite(
            source=self._archive.write(changed.items()),
            suffix=".docx",
            marks=tuple(map(mark_of, numbers)),
            ends=tuple(map(end_of, numbers)),
        )

    def _body(
        self, body: bytes, number: int, references: Mapping[bytes, bytes], *, last: bool
    ) -> bytes:
        """One document with its marks, its final section closed where another follows."""
        if self._bookmarks:
            body = without_bookmarks(body)
        body = self._lists.renumbered(body, number)
        content, final = self._sections.restarted(body, references)
        placed = marked(content, number)
        if placed is None:
            reason = ("没有普通段落", "no ordinary paragraph")
            raise DefinitionError(not_composable(self._file, reason))
        if last:
            return placed + final
        return placed + b"<w:p><w:pPr>" + final + b"</w:pPr></w:p>"


def _numbered_pictures(document: bytes) -> bytes:
    """Ids of drawings as in a single document, from 1001, over all documents."""
    numbers = count(1001)
    return _PICTURE_ID.sub(lambda hit: b"%s%d%s" % (hit[1], next(numbers), hit[2]), document)
