"""An activity's bundle made behind the page: asked for, watched, and made by a worker.

The row says how far it is; `work` is what a worker does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from service.core.naming import file_name
from service.core.people import Person
from service.desk.batch.plain import problems_of
from service.desk.bundle.papers import plan_papers
from service.desk.bundle.slots import Which
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import NotFoundError, Problem, problem
from service.store import batches
from service.store import bundles as rows
from service.store.database import Session
from service.store.models import Making, new_id

MakingState = Literal["none", "queued", "running", "done", "failed"]
PICTURES = 8
"""First pages that the bundle's page shows."""


@dataclass(frozen=True, kw_only=True)
class MakingView:
    """Where the making of a bundle stands.

    Attributes:
        state: `none`, `queued`, `running`, `done` or `failed`.
        round: counts makings; pictures of another round are other pictures.
        done: parts that are made, of `total`.
        part: title of the part last made.
        name: file name for the download, without ending; "" where there is no file.
        pages: of the PDF.
        pictures: how many of its first pages can be shown.
        entries: number, title and page of each line of the contents.
        fonts: wanted font to its stand-ins.
        notes: what a clerk should see.
        problems: why it failed.
        made_at: when the file was made.
    """

    state: MakingState = "none"
    round: int = 0
    done: int = 0
    total: int = 0
    part: str = ""
    name: str = ""
    pages: int = 0
    pictures: int = 0
    entries: tuple[tuple[int, str, int], ...] = ()
    fonts: dict[str, list[str]] | None = None
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    made_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether work goes on."""
        return self.state in rows.OPEN


def start_making(desk: Desk, person: Person, which: Which, *, keep: Keep = unkept) -> str:
    """Asks for a bundle; where it is being made already, nothing is asked for twice.

    Its id, of which `keep` is told too, for `only_once`.

    Raises:
        NotFoundError: no such activity or bundle.
        InputError: every required part that is missing.
    """
    plan_papers(desk, person, which, date.today())
    line = desk.line  # its tables are looked at when it is first asked for: before we hold ours
    with desk.store.write() as session:
        row = _row(session, person, which)
        if row is not None and row.state in rows.OPEN:
            keep(session, row.id)
            return row.id
        if row is None:
            row = _new(which, person.id)
            session.add(row)
        else:
            row.round += 1
        row.state, row.done, row.total, row.part, row.reasons = "queued", 0, 0, "", []
        session.flush()
        desk.store.trail.note(session, person.id, "bundle_made", "activity", which.activity_id)
        line.add_bundle(session, row.id, row.round, batches.next_turn(session))
        keep(session, row.id)
        return row.id


def view_making(desk: Desk, person: Person, which: Which) -> MakingView:
    """Where it stands for this person."""
    with desk.store.read() as session:
        row = _row(session, person, which)
    return _view(row) if row else MakingView()


def open_bundle(desk: Desk, person: Person, which: Which) -> bytes:
    """The PDF last made. Raises NotFoundError where there is none."""
    return desk.store.blobs.get(_made(desk, person, which).blob)


def open_picture(desk: Desk, person: Person, which: Which, number: int) -> bytes:
    """A page as PNG, counted from 1. Raises NotFoundError where there is none."""
    row = _made(desk, person, which)
    if not 1 <= number <= row.pictures:
        raise NotFoundError(_none())
    return desk.store.blobs.get(picture_name(row.blob, number))


def _new(which: Which, handler_id: str) -> Making:
    return Making(
        id=new_id(),
        activity_id=which.activity_id,
        bundle=which.name,
        lang=which.lang,
        handler_id=handler_id,
        round=1,
        entries=[],
        fonts={},
        notes=[],
        reasons=[],
    )


def _view(row: Making) -> MakingView:
    return MakingView(
        state=cast(MakingState, row.state),
        round=row.round,
        done=row.done,
        total=row.total,
        part=row.part,
        name=file_name(row.title, suffix="") if row.blob else "",
        pages=row.pages,
        pictures=row.pictures,
        entries=tuple((no, title, page) for no, title, page in row.entries),
        fonts=row.fonts,
        notes=problems_of(row.notes),
        problems=problems_of(row.reasons),
        made_at=row.made_at,
    )


def _row(session: Session, person: Person, which: Which) -> Making | None:
    return rows.making(session, which.activity_id, which.name, which.lang, person.id)


def _made(desk: Desk, person: Person, which: Which) -> Making:
    with desk.store.read() as session:
        row = _row(session, person, which)
    if row is None or not row.blob:
        raise NotFoundError(_none())
    return row


def picture_name(blob: str, number: int) -> str:
    """Where a page's picture lies, beside the PDF."""
    return f"{blob.rpartition('/')[0]}/page-{number:03d}.png"


def _none() -> Problem:
    return problem("no_bundle", "还没有生成材料包。", "the bundle was not made yet.")
