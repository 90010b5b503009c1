"""Members on the rosters of an activity: who they are, and whose form came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def roster_members(session: Session, rosters: Sequence[Roster]) -> list[RosterMember]:
    """People on some rosters of one kind; who stands on two counts by the first."""
    return people_on(rosters, members_by_roster(session, rosters))


def members_by_roster(session: Session, rosters: Sequence[Roster]) -> dict[str, list[RosterMember]]:
    """Those on each of some rosters, all read at once."""
    found: dict[str, list[RosterMember]] = {one.id: [] for one in rosters}
    if not found:
        return found
    back = rows.came_back(session, list(found))
    for roster, row, values in rows.members(session, list(found)):
        name = str(values.get("person_name") or "")
        if name.strip():
            here = (roster, row) in back
            found[roster].append(RosterMember(name=name, values=values, back=here))
    return found


def people_on(
    rosters: Sequence[Roster], members: Mapping[str, Sequence[RosterMember]]
) -> list[RosterMember]:
    """As `roster_members`, of what was read before."""
    found: list[RosterMember] = []
    seen: set[str] = set()
    for roster in rosters:
        mine = members[roster.id]
        found += [one for one in mine if same_person(one.name) not in seen]
        seen |= {same_person(one.name) for one in mine}
    return found
