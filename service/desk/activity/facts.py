"""The facts of a kept activity: its profile as typed, checked; what is wrong in it stays out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
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

_MOST = 256
_KEPT: OrderedDict[tuple[str, int, Lang], tuple[FormDefinition, Reading]] = OrderedDict()


def reading_of(form: FormDefinition, activity: Activity, lang: Lang) -> Reading:
    """The good values of a profile, and all that is wrong in it; read once for each save."""
    key = (activity.id, activity.revision, lang)
    kept = _KEPT.get(key)
    if kept is None or kept[0] is not form:
        kept = (form, read(form, activity.profile.get(lang) or {}))
        _KEPT[key] = kept
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return kept[1]


def known_facts(form: FormDefinition, activity: Activity, lang: Lang) -> Mapping[str, Any]:
    """The good values of a profile; `form` is that of profiles."""
    return reading_of(form, activity, lang).values


def languages(activity: Activity) -> list[Lang]:
    """The languages in which anything is typed; Chinese first."""
    return [one for one in LANGS if any(map(given, (activity.profile.get(one) or {}).values()))]


def spoken(activity: Activity, wanted: Lang) -> Lang:
    """The language wanted where the profile is typed in it, else the one that it is typed in."""
    there = languages(activity)
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
