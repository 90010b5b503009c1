"""Filing from an instance file: what it asks for, and what is left in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.core.filing.manifest import Profile
from service.core.people import COMMAND_LINE
from service.desk.activity.files import read_answers
from service.desk.bundle.plan import plan_bundle
from service.desk.files import not_written, write_whole
from service.desk.filing.request import Filing, Request, key_of, receiver_of
from service.desk.tools import Desk
from service.errors import Lang

_BY = "contact_person"
"""The activity's fact that says who hands over, where the instance does not."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the command line says beside the instance.

    Attributes:
        lang: another language than the instance's.
        day: filing date, where the instance has none; it goes before today.
        sent_back: why the last edition came back.
    """

    lang: Lang | None = None
    day: date | None = None
    sent_back: str = ""


def request_of(desk: Desk, file: Path, asked: Asked, *, profile: Profile) -> Request:
    """An instance as a request.

    Raises:
        InputError: every missing part, wrong key and wrong answer at once.
    """
    plan = plan_bundle(desk, file, lang=asked.lang)
    instance = plan.instance
    letter = read_answers(file.parent / instance.letter).data if instance.letter else {}
    return Request(
        plan=plan,
        day=asked.day or instance.date or date.today(),
        by=instance.by or str(plan.activity.get(_BY) or ""),
        person=COMMAND_LINE,
        key=key_of(plan, profile, None, receiver_of(plan)),
        letter=letter,
        sent_back=asked.sent_back,
    )


def write_filing(filing: Filing, folder: Path) -> list[Path]:
    """Writes every file of a filing, each whole or not at all; the package comes last.

    Raises:
        EngineError: one cannot be written, naming it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from None
    written = []
    for one in filing.files:
        write_whole(folder / one.name, one.data)
        written.append(folder / one.name)
    return written
