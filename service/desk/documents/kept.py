"""Documents as they are kept: with the form of their kind and the facts of their activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from service.catalog import Kind
from service.core.answers import Whole, read_whole
from service.core.definition import FormDefinition
from service.core.papers import SETTLED
from service.core.prefill import fill_gaps, prefill
from service.core.reviews import Opinion, answers_of_review
from service.core.typed import Known, given
from service.desk.activity.facts import known_facts
from service.desk.documents.opinions import opinion_of
from service.desk.fill import template_bytes
from service.desk.tools import Desk
from service.errors import ConflictError, Lang, NotFoundError, Problem, problem
from service.store import documents as rows
from service.store import reviews
from service.store.blobs import digest
from service.store.columns import to_json
from service.store.database import Session
from service.store.models import Activity, Document

WRITABLE = frozenset({"draft", "to_revise"})
"""States in which the text may be changed; from all others one goes back to the draft first."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document at one moment.

    Attributes:
        row: as it is kept.
        activity: its activity.
        kind: what it is.
        facts: checked values of the activity in the document's language.
        opinions: what its reviewers have said, the first one first.
    """

    row: Document
    activity: Activity
    kind: Kind
    facts: Mapping[str, Any]
    opinions: Sequence[Opinion] = ()

    @property
    def form(self) -> FormDefinition:
        """What is asked."""
        return self.kind.form

    @property
    def lang(self) -> Lang:
        """Its language."""
        return lang_of(self.row.lang)

    @property
    def member(self) -> dict[str, str]:
        """What is known of the person whose paper it is."""
        known = {"person_name": self.row.person, "branch": self.row.branch}
        return {name: one for name, one in known.items() if one}

    @cached_property
    def typed(self) -> dict[str, Any]:
        """What was typed, without empty rows; only what the form asks."""
        return answers_in(self.form, self.row.answers)

    @property
    def left_behind(self) -> dict[str, Any]:
        """What was typed where an older form asked; kept, not printed."""
        return {name: one for name, one in self.row.answers.items() if name not in self.form.fields}

    def full(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Raw answers with the gaps filled in, and where each filled-in value came from."""
        raw, origins = dict(self._filled[0]), dict(self._filled[1])
        fill_gaps(raw, origins, "review", self.reviewed)
        return raw, origins

    @cached_property
    def whole(self) -> Whole:
        """What could be read of the draft, and what each stage finds wrong with it."""
        raw, origins = self.full()
        return read_whole(self.form, raw, activity=self.facts, filled_in=origins)

    @cached_property
    def reviewed(self) -> dict[str, Any]:
        """What the form's review fields say, from the opinions that were recorded."""
        return answers_of_review(self.form, self._filled[0], self.opinions, self.lang)

    @cached_property
    def _filled(self) -> tuple[dict[str, Any], dict[str, str]]:
        return self.with_gaps_filled(self.typed, self.facts)

    def with_gaps_filled(
        self, typed: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The same for other answers and facts, those of a version."""
        return prefill(self.form, typed, member=self.member, activity=facts)

    def made_from(self, desk: Desk) -> str:
        """Digest of all that a version is made from: another one means that it is stale.

        Of the activity only what prints: what is prefilled, its choices, the year of open dates.
        An opinion of a reviewer is about a version and makes none stale.
        """
        form = _form_text(Known(self.form))
        template = _template(self.kind, self.lang, self.row.part)
        printed = {name: self.facts.get(name) for name in (*self.form.choice_lists, "year")}
        basis = [form, template, self.lang, self.row.part, self._filled[0], printed]
        return digest(to_json(basis).encode())


def _template(kind: Kind, lang: Lang, part: str) -> str:
    """Digest of the Word template; read anew only where the file has changed."""
    file = kind.template(lang, part)
    if not file.is_file():
        template_bytes(kind, lang, part)  # says what is missing
    stat = file.stat()
    return _digest_of(file, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=256)
def _digest_of(file: Path, _: tuple[int, int, int]) -> str:
    return digest(file.read_bytes())


@lru_cache(maxsize=64)
def _form_text(key: Known) -> str:
    return key.definition.model_dump_json(by_alias=True)


def answers_in(form: FormDefinition, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Kept answers as a check reads them."""
    return {name: _full_rows(one) for name, one in kept.items() if name in form.fields}


def _full_rows(value: Any) -> Any:
    """A table without the rows in which nothing stands; the draft keeps those too."""
    if not (isinstance(value, list) and any(isinstance(one, Mapping) for one in value)):
        return value
    rows_ = [{name: _full_rows(cell) for name, cell in row.items()} for row in value]
    return [row for row in rows_ if any(given(cell) for cell in row.values())]


def open_paper(desk: Desk, session: Session, document_id: str) -> Paper:
    """A document with all that belongs to it.

    Raises:
        NotFoundError: no such document, or its kind is gone.
        DefinitionError: its kind is broken.
    """
    return paper_of(desk, session, found_document(session, document_id))


def paper_of(desk: Desk, session: Session, row: Document) -> Paper:
    """The same for a row at hand."""
    activity = found_activity(session, row.activity_id)
    return Paper(
        row=row,
        activity=activity,
        kind=desk.catalog.kind(row.kind),
        facts=facts_of(desk, activity, lang_of(row.lang)),
        opinions=[opinion_of(one) for one in reviews.of_document(session, row.id)],
    )


def facts_of(desk: Desk, activity: Activity, lang: Lang) -> dict[str, Any]:
    """Checked values of an activity's profile; what is wrong in it stays out."""
    return dict(known_facts(desk.catalog.activity(), activity, lang))


def found_document(session: Session, document_id: str, *, lock: bool = False) -> Document:
    """The document's row. Raises NotFoundError."""
    row = rows.find(session, document_id, lock=lock)
    if row is None:
        raise NotFoundError(no_document())
    return row


def no_document() -> Problem:
    """It is not there, or not for this person."""
    return problem("no_document", "没有这份文书。", "there is no such document.")


def found_activity(session: Session, activity_id: str) -> Activity:
    """The activity's row. Raises NotFoundError."""
    row = rows.activity(session, activity_id)
    if row is None:
        raise NotFoundError(problem("no_activity", "没有这项活动。", "there is no such activity."))
    return row


def to_be_changed(session: Session, document_id: str) -> Document:
    """The row, held for a change.

    Raises:
        NotFoundError: there is none.
        ConflictError: its activity is closed, or it was submitted.
    """
    row = found_document(session, document_id, lock=True)
    if found_activity(session, row.activity_id).closed:
        raise ConflictError(closed())
    if row.state == "submitted":
        raise ConflictError(_submitted())
    return row


def to_be_written(session: Session, document_id: str) -> Document:
    """The row, held for a change of its text.

    Raises:
        NotFoundError: there is none.
        ConflictError: closed, submitted, or not a draft any more.
    """
    row = to_be_changed(session, document_id)
    refuse_settled(row)
    return row


def refuse_settled(row: Document) -> None:
    """Raises ConflictError where the text is not to be changed in the document's state."""
    if row.state not in WRITABLE:
        raise ConflictError(_settled(settled=row.state in SETTLED))


def lang_of(kept: str) -> Lang:
    """A language as it is kept."""
    return "en" if kept == "en" else "zh"


def closed() -> Problem:
    """Nothing changes in a closed activity."""
    return problem(
        "activity_closed",
        "这项活动已经结束，文书不能再改；需要改的，请先重新打开活动。",
        "this activity is closed and its papers do not change any more; open it again first.",
    )


def _submitted() -> Problem:
    return problem(
        "document_submitted",
        "这份文书已经报送，不能再改；督导组退回的，请先在报送页“登记退回”。",
        "this document was submitted and does not change any more; where it came back, note the "
        "return on the submission's page first.",
    )


def _settled(*, settled: bool) -> Problem:
    if settled:
        zh = "这份文书已经定稿，内容不能直接改；请在文书页点“退回草稿”，再保存。"
        en = "this document is final; go back to the draft on the document's page, then save."
    else:
        zh = "这份文书正在审阅，内容不能直接改；请在文书页点“退回草稿”，再保存。"
        en = "this document is in review; go back to the draft on the document's page, then save."
    return problem("not_a_draft", zh, en)
