"""Filing of an activity's bundle: its documents with what is known of their answers and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from service.core.answers import Answers, read
from service.core.bundle import ReviewSource
from service.core.filing.manifest import Profile
from service.core.people import Person
from service.core.prefill import prefill
from service.desk.bundle.papers import gather_papers
from service.desk.bundle.plan import BundlePlan, PlannedPart
from service.desk.bundle.slots import Which
from service.desk.filing.request import Request, key_of, receiver_of
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, Problem, problem
from service.store import documents, reviews
from service.store.database import Session
from service.store.models import Document, Review

_BY = "contact_person"
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a clerk says when a bundle is filed.

    Attributes:
        day: filing date.
        by: who hands over; "" for the activity's contact.
        exceptions: id of a rule to why it may be broken this once.
        sent_back: why the last edition came back, where that was not noted yet.
    """

    day: date
    by: str = ""
    exceptions: Mapping[str, str] = field(default_factory=dict)
    sent_back: str = ""


def typed_wanted(day: str, by: str, exceptions: Mapping[str, str]) -> Wanted:
    """What was typed, checked.

    Raises:
        InputError: a day that is none; a text that is too long or cannot be printed.
    """
    problems: list[Problem] = []
    try:
        dated = date.fromisoformat(day.strip())
    except ValueError:
        dated = date.min
    if not 1900 < dated.year < 2200:
        zh, en = "报送日期请写成 2014-07-21 这样。", "write the date like 2014-07-21."
        problems.append(problem("bad_day", zh, en, path="day"))
    texts = {"by": by, **{f"why-{name}": text for name, text in exceptions.items()}}
    for path, text in texts.items():
        if len(text) > _LONGEST or not "".join(text.split()).isprintable():
            zh = f"最多 {_LONGEST} 字，不含不能打印的字符。"
            en = f"at most {_LONGEST} printable characters."
            problems.append(problem("bad_text", zh, en, path=path))
    if problems:
        raise InputError(problems)
    reasons = {name: " ".join(text.split()) for name, text in exceptions.items()}
    return Wanted(day=dated, by=" ".join(by.split()), exceptions=reasons)


def request_of_bundle(
    desk: Desk, person: Person, which: Which, wanted: Wanted, *, profile: Profile
) -> Request:
    """An activity's bundle as a request.

    Args:
        desk: the store and the catalog.
        person: whose papers count.
        which: bundle.
        wanted: what the clerk said.
        profile: submission or archive.

    Raises:
        NotFoundError: no such activity or bundle.
        InputError: every part that is missing, and every answer that is not good for filing.
    """
    asked, problems = gather_request(desk, person, which, wanted, profile=profile)
    if problems:
        raise InputError(problems)
    return asked


def gather_request(
    desk: Desk, person: Person, which: Which, wanted: Wanted, *, profile: Profile
) -> tuple[Request, list[Problem]]:
    """The same of what is there, and all that keeps it from being filed so far.

    Raises:
        NotFoundError: no such activity or bundle.
    """
    plan, problems = gather_papers(desk, person, which, wanted.day)
    with desk.store.read() as session:
        plan, wrong = _with_answers(desk, session, plan)
        letter = _letter(desk, session, person, which, plan)
    exceptions = {name: text.strip() for name, text in wanted.exceptions.items() if text.strip()}
    plan = replace(plan, instance=plan.instance.model_copy(update={"exceptions": exceptions}))
    asked = Request(
        plan=plan,
        day=wanted.day,
        by=wanted.by.strip() or str(plan.activity.get(_BY) or ""),
        person=person,
        key=key_of(plan, profile, which.activity_id, receiver_of(plan)),
        activity_id=which.activity_id,
        letter=letter,
        sent_back=wanted.sent_back,
    )
    return asked, [*problems, *wrong]


def _with_answers(
    desk: Desk, session: Session, plan: BundlePlan
) -> tuple[BundlePlan, list[Problem]]:
    """The plan, each document with its checked answers and its last opinions; what is wrong."""
    ids = [one.document for one in plan.parts if one.document]
    rows = {one.id: one for one in documents.these(session, ids)}
    opinions = reviews.of_documents(session, ids)
    problems: list[Problem] = []
    parts = []
    for part in plan.parts:
        row = rows.get(part.document)
        if row is None:
            parts.append(part)
            continue
        try:
            known = _known(desk, plan, part, row, opinions.get(row.id, ()))
        except GongwenError as error:
            problems += [replace(one, file=part.title) for one in error.problems]
            parts.append(part)
        else:
            parts.append(known)
    return replace(plan, parts=tuple(parts)), problems


def _known(
    desk: Desk, plan: BundlePlan, part: PlannedPart, row: Document, opinions: Sequence[Review]
) -> PlannedPart:
    kind = desk.catalog.kind(row.kind)
    stage = plan.definition.stage
    raw, origins = prefill(kind.form, row.answers, activity=plan.activity)
    reading = read(kind.form, raw, stage=stage, activity=plan.activity, filled_in=origins)
    if reading.problems:
        raise InputError(reading.problems)
    answers = Answers(definition=kind.form, values=reading.values, stage=stage)
    said = part.source.model_copy(update={"reviews": tuple(_last(opinions))})
    return replace(part, kind=kind, answers=answers, source=said)


def _last(opinions: Sequence[Review]) -> list[ReviewSource]:
    """What each reviewer last said, in the round that was last."""
    newest = max((one.round for one in opinions), default=0)
    found = {one.step: one for one in opinions if one.round == newest}
    return [
        ReviewSource(by=one.by, result=one.result, step=one.step, date=one.given_on)
        for one in found.values()
    ]


def _letter(
    desk: Desk, session: Session, person: Person, which: Which, plan: BundlePlan
) -> Mapping[str, Any]:
    """The answers of the activity's own cover letter, where a clerk has begun one."""
    held = [
        one
        for one in documents.of_activity(session, which.activity_id)
        if (one.kind, one.lang) == (plan.definition.letter, which.lang)
        and ties_to_document(desk, person, one) & {"handler", "unit"}
    ]
    return held[-1].answers if held else {}
