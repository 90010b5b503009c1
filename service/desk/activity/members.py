"""Members on the rosters of an activity: who they are, and whose form came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.core.roster.names import same_person
from service.store import activities as rows
from service.store.database import Session


@dataclass(frozen=True, kw_only=True)
class RosterMember:
    """Somebody on a roster: raw values of the row, and whether the form came back."""

    name: str
    values: Mapping[str, object]
    back: bool


def roster_members(
    session: Session, activity_id: str, kind: str, handler_id: str
) -> list[RosterMember]:
    """People on the rosters of an activity that a user handles; of two rosters the newer counts."""
    found: list[RosterMember] = []
    seen: set[str] = set()
    for roster in rows.rosters(session, activity_id, handler_id):
        if roster.kind != kind:
            continue
        back = rows.came_back(session, roster.id)
        mine = [
            RosterMember(name=str(values["person_name"]), values=values, back=number in back)
            for number, values in rows.members(session, roster.id)
            if str(values.get("person_name") or "").strip()
        ]
        found += [one for one in mine if same_person(one.name) not in seen]
        seen |= {same_person(one.name) for one in mine}
    return found
