"""The facts of a kept activity: its profile as typed, checked; what is wrong in it stays out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.core.answers import Reading, read
from service.core.definition import FormDefinition
from service.core.typed import given
from service.desk.activity.files import sample_activity
from service.desk.tools import Desk
from service.errors import LANGS, Lang, NotFoundError, problem
from service.store import activities as rows
from service.store.database import Session
from service.store.models import Activity

_MOST = 1024
_KEPT: OrderedDict[tuple[str, int], _Known] = OrderedDict()


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a profile says; `form` is the one that it was read with."""

    form: FormDefinition
    languages: list[Lang]
    readings: Mapping[Lang, Reading]


def _known(form: FormDefinition, activity: Activity) -> _Known:
    """Read once for each save: a list of activities must not read them all again."""
    key = (activity.id, activity.revision)
    kept = _KEPT.get(key)
    if kept is None or kept.form is not form:
        raw = {lang: activity.profile.get(lang) or {} for lang in LANGS}
        kept = _Known(
            form=form,
            languages=[one for one in LANGS if any(map(given, raw[one].values()))],
            readings={lang: read(form, one) for lang, one in raw.items()},
        )
        _KEPT[key] = kept
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return kept


@dataclass(frozen=True, eq=False)
class Same:
    """A definition for comparing by identity: what it says is long, and it never changes."""

    of: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.of is self.of

    def __hash__(self) -> int:
        return id(self.of)


def read_profiles(session: Session, form: FormDefinition, activities: Sequence[Activity]) -> None:
    """Profiles of which nothing is kept yet, all at once; a list reads activities without them."""
    unknown = [one for one in activities if not _holds(form, one)]
    rows.with_profiles(session, [one.id for one in unknown])
    for one in unknown:
        _known(form, one)


def _holds(form: FormDefinition, activity: Activity) -> bool:
    kept = _KEPT.get((activity.id, activity.revision))
    return kept is not None and kept.form is form


def forget(activity: Activity) -> None:
    """Nothing is kept of a save that is not yet written: it may come to nothing."""
    _KEPT.pop((activity.id, activity.revision), None)


def reading_of(form: FormDefinition, activity: Activity, lang: Lang) -> Reading:
    """The good values of a profile, and all that is wrong in it; `form` is that of profiles."""
    return _known(form, activity).readings[lang]


def known_facts(form: FormDefinition, activity: Activity, lang: Lang) -> Mapping[str, Any]:
    """The good values of a profile."""
    return reading_of(form, activity, lang).values


def languages(form: FormDefinition, activity: Activity) -> list[Lang]:
    """The languages in which anything is typed; Chinese first."""
    return _known(form, activity).languages


def spoken(form: FormDefinition, activity: Activity, wanted: Lang) -> Lang:
    """The language wanted where the profile is typed in it, else the one that it is typed in."""
    there = languages(form, activity)
    return wanted if wanted in there or not there else there[0]


def kept_facts(desk: Desk, activity_id: str, lang: Lang) -> Mapping[str, Any] | None:
    """Facts of the activity asked for, or for "" of the newest open one; None without any."""
    with desk.store.read() as session:
        found = chosen(session, activity_id)
    return known_facts(desk.catalog.activity(), found, lang) if found else None


def chosen(session: Session, activity_id: str) -> Activity | None:
    """The activity asked for, or for "" the newest open one.

    Raises:
        NotFoundError: it was asked for and is not there.
    """
    if not activity_id:
        return rows.newest_open(session)
    plain = activity_id.isascii() and activity_id.isalnum()  # PostgreSQL takes no NUL
    found = rows.find(session, activity_id) if plain else None
    if found is None:
        raise NotFoundError(problem("no_activity", "没有这项活动。", "there is no such activity."))
    return found


def facts_for(desk: Desk, activity_id: str, lang: Lang) -> tuple[str | None, Mapping[str, Any]]:
    """Id and facts of the activity chosen; None and the sample's facts where there is none."""
    with desk.store.read() as session:
        found = chosen(session, activity_id)
    if found is None:
        return None, sample_activity(desk, lang)
    return found.id, known_facts(desk.catalog.activity(), found, lang)
