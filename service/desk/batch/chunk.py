"""Batch, behind the page: the forms of one chunk, filled, converted, counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.core.present import present
from service.desk.batch.files import chunk_name, item_name
from service.desk.batch.plain import plain_problems
from service.desk.batch.plan import Terms, answers_of
from service.desk.fill import rare_names
from service.desk.printing import print_chunk
from service.desk.tools import Desk
from service.errors import EngineError, GongwenError, Problem, problem
from service.store import batches as rows
from service.store import faults
from service.store.models import Batch, Item

_GROUP = 20
"""Forms that are synced to disk and counted together."""
_ATTEMPTS = 5
"""A form whose making has ended the worker so often is given up."""
_CONVERTER_SECONDS = 60.0
"""How long a converter may be away: it is started again within seconds where it was killed."""
_ROOM = 8 << 20
"""Bytes; with less than that LibreOffice makes empty files."""
_OWN = frozenset({"convert_crashed", "convert_timeout", "convert_empty", "convert_refused"})
"""Failures of a conversion that are the form's own."""


class Stopped(Exception):
    """The work ends before its end: cancelled, begun anew by a retry, or the worker ends."""

    def __init__(self, *, by_worker: bool) -> None:
        super().__init__()
        self.by_worker = by_worker


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A form that is filled, and perhaps converted; or why it is not."""

    item: Item
    files: tuple[tuple[str, bytes], ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    pages: int | None = None
    notes: tuple[Problem, ...] = ()
    why: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChunkWork:
    """One chunk under way.

    Attributes:
        desk: the store and the engines.
        batch: its row, as the work began.
        terms: frozen.
        number: which chunk.
        stop: this worker is to end soon.
    """

    desk: Desk
    batch: Batch
    terms: Terms
    number: int
    stop: Callable[[], bool]

    def make(self, items: Sequence[Item]) -> None:
        """Makes the items that are still to make.

        Raises:
            Stopped: before the end.
            GongwenError: what ails the batch as a whole: no disk space, no converter.
        """
        waiting = [one for one in items if one.state == "queued"]
        hopeless = [one for one in waiting if one.attempts >= _ATTEMPTS]
        self._count([_Made(item=one, why=(_gave_up(),)) for one in hopeless])
        waiting = [one for one in waiting if one.attempts < _ATTEMPTS]
        if self.batch.pdf == "joined":
            self._print(waiting, [one for one in items if one.state == "made"])
            return
        for group in self._groups(waiting):
            self._go_on()
            self._try(group)
            self._count([self._form(one) for one in group])

    def _groups(self, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
        """Converting outweighs counting, so it goes one by one; so do those that ended a worker."""
        some: list[Item] = []
        for one in items:
            if one.attempts or self.batch.pdf == "each":
                yield [one]
                continue
            some.append(one)
            if len(some) == _GROUP:
                yield some
                some = []
        if some:
            yield some

    def _print(self, waiting: Sequence[Item], before: Sequence[Item]) -> None:
        """All forms of the chunk in one PDF; those made in an earlier round are printed again."""
        if not waiting:
            return
        self._go_on()
        self._try(waiting)
        filled = [self._filled(one) for one in waiting]
        self._count([one for one in filled if one.why])
        good = [one for one in filled if not one.why]
        if not good:
            return
        again = [_Made(item=one, context=self._context(one)[0]) for one in before]
        forms = sorted([*good, *again], key=lambda one: one.item.position)
        self._go_on()
        contexts = [one.context for one in forms]
        chunk = self._patiently(
            lambda: print_chunk(self.desk, self.terms.template, contexts, file=self.terms.kind)
        )
        bad = {forms[index].item.id: why for index, why in chunk.failed.items()}
        printed = [one for one in forms if one.item.id not in bad]
        if chunk.pdf:
            digests = [one.item.digest for one in printed]
            name = chunk_name(self.batch.id, self.number, digests)
            self.desk.store.blobs.put(name, chunk.pdf)
        pages = {one.item.id: count for one, count in zip(forms, chunk.pages, strict=True)}
        self._count(
            [
                _Made(
                    item=one.item,
                    files=one.files,
                    pages=pages[one.item.id],
                    notes=one.notes,
                    why=(bad[one.item.id],) if one.item.id in bad else (),
                )
                for one in good
            ]
        )

    def _form(self, item: Item) -> _Made:
        """One form as Word, and as PDF where each has one."""
        made = self._filled(item)
        if made.why or self.batch.pdf != "each":
            return made
        docx = made.files[0][1]
        try:
            done = self._patiently(
                # Not the file's name: the member's name stands in it.
                lambda: self.desk.converter.convert(docx, name=self.terms.kind, urgent=False)
            )
        except GongwenError as error:
            if not {one.code for one in error.problems} <= _OWN:
                raise
            return _Made(item=item, why=error.problems)
        pdf = (item_name(self.batch.id, item.id, "pdf"), done.pdf)
        return _Made(item=item, files=(*made.files, pdf), pages=done.pages, notes=made.notes)

    def _filled(self, item: Item) -> _Made:
        template = self.desk.templates.load(self.terms.template, file=self.terms.kind)
        try:
            context, notes = self._context(item)
            docx = template.fill(context)
        except GongwenError as error:
            return _Made(item=item, why=error.problems)
        file = (item_name(self.batch.id, item.id, "docx"), docx)
        return _Made(item=item, files=(file,), context=context, notes=notes)

    def _context(self, item: Item) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        """What the template prints for an item, and what to know about it."""
        answers = answers_of(self.terms, item.raw)
        context = present(answers, lang=self.terms.lang, activity=self.terms.activity)
        return context, tuple(rare_names(self.desk, answers))

    def _try(self, items: Sequence[Item]) -> None:
        ids = [one.id for one in items]
        self.desk.store.written(lambda session: rows.try_items(session, ids))

    def _count(self, done: Sequence[_Made]) -> None:
        """First on the disk, then counted."""
        self.desk.store.blobs.put_all([file for one in done if not one.why for file in one.files])

        outcomes = [_outcome(one) for one in done]
        if outcomes:
            self.desk.store.written(lambda session: rows.settle(session, outcomes))

    def _go_on(self) -> None:
        """Looked at between forms: is the work still wanted, and by this worker?"""
        if self.stop():
            raise Stopped(by_worker=True)
        with self.desk.store.read() as session:
            wanted = rows.is_wanted(session, self.batch.id, self.batch.round)
        if not wanted:
            raise Stopped(by_worker=False)

    def _patiently(self, convert: Callable[[], Any]) -> Any:
        """Converts; a converter that is being started again is waited for."""
        deadline = time.monotonic() + _CONVERTER_SECONDS
        while True:
            try:
                return convert()
            except EngineError as error:
                codes = {one.code for one in error.problems}
                if "convert_empty" in codes and self.desk.store.blobs.room() < _ROOM:
                    raise EngineError(faults.storage_full()) from error
                if "pdf_unavailable" not in codes or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)
            self._go_on()


def _outcome(one: _Made) -> dict[str, Any]:
    known = plain_problems(one.why or one.notes)
    return {
        "id": one.item.id,
        "state": "failed" if one.why else "made",
        "pages": one.pages,
        "has_pdf": len(one.files) > 1 and not one.why,
        "reasons": known if one.why else [*one.item.reasons, *known],
    }


def _gave_up() -> Problem:
    return problem(
        "gave_up",
        f"生成这一份时程序中断了 {_ATTEMPTS} 次，已跳过；请检查这一行的内容，或告诉管理员。",
        f"making this form has ended the program {_ATTEMPTS} times, so it was left out; look at "
        "this row, or tell the administrator.",
    )
