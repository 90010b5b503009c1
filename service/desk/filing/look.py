"""A bundle before it is filed: all that is ready, missing, wrong, and may be excepted, at once.

It makes nothing, so that a page may ask for it whenever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.core.filing.manifest import Profile
from service.core.people import Person
from service.desk.bundle.plan import BundlePlan
from service.desk.bundle.slots import Which
from service.desk.documents.kept import closed, found_activity
from service.desk.filing.archive import terms_of
from service.desk.filing.papers import Wanted, gather_request
from service.desk.filing.preflight import look_through
from service.desk.filing.request import Request, receiver_of
from service.desk.filing.sheets import letter_problems
from service.desk.tools import Desk
from service.errors import InputError, Problem
from service.store import submissions

Standing = Literal["ready", "wrong", "missing"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that stops the filing, and where it is mended.

    Attributes:
        problem: its words.
        document: id of the document it is about, or "".
        slot: id of the slot that is empty, or "".
        rule: id of the rule that is broken and may be excepted, or "".
    """

    problem: Problem
    document: str = ""
    slot: str = ""
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class PartLook:
    """A part as it would be handed over; `document` is its id, or ""."""

    title: str
    document: str
    ready: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """A bundle, looked through.

    Attributes:
        profile: as what it is to be filed.
        title: of the bundle.
        activity: title of the activity.
        to: who receives it, "" for an archive.
        by: who hands over.
        parts: what is there, in order.
        findings: what stops it; broken rules last.
        notes: what to look at all the same.
        rules: id of a rule that is broken, or excepted with a reason, to the reason.
        edition: that comes next.
        filed: id of the edition that is out and did not come back, or "".
    """

    profile: Profile
    title: str
    to: str
    by: str
    parts: tuple[PartLook, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Problem, ...]
    rules: Mapping[str, str]
    edition: int = 1
    filed: str = ""

    @property
    def stopped(self) -> bool:
        """Whether something stops it for which no reason serves."""
        return any(not one.rule for one in self.findings)


def look_at_filing(
    desk: Desk, person: Person, which: Which, wanted: Wanted, *, profile: Profile
) -> Look:
    """Looks through a bundle as it stands now.

    Raises:
        NotFoundError: no such activity or bundle.
    """
    asked, problems = gather_request(desk, person, which, wanted, profile=profile)
    found, checked = look_through(asked.plan, day=wanted.day)
    problems = [*_of_activity(desk, which, profile), *problems, *found]
    problems += _of_profile(desk, asked, profile)
    findings = sorted((_finding(asked.plan, one) for one in problems), key=lambda one: one.rule)
    with desk.store.read() as session:
        last = submissions.newest(session, asked.key)
    out = last is not None and last.state == "filed"
    given = asked.plan.instance.exceptions
    rules = {one.rule: given.get(one.rule, "") for one in findings if one.rule}
    return Look(
        profile=profile,
        title=asked.plan.title,
        to=receiver_of(asked.plan) if profile == "submission" else "",
        by=asked.by,
        parts=tuple(_parts(asked, findings)),
        findings=tuple(findings),
        notes=(*checked.notes,),
        rules={**rules, **checked.excepted},
        edition=1 if last is None else last.edition if out else last.edition + 1,
        filed=last.id if last is not None and out else "",
    )


def found_in_plan(plan: BundlePlan, problems: Sequence[Problem]) -> tuple[Finding, ...]:
    """Problems of a filing that failed, each with where it is mended."""
    return tuple(_finding(plan, one) for one in problems)


def _of_activity(desk: Desk, which: Which, profile: Profile) -> list[Problem]:
    """A submission locks papers, which do not change in a closed activity; an archive does not."""
    with desk.store.read() as session:
        activity = found_activity(session, which.activity_id)
    return [closed()] if activity.closed and profile == "submission" else []


def _of_profile(desk: Desk, asked: Request, profile: Profile) -> tuple[Problem, ...]:
    """What is wrong with the letter of a submission, or with the fonds of an archive."""
    if profile == "submission":
        return letter_problems(desk, asked.plan, asked.letter)
    try:
        terms_of(asked.plan)
    except InputError as error:
        return error.problems
    return ()


def _parts(asked: Request, findings: Sequence[Finding]) -> Iterator[PartLook]:
    wrong = {one.document for one in findings if not one.rule}
    for part in asked.plan.parts:
        yield PartLook(
            title=part.title,
            document=part.document,
            ready=not part.document or part.document not in wrong,
        )


def _finding(plan: BundlePlan, one: Problem) -> Finding:
    """By the part's path; else by the title that the problem names."""
    rules = {rule.id for rule in plan.definition.rules}
    named = [part for part in plan.parts if part.path == one.path] or [
        part for part in plan.parts if one.file and part.title == one.file
    ]
    slot = one.path.removeprefix("parts.") if one.code == "part_missing" else ""
    return Finding(
        problem=one,
        document=named[0].document if named else "",
        slot=slot,
        rule=one.code if one.code in rules else "",
    )
