"""The reckoning: exactly as many results as rows, none twice, every file the right one."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader

from bench.material import KIND
from service.core.present import present
from service.desk.batch.batches import open_joined, tally_of, view_batch
from service.desk.batch.files import item_name
from service.desk.batch.kept import frozen_terms
from service.desk.batch.plan import answers_of
from service.desk.tools import Desk
from service.store import batches as rows
from service.store.models import Item


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """What was found to be right; what is not is raised.

    Attributes:
        forms: Word files, each equal to what this process makes of the same row.
        pdfs: single PDFs, no two alike.
        pages: of the joined PDF.
        marks: its bookmarks, one for each form, in order.
        megabytes: of all files of the batch.
        twice: forms whose making was begun more than once.
        digest: SHA-256 over the SHA-256 of all Word files, in the roster's order.
    """

    forms: int
    pdfs: int
    pages: int
    marks: int
    megabytes: float
    twice: int
    digest: str


class Wrong(Exception):
    """A batch that is not what it says."""


def reckon(desk: Desk, batch_id: str, count: int) -> Reckoned:
    """Looks at every result of a batch of so many rows.

    Raises:
        Wrong: what is missing, doubled or different.
    """
    view = view_batch(desk, batch_id)
    tally = tally_of(desk, batch_id)
    _equal("rows of the tally", len(tally.rows), count)
    _equal("made by the tally", tally.count("made"), count)
    _equal("rows that differ", len({one.row for one in view.items}), count)
    lying = list(desk.store.blobs.names(f"batches/{batch_id}/items"))
    ends = Counter(name.rpartition(".")[2] for name in lying)
    wanted = {item_name(batch_id, one.id, "docx") for one in view.items}
    if view.pdf == "each":
        wanted |= {item_name(batch_id, one.id, "pdf") for one in view.items}
    _equal("files without a row, or rows without a file", len(wanted ^ set(lying)), 0)
    docx = _forms(desk, batch_id)
    _equal("Word files that differ", len(set(docx)), count)
    pdfs = [_sha(desk.store.blobs.get(name)) for name in lying if name.endswith(".pdf")]
    _equal("PDFs that differ", len(set(pdfs)), len(pdfs))
    pages, marks = _joined(desk, batch_id) if view.pdf == "joined" else (0, [])
    if view.pdf == "joined":
        _equal("pages of the joined PDF", pages, sum(one.pages or 0 for one in view.items))
        in_order = [one.name for one in sorted(view.items, key=lambda item: item.position)]
        if marks != in_order:
            raise Wrong("the bookmarks are not the members in the roster's order")
    with desk.store.read() as session:
        twice = sum(one.attempts > 1 for one in rows.items(session, batch_id))
    return Reckoned(
        forms=ends["docx"],
        pdfs=ends["pdf"],
        pages=pages,
        marks=len(marks),
        megabytes=_bytes(desk, batch_id) / 1e6,
        twice=twice,
        digest=_sha("".join(docx).encode()),
    )


def filled_again(desk: Desk, batch_id: str) -> Iterator[tuple[Item, bytes]]:
    """Every row of a batch, checked and filled in this process as a worker does it."""
    with desk.store.read() as session:
        batch = rows.find(session, batch_id)
        assert batch is not None
        terms = frozen_terms(desk, session, batch)
        items = rows.items(session, batch_id)
    template = desk.templates.load(terms.template, file=KIND)
    for item in items:
        answers = answers_of(terms, item.raw)
        yield item, template.fill(present(answers, lang=terms.lang, activity=terms.activity))


def _forms(desk: Desk, batch_id: str) -> list[str]:
    """SHA-256 of each Word file, compared with the same row filled again here."""
    found = []
    for item, again in filled_again(desk, batch_id):
        kept = desk.store.blobs.get(item_name(batch_id, item.id, "docx"))
        if kept != again:
            raise Wrong(f"the Word file of row {item.row} is not what its row makes")
        found.append(_sha(kept))
    return found


def _joined(desk: Desk, batch_id: str) -> tuple[int, list[str]]:
    pieces, _ = open_joined(desk, batch_id)
    reader = PdfReader(io.BytesIO(b"".join(pieces)))
    return len(reader.pages), [str(one.title) for one in reader.outline]  # type: ignore[union-attr]


def _bytes(desk: Desk, batch_id: str) -> int:
    names = desk.store.blobs.names(f"batches/{batch_id}")
    return sum(len(desk.store.blobs.get(name)) for name in names)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _equal(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise Wrong(f"{what}: {found} instead of {wanted}")
