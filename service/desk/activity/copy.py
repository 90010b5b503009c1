"""An activity copied for next year or another branch: looked at field by field, then made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.core.definition import FieldDefinition, FieldType, FormDefinition
from service.core.paper_list import CopyRules
from service.core.people import Person
from service.core.shift import Shift
from service.core.typed import given
from service.desk.activity.facts import known_facts, languages, spoken
from service.desk.activity.profiles import create_activity
from service.desk.documents.kept import found_activity
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import Lang
from service.store.models import Activity

_TEXTS: frozenset[FieldType] = frozenset({"text", "lines", "paragraphs", "person", "list"})
_DAYS: frozenset[FieldType] = frozenset({"date", "month", "datetime"})


@dataclass(frozen=True, kw_only=True)
class Day:
    """A date of the profile and what it becomes.

    Attributes:
        field: which one.
        before: in the activity that is copied.
        after: in the copy.
    """

    field: FieldDefinition
    before: date
    after: date


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A value that is kept, rewritten or cleared.

    Attributes:
        field: which one.
        value: raw, as it is typed.
        dated: a year of the activity stands in it.
    """

    field: FieldDefinition
    value: Any
    dated: bool = False


@dataclass(frozen=True, kw_only=True)
class CopyView:
    """An activity before it is copied.

    Attributes:
        id: of the activity.
        title: its name, or "".
        lang: of the profile that is shown.
        others: languages that the profile is typed in besides.
        days: its dates, moved on.
        years: its years, moved on.
        texts: to be kept, rewritten or cleared.
        rest: tables and choices, to be kept or cleared.
        never: numbers that are counted anew.
    """

    id: str
    title: str
    lang: Lang
    others: tuple[Lang, ...]
    days: tuple[Day, ...]
    years: Mapping[str, tuple[int, int]]
    texts: tuple[Copied, ...]
    rest: tuple[Copied, ...]
    never: tuple[FieldDefinition, ...]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the page says of the copy.

    Attributes:
        shift: how far dates move.
        lang: of the profile that was shown.
        changed: raw values by field that are different in that language: rewritten texts, dates
            that were set by hand.
        cleared: fields that are left empty in every language.
    """

    shift: Shift
    lang: Lang
    changed: Mapping[str, Any]
    cleared: frozenset[str]


def view_copy(desk: Desk, activity_id: str, lang: Lang, shift: Shift) -> CopyView:
    """What a copy would hold. Raises NotFoundError."""
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
    form, rules = desk.catalog.activity(), desk.catalog.papers().copy_rules
    said = spoken(form, activity, lang)
    raw, facts = activity.profile.get(said) or {}, known_facts(form, activity, said)
    years = {str(facts[name]) for name in rules.years if name in facts}
    there = [one for one in form.fields.values() if given(raw.get(one.name))]
    plain = [one for one in there if one.type in _TEXTS]
    return CopyView(
        id=activity.id,
        title=activity.title,
        lang=said,
        others=tuple(one for one in languages(form, activity) if one != said),
        days=tuple(_days(form, facts, shift)),
        years={n: (facts[n], shift.year(facts[n])) for n in rules.years if n in facts},
        texts=tuple(_copied(one, raw[one.name], years) for one in plain),
        rest=tuple(_copied(one, raw[one.name], years) for one in there if _kept_whole(one, rules)),
        never=tuple(one for one in there if one.name in rules.never),
    )


def copy_activity(
    desk: Desk, person: Person, activity_id: str, wish: Wish, *, keep: Keep = unkept
) -> str:
    """Makes the copy, without a single document; its id. Raises NotFoundError.

    A text that was rewritten in one language is left empty in the other: the old one would be
    wrong there. Document numbers belong to documents and counts to their year; none is copied.
    """
    with desk.store.read() as session:
        activity = found_activity(session, activity_id)
    form, rules = desk.catalog.activity(), desk.catalog.papers().copy_rules
    profile: dict[str, dict[str, Any]] = {
        lang: _moved(form, rules, activity, lang, wish.shift) for lang in languages(form, activity)
    }
    for lang, raw in profile.items():
        for name, value in wish.changed.items():
            if lang == wish.lang:
                raw[name] = value
            elif name in raw:
                if form.fields[name].type in _DAYS:
                    raw[name] = value
                else:
                    del raw[name]
        for name in wish.cleared:
            raw.pop(name, None)
    return create_activity(desk, person, profile, copied_from=activity_id, keep=keep)


def _days(form: FormDefinition, facts: Mapping[str, Any], shift: Shift) -> list[Day]:
    return [
        Day(field=one, before=facts[name], after=_later(one, shift)(facts[name]))
        for name, one in form.fields.items()
        if one.type in _DAYS and name in facts
    ]


def _later(field: FieldDefinition, shift: Shift) -> Callable[[Any], date]:
    return {"month": shift.month, "datetime": shift.moment}.get(field.type, shift.day)


def _copied(field: FieldDefinition, value: Any, years: set[str]) -> Copied:
    return Copied(field=field, value=value, dated=any(year in str(value) for year in years))


def _kept_whole(field: FieldDefinition, rules: CopyRules) -> bool:
    if field.type in _TEXTS | _DAYS:
        return False
    return field.name not in rules.never and field.name not in rules.years


def _moved(
    form: FormDefinition, rules: CopyRules, activity: Activity, lang: Lang, shift: Shift
) -> dict[str, Any]:
    """A profile with its dates and years moved on and without what is never copied."""
    raw = {
        name: value
        for name, value in (activity.profile.get(lang) or {}).items()
        if name not in rules.never
    }
    facts = known_facts(form, activity, lang)
    for day in _days(form, facts, shift):
        raw[day.field.name] = typed_day(day.field, day.after)
    for name in rules.years:
        if name in facts:
            raw[name] = shift.year(facts[name])
    return raw


def typed_day(field: FieldDefinition, value: date) -> str:
    """A date as one types it, so that profiles hold one spelling."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.strftime("%Y-%m" if field.type == "month" else "%Y-%m-%d")
