"""Filing behind the page: asked for, watched, and done by a worker (`work`).

The row says how far it is. It holds from the first the id that the submission will get, so that
the same work, done again after a crash, finds what it has filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from service.core.filing.manifest import Profile
from service.core.people import Person
from service.desk.batch.plain import problems_of
from service.desk.bundle.making import MakingState
from service.desk.bundle.slots import Which
from service.desk.filing.look import Finding, found_in_plan, look_at_filing
from service.desk.filing.papers import Wanted, gather_request
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import ConflictError, InputError, Problem, problem
from service.store import batches, submissions
from service.store import bundles as rows
from service.store.database import Session
from service.store.models import Making, new_id


@dataclass(frozen=True, kw_only=True)
class FilingView:
    """Where a filing stands.

    Attributes:
        state: `none`, `queued`, `running`, `done` or `failed`.
        done: parts that are made, of `total`.
        part: title of the part last made.
        submission: id of what was filed, "" as long as it is not.
        findings: why it failed.
    """

    state: MakingState = "none"
    done: int = 0
    total: int = 0
    part: str = ""
    submission: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def open(self) -> bool:
        """Whether work goes on."""
        return self.state in rows.OPEN


def start_filing(
    desk: Desk,
    person: Person,
    which: Which,
    wanted: Wanted,
    *,
    profile: Profile,
    keep: Keep = unkept,
) -> str:
    """Asks for a bundle to be filed; where that is under way, nothing is asked for twice.

    Its id, of which `keep` is told too, for `only_once`.

    Raises:
        NotFoundError: no such activity or bundle.
        InputError: everything that stops it.
        ConflictError: an edition is out that did not come back.
    """
    with desk.store.read() as session:
        row = _row(session, person, which, profile)
    if row is None or row.state not in rows.OPEN:
        _insist(desk, person, which, wanted, profile)
    line = desk.line  # its tables are looked at when it is first asked for: before we hold ours
    with desk.store.write() as session:
        row = _row(session, person, which, profile)
        if row is not None and row.state in rows.OPEN:
            keep(session, row.id)
            return row.id
        if row is None:
            row = _new(which, person.id, profile)
            session.add(row)
        else:
            row.round += 1
        row.state, row.done, row.total, row.part, row.reasons = "queued", 0, 0, "", []
        row.asked, row.submission_id = _plain(wanted), new_id()
        session.flush()
        line.add_bundle(session, row.id, row.round, batches.next_turn(session))
        keep(session, row.id)
        return row.id


def view_filing(desk: Desk, person: Person, which: Which, *, profile: Profile) -> FilingView:
    """Where it stands for this person."""
    with desk.store.read() as session:
        row = _row(session, person, which, profile)
        filed = submissions.find(session, row.submission_id) if row else None
    if row is None:
        return FilingView()
    problems = problems_of(row.reasons)
    findings: tuple[Finding, ...] = ()
    if problems:
        asked, _ = gather_request(desk, person, which, wanted_of(row.asked), profile=profile)
        findings = found_in_plan(asked.plan, problems)
    return FilingView(
        state=cast(MakingState, row.state),
        done=row.done,
        total=row.total,
        part=row.part,
        submission=filed.id if filed else "",
        findings=findings,
    )


def wanted_of(asked: Any) -> Wanted:
    """What the clerk said, as the row keeps it."""
    return Wanted(day=asked["day"], by=asked["by"], exceptions=asked["exceptions"])


def _plain(wanted: Wanted) -> dict[str, Any]:
    return {"day": wanted.day, "by": wanted.by, "exceptions": dict(wanted.exceptions)}


def _insist(desk: Desk, person: Person, which: Which, wanted: Wanted, profile: Profile) -> None:
    looked = look_at_filing(desk, person, which, wanted, profile=profile)
    if looked.filed:
        raise ConflictError(_out(looked.edition, profile))
    if looked.findings:
        raise InputError(one.problem for one in looked.findings)


def _row(session: Session, person: Person, which: Which, profile: Profile) -> Making | None:
    return rows.making(
        session, which.activity_id, which.name, which.lang, person.id, purpose=profile
    )


def _new(which: Which, handler_id: str, profile: Profile) -> Making:
    return Making(
        id=new_id(),
        activity_id=which.activity_id,
        bundle=which.name,
        lang=which.lang,
        handler_id=handler_id,
        purpose=profile,
        round=1,
        entries=[],
        fonts={},
        notes=[],
        reasons=[],
    )


def _out(edition: int, profile: Profile) -> Problem:
    if profile == "archive":
        return problem(
            "archived_already",
            "已经归档；要重新归档的，请先在归档页登记退回。",
            "it was archived already; to archive it anew, note the return on its page first.",
        )
    return problem(
        "filed_already",
        f"第{edition}版已经报送；退回了的，请先在报送页“登记退回”，再报下一版。",
        f"edition {edition} was submitted; where it came back, note the return on its page before "
        "the next edition.",
    )
