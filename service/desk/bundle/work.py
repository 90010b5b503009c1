"""Bundle, behind the page: what a worker does; it may be done twice and none the worse.

The file has a name of its own in each round and is told of only when it is on the disk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from service.core.people import Person
from service.desk.batch.plain import plain_problems
from service.desk.bundle.make import MadeBundle, make_planned
from service.desk.bundle.making import PICTURES, picture_name
from service.desk.bundle.papers import plan_papers
from service.desk.bundle.parts import Progress
from service.desk.bundle.slots import Which
from service.desk.documents.kept import lang_of
from service.desk.filing.work import file_bundle
from service.desk.fonts import stand_ins
from service.desk.people.signing import person_of
from service.desk.tools import Desk
from service.errors import EngineError, GongwenError, Problem, problem
from service.store import bundles as rows
from service.store import faults, people
from service.store.columns import db_now
from service.store.database import Session
from service.store.models import Making

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_CONVERTER_SECONDS = 60.0
"""How long a converter may be away: it is started again within seconds where it was killed."""


class _Stopped(Exception):
    """The worker is to end soon, or the round is over."""


def do_bundle(desk: Desk, making_id: str, round_: int, *, stop: Callable[[], bool]) -> bool:
    """Makes, or files, a bundle that was asked for.

    Returns:
        True where the worker ends before it is made: another is to begin it again.
    """
    try:
        found = desk.store.written(lambda session: _begin(session, making_id, round_))
        if found is None:
            return False
        row, person = found
        if row.purpose == "look":
            _keep(desk, row, _patiently(lambda: _make(desk, row, person, stop), stop))
        else:
            values = _patiently(lambda: _file(desk, row, person, stop), stop)
            desk.store.insist(lambda session: rows.tell(session, row.id, row.round, **values), stop)
    except _Stopped:
        return stop()
    except GongwenError as error:
        if {one.code for one in error.problems} <= faults.PASSING:
            return True
        _fail(desk, making_id, round_, error.problems, stop)
    except Exception as error:
        LOG.error("bundle %s failed: %s", making_id, type(error).__name__)
        _fail(desk, making_id, round_, (_unexpected(),), stop)
    return False


def _begin(session: Session, making_id: str, round_: int) -> tuple[Making, Person] | None:
    """The making and whose it is, where this work is still wanted."""
    if not rows.tell(session, making_id, round_, state="running", done=0, part=""):
        return None
    row = rows.find(session, making_id)
    user = people.find(session, row.handler_id) if row else None
    return (row, person_of(user)) if row and user else None


def _patiently(work: Callable[[], _T], stop: Callable[[], bool]) -> _T:
    """Does it; a converter that is being started again is waited for."""
    deadline = time.monotonic() + _CONVERTER_SECONDS
    while True:
        try:
            return work()
        except EngineError as error:
            away = {one.code for one in error.problems} == {"pdf_unavailable"}
            if not away or time.monotonic() > deadline:
                raise
        time.sleep(0.5)
        if stop():
            raise _Stopped


def _make(desk: Desk, row: Making, person: Person, stop: Callable[[], bool]) -> MadeBundle:
    plan = plan_papers(desk, person, _which(row), date.today())
    return make_planned(desk, plan, progress=_progress(desk, row, stop))


def _file(desk: Desk, row: Making, person: Person, stop: Callable[[], bool]) -> dict[str, Any]:
    return file_bundle(desk, row, person, _which(row), progress=_progress(desk, row, stop))


def _which(row: Making) -> Which:
    return Which(activity_id=row.activity_id, name=row.bundle, lang=lang_of(row.lang))


def _progress(desk: Desk, row: Making, stop: Callable[[], bool]) -> Progress:
    def progress(done: int, total: int, title: str) -> None:
        told = {"done": done, "total": total, "part": title}
        wanted = desk.store.written(lambda session: rows.tell(session, row.id, row.round, **told))
        if stop() or not wanted:
            raise _Stopped

    return progress


def _keep(desk: Desk, row: Making, made: MadeBundle) -> None:
    """First on the disk, then told; the file of the round before goes."""
    blob = f"bundles/{row.id}/{row.round}/bundle.pdf"
    pictures = desk.pages.pictures(made.pdf, most=PICTURES)
    files = [(picture_name(blob, number), one) for number, one in enumerate(pictures, 1)]
    desk.store.blobs.put_all([(blob, made.pdf), *files])
    values = {
        "state": "done",
        "blob": blob,
        "title": made.title,
        "pages": made.pages,
        "pictures": len(pictures),
        "entries": [[one.no, one.title, one.page] for one in made.entries],
        "fonts": stand_ins(made.fonts),
        "notes": plain_problems(made.notes),
        "made_at": db_now(),
    }
    if desk.store.written(lambda session: rows.tell(session, row.id, row.round, **values)):
        kept = {blob, *(name for name, _ in files)}
        desk.store.blobs.remove(set(desk.store.blobs.names(f"bundles/{row.id}")) - kept)


def _fail(
    desk: Desk,
    making_id: str,
    round_: int,
    problems: tuple[Problem, ...],
    stop: Callable[[], bool],
) -> None:
    LOG.warning("bundle %s failed: %s", making_id, ", ".join(one.code for one in problems))
    reasons = plain_problems(problems)
    desk.store.insist(
        lambda session: rows.tell(session, making_id, round_, state="failed", reasons=reasons),
        stop,
    )


def _unexpected() -> Problem:
    return problem(
        "unexpected",
        "程序出错，没有生成；已记入日志，请告诉管理员。",
        "the program failed and nothing was made; it is in the log, tell the administrator.",
    )
