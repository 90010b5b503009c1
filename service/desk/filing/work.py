"""Filing, behind the page: what a worker does; done twice it files once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from service.core.filing.manifest import Profile
from service.core.people import Person
from service.desk.batch.plain import plain_problems
from service.desk.bundle.parts import Progress
from service.desk.bundle.slots import Which
from service.desk.filing.archive import archive
from service.desk.filing.asking import wanted_of
from service.desk.filing.papers import request_of_bundle
from service.desk.filing.submit import submit
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store import submissions
from service.store.columns import db_now
from service.store.models import Making, Submission


def file_bundle(
    desk: Desk, row: Making, person: Person, which: Which, *, progress: Progress
) -> dict[str, Any]:
    """Files what was asked for; the new values of the row.

    Raises:
        InputError: everything that stops it.
        ConflictError: filed by somebody else meanwhile; a number is another paper's.
        EngineError: the converter or the store failed; nothing is kept then.
    """
    if kept := _kept(desk, row):
        return _done(kept.title, kept.pages)
    profile = cast(Profile, row.purpose)
    wanted = wanted_of(row.asked)
    try:
        asked = request_of_bundle(desk, person, which, wanted, profile=profile)
        work = submit if profile == "submission" else archive
        filed = work(desk, replace(asked, id=row.submission_id), progress=progress)
    except GongwenError:
        if kept := _kept(desk, row):  # another worker took this one for dead, and was faster
            return _done(kept.title, kept.pages)
        raise
    notes = plain_problems(filed.notes)
    return {**_done(filed.title, filed.pages), "submission_id": filed.id, "notes": notes}


def _kept(desk: Desk, row: Making) -> Submission | None:
    with desk.store.read() as session:
        return submissions.find(session, row.submission_id)


def _done(title: str, pages: int) -> dict[str, Any]:
    return {"state": "done", "title": title, "pages": pages, "made_at": db_now()}
