"""Activities: typed once, saved as a draft, closed; of two editors the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.core.definition import FieldType, FormDefinition
from service.core.people import Person
from service.core.typed import given
from service.desk.activity.days import set_days
from service.desk.activity.facts import reading_of
from service.desk.activity.files import read_answers
from service.desk.documents.kept import closed, found_activity
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import (
    LANGS,
    ConflictError,
    GongwenError,
    Lang,
    NotFoundError,
    Problem,
    problem,
)
from service.store import activities as rows
from service.store.database import Session
from service.store.models import Activity, new_id

NEUTRAL: frozenset[FieldType] = frozenset({"date", "datetime", "month", "integer", "yes_no"})
"""Types whose value is the same in both languages: typed in one, it counts in the other."""
Profile = Mapping[str, Mapping[str, Any]]
"""Raw answers by language."""


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """An activity's profile as its page shows it.

    Attributes:
        id: of the activity; "" for one that is not saved yet.
        title: its name, or "".
        raw: what is typed in one language.
        revision: to be handed back with a save.
        closed: nothing is changed any more.
        problems: what is wrong in it or missing.
    """

    id: str
    title: str
    raw: Mapping[str, Any]
    revision: int
    closed: bool
    problems: tuple[Problem, ...] = ()


def view_profile(desk: Desk, activity_id: str, lang: Lang) -> ProfileView:
    """The profile in one language; where nothing is typed in it, what is the same in the other.

    Raises:
        NotFoundError: there is no such activity.
    """
    with desk.store.read() as session:
        row = found_activity(session, activity_id)
    form, raw = desk.catalog.activity(), row.profile.get(lang) or {}
    empty = not any(map(given, raw.values()))
    return ProfileView(
        id=row.id,
        title=row.title,
        raw=_neutral(form, row.profile, lang) if empty else raw,
        revision=row.revision,
        closed=row.closed,
        problems=() if empty else reading_of(form, row, lang).problems,
    )


def sample_profile(desk: Desk) -> dict[str, dict[str, Any]]:
    """The sample's profile in every language that it is there in. Raises NotFoundError."""
    files = {lang: desk.samples / f"activity.{lang}.yaml" for lang in LANGS}
    found: dict[str, dict[str, Any]] = {
        lang: dict(read_answers(file).data) for lang, file in files.items() if file.is_file()
    }
    if not found:
        zh, en = "没有样例活动。", "there is no sample activity."
        raise NotFoundError(problem("no_sample", zh, en))
    return found


def is_sample(desk: Desk, activity_id: str) -> bool:
    """Whether an activity still is what the sample made it, so that sample papers fit into it."""
    with desk.store.read() as session:
        profile = found_activity(session, activity_id).profile
    try:
        return profile == sample_profile(desk)
    except GongwenError:
        return False


def create_activity(
    desk: Desk,
    person: Person,
    profile: Profile,
    *,
    copied_from: str | None = None,
    keep: Keep = unkept,
) -> str:
    """Keeps a new activity, a draft like any other; its id.

    Args:
        desk: the store and the catalog.
        person: who made it.
        profile: raw answers by language; what is wrong in them is kept and told.
        copied_from: the activity that it is a copy of.
        keep: told the id, for `only_once`.
    """
    kept = {lang: dict(raw) for lang, raw in profile.items()}
    row = Activity(
        id=new_id(),
        title=title_of(desk, kept),
        profile=kept,
        copied_from=copied_from,
    )
    with desk.store.write() as session:
        rows.add(session, row)
        action = "activity_copied" if copied_from else "activity_created"
        desk.store.trail.note(session, person.id, action, "activity", row.id)
        keep(session, row.id)
    return row.id


def save_profile(
    desk: Desk,
    person: Person,
    activity_id: str,
    lang: Lang,
    *,
    revision: int,
    raw: Mapping[str, Any],
) -> int:
    """Keeps a profile as typed; the days of papers that hang on it move with it.

    Args:
        desk: the store.
        person: who typed it.
        activity_id: of which activity.
        lang: the profile's language; dates and numbers count in the other one too.
        revision: of the profile that the person saw; saving what is there already never fails.
        raw: raw answers as typed.

    Returns:
        The revision from now on.

    Raises:
        NotFoundError: there is no such activity.
        ConflictError: `profile_changed`, somebody else has saved meanwhile and nothing was
            written; `activity_closed`.
    """
    with desk.store.write() as session:
        row = to_be_changed(session, activity_id)
        profile = _with(desk.catalog.activity(), row.profile, lang, raw)
        if profile == row.profile:
            return row.revision
        if row.revision != revision:
            raise ConflictError(_changed())
        row.profile, row.title = profile, title_of(desk, profile, row.title)
        row.revision += 1
        set_days(desk, session, row)
        desk.store.trail.note(session, person.id, "activity_saved", "activity", row.id)
        return row.revision


def set_closed(desk: Desk, person: Person, activity_id: str, *, now_closed: bool) -> None:
    """Ends an activity, or opens it again. Raises NotFoundError."""
    with desk.store.write() as session:
        row = _held(session, activity_id)
        if row.closed == now_closed:
            return
        row.closed = now_closed
        action = "activity_closed" if now_closed else "activity_reopened"
        desk.store.trail.note(session, person.id, action, "activity", row.id)


def title_of(desk: Desk, profile: Profile, otherwise: str = "") -> str:
    """What names the activity in lists, in Chinese where it is typed so."""
    try:
        name = desk.catalog.papers().name
    except GongwenError:  # a broken papers.yaml stops no profile; the activity's page tells of it
        return otherwise
    named = (str(profile.get(lang, {}).get(name) or "").strip() for lang in LANGS)
    return next((one for one in named if one), "")


def to_be_changed(session: Session, activity_id: str) -> Activity:
    """The row, held for a change. Raises NotFoundError, and ConflictError where it is closed."""
    row = _held(session, activity_id)
    if row.closed:
        raise ConflictError(closed())
    return row


def _held(session: Session, activity_id: str) -> Activity:
    row = rows.find(session, activity_id, lock=True)
    return row if row is not None else found_activity(session, activity_id)


def _with(
    form: FormDefinition, profile: Profile, lang: Lang, raw: Mapping[str, Any]
) -> dict[str, Any]:
    """The profile with new answers; what is the same in both languages goes into the other too."""
    whole: dict[str, Any] = {one: dict(answers) for one, answers in profile.items()}
    whole[lang] = dict(raw)
    for other in LANGS:
        if other == lang or not whole.get(other):
            continue
        for name, asked in form.fields.items():
            if asked.type in NEUTRAL:
                whole[other].pop(name, None)
                if name in raw:
                    whole[other][name] = raw[name]
    return whole


def _neutral(form: FormDefinition, profile: Profile, lang: Lang) -> dict[str, Any]:
    """What is typed in the other language already and is the same in this one."""
    other = next((profile[one] for one in LANGS if one != lang and profile.get(one)), {})
    return {
        name: value
        for name, value in other.items()
        if name in form.fields and form.fields[name].type in NEUTRAL
    }


def _changed() -> Problem:
    return problem(
        "profile_changed",
        "别人已经保存了这份活动档案的新内容，您的还没有保存。",
        "somebody else has saved this profile meanwhile; yours is not saved yet.",
    )
