"""Members on the rosters of an activity: who they are, and whose form came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.core.roster.names import same_person
from service.store import activities as rows
from service.store.database import Session
from service.store.models import Roster


@dataclass(frozen=True, kw_only=True)
class RosterMember:
    """Somebody on a roster: raw values of the row, and whether the form came back."""

    name: str
    values: Mapping[str, object]
    back: bool


def roster_members(session: Session, rosters: Iterable[Roster]) -> list[RosterMember]:
    """People on some rosters of one kind; who stands on two counts by the first."""
    found: list[RosterMember] = []
    seen: set[str] = set()
    for roster in rosters:
        back = rows.came_back(session, roster.id)
        mine = [
            RosterMember(name=str(values["person_name"]), values=values, back=number in back)
            for number, values in rows.members(session, roster.id)
            if str(values.get("person_name") or "").strip()
        ]
        found += [one for one in mine if same_person(one.name) not in seen]
        seen |= {same_person(one.name) for one in mine}
    return found
