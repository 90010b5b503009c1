"""Batch folder: a roster in, a folder of forms out; a second run makes only what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.core.naming import file_name
from service.core.roster.model import Roster
from service.core.tally import Tally
from service.desk.batch.plan import Terms, plan_items
from service.desk.batch.views import Pdf
from service.desk.folder import said
from service.desk.folder.delivery import JOINED, write_tally, write_zip
from service.desk.folder.form import PDF, Form, Progress, forms_of
from service.desk.folder.joined import JoinedPrinting, clear_lots, joined_digest
from service.desk.folder.moves import keep_or_move, recognise
from service.desk.folder.open import longest_name, opened
from service.desk.folder.prints import print_each
from service.desk.folder.record import BatchRecord, Record
from service.desk.folder.write import write_forms
from service.desk.tools import Desk
from service.errors import EngineError, Lang, Problem

_WORDS: dict[Lang, Mapping[str, str]] = {
    "zh": {"joined": "合订", "zip": "全部"},
    "en": {"joined": "joined", "zip": "all"},
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted beside the Word files.

    Attributes:
        pdf: none, one for each form, or one of all.
        odd_start: in the joined PDF every form begins on an odd page.
        zipped: all files in one zip too.
        processes: how many documents the converter takes at once.
        reader: language of the tally's spreadsheet.
    """

    pdf: Pdf = "none"
    odd_start: bool = False
    zipped: bool = False
    processes: int = 1
    reader: Lang = "zh"


@dataclass(frozen=True, kw_only=True)
class MadeFolder:
    """What lies in the folder now.

    Attributes:
        tally: what became of every row.
        pdfs: single PDFs made by this run.
        joined: name of the joined PDF, or "".
        zip: name of the zip, or "".
        tallies: names of the tally's files.
        left: Word files of members who are not in the roster any more.
        notes: about the folder.
    """

    tally: Tally
    pdfs: int = 0
    joined: str = ""
    zip: str = ""
    tallies: tuple[str, str]
    left: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()


def make_folder(
    desk: Desk, terms: Terms, roster: Roster, folder: Path, wish: Wish, *, progress: Progress
) -> MadeFolder:
    """Makes the forms of a roster in a folder.

    What an earlier run made there and nothing changed is left as it is; nothing that somebody else
    put there or changed is overwritten; killed at any moment, the next run goes on.

    Args:
        desk: the catalog and the engines.
        terms: what all forms have in common.
        roster: who they are for.
        folder: made where it is not there.
        wish: PDFs, zip.
        progress: told what is done.

    Raises:
        InputError: `path_too_long`.
        ConflictError: `other_batch`, `batch_running`, `not_a_folder`.
        EngineError: it cannot be written; the same command goes on later.
    """
    longest = longest_name(folder)
    if wish.pdf != "none" and desk.converter.reason is not None:
        raise EngineError(desk.converter.reason)
    with opened(folder):
        record = BatchRecord(folder, kind=terms.kind, lang=terms.lang)
        forms = forms_of(plan_items(terms, roster), longest=longest)
        left = recognise(record, forms)
        keep_or_move(record, forms)
        write_forms(desk, terms, record, forms, progress)
        making = _Making(desk=desk, terms=terms, record=record, forms=forms, progress=progress)
        return making.delivered(wish, left)


@dataclass(frozen=True, kw_only=True)
class _Making:
    """One run, once the Word forms are there."""

    desk: Desk
    terms: Terms
    record: BatchRecord
    forms: list[Form]
    progress: Progress

    def delivered(self, wish: Wish, left: Mapping[str, Record]) -> MadeFolder:
        """PDFs, tally and zip."""
        pdfs, joined = self._pdfs(wish)
        tally = Tally.of([form.to_row() for form in self.forms])
        tallies = write_tally(self.desk, self.record, tally, title=self._title, lang=wish.reader)
        zipped = ""
        if wish.zipped:
            more = (joined, tallies[1])
            zipped = write_zip(self.record, self.forms, name=self._name("zip"), more=more)
        self.record.save()
        return MadeFolder(
            tally=tally,
            pdfs=pdfs,
            joined=joined,
            zip=zipped,
            tallies=tallies,
            left=tuple(sorted(self._there(left))),
            notes=(*self.record.notes, *self._behind(wish)),
        )

    @property
    def _title(self) -> str:
        return self.terms.form.title.of(self.terms.lang)

    def _name(self, what: str) -> str:
        form = self.terms.form
        title = (form.short_title or form.title).of(self.terms.lang)
        return file_name(title, _WORDS[self.terms.lang][what], suffix="")

    def _pdfs(self, wish: Wish) -> tuple[int, str]:
        if wish.pdf == "each":
            count = print_each(
                self.desk, self.record, self.forms,
                kind=self.terms.kind, processes=wish.processes, progress=self.progress,
            )  # fmt: skip
            return count, ""
        if wish.pdf == "joined":
            printing = JoinedPrinting(
                desk=self.desk, terms=self.terms, record=self.record, odd_start=wish.odd_start,
                processes=wish.processes, progress=self.progress,
            )  # fmt: skip
            return 0, printing.run(self.forms, name=self._name("joined"), title=self._title)
        clear_lots(self.record.folder)
        return 0, ""

    def _there(self, left: Mapping[str, Record]) -> Iterator[str]:
        for key in left:
            if name := self.record.find(key).name:
                yield name

    def _behind(self, wish: Wish) -> Iterator[Problem]:
        """What earlier runs printed and this one did not, though the forms changed."""
        if wish.pdf != "each" and (older := sum(map(self._pdf_is_older, self.forms))):
            yield said.pdf_behind(older)
        joined = self.record.files.get(JOINED)
        if wish.pdf != "joined" and joined is not None:
            both = {joined_digest(self.terms, self.forms, odd_start=odd) for odd in (False, True)}
            name = self.record.where(JOINED)
            if name and joined.digest not in both:
                yield said.joined_behind(name)

    def _pdf_is_older(self, form: Form) -> bool:
        pdf = self.record.files.get(form.key(PDF)) if form.sha else None
        return bool(pdf and pdf.digest != form.sha and self.record.where(form.key(PDF)))
